"""Two options side by side: which two, their figures, and the nearest valid choice."""

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from portal.scenarios import store
from portal.scenarios.comparing import contrasts
from portal.scenarios.comparing.compare import Pair, pair

FAMILIES = ["area-verde", "casa", "citta-30", "energia", "pioggia", "verde"]


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


def compared(app: Flask, family: str, **asked: str) -> Pair:
    with app.test_request_context("/en/"):
        g.language = "en"
        found = pair(store().family(family), asked)
        assert found.kpis  # worked out while the store is at hand
        assert found.areas is not None
        return found


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_compared(client: FlaskClient, family: str, language: str):
    address = f"/{language}/compare/{family}"
    whole = client.get(address)
    assert whole.status_code == 200
    part = client.get(address, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="comparison"')
    assert part.strip() in whole.text


def test_the_baseline_stands_left_unless_asked_otherwise(app: Flask):
    found = compared(app, "verde")
    assert found.left.name == "verde-situazione-2012"
    assert not found.right.is_baseline
    assert found.notices == ()


def test_an_option_may_be_named_with_or_without_its_family(app: Flask):
    short = compared(app, "verde", left="per-abitante", right="dove-mancano")
    long = compared(app, "verde", left="verde-per-abitante", right="verde-dove-mancano")
    assert (short.left, short.right) == (long.left, long.right)


def test_parameters_select_the_run_they_identify(app: Flask):
    found = compared(
        app, "citta-30", limiti="in-vigore-2025", corsie_ciclabili="si", auto_in_meno="0.2"
    )
    assert found.right.name == "citta-30-ciclabili-m20"
    assert found.notices == ()


def test_a_point_nobody_computed_leads_to_the_nearest_and_says_so(app: Flask):
    found = compared(app, "citta-30", limiti="30", corsie_ciclabili="no", auto_in_meno="0.2")
    assert found.right.parameters["limiti"] in ("30", "50", "in-vigore-2025")
    assert "Nothing was computed for exactly these settings" in found.notices[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"left": "nope"}, "There is no option “nope”"),
        ({"right": "nope"}, "There is no option “nope”"),
        ({"indicator": "nope"}, "no figures for “nope”"),
        ({"area": "nope"}, "There is no area “nope”"),
        ({"left": "dove-mancano", "right": "dove-mancano"}, "Both options were the same"),
        ({"right": "x" * 3000}, "x" * 60),
    ],
)
def test_what_is_unknown_is_replaced_and_said(app: Flask, client: FlaskClient, asked, said):
    found = compared(app, "verde", **asked)
    assert any(said in notice for notice in found.notices)
    assert found.left != found.right
    page = client.get("/en/compare/verde", query_string=asked)
    assert page.status_code == 200
    assert said in page.text


def test_strange_words_in_the_address_do_no_harm(client: FlaskClient):
    page = client.get("/en/compare/verde?left=%00&right=<b>&indicator='\"&area=%F0%9F&left=2")
    assert page.status_code == 200
    assert "<b>" not in page.text


def test_an_unknown_family_is_a_page_with_words(client: FlaskClient):
    assert client.get("/en/compare/nope").status_code == 404
    assert client.get("/compare/nope.json").status_code == 404
    assert client.get("/compare/nope.csv").status_code == 404


# --- figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_twins_hold_the_figures_of_both_packages(client: FlaskClient, family: str):
    twin = client.get(f"/compare/{family}.json").json
    left = client.get(f"/scenarios/{twin['left']['name']}.json").json["kpis"]
    right = client.get(f"/scenarios/{twin['right']['name']}.json").json["kpis"]
    for row in twin["kpis"]:
        assert row["left"] == left.get(row["indicator"])
        assert row["right"] == right.get(row["indicator"])
    sheet = list(csv.DictReader(io.StringIO(client.get(f"/compare/{family}.csv").text)))
    lines = [line for line in sheet if line["part"] in ("kpi", "area")]
    for line, row in zip(lines, [*twin["kpis"], *twin["areas"]], strict=True):
        if row["left"]:
            assert float(line["left"]) == row["left"]["value"]


def test_against_the_baseline_the_stated_difference_is_shown(app: Flask):
    found = compared(app, "verde", right="dove-mancano")
    row = next(r for r in found.kpis if r.indicator.id == "disuguaglianza_gini")
    assert row.comparison.difference == row.right.delta == -0.195
    assert row.comparison.basis == "paired"
    assert row.comparison.kind == "better"


def test_swapping_the_sides_turns_the_difference_round(app: Flask):
    one = compared(app, "verde", left="situazione-2012", right="dove-mancano")
    two = compared(app, "verde", left="dove-mancano", right="situazione-2012")
    for a, b in zip(
        sorted(one.kpis, key=lambda r: r.indicator.id),
        sorted(two.kpis, key=lambda r: r.indicator.id),
        strict=True,
    ):
        assert a.comparison.difference == -b.comparison.difference
        assert a.comparison.distinguishable == b.comparison.distinguishable


def test_both_maps_have_the_same_classes(client: FlaskClient):
    page = client.get("/en/compare/casa").text
    maps = [unescape(text) for text in re.findall(r"data-map='([^']*)'", page)]
    classes = [re.search(r'"classes": ?(\[.*?\])', text).group(1) for text in maps]
    assert len(classes) == 2
    assert classes[0] == classes[1]


@pytest.mark.parametrize(
    ("family", "right", "indicator", "words"),
    [
        ("pioggia", "spugna-25", "suolo_impermeabile", "have the same value everywhere."),
        ("energia", "diffuso-30", "fabbisogno_medio_alloggio", "This is not certain place by"),
        ("energia", "diffuso-30", "fabbisogno_medio_alloggio", "falls most in Via del Genio"),
    ],
)
def test_overlapping_intervals_are_not_said_to_change_nothing(
    app: Flask, family: str, right: str, indicator: str, words: str
):
    with app.test_request_context("/en/"):
        g.language = "en"
        found = pair(store().family(family), {"right": right, "indicator": indicator})
        said = " ".join(contrasts.of_pair(found))
    assert words in said
    assert "Nowhere" not in said


def test_the_sentence_about_an_area_has_the_numbers_of_the_table(app: Flask):
    with app.test_request_context("/en/"):
        g.language = "en"
        found = pair(
            store().family("casa"),
            {"area": "1", "right": "stop-nuove-2030", "indicator": "alloggi_turistici"},
        )
        row = next(r for r in found.areas if r.code == "1")
        said = contrasts.of_pair(found)[-1]
    assert said.startswith(row.name)
    assert f"{row.left.value:.0f} with" in said


def test_the_embedded_comparison_may_be_framed_and_the_portal_may_not(client: FlaskClient):
    embedded = client.get("/en/embed/compare/verde")
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert "<header" not in embedded.text
    assert 'action="/en/embed/compare/verde"' in embedded.text
    whole = client.get("/en/compare/verde")
    assert "frame-ancestors 'none'" in whole.headers["Content-Security-Policy"]


def test_a_live_figure_has_both_options(client: FlaskClient):
    address = (
        "/en/compare/area-verde/figures/ingressi.json?left=nessuna-tariffa&right=tariffa-piena"
    )
    names = [trace.get("name") for trace in client.get(address).json["data"]]
    assert "No charge" in names
    assert client.get("/en/compare/verde/figures/nope.json").status_code == 404


@pytest.mark.parametrize("asked", ["left=nowhere", "right=energia-equo-30", "indicator=nothing"])
def test_a_table_holds_what_was_asked_for_or_is_not_there(client: FlaskClient, asked: str):
    assert client.get(f"/compare/citta-30.csv?{asked}").status_code == 404
    assert client.get("/compare/citta-30.csv?left=citta30&right=citta-30-base").status_code == 200


def test_differences_of_an_unknown_option_are_not_there(client: FlaskClient):
    address = "/compare/energia/differences/emissioni_co2_area.json?left="
    assert client.get(f"{address}nowhere").status_code == 404
    assert client.get(f"{address}equo-30").status_code == 200
