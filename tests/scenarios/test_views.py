"""Scenario pages: figures equal to the package's everywhere, true sentences, readable versions."""

import csv
import io
import json
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from portal import i18n
from portal.config import ROOT
from portal.scenarios import sentences
from portal.scenarios.catalogue import Indicator
from portal.scenarios.downloads import sheet
from portal.scenarios.figures import Figure
from portal.scenarios.geography import Area, Geography

BUNDLED = sorted(path.parent for path in (ROOT / "scenarios").glob("*/*/datapackage.json"))
NAMES = [f"{folder.parent.name}-{folder.name}" for folder in BUNDLED]


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


def table(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / name
    return list(csv.DictReader(path.open(encoding="utf-8"))) if path.exists() else []


def number(text: str) -> float | None:
    return float(text) if text else None


def rows_of(page: str) -> dict[str, list[str]]:
    """Cells of the table of areas by code, as a reader sees them."""
    found = {}
    for code, row in re.findall(r'<tr data-code="([^"]*)">(.*?)</tr>', page, re.S):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        found[unescape(code)] = [unescape(re.sub(r"<[^>]+>", " ", c)).strip() for c in cells]
    return found


def shown(value: float | None, decimals: int) -> str:
    g.language = "it"
    return i18n.number(value, decimals)


def decimals_of(indicator: str) -> int:
    listed = json.loads((ROOT / "scenarios/indicators.json").read_text())["indicators"]
    return next(item["decimals"] for item in listed if item["id"] == indicator)


# --- the catalogue ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_catalogue_leads_to_every_scenario(client: FlaskClient, language: str):
    page = client.get(f"/{language}/scenarios").text
    for name in NAMES:
        assert f'href="/{language}/scenarios/{name}"' in page
    listed = {entry["name"] for entry in client.get("/scenarios.json").json["packages"]}
    assert listed == set(NAMES)


# --- figures are the package's ----------------------------------------------------------------


@pytest.mark.parametrize("folder", BUNDLED, ids=NAMES)
def test_page_and_twins_show_the_figures_of_the_package(
    app: Flask, client: FlaskClient, folder: Path
):
    name = f"{folder.parent.name}-{folder.name}"
    areas = table(folder, "areas.csv")
    for indicator in dict.fromkeys(row["indicator"] for row in areas):
        expected = {r["code"]: r for r in areas if r["indicator"] == indicator}
        address = f"/it/scenarios/{name}/1.0.0"
        found = client.get(f"{address}.json?indicator={indicator}").json["map"]["areas"]
        assert found.keys() == expected.keys()
        for code, row in expected.items():
            for column in ("value", "low", "high", "delta", "delta_low", "delta_high"):
                assert found[code][column] == number(row[column])
        sheet = csv.DictReader(io.StringIO(client.get(f"{address}.csv?indicator={indicator}").text))
        lines = {r["code"]: r for r in sheet if r["part"] == "area"}
        assert {c: number(r["value"]) for c, r in lines.items()} == {
            c: number(r["value"]) for c, r in expected.items()
        }
    if areas:
        _page_equals(app, client, name, areas)


def _page_equals(app: Flask, client: FlaskClient, name: str, areas: list[dict[str, str]]) -> None:
    indicator = areas[0]["indicator"]
    page = client.get(f"/it/scenarios/{name}?indicator={indicator}&rows=all").text
    rows = rows_of(page)
    with app.test_request_context("/it/"):
        for row in areas:
            if row["indicator"] == indicator:
                value = shown(number(row["value"]), decimals_of(indicator))
                assert rows[row["code"]][1] == value


@pytest.mark.parametrize("folder", BUNDLED, ids=NAMES)
def test_the_page_shows_every_kpi_with_its_interval_and_difference(
    app: Flask, client: FlaskClient, folder: Path
):
    name = f"{folder.parent.name}-{folder.name}"
    page = unescape(re.sub(r"<[^>]+>", " ", client.get(f"/it/scenarios/{name}").text))
    twin = client.get(f"/scenarios/{name}.json").json["kpis"]
    with app.test_request_context("/it/"):
        for row in table(folder, "kpi.csv"):
            decimals = decimals_of(row["indicator"])
            assert shown(number(row["value"]), decimals) in page
            if row["delta"]:
                assert i18n.signed(float(row["delta"]), decimals) in page
            assert twin[row["indicator"]]["value"] == number(row["value"])


@pytest.mark.parametrize("folder", BUNDLED, ids=NAMES)
def test_the_sentence_above_the_map_is_true(app: Flask, client: FlaskClient, folder: Path):
    name = f"{folder.parent.name}-{folder.name}"
    areas = table(folder, "areas.csv")
    for indicator in dict.fromkeys(row["indicator"] for row in areas):
        twin = client.get(f"/it/scenarios/{name}.json?indicator={indicator}").json["map"]
        decimals = decimals_of(indicator)
        with app.test_request_context("/it/"):
            values = {
                code: (i18n.rounded(area["value"], decimals), area["name"])
                for code, area in twin["areas"].items()
            }
            top = max(value for value, _ in values.values())
            assert shown(top, decimals) in twin["sentence"]
            best = [area for value, area in values.values() if value == top]
            if len(best) <= 3:
                assert all(area in twin["sentence"] for area in best)


def test_a_difference_can_be_shown_where_the_package_states_one(client: FlaskClient):
    address = "/en/scenarios/energia-mirato-30?indicator=fabbisogno_riscaldamento_area"
    page = client.get(f"{address}&show=difference").text
    assert "Falls most in" in page
    assert "Difference to the baseline: " in page
    twin = client.get(f"{address.replace('?', '.json?')}&show=difference").json["map"]
    assert twin["show"] == "difference"


def test_a_difference_nobody_stated_is_not_invented(client: FlaskClient):
    address = "/en/scenarios/energia-mirato-30?indicator=fabbisogno_medio_alloggio&show=difference"
    page = client.get(address).text
    assert "There is no difference to show" in page
    assert "Highest in" in page


def test_a_layer_only_family_shows_its_perimeter_and_profiles(client: FlaskClient):
    page = client.get("/en/scenarios/area-verde-tariffa-piena").text
    assert "/layers/perimetro.geojson" in page
    assert page.count("<figure") == 2
    assert "compared with the baseline: better" in page


def test_a_live_figure_has_the_profile_of_the_package(client: FlaskClient):
    name = "area-verde-tariffa-piena"
    figure = client.get(f"/it/scenarios/{name}/1.0.0/figures/ingressi.json").json
    profile = client.get(f"/scenarios/{name}.json").json["profiles"]["ingressi"]
    lines = [trace for trace in figure["data"] if "name" in trace]
    assert lines[0]["y"] == profile["value"]
    assert [trace["meta"] for trace in lines] == [1, 2]


def test_plotly_accepts_the_live_figure(client: FlaskClient):
    from plotly.graph_objects import Figure as PlotlyFigure

    found = client.get("/it/scenarios/citta-30-citta30/1.0.0/figures/velocita_kmh.json").json
    assert PlotlyFigure(found).data


# --- asking -----------------------------------------------------------------------------------


def test_htmx_gets_the_map_part_alone_at_the_same_address(client: FlaskClient):
    address = "/en/scenarios/verde-dove-mancano?indicator=alberi"
    part = client.get(address, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="figures"')
    assert "<html" not in part.text
    assert "HX-Request" in part.headers["Vary"]
    assert part.text.strip() in client.get(address).text


@pytest.mark.parametrize(
    "query",
    [
        "indicator=nope",
        "indicator=%00",
        "show=sideways",
        "show=value&show=difference",
        "indicator=" + "x" * 5000,
        "rows=many",
        "indicator=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_what_cannot_be_shown_is_said_aloud_and_something_valid_is_shown(
    client: FlaskClient, query: str
):
    answer = client.get(f"/en/scenarios/verde-dove-mancano?{query}")
    assert answer.status_code == 200
    assert 'class="notice' in answer.text
    assert "<script>alert" not in answer.text
    assert "Highest in" in answer.text


@pytest.mark.parametrize(
    "name", ["nope", "verde-dove-mancano/9.9.9", "..%2f..%2fsecret.key", "%00"]
)
def test_an_unknown_scenario_is_a_page_with_words(client: FlaskClient, name: str):
    answer = client.get(f"/en/scenarios/{name}")
    assert answer.status_code == 404
    assert "<h1" in answer.text
    assert client.get(f"/scenarios/{name}.json").status_code == 404


def test_a_long_table_of_streets_is_shown_in_part_and_whole_on_request(client: FlaskClient):
    few = client.get("/en/scenarios/citta-30-citta30").text
    every = client.get("/en/scenarios/citta-30-citta30?rows=all").text
    assert len(rows_of(few)) == 20
    assert "Show all 254 streets" in few
    assert len(rows_of(every)) == 254


# --- sources, files -----------------------------------------------------------------


def test_lineage_names_the_baseline_and_the_sources(client: FlaskClient):
    found = client.get("/lineage/scenario/verde-dove-mancano@1.0.0.json").json
    kinds = {ref["kind"] for ref in found["uses"]}
    assert kinds == {"scenario", "source"}
    assert client.get("/lineage/scenario/nope@1.0.0.json").status_code == 404


def test_the_whole_package_can_be_taken_home(client: FlaskClient):
    address = "/scenarios/verde-dove-mancano/1.0.0"
    answer = client.get(f"{address}/files/verde-dove-mancano-1.0.0.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert any(name.endswith("areas.csv") for name in names)
    original = (ROOT / "scenarios/verde/dove-mancano/datapackage.json").read_bytes()
    assert client.get(f"{address}/datapackage.json").data == original
    assert client.get(f"{address}/files/kpi.csv").status_code == 200
    for path in ("web/summary.json", "../1.0.0/kpi.csv", "..%2fcatalogue.json", "nope"):
        assert client.get(f"{address}/files/{path}").status_code == 404


def test_the_page_says_how_it_was_computed_from_what_and_under_which_licence(client: FlaskClient):
    page = client.get("/en/scenarios/verde-dove-mancano").text
    for words in (
        "Not meant for",
        "Who is missing from the data",
        "How to object",
        "Assumptions",
        "Limits",
        "Sources and licence",
        "CC-BY-4.0",
        "Fingerprint (SHA-256)",
    ):
        assert words in page


# --- formulas ---------------------------------------------------------------------------------

NOISE = Indicator("noise", "t", {"en": "Noise"}, {"en": ""}, "dB", {"en": "dB"}, "lower_better", 1)


def streets(*codes: str) -> Geography:
    areas = {c: Area(c, c.upper(), {}, (0, 0, 1, 1), (0, 0), {}, {}) for c in codes}
    return Geography("city", "zone", {"en": "Zones"}, "Polygon", (0, 0, 1, 1), "", areas)


@pytest.fixture
def english(app: Flask):
    with app.test_request_context("/en/scenarios"):
        g.language = "en"
        yield


@pytest.mark.usefixtures("english")
def test_ties_are_all_named_and_many_of_them_counted():
    values = {"a": Figure(3.04), "b": Figure(2.96), "c": Figure(1)}
    said = sentences.of_map(values, NOISE, streets("a", "b", "c"), "value")
    assert said == "Highest in A and B: 3.0 dB. Lowest in C: 1.0 dB."
    many = {code: Figure(0) for code in "abcd"} | {"e": Figure(9)}
    said = sentences.of_map(many, NOISE, streets(*"abcde"), "value")
    assert said == "Highest in E: 9.0 dB. Lowest in 4 places, among them A: 0.0 dB."


@pytest.mark.usefixtures("english")
def test_equal_and_missing_values_are_said():
    said = sentences.of_map(
        {"a": Figure(2), "b": Figure(2)}, NOISE, streets("a", "b", "c"), "value"
    )
    assert said == "The same everywhere: 2.0 dB. No value for 1 of 3 areas."
    assert sentences.of_map({}, NOISE, streets("a"), "value") == "No value for 1 of 1 areas."


@pytest.mark.usefixtures("english")
def test_a_difference_that_may_be_none_is_not_called_one():
    figures = {
        "a": Figure(5, delta=2, delta_low=-1, delta_high=5),
        "b": Figure(5, delta=-1, delta_low=-2, delta_high=-0.5),
        "c": Figure(5, delta=0.01, delta_low=0.005, delta_high=0.02),
    }
    said = sentences.of_map(figures, NOISE, streets("a", "b", "c"), "difference")
    assert said == (
        "Falls most in B: −1.0 dB. In 2 places there is no difference, or none that can be told."
    )
    unsure = {"a": figures["a"]}
    said = sentences.of_map(unsure, NOISE, streets("a"), "difference")
    assert said == "Nowhere can the difference to the baseline be told from none."


@pytest.mark.usefixtures("english")
def test_differences_without_intervals_are_not_called_sure():
    figures = {"a": Figure(5, delta=-2), "b": Figure(5, delta=0)}
    said = sentences.of_map(figures, NOISE, streets("a", "b"), "difference")
    assert said == (
        "Falls most in A: −2.0 dB. In 1 place there is no difference. The package gives no "
        "interval of these differences: it does not say how sure they are."
    )
    same = sentences.of_map({"b": figures["b"]}, NOISE, streets("b"), "difference")
    assert same == "The same as the baseline everywhere."


def test_a_table_carries_no_formula_into_a_spreadsheet(app: Flask):
    with app.test_request_context("/"):
        answer = sheet.answer([{"name": "=HYPERLINK(1)", "value": -3.5}], "x", ("name", "value"))
    assert answer.get_data(as_text=True).splitlines()[1] == "'=HYPERLINK(1),-3.5"
