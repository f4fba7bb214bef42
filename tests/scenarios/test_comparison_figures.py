"""The figures of a comparison: the same on the page, in the table to download and for programs."""

import csv
import io
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from portal import i18n
from portal.scenarios import store
from portal.scenarios.words import WORDS
from tests.scenarios.tables import tables

FAMILIES = ["area-verde", "casa", "citta-30", "energia", "pioggia", "verde"]
STATES: list[dict[str, str]] = [
    {},
    {"options": "all"},
    {"view": "difference"},
    {"view": "swipe", "sort": "name", "order": "desc"},
    {"sort": "left", "q": "via", "page": "2"},
    {"sort": "right", "order": "asc", "q": "san"},
    {"sort": "difference", "district": "navile"},
]
PAIRS = [(0, 1), (2, 3)]  # the baseline and another one; two others


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


def asked(app: Flask, family: str, sides: tuple[int, int], state: dict[str, str]) -> dict[str, str]:
    with app.app_context():
        found = store().family(family)
        names = [entry.name for entry in found.packages]
        left, right = (names[i] for i in sides)
        query = {"left": left, "right": right, **state}
        if state.get("options") == "all" and found.geography:
            package = store().package(left)
            indicator = found.map_indicator or package.indicators_by_area()[0]
            query["area"] = next(iter(package.areas(indicator)))
        return query


def twins(client: FlaskClient, family: str, query: dict[str, str]) -> tuple[Any, list[Any]]:
    whole = client.get(f"/compare/{family}.json", query_string=query).json
    sheet = client.get(f"/compare/{family}.csv", query_string=query).text
    return whole, list(csv.DictReader(io.StringIO(sheet)))


def number(value: float | None, indicator: str) -> str:
    return i18n.number(value, store().indicator(indicator).decimals)


def same(text: str, value: float | None) -> bool:
    return text == "" if value is None else float(text) == value


def check_figure(line: dict[str, str], figure: Any, names: tuple[str, str, str]) -> None:
    for name, end in zip(names, ("value", "low", "high"), strict=True):
        assert same(line[name], figure[end] if figure else None), (line, figure)


def check_difference(line: dict[str, str], comparison: Any) -> None:
    if comparison is None:
        assert line["difference"] == line["verdict"] == ""
        return
    assert same(line["difference"], comparison["difference"])
    assert same(line["difference_low"], comparison["low"])
    assert same(line["difference_high"], comparison["high"])
    assert line["verdict"] == comparison["kind"]


@pytest.mark.parametrize("state", STATES, ids=lambda state: "-".join(state.values()) or "usual")
@pytest.mark.parametrize("family", FAMILIES)
def test_sheet_and_json_hold_the_same_figures(app: Flask, family: str, state: dict[str, str]):
    client = app.test_client()
    for sides in PAIRS:
        whole, sheet = twins(client, family, asked(app, family, sides, state))
        parts = {name: [line for line in sheet if line["part"] == name] for name in PARTS}
        assert sum(map(len, parts.values())) == len(sheet)
        for part, key in (("kpi", "kpis"), ("area", "areas")):
            for line, row in zip(parts[part], whole[key], strict=True):
                check_figure(line, row["left"], ("left", "left_low", "left_high"))
                check_figure(line, row["right"], ("right", "right_low", "right_high"))
                check_difference(line, row["comparison"])
        for part, key in (("option", "matrix"), ("place", "in_area")):
            for line, row in zip(parts[part], whole[key], strict=True):
                assert line["option"] == row["option"]
                check_figure(line, row["figure"], ("value", "low", "high"))
                check_difference(line, row["comparison"])
        over_the_day = [v for one in whole["profiles"] for v in one["value"]]
        assert [float(line["value"]) for line in parts["profile"]] == over_the_day


PARTS = ("kpi", "option", "place", "area", "profile")


@pytest.mark.parametrize("state", STATES, ids=lambda state: "-".join(state.values()) or "usual")
@pytest.mark.parametrize("family", FAMILIES)
def test_the_page_writes_the_figures_of_its_twin(app: Flask, family: str, state: dict[str, str]):
    client = app.test_client()
    for sides in PAIRS:
        query = asked(app, family, sides, state)
        whole, _sheet = twins(client, family, query)
        page = client.get(f"/en/compare/{family}", query_string=query).text
        with app.test_request_context("/en/"):
            g.language = "en"
            check_matrix(tables(page), whole)
            check_places(tables(page), whole)


def check_matrix(found: dict[str, list[list[str]]], whole: Any) -> None:
    rows = [r for r in found["Figure by figure"] + found.get("The other figures", []) if len(r) > 1]
    shown = {row[0]: row[1:] for row in rows[1:]}
    wanted: dict[str, list[Any]] = {}
    options = list(dict.fromkeys(row["option"] for row in whole["matrix"]))
    for row in whole["matrix"]:
        cells = wanted.setdefault(row["indicator"], [None] * len(options))
        cells[options.index(row["option"])] = row
    assert len(wanted) == len([1 for name in shown if name != "Figure"])
    for id, cells in wanted.items():
        indicator = store().indicator(id)
        name = f"{i18n.text(indicator.name)} {i18n.text(indicator.display_unit)}".strip()
        texts = shown[" ".join(name.split())]
        if whole["state"]["options"] == "two":
            check_two(texts.pop(0), next(row for row in whole["kpis"] if row["indicator"] == id))
        for text, cell in zip(texts, cells, strict=True):
            check_cell(text, cell, id)


def check_two(text: str, row: Any) -> None:
    """The difference of the two, then its word."""
    if row["comparison"] is None:
        assert text == "–"
        return
    decimals = store().indicator(row["indicator"]).decimals
    assert text.startswith(i18n.signed(row["comparison"]["difference"], decimals))
    assert text.endswith(WORDS[row["comparison"]["kind"]])


def check_cell(text: str, cell: Any, id: str) -> None:
    if cell is None:
        assert text == "–"
        return
    figure = cell["figure"]
    assert text.startswith(number(figure["value"], id))
    if figure["low"] is not None and figure["low"] != figure["high"]:
        assert f"{number(figure['low'], id)} to {number(figure['high'], id)}" in text
    if "baseline" in text:
        difference = i18n.signed(cell["comparison"]["difference"], store().indicator(id).decimals)
        assert difference in text


def check_places(found: dict[str, list[list[str]]], whole: Any) -> None:
    pages, state, id = whole["pages"], whole["state"], whole["indicator"]
    first = (state["page"] - 1) * pages["rows"]
    wanted = whole["areas"][first : first + pages["rows"]]
    assert pages["found"] == len(whole["areas"])
    if not wanted:
        assert "Place by place" not in found
        return
    for cells, row in zip(found["Place by place"][1:], wanted, strict=True):
        assert cells[0].startswith(row["name"])
        for text, side in zip(cells[2:4], ("left", "right"), strict=True):
            value = row[side]["value"] if row[side] else None
            assert text.startswith(number(value, id))
        if row["comparison"]:
            difference = row["comparison"]["difference"]
            assert cells[1].startswith(i18n.signed(difference, store().indicator(id).decimals))


@pytest.mark.parametrize("family", ["casa", "citta-30", "pioggia"])
def test_the_map_of_differences_has_the_differences_of_the_table(app: Flask, family: str):
    client = app.test_client()
    query = asked(app, family, (0, 1), {"view": "difference"})
    whole, _sheet = twins(client, family, query)
    address = f"/compare/{family}/differences/{whole['indicator']}.json"
    values = client.get(address, query_string=query).json
    for row in whole["areas"]:
        if row["comparison"] is None:
            assert row["code"] not in values
        else:
            found = row["comparison"]
            assert values[row["code"]][3:] == [found["difference"], found["low"], found["high"]]


def test_the_addresses_of_differences_never_change_under_a_browser(app: Flask):
    client = app.test_client()
    page = client.get("/en/compare/casa?view=difference").text
    address = page.split("/compare/casa/differences/")[1].split("&#34;")[0].replace("&amp;", "&")
    kept = client.get("/compare/casa/differences/" + address.replace("\\u0026", "&"))
    assert "immutable" in kept.headers["Cache-Control"]
    plain = "/compare/casa/differences/alloggi_turistici.json"
    assert "immutable" not in client.get(plain).headers.get("Cache-Control", "")
    assert client.get("/compare/casa/differences/nope.json").status_code == 404


def test_no_word_stands_beside_a_figure_that_is_not_there(app: Flask):
    page = app.test_client().get("/en/compare/energia?options=all").text
    for rows in tables(page).values():
        for cell in (cell for row in rows for cell in row):
            if cell.startswith("–"):
                assert cell == "–"
