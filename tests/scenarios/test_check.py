"""Every rule of a package, broken one at a time and many at once."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.scenarios.checking.check import check
from tests.scenarios.making import KPI, collection, edit, rewrite, square, write_json

DESCRIPTOR = "datapackage.json"


def alternative(city: Path) -> Path:
    return city / "strade/trenta"


def reasons(city: Path) -> str:
    return "\n".join(str(f) for f in check(city))


def descriptor(city: Path, change) -> None:
    edit(alternative(city) / DESCRIPTOR, change)


def scenario(city: Path, change) -> None:
    descriptor(city, lambda d: change(d["scenario"]))


def put(key: str, value: object):
    """Set a value at a dotted place of a descriptor."""

    def change(d):
        *way, last = key.split(".")
        for step in way:
            d = d[int(step) if step.isdigit() else step]
        d[int(last) if last.isdigit() else last] = value

    return change


def drop(key: str):
    def change(d):
        *way, last = key.split(".")
        for step in way:
            d = d[int(step) if step.isdigit() else step]
        del d[last]

    return change


def deep(levels: int) -> list:
    value: list = []
    for _ in range(levels):
        value = [value]
    return value


def test_a_sound_city_has_no_faults(city):
    assert check(city) == []


def test_a_package_alone_is_checked_with_what_lies_above_it(city):
    assert [f for f in check(alternative(city)) if "baseline" not in f.reason] == []


DESCRIPTOR_RULES = {
    "no licence": (drop("licenses"), "Missing: licenses"),
    "empty licences": (put("licenses", []), "licenses"),
    "unknown licence": (put("licenses.0.name", "Free-1.0"), "not a licence the portal knows"),
    "unknown source licence": (put("sources.0.license", "x"), "not a licence the portal knows"),
    "source without licence": (drop("sources.0.license"), "sources.0"),
    "no sources": (drop("sources"), "Missing: sources"),
    "no contributors": (drop("contributors"), "Missing: contributors"),
    "no keywords": (drop("keywords"), "Missing: keywords"),
    "no model card": (drop("scenario.model"), "Missing: model"),
    "card without purpose": (drop("scenario.model.purpose"), "Missing: purpose"),
    "card without not for": (drop("scenario.model.not_for"), "Missing: not_for"),
    "card without calibration n": (drop("scenario.model.calibration.n"), "Missing: n"),
    "card without who is missing": (drop("scenario.model.missing"), "Missing: missing"),
    "card without owner": (drop("scenario.model.owner"), "Missing: owner"),
    "card without objections": (drop("scenario.model.objections"), "Missing: objections"),
    "card without script": (drop("scenario.model.script"), "Missing: script"),
    "no runs": (put("scenario.model.runs", 0), "scenario.model.runs"),
    "no English title": (drop("scenario.title.en"), "missing in “en”"),
    "no Italian limits": (drop("scenario.limitations.it"), "missing in “it”"),
    "no English in the card": (drop("scenario.model.interval.text.en"), "missing in “en”"),
    "empty words": (put("scenario.changes.it", "  "), "missing in “it”"),
    "no status of words": (drop("scenario.translations.en"), "how the words in “en”"),
    "unknown status": (put("scenario.translations.en", "robot"), "not allowed here"),
    "version not semantic": (put("version", "1.0"), "not a semantic version"),
    "version with zeros": (put("version", "01.0.0"), "not a semantic version"),
    "version in another script": (put("version", "١.٠.٠"), "not a semantic version"),
    "version a number": (put("version", 1), "not a semantic version"),
    "name with spaces": (put("name", "strade trenta"), "not written as it must be"),
    "name of another family": (put("name", "altro-trenta"), "does not begin with its family"),
    "unknown family": (put("scenario.family", "altra"), "There is no family"),
    "unknown role": (put("scenario.role", "best"), "not allowed here"),
    "second baseline": (put("scenario.role", "baseline"), "not the one the family gives it"),
    "unknown geography": (put("scenario.geography", "marte"), "There is no geography"),
    "no geography for areas": (put("scenario.geography", None), "names no geography"),
    "unknown parameter": (put("scenario.parameters.colore", 1), "no parameter “colore”"),
    "missing parameter": (put("scenario.parameters", {}), "“limite” of the family is missing"),
    "value off the grid": (put("scenario.parameters.limite", 40), "not an option of the parameter"),
    "same option twice": (put("scenario.parameters.limite", 50), "same parameters as strade-base"),
    "broken hash": (put("resources.0.hash", "sha256:" + "0" * 64), "hash of the file is not"),
    "hash of another kind": (put("resources.0.hash", "md5:00"), "not written as it must be"),
    "no hash": (drop("resources.0.hash"), "Missing: hash"),
    "wrong bytes": (put("resources.0.bytes", 3), "the descriptor says 3"),
    "missing file": (put("resources.0.path", "none.csv"), "The file is missing"),
    "absolute path": (put("resources.0.path", "/etc/passwd"), "is absolute"),
    "drive path": (put("resources.0.path", "C:/x.csv"), "is absolute"),
    "backslash": (put("resources.0.path", "a\\b.csv"), "is absolute"),
    "path outside": (put("resources.0.path", "../base/kpi.csv"), "leads outside"),
    "remote path": (put("resources.0.path", "https://example.org/kpi.csv"), "another computer"),
    "path of the web files": (put("resources.0.path", "web/kpi.csv"), "not written as it must be"),
    "path no text": (put("resources.0.path", 7), "of the wrong kind"),
    "same name twice": (put("resources.1.name", "kpi"), "Two resources have the name"),
    "same file twice": (put("resources.1.path", "kpi.csv"), "Two resources have the file"),
    "unknown role of a resource": (put("resources.0.role", "extra"), "not allowed here"),
    "profile without axis": (drop("resources.2.axis"), "Missing: axis"),
    "a format that is not the file's": (put("resources.0.format", "xlsx"), "not allowed here"),
    "a kind that is not the file's": (put("resources.0.mediatype", "text/html"), "not allowed"),
    "a dialect of one's own": (put("resources.0.dialect", {"delimiter": ";"}), "0.dialect"),
    "no figures at all": (lambda d: d["resources"].pop(0), "no table of figures"),
    "no resources": (put("resources", []), "resources"),
    "resources no list": (put("resources", {}), "of the wrong kind"),
    "resources nothing": (put("resources", None), "of the wrong kind"),
    "indicators of a layer no list": (put("resources.3.indicators", 7), "of the wrong kind"),
    "a type frictionless lacks": (
        put("resources.0.schema.fields.0.type", "colour"),
        "not allowed here",
    ),
    "nested deep": (put("extra", deep(60)), "nested too deep"),
    "scenario no object": (put("scenario", "x"), "of the wrong kind"),
    "schema from elsewhere": (
        put("resources.0.schema", "https://example.org"),
        "of the wrong kind",
    ),
    "field with a pattern": (
        put("resources.0.schema.fields.0.constraints", {"pattern": "(a+)+$"}),
        "pattern",
    ),
    "schema of other fields": (
        lambda d: d["resources"][0]["schema"]["fields"].pop(),
        "differs from the fields of the schema",
    ),
    "layer of an unknown indicator": (put("resources.3.indicators", ["x"]), "no indicator “x”"),
    "box out of the world": (put("scenario.area.bbox", [0, 0, 500, 1]), "scenario.area.bbox"),
    "release without version": (put("sources.0", {"title": "d", "dataset": "ombra"}), "version"),
}


@pytest.mark.parametrize("rule", DESCRIPTOR_RULES)
def test_a_broken_descriptor_is_named(city, rule):
    change, said = DESCRIPTOR_RULES[rule]
    descriptor(city, change)
    assert said in reasons(city)


GOOD = "rumore,68,67,69.5,10,-2,-2.5,-1.5\nombra,5,5,5,10,0,0,0\n"
TABLE_RULES = {
    "unknown indicator": (KPI + "polvere,1,,,,,,\n", 2, "indicator", "no indicator “polvere”"),
    "low above value": (KPI + "rumore,68,69,70,10,,,\n", 2, "low", "above the figure"),
    "high below value": (KPI + "rumore,68,60,67,10,,,\n", 2, "high", "below the figure"),
    "difference above": (KPI + "rumore,68,67,69,10,-2,-1,0\n", 2, "delta_low", "above the figure"),
    "one end only": (KPI + "rumore,68,67,,10,,,\n", 2, "high", "one end only"),
    "interval alone": (KPI + "rumore,68,67,69,10,,-1,1\n", 2, "delta", "without its figure"),
    "not a number": (KPI + "rumore,NaN,67,69,10,,,\n", 2, "value", "not a number"),
    "infinite": (KPI + "rumore,inf,67,69,10,,,\n", 2, "value", "not a number"),
    "infinite for frictionless": (KPI + "rumore,INF,,,10,,,\n", 2, "value", "not a number"),
    "digits of another script": (KPI + "rumore,٦٨,,,10,,,\n", 2, "value", "not a number"),
    "too large": (KPI + "rumore,1e308,,,10,,,\n", 2, "value", "too large"),
    "larger still": (KPI + "rumore,1e999,,,10,,,\n", 2, "value", "too large"),
    "decimal comma": (KPI + 'rumore,"68,5",,,10,,,\n', 2, "value", "not a number"),
    "endless digits": (KPI + "rumore," + "9" * 5000 + ",,,10,,,\n", 2, "value", "not a number"),
    "runs in halves": (KPI + "rumore,68,67,69,1.5,,,\n", 2, "n", "not a count"),
    "negative runs": (KPI + "rumore,68,67,69,-3,,,\n", 2, "n", "not a count"),
    "no value": (KPI + "rumore,,,,10,,,\n", 2, "value", "The cell is empty"),
    "same twice": (KPI + GOOD + "rumore,1,,,1,,,\n", 4, "indicator", "as in row 2"),
    "too many cells": (KPI + "rumore,68,67,69,10,,,,,\n", 2, None, "10 cells"),
    "too few cells": (KPI + "rumore,68\n", 2, None, "2 cells"),
    "empty table": (KPI, None, None, "table is empty"),
    "other columns": ("indicator,valore\nrumore,1\n", 1, "value", "“value” is missing"),
    "column twice": ("indicator,value,value\nrumore,1,2\n", 1, "value", "is there twice"),
    "broken quotes": (KPI + 'rumore,"68\n', None, None, "not a CSV row"),
    "huge cell": (KPI + "rumore," + "x" * 200_000 + ",,,,,,\n", 2, None, "row 2"),
    "byte order mark": ("\ufeff" + KPI + GOOD, None, None, "byte order mark"),
    "carriage returns": ((KPI + GOOD).replace("\n", "\r\n"), 1, None, "CR or CRLF"),
    "not UTF-8": (KPI.encode() + "rumóre,1,,,,,,\n".encode("latin-1"), 2, None, "not UTF-8"),
    "zero bytes": (KPI + "rum\0ore,1,,,,,,\n", None, None, "zero byte"),
}


@pytest.mark.parametrize("rule", TABLE_RULES)
def test_a_broken_table_is_named_with_row_and_column(city, rule):
    content, row, column, said = TABLE_RULES[rule]
    rewrite(alternative(city), "kpi.csv", content)
    faults = [f for f in check(city) if said in str(f)]
    assert faults, reasons(city)
    assert faults[0].file == "scenarios/strade/trenta/kpi.csv"
    assert row in (None, faults[0].row)
    assert column in (None, faults[0].column)


def test_an_unknown_area_is_named(city):
    rewrite(
        alternative(city),
        "areas.csv",
        "code,indicator,value,low,high,delta,delta_low,delta_high\nest,rumore,1,,,,,\n",
    )
    assert "no area “est”" in reasons(city)


def test_the_same_area_and_indicator_twice_are_named(city):
    head = "code,indicator,value,low,high,delta,delta_low,delta_high\n"
    rewrite(alternative(city), "areas.csv", head + "nord,rumore,1,,,,,\n" * 2)
    assert "same code + indicator as in row 2" in reasons(city)


def test_a_time_that_is_none_is_named(city):
    rewrite(alternative(city), "profile.csv", "indicator,at,value,low,high\nrumore,25:00,1,,\n")
    assert "is not a time_of_day" in reasons(city)


def test_a_baseline_does_not_differ_from_itself(city):
    rewrite(city / "strade/base", "kpi.csv", KPI + "rumore,70,69,71,10,1,1,1\n")
    assert "a difference to itself" in reasons(city)


def far(x: float, y: float) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {},
                    "geometry": {"type": "Point", "coordinates": [x, y]},
                }
            ],
        }
    )


LAYERS = {
    "a coordinate system": (
        collection(square("x", 11.1))[:-1] + ', "crs": {}}',
        "coordinate system",
    ),
    "metres": (far(686000, 4929000), "not longitude and latitude"),
    "swapped": (far(44.2, 11.2), "look swapped"),
    "elsewhere": (far(2.35, 48.85), "outside the area"),
    "no features": ('{"type": "FeatureCollection", "features": []}', "no features"),
    "another thing": ('{"type": "Topology"}', "not a GeoJSON FeatureCollection"),
    "NaN": (far(float("nan"), 44.2), "not a JSON number"),
    "text for a number": (far(11.2, 44.2).replace("11.2", '"11.2"'), "not those of a Point"),
    "no geometry": (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", '
        '"properties": {}, "geometry": null}]}',
        "no geometry of a known type",
    ),
    "no feature": ('{"type": "FeatureCollection", "features": [1]}', "not a GeoJSON feature"),
    "open ring": (
        collection(square("x", 11.1)).replace("[11.1, 44.1]]]", "[11.1, 44.15]]]"),
        "not closed",
    ),
    "no JSON": ("{", "not JSON"),
    "deep": ("[" * 100_000, "nested too deep"),
    "long number": ('{"type": ' + "9" * 6000 + "}", "too long to read"),
    "key twice": ('{"type": "a", "type": "b"}', "there twice"),
}


@pytest.mark.parametrize("rule", LAYERS)
def test_a_broken_layer_is_named(city, rule):
    content, said = LAYERS[rule]
    rewrite(alternative(city), "zona.geojson", content)
    assert said in reasons(city)


def test_a_link_is_not_followed(city, tmp_path):
    (tmp_path / "secret.csv").write_text(KPI)
    (alternative(city) / "kpi.csv").unlink()
    (alternative(city) / "kpi.csv").symlink_to(tmp_path / "secret.csv")
    assert "The file is a link" in reasons(city)


def test_a_linked_folder_is_not_followed(city, tmp_path):
    (tmp_path / "away").mkdir()
    (tmp_path / "away/kpi.csv").write_text(KPI)
    (alternative(city) / "sub").symlink_to(tmp_path / "away")
    descriptor(city, put("resources.0.path", "sub/kpi.csv"))
    assert "The file is a link" in reasons(city)


def test_a_linked_descriptor_is_not_followed(city, tmp_path):
    (alternative(city) / DESCRIPTOR).rename(tmp_path / "d.json")
    (alternative(city) / DESCRIPTOR).symlink_to(tmp_path / "d.json")
    assert "The file is a link" in reasons(city)


def test_a_pipe_is_not_waited_for(city):
    (alternative(city) / "kpi.csv").unlink()
    os.mkfifo(alternative(city) / "kpi.csv")
    assert "The file is missing" in reasons(city)


def test_a_huge_file_is_refused_by_its_size(city):
    with (alternative(city) / "kpi.csv").open("wb") as file:
        file.truncate(3_000_000_000)
    assert "more than the 150000000 allowed" in reasons(city)


def test_a_file_nobody_names_is_not_lost_silently(city):
    (alternative(city) / "notes.csv").write_text("x")
    assert "No resource names this file" in reasons(city)


def test_an_absent_baseline_is_named(city):
    (city / "strade/base" / DESCRIPTOR).unlink()
    assert "The baseline of the family, strade-base, is absent" in reasons(city)


def test_one_name_and_version_given_twice_is_named(city):
    other = city / "strade/copia"
    other.mkdir()
    for path in alternative(city).iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    assert "is given twice" in reasons(city)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "not an object"),
        ("null", "not an object"),
        ("{", "not JSON"),
        ("", "not JSON"),
        ('{"name": "a", "name": "b"}', "there twice"),
        ('{"a": NaN}', "not a JSON number"),
        ('{"a": -1e999}', "too large to be meant"),
        ("{" * 50_000, "not JSON"),
        ('{"a":' * 100_000, "nested too deep"),
        ("{}", "Missing:"),
    ],
)
def test_a_descriptor_that_is_none_is_named(city, content, said):
    (alternative(city) / DESCRIPTOR).write_text(content)
    assert said in reasons(city)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (KPI + "1," * 100_000 + "\n", "The row has 100001 cells"),
        ("a" + ",a" * 100_000 + "\n", "more than the 60 allowed"),
        (",".join(map(str, range(100_000))) + "\n1\n", "more than the 60 allowed"),
    ],
    ids=["cells", "columns of one name", "columns"],
)
def test_a_row_without_end_is_named_at_once(city, table, said):
    rewrite(alternative(city), "kpi.csv", table)
    begun = time.process_time()
    assert said in reasons(city)
    assert time.process_time() - begun < 5


def test_a_name_in_no_known_writing_can_be_shown(city):
    (alternative(city) / os.fsdecode(b"\xff\n\x1b[31m.csv")).write_text("x")
    found = reasons(city)
    assert "\ufffd\ufffd\ufffd[31m.csv" in found
    assert found.encode("utf-8").isascii() is False


def test_no_package_and_no_folder_are_named(tmp_path):
    assert "no package here" in str(check(tmp_path)[0])
    assert "no such file or folder" in str(check(tmp_path / "none")[0])


def test_an_indicator_catalogue_is_checked(city):
    edit(city / "indicators.json", lambda d: d["indicators"].append(d["indicators"][0]))
    edit(city / "indicators.json", put("indicators.1.theme", "altro"))
    edit(city / "indicators.json", drop("indicators.1.name.en"))
    said = reasons(city)
    assert "“rumore” is there twice" in said
    assert "no theme “altro”" in said
    assert "missing in “en”" in said


def test_a_family_is_checked(city):
    edit(city / "strade/family.json", put("main_indicators", ["polvere"]))
    edit(city / "strade/family.json", put("baseline", "zero"))
    edit(city / "strade/family.json", drop("parameters.0.options.0.name.it"))
    said = reasons(city)
    for words in ("no indicator “polvere”", "not in the order", "missing in “it”"):
        assert words in said


def test_a_geography_is_checked(city):
    rewrite(city / "areas", "rioni.geojson", collection(square("nord", 11.1), square("nord", 11.2)))
    assert "“nord” is there twice" in reasons(city)


def test_fifty_faults_are_found_at_once(city):
    rows = [f"polvere{i},1,2,0,1.5,,,\n" for i in range(15)]
    rewrite(alternative(city), "kpi.csv", KPI + "".join(rows))
    scenario(city, put("model", {}))
    descriptor(city, put("licenses", []))
    faults = check(city)
    assert len(faults) >= 15 * 4 + 12 + 1
    assert len({(f.file, f.row, f.column, f.reason, f.gaps) for f in faults}) == len(faults)
    assert {f.row for f in faults if f.file.endswith("kpi.csv")} == set(range(2, 17))
    assert all(f.remedy for f in faults)


def test_endless_faults_are_counted_not_listed(city):
    rewrite(alternative(city), "kpi.csv", KPI + "polvere,x,,,,,,\n" * 5_000)
    faults = check(city)
    assert len(faults) < 2_100
    assert "more faults" in faults[-1].reason


def test_every_fault_says_what_to_do_and_can_be_read_by_programs(city):
    rewrite(alternative(city), "kpi.csv", KPI + "polvere,NaN,,,,,,\n")
    for fault in check(city):
        assert {"file", "row", "column", "reason", "remedy"} <= set(fault.as_json())
        assert "%(" not in str(fault)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
PLACES = [
    "name",
    "version",
    "licenses",
    "sources",
    "resources",
    "resources.0",
    "resources.0.path",
    "resources.0.role",
    "resources.0.schema",
    "resources.0.schema.fields",
    "scenario",
    "scenario.family",
    "scenario.parameters",
    "scenario.geography",
    "scenario.area",
    "scenario.area.bbox",
    "scenario.title",
    "scenario.translations",
    "scenario.model",
    "kind",
]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(PLACES), value=values)
def test_nothing_in_a_descriptor_makes_the_check_fall_over(city, place, value):
    path = alternative(city) / DESCRIPTOR
    kept = path.read_text()
    try:
        edit(path, put(place, value))
        check(alternative(city))
    finally:
        path.write_text(kept)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=60), name=st.sampled_from(["kpi.csv", "areas.csv", "zona.geojson"]))
def test_nothing_in_a_file_makes_the_check_fall_over(city, data, name):
    kept = (alternative(city) / name).read_bytes()
    rewrite(alternative(city), name, data)
    assert check(alternative(city))
    rewrite(alternative(city), name, kept)


def test_write_json_is_what_the_check_reads(city):
    write_json(city / "strade/trenta/extra/datapackage.json", {})
    assert "No resource names this file" in reasons(city)
