"""Model cards: complete or refused, shown whole, with a way to object that reaches people."""

import pytest
from flask import Flask

from portal.scenarios.checking.check import check
from tests.scenarios.making import both, edit

FIELDS = (
    "name",
    "version",
    "purpose",
    "not_for",
    "method",
    "inputs",
    "calibration",
    "interval",
    "runs",
    "missing",
    "biases",
    "reviewed",
    "script",
    "owner",
    "objections",
)


def card(city, change):
    edit(city / "strade/trenta/datapackage.json", lambda d: change(d["scenario"]["model"]))


def faults_of(city):
    return [str(f) for f in check(city)]


@pytest.mark.parametrize("field", FIELDS)
def test_a_card_without_a_field_is_refused(city, field):
    card(city, lambda model: model.pop(field))
    found = faults_of(city)
    assert any("scenario.model" in fault and field in fault for fault in found), found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["calibration"].pop("period"), "period"),
        (lambda m: m.update(reviewed="last spring"), "reviewed"),
        (lambda m: m.update(inputs=[]), "inputs"),
        (
            lambda m: m.update(inputs=[{"source": "x", "edition": "1", "use": both("u")}]),
            "“x” is not among the sources",
        ),
        (lambda m: m.update(inputs=[{"source": "s", "use": both("u")}]), "which state of “s”"),
        (lambda m: m["biases"].pop("en"), "biases.en"),
        (lambda m: m.update(name={"it": "solo"}), "name.en"),
    ],
)
def test_a_card_with_a_hole_is_refused(city, change, said):
    card(city, change)
    found = faults_of(city)
    assert any(said in fault for fault in found), found


def test_a_models_name_may_be_said_in_each_language(city):
    card(city, lambda model: model.update(name=both("model")))
    assert faults_of(city) == []


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_card_shows_everything_it_holds(reading: Flask, language):
    client = reading.test_client()
    for name in ("citta-30-citta30", "energia-equo-30", "area-verde-tariffa-piena"):
        twin = client.get(f"/{language}/scenarios/{name}/1.0.0/model.json").json
        page = client.get(f"/{language}/scenarios/{name}/1.0.0/model").text
        model = twin["model"]
        for field in ("purpose", "not_for", "method", "missing", "biases", "objections"):
            assert model[field][language] in page
        for one in model["inputs"]:
            assert one["source"] in page
            assert one["edition"] in page
            assert one["use"][language] in page
        assert model["calibration"]["text"][language] in page
        assert model["interval"]["text"][language] in page


def test_the_name_is_said_in_the_readers_language(reading: Flask):
    client = reading.test_client()
    address = "/scenarios/energia-equo-30/1.0.0/model"
    assert "Heating demand by statistical area" in client.get(f"/en{address}").text
    assert "Fabbisogno di riscaldamento per area" in client.get(f"/it{address}").text


def test_the_error_comes_with_its_number_or_says_there_is_none(reading: Flask):
    client = reading.test_client()
    assert "23%, from 2 comparisons" in client.get("/en/scenarios/citta-30-base/1.0.0/model").text
    assert "Not measured" in client.get("/en/scenarios/verde-dove-mancano/1.0.0/model").text


def test_an_objection_reaches_people(reading: Flask):
    reading.config["CONTACT"] = "scenari@example.org"
    try:
        page = reading.test_client().get("/en/scenarios/citta-30-ciclabili/1.0.0/model").text
    finally:
        reading.config["CONTACT"] = ""
    assert "mailto:scenari@example.org?subject=citta-30-ciclabili%201.0.0" in page
    assert "/en/consultations" in page


def test_cards_are_reached_from_scenario_comparison_and_register(reading: Flask):
    client = reading.test_client()
    link = "/en/scenarios/citta-30-citta30/1.0.0/model"
    assert link in client.get("/en/scenarios/citta-30-citta30").text
    compared = client.get("/en/compare/citta-30?left=citta-30-base&right=citta-30-citta30").text
    assert link in compared
    register = client.get("/en/algorithms").text
    assert "/en/scenarios/citta-30-base/1.0.0/model" in register
    assert "/en/scenarios/casa-situazione-2024/1.0.0/model" in register


def test_the_scenario_page_says_how_sure_it_is(reading: Flask):
    page = reading.test_client().get("/en/scenarios/citta-30-citta30").text
    assert "How sure is this?" in page
    assert "of 24 figures" in page
    assert (
        "Of 24 figures compared with “As it was: 50 km/h”: 6 for the better, 16 for the worse."
        in page
    )


def test_unknown_versions_are_not_found(reading: Flask):
    client = reading.test_client()
    for end in ("model", "model.json", "predicates", "predicates.json", "guide/1", "guide.json"):
        assert client.get(f"/en/scenarios/citta-30-citta30/9.9.9/{end}").status_code == 404
