"""Downloads: the same figures in every form, each with its size, source and licence."""

import csv
import io
import json
import re
import zipfile
from html import unescape
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from portal import i18n
from portal.scenarios import store
from portal.scenarios.downloads import figure_files, pictures
from tests.scenarios.test_views import BUNDLED, NAMES, number, table

SVG = "{http://www.w3.org/2000/svg}"
HERE = "/it/scenarios/energia-equo-30/1.0.0"
needs_fonts = pytest.mark.skipif(not pictures.FONTS.installed, reason="assets are not installed")


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


def words(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


# --- equal in every form ------------------------------------------------------------------------


@pytest.mark.parametrize("folder", BUNDLED, ids=NAMES)
def test_figures_are_equal_on_page_csv_json_geojson_and_chart(
    app: Flask, client: FlaskClient, folder: Path
):
    name = f"{folder.parent.name}-{folder.name}"
    address = f"/it/scenarios/{name}/1.0.0"
    _whole_area(app, client, address, folder)
    areas = table(folder, "areas.csv")
    for indicator in dict.fromkeys(row["indicator"] for row in areas):
        expected = {row["code"]: row for row in areas if row["indicator"] == indicator}
        answer = client.get(f"/scenarios/{name}/1.0.0/areas/{indicator}.geojson")
        shapes = {f["properties"]["code"]: f for f in json.loads(answer.data)["features"]}
        twin = client.get(f"{address}.json?indicator={indicator}").json["map"]["areas"]
        for code, row in expected.items():
            found = shapes[code]["properties"]
            for column in ("value", "low", "high", "delta", "delta_low", "delta_high"):
                assert found[column] == number(row[column]) == twin[code][column]
        without = set(shapes) - set(expected)
        assert all(shapes[code]["properties"]["value"] is None for code in without)


def _whole_area(app: Flask, client: FlaskClient, address: str, folder: Path) -> None:
    """Package, page, JSON, CSV and bars say the same of the whole area."""
    page = unescape(re.sub(r"<[^>]+>", " ", client.get(address).text))
    twin = client.get(f"{address}.json").json["kpis"]
    sheet = csv.DictReader(io.StringIO(client.get(f"{address}.csv").text))
    lines = {row["indicator"]: row for row in sheet if row["part"] == "kpi"}
    for row in table(folder, "kpi.csv"):
        id, value = row["indicator"], number(row["value"])
        assert twin[id]["value"] == number(lines[id]["value"]) == value
        drawn = client.get(f"{address}/figures/{id}.svg?chart=bars").text
        with app.test_request_context("/it/"):
            shown = i18n.number(value, store().indicator(id).decimals)
        assert shown in page
        assert shown in words(drawn)


@pytest.mark.parametrize("folder", BUNDLED, ids=NAMES)
def test_lines_go_through_the_values_of_the_package(app: Flask, client: FlaskClient, folder: Path):
    name = f"{folder.parent.name}-{folder.name}"
    with app.test_request_context("/it/"):
        package = store().package(name, "1.0.0")
        for id in package.indicators_by_profile():
            values = package.profile(id).value
            tree = ElementTree.fromstring(figure_files.svg(package, id, "lines"))
            line = next(
                p
                for p in tree.iter(f"{SVG}path")
                if p.get("stroke-width") == "2.5" and p.get("d").count("L") > 1
            )
            points = [tuple(map(float, p.split())) for p in re.split("[ML]", line.get("d")) if p]
            assert len(points) >= len(values) - 1
            top = max(range(len(values)), key=lambda i: values[i])
            assert min(y for _, y in points) == points[top][1]


# --- files ------------------------------------------------------------------------------------


def test_a_geojson_says_what_it_is_and_whose(client: FlaskClient):
    answer = client.get("/scenarios/energia-equo-30/1.0.0/areas/fabbisogno_medio_alloggio.geojson")
    found = answer.json
    assert found["type"] == "FeatureCollection"
    assert found["licenses"][0]["name"] and found["attribution"]
    assert found["source"].endswith("/scenarios/energia-equo-30/1.0.0")
    assert found["indicator"]["unit"] and found["title"]["it"]
    assert answer.content_type == "application/geo+json"
    assert (
        "energia-equo-30-1.0.0-fabbisogno_medio_alloggio.geojson"
        in answer.headers["Content-Disposition"]
    )
    tag = answer.headers["ETag"]
    again = client.get(answer.request.path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    packed = client.get(answer.request.path, headers={"Accept-Encoding": "gzip"})
    import gzip

    assert gzip.decompress(packed.data) == answer.data
    refused = client.get(answer.request.path, headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == answer.data


def test_the_list_names_size_and_licence_of_every_file(client: FlaskClient):
    page = client.get(f"{HERE}/downloads").text
    rows = re.findall(r'<th scope="row"><a href="([^"]+)" download>.*?</tr>', page, re.S)
    assert len(rows) >= 6
    for row in re.findall(r'<tr><th scope="row"><a href="[^"]+" download>.*?</tr>', page, re.S):
        assert re.search(r"(\d+|\d+,\d) (kB|MB)", row)
        assert "CC-BY-4.0" in row
    for address in rows:
        answer = client.get(unescape(address))
        assert answer.status_code == 200, address
        assert "attachment" in answer.headers.get("Content-Disposition", "attachment")
    listed = re.search(r'href="([^"]+\.zip[^"]*)".*?class="numeric">([\d.]+) kB', page, re.S)
    data = client.get(listed[1]).data
    assert int(listed[2].replace(".", "")) == max(1, round(len(data) / 1000))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None


def test_a_figure_carries_its_source_date_and_licence(client: FlaskClient):
    answer = client.get(f"{HERE}/figures/fabbisogno_riscaldamento.svg")
    assert answer.content_type == "image/svg+xml"
    said = " ".join(words(answer.text))
    assert "Creative Commons" in said and "ISTAT" in said and "1.0.0" in said
    assert "/it/scenarios/energia-equo-30/1.0.0" in said
    assert "Riscaldare le case" in said
    assert not re.search(r"<script|style=|class=|href=", answer.text)
    assert client.get(f"{HERE}/figures/fabbisogno_riscaldamento.svg").data == answer.data
    kept = client.get(f"{HERE}/figures/fabbisogno_riscaldamento.svg?download=1")
    assert (
        "energia-equo-30-1.0.0-fabbisogno_riscaldamento.svg" in kept.headers["Content-Disposition"]
    )


@needs_fonts
@pytest.mark.parametrize(
    ("asked", "width"),
    [("", 1600), ("?width=320", 320), ("?width=2400", 2400), ("?width=801", 880)],
)
def test_a_figure_in_pixels_is_as_wide_as_asked(client: FlaskClient, asked: str, width: int):
    answer = client.get(f"{HERE}/figures/fabbisogno_riscaldamento.png{asked}")
    assert answer.content_type == "image/png"
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.width == width
    again = client.get(answer.request.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ("figures/fabbisogno_riscaldamento.png?width=99999999", 422),
        ("figures/fabbisogno_riscaldamento.png?width=-1", 422),
        ("figures/fabbisogno_riscaldamento.png?width=1e9", 422),
        ("figures/fabbisogno_riscaldamento.png?width=%00", 422),
        ("figures/fabbisogno_riscaldamento.png?width=500&width=600", 422),
        ("figures/fabbisogno_riscaldamento.svg?chart=pie", 404),
        ("figures/fabbisogno_riscaldamento.svg?chart=lines", 404),
        ("figures/nothing.svg", 404),
        ("figures/nothing.png", 404),
        ("figures/..%2f..%2fdatapackage.svg", 404),
        ("figures/" + "x" * 2000 + ".svg", 404),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_words(
    client: FlaskClient, wrong: str, status: int
):
    answer = client.get(f"{HERE}/{wrong}")
    assert answer.status_code == status
    assert 'lang="it"' in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize(
    "wrong",
    ["/it/scenarios/energia-equo-30/9.9.9/downloads", "/it/scenarios/nothing/1.0.0/downloads",
     "/it/scenarios/energia-equo-30/../downloads", "/scenarios/energia-equo-30/9.9.9/areas/co2.geojson",
     "/scenarios/energia-equo-30/1.0.0/areas/nothing.geojson",
     "/scenarios/energia-equo-30/1.0.0/areas/..%2f..%2fkpi.geojson"],
)  # fmt: skip
def test_files_of_what_is_not_there_are_not_found(client: FlaskClient, wrong: str):
    assert client.get(wrong).status_code == 404
