"""Layers of packages: what is refused, what is published, and the pages that show them."""

import json
from pathlib import Path

import duckdb
import pytest

from portal.scenarios.checking.check import check
from portal.scenarios.package import Store
from portal.scenarios.publishing.publish import publish
from tests.scenarios.making import collection, edit, rewrite

LIMITS = "/en/scenarios/citta-30-citta30/1.0.0/layers/limiti-2025"
TREES = "/en/scenarios/verde-situazione-2012/1.0.0/layers/alberi-2012"


def line(id: object, **more: object) -> dict:
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[11.1, 44.1], [11.12, 44.11]]},
        "properties": {"id": id, "name": f"Via {id}", "rumore": 60, **more},
    }


def shaped(id: object, coordinates: list, kind: str = "LineString") -> dict:
    return {**line(id), "geometry": {"type": kind, "coordinates": coordinates}}


def carry(city: Path, *features: dict, indicators: tuple[str, ...] = ("rumore",)) -> Path:
    """Give the alternative's layer these features and indicators."""
    package = city / "strade/trenta"

    def say(descriptor):
        for resource in descriptor["resources"]:
            if resource["role"] == "layer":
                resource["indicators"] = list(indicators)

    edit(package / "datapackage.json", say)
    rewrite(package, "zona.geojson", collection(*features))
    return package


def reasons(city: Path) -> str:
    return "\n".join(map(str, check(city)))


def test_a_layer_with_figures_is_sound(city):
    carry(city, line("a", rumore_low=59, rumore_high=61.5, rumore_delta=-1), line(2, rumore=None))
    assert check(city) == []


BOW = [[[11.1, 44.1], [11.2, 44.2], [11.2, 44.1], [11.1, 44.2], [11.1, 44.1]]]
RULES = {
    "no id": (line(None), "features[1].id: The feature has no id"),
    "id twice": (line("a"), "features[1].id: The id “a” is there already, in feature 0"),
    "long id": (line("a" * 81), "The feature has no id"),
    "id of another kind": (line(True), "The feature has no id"),
    "name no text": (line("b", name=7), "features[1].name: The name is no text"),
    "value no number": (line("b", rumore="60"), "features[1].rumore: “60” is not a number"),
    "value true": (line("b", rumore=True), "“True” is not a number"),
    "value too large": (line("b", rumore=1e18), "too large to be meant"),
    "low above value": (line("b", rumore_low=61, rumore_high=62), "61.0, the low end, is above"),
    "one end": (line("b", rumore_low=50), "The interval has one end only"),
    "interval without value": (line("b", rumore=None, rumore_low=1, rumore_high=2), "without its"),
    "misspelt": (line("b", rumore_hihg=3), "features[1].rumore_hihg: Nothing reads"),
    "swapped": (shaped("b", [[44.1, 11.1], [44.2, 11.2]]), "look swapped"),
    "metres": (shaped("b", [[686000, 4930000], [686100, 4930100]]), "not longitude and latitude"),
    "far away": (shaped("b", [[9.1, 45.4], [9.2, 45.5]]), "outside the area"),
    "crossing itself": (shaped("b", BOW, "Polygon"), "crosses itself"),
    "line of one place": (shaped("b", [[11.1, 44.1], [11.1, 44.1]]), "has no extent"),
    "no shape": ({**line("b"), "geometry": None}, "no geometry of a known type"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_feature_is_named(city, rule):
    feature, said = RULES[rule]
    carry(city, line("a"), feature)
    assert said in reasons(city)


def test_every_broken_feature_is_named_at_once(city):
    carry(city, line("a"), *(feature for feature, _ in RULES.values()))
    said = reasons(city)
    assert [rule for rule, (_, words) in RULES.items() if words.split(": ")[-1] not in said] == []


def test_nan_and_keys_given_twice_are_named(city):
    package = carry(city, line("a"))
    text = collection(line("a")).replace('"rumore": 60', '"rumore": NaN, "name": "B"')
    rewrite(package, "zona.geojson", text)
    said = reasons(city)
    assert "NaN is not a JSON number" in said
    assert "The key “name” is there twice" in said


def test_unknown_indicators_and_those_nobody_carries_are_named(city):
    carry(city, line("a"), indicators=("rumore", "ombra", "rumor"))
    said = reasons(city)
    assert "There is no indicator “rumor”" in said
    assert "No feature carries a value of “ombra”" in said


def test_broken_json_says_the_line(city):
    package = carry(city, line("a"))
    rewrite(package, "zona.geojson", '{"type": "FeatureCollection",\n"features": [\n{"type" 1}]}')
    assert "zona.geojson, line 3" in reasons(city)


# --- GeoParquet --------------------------------------------------------------------------------


def parquet(city: Path, select: str, geo: dict | None = None, deep: str = "") -> None:
    """Give the alternative a GeoParquet layer of what a query selects."""
    package = carry(city, line("a"))
    (package / "zona.geojson").unlink()
    target = package / "zona.parquet"
    more = f", KV_METADATA {{geo: '{deep or json.dumps(geo)}'}}" if geo is not None else ""
    with duckdb.connect() as database:
        database.execute(f"COPY ({select}) TO '{target}' (FORMAT parquet{more})")

    def say(descriptor):
        (resource,) = (r for r in descriptor["resources"] if r["role"] == "layer")
        resource |= {"path": "zona.parquet", "format": "parquet"}
        resource.pop("encoding", None)

    edit(package / "datapackage.json", say)
    rewrite(package, "zona.parquet", target.read_bytes())


WGS = "'LINESTRING(11.1 44.1, 11.2 44.2)'::GEOMETRY('OGC:CRS84') AS geometry"
GEO = {"version": "1.1.0", "primary_column": "geometry"}
UTM = {"encoding": "WKB", "geometry_types": [], "crs": {"id": {"authority": "EPSG", "code": 32632}}}


def test_a_geoparquet_layer_is_sound_and_published(city, tmp_path):
    parquet(city, f"SELECT 'a' AS id, 'Via A' AS name, 61.5 AS rumore, {WGS}")
    assert reasons(city) == ""
    publish([city], tmp_path / "store")
    (layer,) = Store(tmp_path / "store").package("strade-trenta").layers()
    assert (layer["features"], layer["shape"], layer["indicators"]) == (1, "line", ["rumore"])


def test_a_geoparquet_layer_is_held_to_the_same_rules(city):
    parquet(
        city,
        f"SELECT * FROM (VALUES ('a', 60.0), ('a', 'nan'::DOUBLE)) t(id, rumore), (SELECT {WGS})",
    )
    said = reasons(city)
    assert "zona.parquet, row 2, id: The id “a” is there already, in feature 1" in said
    assert "row 2, rumore: “nan” is not a number" in said


@pytest.mark.parametrize(
    ("select", "geo", "said"),
    [
        ("SELECT 1 AS id, 60 AS rumore", None, "does not say which column holds its geometry"),
        (
            "SELECT 1 AS id, 60 AS rumore, ''::BLOB AS geometry",
            GEO | {"columns": {"geometry": UTM}},
            "The coordinates are in EPSG:32632",
        ),
        (
            "SELECT 1 AS id, 60 AS rumore, 'x'::BLOB AS geometry",
            GEO | {"columns": {"geometry": {"encoding": "point"}}},
            "This is not a GeoParquet file",
        ),
    ],
)
def test_another_system_or_encoding_is_refused(city, select, geo, said):
    parquet(city, select, geo)
    assert said in reasons(city)


def test_a_layer_that_swells_when_unpacked_is_refused(city):
    note = "repeat('x', 1000000) AS note"
    parquet(city, f"SELECT range AS id, 61.5 AS rumore, {note}, {WGS} FROM range(200)")
    assert "more than the 150000000 allowed" in reasons(city)


def test_what_a_file_says_of_itself_may_not_be_nested_without_end(city):
    select = "SELECT 1 AS id, 60 AS rumore, ''::BLOB AS geometry"
    parquet(city, select, geo={}, deep="[" * 100_000)
    assert "does not say which column holds its geometry" in reasons(city)


def test_a_file_that_only_claims_to_be_parquet_is_refused(city):
    parquet(city, f"SELECT 'a' AS id, 61.5 AS rumore, {WGS}")
    rewrite(city / "strade/trenta", "zona.parquet", b"PAR1 not really PAR1")
    assert "This is not a GeoParquet file" in reasons(city)


# --- pages -------------------------------------------------------------------------------------


def test_the_scenario_leads_to_its_layers(reading):
    page = reading.test_client().get("/en/scenarios/citta-30-citta30").text
    assert f'href="{LIMITS}"' in page
    assert "7,799 lines" in page


def test_a_layer_says_what_is_at_a_place(reading):
    page = reading.test_client().get(f"{LIMITS}/at?lat=44.4953&lon=11.3249&within=40").text
    assert "Via Andrea Costa" in page
    assert "the nearest first" in page
    found = reading.test_client().get(f"{LIMITS}/at.json?lat=44.4953&lon=11.3249&within=40").json
    first = found["features"][0]
    assert first["figures"]["limite_kmh"]["value"] == 30
    assert found["features"] == sorted(found["features"], key=lambda f: f["metres"])


def test_a_place_asked_by_htmx_is_answered_alone(reading):
    answer = reading.test_client().get(
        f"{LIMITS}/at?lat=44.4953&lon=11.3249", headers={"HX-Request": "true"}
    )
    assert answer.text.lstrip().startswith('<div id="at"')


@pytest.mark.parametrize(
    "query", ["lat=x&lon=y", "lat=95&lon=11", "lat=nan&lon=11", "lat=44.5", "within=1e9", "n=-7"]
)
def test_places_that_are_none_are_left_aside(reading, query):
    answer = reading.test_client().get(f"{LIMITS}/at?{query}")
    assert answer.status_code == 200
    assert "No place chosen yet" in answer.text


def test_a_place_with_nothing_says_so(reading):
    answer = reading.test_client().get(f"{LIMITS}/at?lat=44.3&lon=11.0")
    assert "Nothing of this layer lies within 30 metres" in answer.text


def test_names_are_listed_by_pages_and_searched(reading):
    client = reading.test_client()
    page = client.get(f"{LIMITS}/names?q=saffi").text
    assert "Via Aurelio Saffi" in page
    assert "No name holds" in client.get(f"{LIMITS}/names?q=zzzz").text
    first = client.get(LIMITS).text
    assert "after=" in first
    assert (
        client.get(f"{LIMITS}/names?called=Via+Aurelio+Saffi").text.count("Show on the map") == 13
    )


@pytest.mark.parametrize(
    "address",
    [
        f"{LIMITS}/at?id=nobody",
        LIMITS.replace("limiti", "limits"),
        LIMITS.replace("1.0.0", "9.0.0"),
        "/scenarios/citta-30-citta30/1.0.0/layers/nothing.pmtiles",
        "/scenarios/citta-30-citta30/1.0.0/layers/..%2Fsummary.pmtiles",
    ],
)
def test_what_is_not_there_is_not_found(reading, address):
    assert reading.test_client().get(address).status_code == 404


def test_tiles_are_sent_in_stretches(reading):
    address = "/scenarios/verde-situazione-2012/1.0.0/layers/alberi-2012.pmtiles"
    answer = reading.test_client().get(address, headers={"Range": "bytes=0-6"})
    assert (answer.status_code, answer.data) == (206, b"PMTiles")


def test_a_layer_without_figures_has_names_alone(reading):
    page = reading.test_client().get(TREES).text
    assert "Acer campestre" in page
    assert "3,578" in page


def test_a_page_answers_quickly(reading):
    import time

    client = reading.test_client()
    client.get(TREES)
    begun = time.process_time()
    for _ in range(5):
        client.get(f"{TREES}/at?lat=44.4953&lon=11.3249&within=300", headers={"HX-Request": "true"})
    assert (time.process_time() - begun) / 5 < 0.1


def test_legends_name_the_values_there_are(reading):
    page = reading.test_client().get(LIMITS).text
    assert ">30<" in page
    assert "60 to 130" in page


def test_words_of_a_layer_are_written_as_text(city, tmp_path):
    carry(city, line("<b>", name="<script>alert(1)</script>"))
    publish([city], tmp_path / "store")
    from portal.scenarios.layers.lookup import Lookup

    (layer,) = Store(tmp_path / "store").package("strade-trenta").layers()
    path = Store(tmp_path / "store").package("strade-trenta").file(layer["lookup"])
    assert Lookup(path, ["rumore"]).one("<b>").name == "<script>alert(1)</script>"
