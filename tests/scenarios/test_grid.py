"""Settings of a family: only computed runs are reached, gaps are said, a move is one small answer."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.scenarios import store
from portal.scenarios.catalogue import Entry, Family, Option, ParameterOf
from portal.scenarios.comparing import grid, grid_pages

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
BUNDLED = ("citta-30", "area-verde", "energia", "pioggia", "verde", "casa")


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


@pytest.fixture
def here(app: Flask) -> Iterator[Flask]:
    with app.test_request_context("/en/"):
        g.language = "en"
        yield app


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def entry(name: str, **point: object) -> Entry:
    both = {"it": name, "en": name}
    return Entry(name, "1.0.0", "0", "f", "alternative", both, both, point, None, "", ())  # type: ignore[arg-type]


def family(*packages: Entry, **values: list[object]) -> Family:
    parameters = tuple(
        ParameterOf(
            id,
            {"en": id, "it": id},
            tuple(Option(v, {"en": f"{id} {v}"}) for v in options),  # type: ignore[arg-type]
        )
        for id, options in values.items()
    )
    words = {"it": "f", "en": "f"}
    return Family(
        "f", "t", words, words, packages[0].name, None, None, (), parameters, (0, 0, 1, 1), packages
    )


SMALL = family(
    entry("base", speed="50", less=0),
    entry("slow", speed="30", less=0),
    entry("slow-less", speed="30", less=0.2),
    entry("some", speed="50", less=0.1),
    speed=["50", "30"],
    less=[0, 0.1, 0.2],
)


# --- reading what was chosen ------------------------------------------------------------------


def test_every_computed_point_leads_to_its_own_run(here: Flask) -> None:
    for id in BUNDLED:
        found = store().family(id)
        for one in found.packages:
            asked = {name: str(value) for name, value in one.parameters.items()}
            choice = grid.choose(found, asked)
            assert (choice.entry.name, choice.exact, choice.notices) == (one.name, True, ())


def test_the_fields_of_a_run_lead_back_to_it(here: Flask) -> None:
    for id in BUNDLED:
        found = store().family(id)
        for one in found.packages:
            assert grid.choose(found, grid_pages.point(found, one)).entry.name == one.name


@pytest.mark.parametrize("text", ["20", "20 %", "20%", "0.2", "0,2", " 0.20 ", "less 0.2"])
def test_shares_are_read_as_people_write_them(here: Flask, text: str) -> None:
    choice = grid.choose(SMALL, {"speed": "30", "less": text})
    assert choice.entry.name == "slow-less"
    assert choice.exact


def test_a_number_that_was_not_computed_gives_the_nearest_and_says_so(here: Flask) -> None:
    choice = grid.choose(SMALL, {"speed": "50", "less": "13"})
    assert choice.entry.name == "some"
    assert "nothing was computed for “13”" in choice.notices[0]


@pytest.mark.parametrize("text", ["NaN", "inf", "1_0", "fast", "<b>", "1e999", "ⅷ", "9" * 400])
def test_what_is_no_value_is_said_and_the_run_one_came_from_stays(here: Flask, text: str) -> None:
    choice = grid.choose(SMALL, {"speed": text}, SMALL.packages[2])
    assert choice.entry.name == "slow-less"
    assert "is no value of" in choice.notices[0]
    assert len(choice.notices[0]) < 140


def test_at_a_gap_what_was_just_changed_is_kept(here: Flask) -> None:
    some = SMALL.packages[3]
    choice = grid.choose(SMALL, {"speed": "30", "less": "10"}, some)
    assert not choice.exact
    assert choice.entry.parameters["speed"] == "30"
    assert "Nothing was computed for exactly these settings" in choice.notices[0]
    assert choice.nearest[0].name == choice.entry.name


@settings(deadline=None)
@given(asked=st.dictionaries(st.sampled_from(["speed", "less", "other"]), st.text(max_size=30)))
def test_whatever_is_asked_a_computed_run_is_shown(reading: Flask, asked: dict[str, str]) -> None:
    with reading.app_context():
        assert grid.choose(SMALL, asked).entry in SMALL.packages


# --- the table of runs ------------------------------------------------------------------------


def test_the_table_shows_every_run_once_and_every_gap(here: Flask) -> None:
    for id in BUNDLED:
        found = store().family(id)
        table = grid.table(found)
        cells = [cell for row in table.rows for cell in row.cells]
        assert sorted(c.name for c in cells if c) == sorted(e.name for e in found.packages)
        assert table.computed == len(found.packages)
        assert table.possible >= len(cells)


def test_numbers_go_across_and_one_setting_alone_makes_one_row(here: Flask) -> None:
    assert grid.table(SMALL).across.id == "less"
    assert grid.table(store().family("citta-30")).across.id == "auto_in_meno"
    one = family(entry("a", x=1), entry("b", x=2), x=[1, 2, 3])
    assert [len(row.cells) for row in grid.table(one).rows] == [2]


def test_a_family_whose_options_do_not_differ_has_no_settings(here: Flask) -> None:
    assert SMALL.has_settings
    assert not replace(SMALL, packages=SMALL.packages[:1]).has_settings


# --- the pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("id", BUNDLED)
def test_the_page_works_as_a_plain_form(client: FlaskClient, id: str) -> None:
    page = client.get(f"/it/compare/{id}/settings")
    assert page.status_code == 200
    form = page.text[page.text.index('<form class="form settings"') :]
    assert 'method="get"' in form[:300]
    for parameter in store_family(client, id).parameters:
        options = {str(e.parameters[parameter.id]) for e in store_family(client, id).packages}
        assert (f'name="{parameter.id}"' in form) == (len(options) > 1)


def store_family(client: FlaskClient, id: str) -> Family:
    found: Family = client.application.extensions["scenarios"].family(id)
    return found


def test_numbers_have_a_slider_and_a_field_and_words_have_buttons(client: FlaskClient) -> None:
    page = client.get("/it/compare/citta-30/settings").text
    assert re.search(r'type="range" id="grid-auto_in_meno-slide" min="0" max="2"', page)
    assert re.search(r'type="number"[^>]*name="auto_in_meno"', page)
    assert page.count('type="radio"') == 5


def test_a_gap_is_said_aloud_with_the_nearest_runs(client: FlaskClient) -> None:
    address = "/en/compare/citta-30/settings?limiti=30&corsie_ciclabili=no&auto_in_meno=20"
    page = client.get(address).text
    status = words(page[page.index('role="status"') : page.index('id="grid-figures"')])
    assert "Nothing was computed for exactly these settings" in status
    assert "Computed and near it" in status


def test_a_gap_in_the_table_is_written_and_a_run_is_a_link(client: FlaskClient) -> None:
    page = client.get("/en/compare/citta-30/settings").text
    table = page[page.index('id="grid-table"') :]
    assert table.count(">not computed<") == 3
    assert table.count("data-run=") == 9
    assert "combinations of settings were not computed" in words(table)
    for address in re.findall(r'<a href="([^"]*)" data-run', table):
        assert client.get(unescape(address)).status_code == 200


def test_a_move_is_one_small_quick_answer(client: FlaskClient) -> None:
    address = "/it/compare/citta-30/settings?limiti=in-vigore-2025&auto_in_meno={}"
    for share in (0, 10, 20):
        client.get(address.format(share), headers=HTMX)
    began = time.process_time()
    for share in (0, 10, 20):
        answer = client.get(address.format(share), headers={**HTMX, "Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) < 9_000
    assert (time.process_time() - began) / 3 < 0.1


def test_a_move_carries_the_values_of_the_map(client: FlaskClient) -> None:
    answer = client.get("/it/compare/citta-30/settings?auto_in_meno=20", headers=HTMX)
    values = json.loads(unescape(re.search(r'data-values="([^"]*)"', answer.text).group(1)))  # type: ignore[union-attr]
    package = client.application.extensions["scenarios"].package("citta-30-base-m20")
    figures = package.areas("velocita_strada")
    assert {code: row[0] for code, row in values.items()} == {
        c: f.value for c, f in figures.items()
    }


def test_a_move_asked_again_needs_no_bytes(client: FlaskClient) -> None:
    address = "/it/compare/citta-30/settings?auto_in_meno=20"
    first = client.get(address, headers=HTMX)
    again = client.get(address, headers={**HTMX, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["HX-Replace-Url"].endswith("auto_in_meno=0.2")


def test_the_figures_are_the_packages(client: FlaskClient) -> None:
    twin = client.get("/compare/citta-30/settings.json?auto_in_meno=20").get_json()
    package = client.application.extensions["scenarios"].package(twin["run"]["name"])
    assert twin["run"]["parameters"] == dict(package.parameters)
    assert {k: v["value"] for k, v in twin["kpis"].items()} == {
        k: f.value for k, f in package.kpis().items()
    }
    assert len(twin["runs"]) == 9


@pytest.mark.parametrize(
    "query",
    ["auto_in_meno=NaN", "limiti=" + "x" * 3000, "limiti=30&limiti=50", "indicator=luck", "from=x",
     "auto_in_meno=%00", "limiti=%F0%9F%98%80", "colour=red"],
)  # fmt: skip
def test_bad_settings_lead_to_a_run_and_never_to_trouble(client: FlaskClient, query: str) -> None:
    for headers in ({}, HTMX):
        assert (
            client.get(f"/it/compare/citta-30/settings?{query}", headers=headers).status_code == 200
        )


def test_an_unknown_family_is_not_found(client: FlaskClient) -> None:
    assert client.get("/it/compare/nothing/settings").status_code == 404
    assert client.get("/compare/nothing/settings.json").status_code == 404


def test_the_comparison_chooses_its_second_option_by_settings(client: FlaskClient) -> None:
    page = client.get("/it/compare/citta-30?left=citta-30-base&limiti=30").text
    assert 'id="grid"' in page
    twin = client.get("/compare/citta-30.json?left=citta-30-base&limiti=30").get_json()
    assert "citta-30-citta30-tot" in json.dumps(twin)
