"""Maps: their data can be kept for ever, their colours mean values, their words are safe."""

import gzip
import json
import re
from html import unescape

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from portal import maps
from portal.config import ROOT
from portal.scenarios import mapping, store


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


def config_of(page: str) -> dict:
    return json.loads(unescape(re.search(r"data-map='([^']*)'", page).group(1)))


def addresses(client: FlaskClient) -> list[str]:
    config = config_of(client.get("/en/scenarios/verde-dove-mancano").text)
    layer = config["layers"][0]
    return [layer["geometry"], layer["values"], *(one["url"] for one in config["base"])]


def test_map_data_can_be_kept_for_ever_and_come_compressed(client: FlaskClient):
    for address in addresses(client):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        plain = client.get(address)
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(answer.data) == plain.data
        assert json.loads(plain.data)
        tag = answer.headers["ETag"]
        again = client.get(address, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
        assert (again.status_code, again.data) == (304, b"")
        assert "Set-Cookie" not in answer.headers


def test_data_under_an_address_without_its_fingerprint_is_asked_for_again(client: FlaskClient):
    for query in ("", "?h=000000000000"):
        answer = client.get(f"/scenarios/verde-dove-mancano/1.0.0/areas/alberi.json{query}")
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert answer.headers["ETag"]


@pytest.mark.parametrize(
    "address",
    [
        "/geo/nope.geojson",
        "/geo/base/nope.geojson",
        "/geo/..%2fcatalogue.json",
        "/geo/base/..%2f..%2fsecret.key",
        "/scenarios/verde-dove-mancano/1.0.0/areas/nope.json",
        "/scenarios/verde-dove-mancano/1.0.0/areas/..%2fsummary.json",
        "/scenarios/verde-dove-mancano/9.0.0/areas/alberi.json",
        "/scenarios/area-verde-tariffa-piena/1.0.0/layers/nope.geojson",
    ],
)
def test_what_is_not_there_is_not_found_and_nothing_else_is_sent(client: FlaskClient, address: str):
    assert client.get(address).status_code == 404


def test_values_of_a_map_are_the_package_s(client: FlaskClient):
    served = client.get("/scenarios/verde-dove-mancano/1.0.0/areas/alberi.json").json
    twin = client.get("/scenarios/verde-dove-mancano.json?indicator=alberi").json["map"]["areas"]
    assert {code: row[0] for code, row in served.items()} == {
        code: area["value"] for code, area in twin.items()
    }


def test_every_value_lies_in_a_class_of_the_legend(app: Flask):
    with app.test_request_context("/en/"):
        g.language = "en"
        for family in store().families():
            for entry in family.packages:
                package = store().package(entry.name)
                for id in package.indicators_by_area():
                    figures = package.areas(id).values()
                    found = mapping.classes(family, package, store().indicator(id), "value")
                    assert len(found.colours) == len(found.edges) - 1 <= mapping.MOST_CLASSES
                    assert all(found.edges[0] <= f.value <= found.edges[-1] for f in figures)


def test_differences_have_the_same_edges_on_both_sides_and_zero_between(app: Flask):
    with app.test_request_context("/en/"):
        family = store().family("citta-30")
        package = store().package("citta-30-citta30")
        found = mapping.classes(family, package, store().indicator("flusso_strada"), "difference")
        legend = mapping.legend(found, store().indicator("flusso_strada"))
    assert 0.0 in found.edges
    below, above = {-e for e in found.edges if e < 0}, {e for e in found.edges if e > 0}
    assert below <= above or above <= below
    assert len({one["label"] for one in legend}) == len(legend)


def test_every_map_of_the_portal_lies_over_the_city_s_own_layers(app: Flask):
    with app.test_request_context("/it/"):
        g.language = "it"
        config = maps.config(maps.pick("lat", "lon"))
    assert [one["name"] for one in config["base"]][-1] == "districts"
    assert {"water", "roads"} <= {one["name"] for one in config["base"]}
    south_west, north_east = config["bounds"]
    assert south_west < [44.49, 11.34] < north_east
    assert all(config["words"].values())


def test_the_script_writes_words_as_text_only():
    script = (ROOT / "static/js/map.js").read_text()
    assert not re.search(
        r"innerHTML\s*[+]?=|insertAdjacentHTML|outerHTML|eval\(|document\.write", script
    )
    assert "innerHTML" not in (ROOT / "static/js/charts.js").read_text()
