"""What a reader meets on the pages of scenarios: true units, a place in the menu, words aloud."""

import re

from flask.testing import FlaskClient

COMPARE = "/en/compare/citta-30?left=citta-30-base&right=citta-30-citta30"


def test_shares_differ_by_points_and_not_by_per_cent(client: FlaskClient):
    page = client.get(COMPARE).text
    assert re.search(r"Distance driven above 33 km/h <[^>]*>−38\.6 percentage points", page)


def test_a_unit_that_begins_with_a_number_is_not_read_as_part_of_the_figure(client: FlaskClient):
    page = client.get("/en/scenarios/citta-30-citta30").text
    assert '<span class="stat__unit">(50 km/h = 100)</span>' in page
    assert '<span class="stat__unit">seconds</span>' in page


def test_the_menu_shows_that_comparisons_and_my_place_belong_to_the_scenarios(client: FlaskClient):
    for address in (COMPARE, "/en/my-place", "/en/compare/verde/settings"):
        menu = client.get(address).text
        assert re.search(r'<a href="/en/scenarios" aria-current="true">', menu), address
    assert 'href="/en/scenarios" aria-current="page"' in client.get("/en/scenarios").text


def test_the_sentence_over_a_comparison_names_the_figure_it_speaks_of(client: FlaskClient):
    page = client.get(COMPARE).text
    said = re.search(r'id="answer-sentences" data-says>(.*?)</div>', page, re.S)
    assert said is not None
    assert "Speed on the street, with “City 30 as implemented” instead of" in said[1]
    assert said[1].count("instead of") == 1


def test_an_embedded_comparison_leaves_its_long_tables_to_the_portal(client: FlaskClient):
    embedded = client.get("/en/embed/compare/citta-30").text
    assert 'id="places"' not in embedded
    assert 'href="#places"' not in embedded
    assert 'id="tradeoffs"' in embedded


def test_a_street_is_said_to_lie_in_an_area(client: FlaskClient):
    page = client.post("/en/my-place", data={"q": "via aurelio saffi"}, follow_redirects=True).text
    assert "Area: Via Vittorio Veneto (Porto - Saragozza)" in page
