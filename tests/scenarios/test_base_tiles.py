"""What maps show from near: checked like a layer, published as tiles, sent in stretches."""

import gzip
import json
from pathlib import Path

import mapbox_vector_tile
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pmtiles.reader import MmapSource, Reader, all_tiles

from portal import maps
from portal.config import ROOT
from portal.scenarios import store
from portal.scenarios.checking.check import check
from portal.scenarios.publishing import base_tiles
from tests.scenarios.making import LICENCE, resource

STREET = [[11.30, 44.50], [11.31, 44.50], [11.32, 44.51]]
CROSSED = [[[11.3, 44.5], [11.31, 44.51], [11.31, 44.5], [11.3, 44.51], [11.3, 44.5]]]


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


def collection(kind: str, coordinates: list, **properties: str) -> str:
    shape = {"type": kind, "coordinates": coordinates}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def ground(folder: Path, content: str, **more: object) -> Path:
    """A base map of one layer that is shown from near."""
    about = {"from_zoom": 14, "licenses": [LICENCE], "attribution": "a", **more}
    listed = resource(folder, "streets", "base", content, **about)
    descriptor = {
        "kind": "base-map",
        "name": "base",
        "version": "1.0.0",
        "title": "Base",
        "created": "2026-01-01T00:00:00Z",
        "licenses": [LICENCE],
        "sources": [{"title": "s", "license": "CC-BY-4.0", "attribution": "a"}],
        "resources": [listed],
    }
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return folder


def test_a_layer_for_near_is_checked_shape_by_shape(city):
    assert check(ground(city / "base", collection("LineString", STREET, name="Via Zamboni"))) == []
    (only,) = check(ground(city / "base", collection("Polygon", CROSSED)))
    assert "crosses itself" in only.reason
    (only,) = check(ground(city / "base", collection("LineString", STREET), from_zoom=3))
    assert "from_zoom" in str(only)


def test_streets_keep_their_names_and_areas_get_a_point_for_theirs(tmp_path):
    park = [[[11.3, 44.5], [11.31, 44.5], [11.31, 44.51], [11.3, 44.51], [11.3, 44.5]]]
    given = tmp_path / "given"
    listed = [
        resource(given, name, "base", content, from_zoom=14, licenses=[LICENCE], attribution=thanks)
        for name, content, thanks in (
            ("streets", collection("LineString", STREET, name="Via Zamboni"), "OSM"),
            ("parks", collection("Polygon", park, name="Giardino"), "Comune"),
        )
    ]
    about = base_tiles.make(given, listed, tmp_path)
    assert about is not None
    assert (about["from_zoom"], about["zooms"]) == (14, [13, 14])
    assert about["attribution"] == ["OSM", "Comune"]
    with (tmp_path / about["path"]).open("rb") as file:
        tiles = [
            mapbox_vector_tile.decode(gzip.decompress(data))
            for _, data in all_tiles(MmapSource(file))
        ]
    seen = {
        (layer, feature["geometry"]["type"], feature["properties"].get("name"))
        for tile in tiles
        for layer, content in tile.items()
        for feature in content["features"]
    }
    assert ("streets", "LineString", "Via Zamboni") in seen
    assert {layer for layer, _, _ in seen} == {"streets", "parks", "parks-names"}
    assert ("parks-names", "Point", "Giardino") in seen


def test_a_base_map_without_such_layers_has_no_tiles(tmp_path):
    assert base_tiles.make(tmp_path, [], tmp_path) is None


def test_every_street_of_the_city_has_its_name_on_the_map(published: Path):
    near = store_of(published)
    with (published / near["path"]).open("rb") as file:
        header = Reader(MmapSource(file)).header()
        assert (header["min_zoom"], header["max_zoom"]) == (13, 14)
        found, heaviest = set(), 0
        for _, data in all_tiles(MmapSource(file)):
            heaviest = max(heaviest, len(data))
            tile = mapbox_vector_tile.decode(gzip.decompress(data))
            streets = tile.get("streets", {"features": []})["features"]
            found |= {street["properties"].get("name") for street in streets}
    assert heaviest < 30_000
    assert {"Via Andrea Costa", "Via Zamboni", "Via San Donato"} <= found
    assert len(found) > 1500


def store_of(published: Path) -> dict:
    return dict(json.loads((published / "catalogue.json").read_bytes())["near"])


def near_of(app: Flask) -> dict:
    with app.test_request_context("/it/"):
        return dict(maps.config()["near"])


def test_maps_name_the_tiles_and_the_scripts_to_load_then(app: Flask, client: FlaskClient):
    near = near_of(app)
    assert near["zoom"] == 14
    assert [address.split("/")[-1].split(".")[0] for address in near["scripts"]] == [
        "protomaps",
        "near",
    ]
    page = client.get("/it/scenarios/verde-dove-mancano").text
    assert near["url"] in page
    assert "protomaps" not in "".join(line for line in page.splitlines() if "<script" in line)


def test_stretches_of_the_tiles_can_be_kept_for_ever(app: Flask, client: FlaskClient):
    url = near_of(app)["url"]
    answer = client.get(url, headers={"Range": "bytes=0-126", "Accept-Encoding": "gzip"})
    assert (answer.status_code, len(answer.data)) == (206, 127)
    assert answer.data.startswith(b"PMTiles")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "application/vnd.pmtiles"
    assert "Content-Encoding" not in answer.headers
    assert client.get("/geo/base/near-000000000000.pmtiles").status_code == 404
    assert client.get("/geo/base/..%2fcatalogue.json").status_code == 404


def test_whom_to_thank_for_the_tiles_is_named(app: Flask):
    with app.test_request_context("/it/"):
        near = store().near_layers()
        assert near is not None
        assert set(near.attribution) <= set(maps.config()["attribution"])


def test_no_map_reads_tiles_without_the_guard_against_answers_cut_short():
    for script in (ROOT / "static/js").glob("*.js"):
        assert script.name == "map.js" or "leafletLayer" not in script.read_text()
