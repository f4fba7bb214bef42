"""Packages of DemoLand's scenarios, from files that tool wrote; and files that are none of it."""

import csv
import json
from pathlib import Path
from statistics import fmean

import pytest

from portal.cli import portal
from portal.scenarios.importing.demoland_files import read, read_shapes
from portal.scenarios.importing.faulty import NotImported
from tests.scenarios.filling import fill
from tests.scenarios.making import collection, square

FILES = Path(__file__).parent / "files/demoland"
BASELINE, DENSE = FILES / "baseline.json", FILES / "scenario3.json"
HEXAGONS, SHAPES = FILES / "hexagons-baseline.json", FILES / "hexagons.geojson"


@pytest.fixture
def run(bare):
    def call(*words: object):
        return bare.test_cli_runner().invoke(
            portal, ["scenarios", *map(str, words), "--language", "en"]
        )

    return call


@pytest.fixture
def squares(tmp_path) -> Path:
    """Shapes for the areas of the two Newcastle files, whose own are not kept here."""
    codes = json.loads(BASELINE.read_text())["values"]
    shapes = [square(code, -1.6 + i / 10) for i, code in enumerate(codes)]
    for shape in shapes:
        shape["properties"]["OA11CD"] = shape["properties"].pop("code")
    (tmp_path / "shapes.geojson").write_text(collection(*shapes))
    return tmp_path / "shapes.geojson"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_figures_are_those_of_the_file(run, tmp_path, squares):
    done = run("import", "demoland", "tyne-now", BASELINE, "--shapes", squares, "--into", tmp_path)
    assert done.exit_code == 0, done.stderr
    values = json.loads(BASELINE.read_text())["values"]
    written = rows(tmp_path / "tyne/now/areas.csv")
    assert len(written) == 12 * 4
    for row in written:
        figure = values[row["code"]][row["indicator"]]
        assert float(row["value"]) == pytest.approx(figure, abs=1e-6)
    for row in rows(tmp_path / "tyne/now/kpi.csv"):
        mean = fmean(v[row["indicator"]] for v in values.values())
        assert float(row["value"]) == pytest.approx(mean, abs=1e-6)
    assert "signature_type" not in {r["indicator"] for r in written}


def test_two_scenarios_become_pages_once_their_words_are_written(run, bare, tmp_path, squares):
    here = tmp_path / "here"
    base = run("import", "demoland", "tyne-now", BASELINE, "--shapes", squares, "--into", here)
    assert base.exit_code == 0, base.stderr
    assert "have no intervals" in base.stdout
    done = run("import", "demoland", "tyne-dense", DENSE, "--reference", BASELINE, "--into", here)
    assert done.exit_code == 0, done.stderr
    told = json.loads(run("check", here, "--json").stdout)
    assert {f["rule"] for f in told} == {"still-to-fill"}
    assert any("signature_type (2)" in f["reason"] for f in told)
    fill(here, horizon=None)
    published = run("publish", here)
    assert published.exit_code == 0, published.stderr
    page = bare.test_client().get("/en/scenarios/tyne-dense")
    assert page.status_code == 200
    assert "Densification of inner city" in page.text
    compared = bare.test_client().get("/en/compare/tyne?right=tyne-dense")
    assert compared.status_code == 200
    assert "annot be told apart" in compared.text


def test_differences_by_area_are_to_the_reference(run, tmp_path, squares):
    run("import", "demoland", "tyne-now", BASELINE, "--shapes", squares, "--into", tmp_path)
    run("import", "demoland", "tyne-dense", DENSE, "--reference", BASELINE, "--into", tmp_path)
    found = {
        (r["code"], r["indicator"]): float(r["delta"])
        for r in rows(tmp_path / "tyne/dense/areas.csv")
    }
    assert found["E00042655", "air_quality"] == pytest.approx(20.4472 - 18.2557)
    assert found["E00042786", "air_quality"] == 0


def test_words_and_directions_the_tool_knows_are_kept(run, tmp_path, squares):
    run("import", "demoland", "tyne-now", BASELINE, "--shapes", squares, "--into", tmp_path)
    catalogue = json.loads((tmp_path / "indicators.json").read_text())["indicators"]
    air = next(i for i in catalogue if i["id"] == "air_quality")
    assert air["polarity"] == "lower_better"
    assert air["name"]["en"] == "Air pollution"
    scenario = json.loads((tmp_path / "tyne/now/datapackage.json").read_text())["scenario"]
    assert scenario["title"]["en"] == "Baseline: Tyne and Wear now"
    assert scenario["title"]["it"].startswith("TO FILL")


def test_shapes_of_the_tool_are_found_by_the_property_that_holds_the_codes():
    wanted = set(read(HEXAGONS).values)
    shapes = read_shapes(SHAPES, None, wanted)
    assert {f["properties"]["code"] for f in shapes["features"]} == wanted
    assert "crs" not in shapes
    west = shapes["features"][0]["geometry"]["coordinates"][0][0]
    assert west == [-1.478871, 54.801759]


def test_hexagons_of_the_tool_become_a_geography(run, tmp_path):
    done = run("import", "demoland", "wear-now", HEXAGONS, "--shapes", SHAPES, "--into", tmp_path)
    assert done.exit_code == 0, done.stderr
    geography = json.loads((tmp_path / "wear-areas/wear-areas.geojson").read_text())
    assert len(geography["features"]) == 5
    assert json.loads((tmp_path / "wear/family.json").read_text())["geography"] == "wear-areas"


def written(tmp_path: Path, content: object) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "x.json").write_text(text)
    return tmp_path / "x.json"


GOOD = {"metadata": {"name": "x"}, "changes": {}, "values": {"a": {"air_quality": 1}}}
BROKEN = {
    "no JSON": ("{", "not JSON"),
    "another thing": ([], "is no scenario of DemoLand"),
    "no values": (GOOD | {"values": {}}, "is no scenario of DemoLand"),
    "no metadata": ({"values": GOOD["values"]}, "is no scenario of DemoLand"),
    "values that are text": (GOOD | {"values": {"a": {"air_quality": "1"}}}, "is no amount"),
    "values that are true": (GOOD | {"values": {"a": {"air_quality": True}}}, "is no amount"),
    "values too large": (GOOD | {"values": {"a": {"air_quality": 1e300}}}, "is no amount"),
    "NaN": ('{"metadata": {}, "values": {"a": {"b": NaN}}}', "not a JSON number"),
    "a key twice": ('{"metadata": {}, "metadata": {}}', "there twice"),
    "an area of nothing": (GOOD | {"values": {"a": {}}}, "has no values"),
    "an area that is no area": (GOOD | {"values": {"a": 3}}, "has no values"),
    "an indicator without letters": (GOOD | {"values": {"a": {"%%": 1}}}, "cannot be the id"),
    "levels without end": ("[" * 100_000, "nested too deep"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_with_a_reason(tmp_path, what):
    content, said = BROKEN[what]
    with pytest.raises(NotImported) as refused:
        read(written(tmp_path, content))
    assert said in str(refused.value)


@pytest.mark.parametrize("what", ["none", "others", "metres", "system"])
def test_shapes_that_do_not_fit_are_refused(tmp_path, what):
    content = json.loads(collection(square("a", 11.1)))
    if what == "others":
        content["features"][0]["properties"]["code"] = "b"
    if what == "none":
        content["features"] = []
    if what == "metres":
        content["features"][0]["geometry"]["coordinates"][0][1] = [500000, 4000000]
    if what == "system":
        content["crs"] = {"properties": {"name": "EPSG:27700"}}
    with pytest.raises(NotImported):
        read_shapes(written(tmp_path, content), None, {"a"})


def test_a_reference_of_other_areas_is_refused(run, tmp_path, squares):
    run("import", "demoland", "tyne-now", BASELINE, "--shapes", squares, "--into", tmp_path)
    done = run("import", "demoland", "tyne-dense", DENSE, "--reference", HEXAGONS,
               "--into", tmp_path)  # fmt: skip
    assert done.exit_code == 1
    assert "do not have the same areas" in done.stderr
    assert not (tmp_path / "tyne/dense").exists()


def test_a_new_family_needs_shapes(run, tmp_path):
    done = run("import", "demoland", "tyne-now", BASELINE, "--into", tmp_path / "here")
    assert done.exit_code == 1
    assert "--shapes" in done.stderr
    assert not (tmp_path / "here").exists()
