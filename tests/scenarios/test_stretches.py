"""Stretches of a street are numbered from one end, and codes of a model stay in the data."""

import re

from flask.testing import FlaskClient

from portal.scenarios.checking import places
from portal.scenarios.geography import Area, Geography
from portal.scenarios.layers import stretches
from portal.scenarios.layers.stretches import Stretch

STREETS = "/en/compare/citta-30?left=citta-30-base&right=citta-30-citta30"
LAYER = "/en/scenarios/citta-30-citta30/1.0.0/layers/limiti-2025/names?called=Via+Aurelio+Saffi"
CODE = re.compile(r"stretch [a-z]?\d+[a-z]*(\[\d+\])+|stretch [ab]\d+")


def test_stretches_are_counted_from_the_west_or_where_the_street_runs_so_from_the_north():
    found = stretches.numbered(
        {
            "b2[1][0]": ("Via Saffi", (11.33, 44.500)),
            "b2[0]": ("Via Saffi", (11.31, 44.501)),
            "a9": ("Via Gandhi", (11.31, 44.49)),
            "a8": ("Via Gandhi", (11.312, 44.51)),
            "a1": ("Via Sola", (11.3, 44.5)),
        }
    )
    assert found["b2[0]"] == Stretch(1, 2, "west")
    assert found["b2[1][0]"] == Stretch(2, 2, "west")
    assert found["a8"] == Stretch(1, 2, "north")
    assert found["a1"].of == 1


def test_the_only_stretch_of_a_street_needs_no_number(app):
    area = Area("a1", "Via Sola", {}, (0, 0, 1, 1), (0, 0), {}, {})
    streets = Geography(
        "streets",
        "street",
        {"en": "Streets"},
        "LineString",
        (0, 0, 1, 1),
        "",
        {"a1": area},
        {"a1": Stretch(1, 1, "west")},
    )
    with app.test_request_context("/en/"):
        assert places.in_sentence("a1", streets) == "Via Sola"


def test_no_page_shows_the_code_of_a_stretch(client: FlaskClient):
    for address in (STREETS, "/en/scenarios/citta-30-citta30?rows=all"):
        page = client.get(address, follow_redirects=True).text
        assert not CODE.search(page), CODE.search(page)
        assert re.search(r"stretch \d+ of \d+ from the (west|north)", page)


def test_stretches_of_one_street_stand_in_their_order(client: FlaskClient):
    page = client.get(f"{STREETS}&q=andrea+costa&sort=name").text
    numbers = [int(n) for n in re.findall(r'small">stretch (\d+) of', page)]
    assert len(numbers) > 10
    assert numbers == sorted(numbers)


def test_features_of_a_large_layer_are_numbered_among_those_of_their_name(client: FlaskClient):
    page = client.get(LAYER).text
    assert "no. 1 of 13" in page
    assert "no. 13 of 13" in page
    assert ">s607<" not in page


def test_the_data_keep_the_codes(client: FlaskClient):
    table = client.get("/en/compare/citta-30.csv?left=citta-30-base&right=citta-30-citta30").text
    assert "b50[1]" in table
