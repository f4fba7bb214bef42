"""Every state of the comparison has an address; what an address gets wrong is said, never an error."""

import re
from html import unescape

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.scenarios import store
from portal.scenarios.comparing import comparison
from portal.scenarios.comparing.compare import pair
from tests.scenarios.tables import tables

STREETS = "/en/compare/citta-30"
PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


def said(page: str) -> str:
    """What the page says aloud."""
    return " ".join(unescape(page).split('role="status"')[1:])


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"options": "all"},
        {"view": "swipe"},
        {"view": "difference", "sort": "left", "order": "asc"},
        {"sort": "name", "order": "desc", "q": "via", "page": "2"},
        {"district": "porto-saragozza", "profile": "co2_kg"},
    ],
)
def test_an_address_leads_to_its_own_state_again(app: Flask, state: dict[str, str]):
    with app.test_request_context("/en/"):
        g.language = "en"
        family = store().family("citta-30")
        first = pair(family, state)
        address = comparison.address(first)
        again = pair(family, address)
        assert again.state == first.state
        assert comparison.address(again) == address
        assert {**state, **address} == address  # nothing asked for is lost


def test_every_link_to_another_state_leads_to_a_page(client: FlaskClient):
    pages = [STREETS, f"{STREETS}?options=all&q=saffi", "/it/compare/casa?view=difference&area=1"]
    for page in pages:
        links = set(re.findall(r'href="([^"#]*/compare/[^"#]*)', client.get(page).text))
        assert len(links) > 8
        for link in sorted(links):
            assert client.get(unescape(link)).status_code == 200, link


def test_all_options_stand_side_by_side(client: FlaskClient):
    page = client.get(f"{STREETS}?options=all").text
    head = tables(page)["Figure by figure"][0]
    assert len(head) == 1 + 9
    assert "baseline" in head[1]


def test_the_honest_sentence_comes_before_the_lists(client: FlaskClient):
    page = unescape(client.get(f"{STREETS}?options=all").text)
    assert "No option is best on everything" in page
    two = unescape(client.get(f"{STREETS}?right=citta30").text)
    assert "Neither is best on everything" in two


@pytest.mark.parametrize("view", ["side", "swipe", "difference"])
def test_each_view_has_its_sentence_and_tables_without_scripts(client: FlaskClient, view: str):
    page = client.get(f"/en/compare/casa?view={view}").text
    assert 'class="lead"' in page
    assert {"Figure by figure", "Place by place"} <= set(tables(page))
    assert len(re.findall(r"data-map='", page)) == (1 if view == "difference" else 2)


def test_the_swipe_is_moved_by_a_real_range(client: FlaskClient):
    page = unescape(client.get("/en/compare/casa?view=swipe").text)
    assert '<input class="swipe__range" type="range" id="swipe-range" min="0" max="100"' in page
    assert re.search(r'<label for="swipe-range">Divider: left of it “.+”, right of it “.+”<', page)


# --- the table of places ----------------------------------------------------------------------


def places(page: str) -> list[str]:
    return [row[0] for row in tables(page)["Place by place"][1:]]


def test_pages_hold_every_place_once(client: FlaskClient):
    seen: list[str] = []
    total = client.get("/compare/citta-30.json").json["pages"]
    for number in range(1, total["pages"] + 1):
        seen += places(client.get(f"{STREETS}?page={number}").text)
    assert len(seen) == total["found"] > 200


def test_the_order_is_told_to_everybody(client: FlaskClient):
    page = client.get(f"{STREETS}?sort=left&order=asc").text
    assert page.count('aria-sort="ascending"') == 1
    usual = client.get(STREETS).text
    assert usual.count('aria-sort="other"') == 1
    name = client.get("/en/compare/casa?sort=name&order=desc").text
    assert places(name) == sorted(places(name), key=str.casefold, reverse=True)


def test_accents_do_not_matter_in_a_search(client: FlaskClient):
    assert places(client.get("/en/compare/casa?q=IRNÈRIO").text) == places(
        client.get("/en/compare/casa?q=irnerio").text
    )
    none = client.get("/en/compare/casa?q=zzzz")
    assert "No place matches." in said(none.text)


def test_a_district_keeps_its_own_places(client: FlaskClient):
    page = client.get("/en/compare/casa?district=navile").text
    assert places(page)
    assert all(name.endswith("Navile") for name in places(page))


def test_a_new_page_of_the_table_is_a_small_answer(client: FlaskClient):
    headers = {**PARTIAL, "HX-Target": "section#places"}
    part = client.get(f"{STREETS}?page=2", headers=headers)
    whole = client.get(f"{STREETS}?page=2", headers={**PARTIAL, "HX-Target": "div#comparison"})
    assert part.text.lstrip().startswith('<section class="section" id="places"')
    assert part.text.strip() in whole.text
    assert len(part.text) < len(whole.text) / 2
    assert "HX-Target" in part.headers["Vary"]


# --- what addresses get wrong -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("view=hologram", "“hologram” cannot be chosen here. Shown instead: Side by side."),
        ("options=some", "“some” cannot be chosen here. Shown instead: two options."),
        ("sort=magic", "“magic” cannot be chosen here. Shown instead: largest difference."),
        ("sort=name&order=up", "“up” cannot be chosen here. Shown instead: rising."),
        ("page=999", "The table has only"),
        ("page=" + "9" * 5000, "The table has only"),
        ("page=-1", "There is no page “-1”. The first one is shown."),
        ("page=1e3", "There is no page “1e3”."),
        ("page=%C2%B2", "There is no page “²”."),
        ("options=all&columns=7", "The options fill only 1 page; it is shown."),
        ("district=atlantis", "There is no district “atlantis” here."),
        ("profile=nope", "There is no figure over the day for “nope”."),
        ("q=" + "a" * 5000, "Only the first 100 letters of the search were used."),
        ("left=base&left=citta30", "given more than once; the first value counts: left."),
        ("indicator=nope", "no figures for “nope”"),
        ("area=nope", "There is no area “nope” here."),
        ("indicator=co2&view=swipe", "There is no map of CO2"),
    ],
)
def test_what_is_wrong_is_said_and_the_nearest_is_shown(client: FlaskClient, query, words):
    for address in (f"{STREETS}?{query}", f"/en/embed/compare/citta-30?{query}"):
        page = client.get(address)
        assert page.status_code == 200
        assert words in said(page.text)
    notices = client.get(f"/en/compare/citta-30.json?{query}").json["notices"]
    assert any(words in notice for notice in notices)
    sheet = client.get(f"/compare/citta-30.csv?{query}")
    # a table cannot say aloud that it holds another indicator than the one asked for
    assert sheet.status_code == (404 if query == "indicator=nope" else 200)


def test_an_unknown_language_is_not_found(client: FlaskClient):
    assert client.get("/xx/compare/verde").status_code == 404


NAMES = [
    "left", "right", "indicator", "area", "options", "view", "profile", "columns", "sort", "order",
    "q", "district", "page", "limiti", "corsie_ciclabili", "auto_in_meno", "from", "h",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ["", "all", "swipe", "difference", "base", "citta30", "co2", "name", "desc", "2", "-1", "0",
         "1e309", "NaN", "²", "٣", "../..", "%", "%s", "{0}", "<b>", "a" * 3000, "9" * 400]
    ),
    st.text(max_size=30),
)  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8))
def test_no_address_is_too_strange(client: FlaskClient, query):
    for page in ("/it/compare/citta-30", "/compare/citta-30.json"):
        assert client.get(page, query_string=query).status_code == 200
    for table in ("/compare/area-verde.csv", "/compare/casa/differences/alloggi_turistici.json"):
        assert client.get(table, query_string=query).status_code in (200, 404)
