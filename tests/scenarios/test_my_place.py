"""My place: true answers for areas, streets and points, honest ones elsewhere, nothing kept."""

import json
import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from portal import create_app, db
from portal.config import Settings
from portal.scenarios import store
from portal.scenarios.catalogue import Indicator
from portal.scenarios.figures import Comparison, Figure, compare
from portal.scenarios.nearby import covering, findings, my_place, place_figures, place_sections
from portal.scenarios.nearby.findings import Standing
from portal.scenarios.nearby.my_place import NoPlace, Swapped
from portal.scenarios.publishing.publish import publish

SAFFI = ("44.4999", "11.3199")  # a point beside via Saffi
HOSTILE = "<script>alert(1)</script>"


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


def ask(client: FlaskClient, status: int = 200, **form: str) -> str:
    answer = client.post("/en/my-place", data=form)
    assert answer.status_code == status, answer.text[:2000]
    return words(answer.text)


# --- areas by address -------------------------------------------------------------------------


def test_every_area_of_the_list_has_an_answer(client: FlaskClient, here: Flask) -> None:
    for geography in my_place.geographies():
        for code in list(geography.areas)[::17]:
            page = client.get(f"/it/my-place?area={geography.id}:{code}")
            assert page.status_code == 200
            assert unescape(geography.name(code)) in unescape(page.text)


def test_the_answer_names_the_best_option_with_its_interval_and_certainty(
    client: FlaskClient,
) -> None:
    page = words(client.get("/en/my-place?area=aree-statistiche:1&family=energia").text)
    twin = client.get("/my-place.json?area=1&family=energia").get_json()
    found = twin["families"][0]["findings"][0]
    assert found["indicator"] == "fabbisogno_riscaldamento_area"
    best = next(o for o in found["options"] if o["name"] == found["best"][0])
    compared = best["compared"]["1"]
    assert compared["kind"] == "better"
    assert compared["difference"] == min(
        o["compared"]["1"]["difference"] for o in found["options"] if o["compared"]
    )
    for number in (compared["difference"], compared["low"], compared["high"]):
        assert f"{abs(number):,.0f}" in page
    assert "for sure, as far as the model can tell" in page


def test_a_district_counts_its_areas_instead_of_averaging(client: FlaskClient) -> None:
    page = words(client.get("/en/my-place?area=quartieri:navile&family=energia").text)
    assert re.search(r"Best in \d+ of 12 places|Best in \d+ of \d+ places", page)
    assert "smaller areas here" in page


def test_injuries_are_said_to_be_known_only_for_the_whole(client: FlaskClient) -> None:
    address = "/en/my-place?area=quartieri:porto-saragozza&indicator=indice_incidenti_con_feriti"
    page = words(client.get(address).text)
    box = page[page.index("What matters to you?") :]
    assert "Computed only for the whole area" in box
    assert "not for your place" in box
    assert "for sure" in box


def test_a_place_outside_a_family_is_told_so(client: FlaskClient) -> None:
    page = words(client.get("/en/my-place?area=quartieri:savena&family=citta-30").text)
    assert "It says nothing about your place" in page
    assert "Best" not in page[page.index("Savena") :].split("Another place")[0]


def test_the_page_without_a_place_offers_every_way(client: FlaskClient) -> None:
    page = client.get("/it/my-place").text
    for field in ("q", "area", "lat", "lon"):
        assert f'name="{field}"' in page
    assert page.count("<optgroup") == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("area=nowhere", "There is no area “nowhere”"),
        (f"area={HOSTILE}", "There is no area “<script>"),
        ("area=12&family=nothing", "There is no question “nothing”"),
        ("area=12&indicator=luck", "There is no figure “luck”"),
        ("area=12&area=13", "left aside: area"),
        ("area=" + "x" * 3000, "There is no area “xxx"),
        ("area=quartieri:", "There is no area"),
        ("area=%00", "could not be read"),
    ],
)
def test_what_an_address_says_wrong_is_said_and_shown_as_text(
    client: FlaskClient, query: str, said: str
) -> None:
    answer = client.get(f"/en/my-place?{query}")
    assert answer.status_code == 200
    assert said in words(answer.text).replace("&lt;", "<") or said in unescape(answer.text)
    assert HOSTILE not in answer.text


# --- streets ----------------------------------------------------------------------------------


def test_a_street_answers_with_its_own_stretches(client: FlaskClient) -> None:
    page = ask(client, q="v. saffi 12")
    assert "Via Aurelio Saffi" in page
    assert "House numbers are not in the data" in page
    assert "stretches of Via Aurelio Saffi were computed" in page
    assert "runs through other areas too" in page


def test_a_street_far_from_the_simulated_ones_says_so(client: FlaskClient) -> None:
    page = ask(client, q="via stalingrado", family="citta-30")
    assert "It says nothing about your place" in page


def test_several_that_fit_are_offered_with_their_district(client: FlaskClient) -> None:
    page = ask(client, q="san felice")
    assert "Which one?" in page
    assert "Piazza di Porta San Felice" in page
    assert "Porto" in page


def test_an_area_by_its_name_is_offered_as_a_link(client: FlaskClient) -> None:
    answer = client.post("/it/my-place", data={"q": "bolognina"})
    assert 'href="/it/my-place?area=zone:bolognina"' in answer.text.replace("%3A", ":")


def test_the_choice_of_a_spot_is_answered(client: FlaskClient, here: Flask) -> None:
    place = store().gazetteer().search("via emilia levante").clear  # type: ignore[union-attr]
    assert place is not None
    for spot in place.spots:
        page = ask(client, spot=f"{place.id}|{spot.area}")
        assert store().geography("aree-statistiche").name(spot.area) in page


@pytest.mark.parametrize("text", ["zzzzqqq", "via", HOSTILE, "的", "a" * 150])
def test_nothing_found_helps_on(client: FlaskClient, text: str) -> None:
    assert "Nothing found" in ask(client, q=text)


def test_coordinates_in_the_search_field_are_a_point(client: FlaskClient) -> None:
    for text in ("44.4999, 11.3199", "44,4999; 11,3199", "44.4999 11.3199"):
        assert "Averages" in ask(client, q=text) or "averages" in ask(client, q=text)


# --- points -----------------------------------------------------------------------------------


def test_a_point_near_a_simulated_street_names_it_and_how_far(client: FlaskClient) -> None:
    page = ask(client, lat=SAFFI[0], lon=SAFFI[1], family="citta-30")
    assert "The nearest street that was computed" in page
    assert re.search(r"about \d+ m away", page)


def test_swapped_coordinates_are_offered_exchanged(client: FlaskClient) -> None:
    answer = client.post("/en/my-place", data={"lat": SAFFI[1], "lon": SAFFI[0]})
    assert answer.status_code == 422
    assert "look swapped" in answer.text
    assert f'name="lat" value="{SAFFI[0]}"' in answer.text


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        ("NaN", "11.3", "degrees as a number"),
        ("inf", "11.3", "degrees as a number"),
        ("1e999", "11.3", "degrees as a number"),
        ("here", "there", "degrees as a number"),
        ("4" * 500, "11.3", "degrees as a number"),
        ("44.49", "", "needs both"),
        ("", "11.3", "needs both"),
        ("0", "0", "outside the city"),
        ("44.49", "191.3", "outside the city"),
        ("91", "11.3", "outside the city"),
        (HOSTILE, "11.3", "degrees as a number"),
    ],
)
def test_a_point_that_is_none_is_said_at_its_field(
    client: FlaskClient, lat: str, lon: str, said: str
) -> None:
    answer = client.post("/en/my-place", data={"lat": lat, "lon": lon})
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert HOSTILE not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_bad_posts_are_refused_in_words(client: FlaskClient) -> None:
    assert "Write a street" in ask(client, 422)
    assert "at most 200" in ask(client, 422, q="x" * 5000)
    assert "search again" in ask(client, 422, spot="gone|99")
    assert "search again" in ask(client, 422, spot="|||")
    twice = client.post("/en/my-place", data={"q": ["a", "b"]})
    assert twice.status_code == 422
    assert "more than once" in twice.text
    assert client.post("/en/my-place", data={"q": "a\x00b"}).status_code == 422
    assert client.post("/en/my-place", data=b"\xff\xfe").status_code == 422


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_are_a_point_or_a_refusal(lat: str, lon: str) -> None:
    for text in (lat, lon):
        number = my_place.degrees(text)
        assert number is None or abs(number) < float("inf")


def test_numbers_are_read_as_people_write_them() -> None:
    assert my_place.degrees(" 44,4949° N ") == 44.4949
    assert my_place.degrees("−1.5") == -1.5
    assert my_place.degrees("1_0") is None
    assert my_place.as_point("44.4949, 11.3426") == ("44.4949", "11.3426")
    assert my_place.as_point("via 20 settembre") is None


def test_points_are_found_or_refused_by_reason(here: Flask) -> None:
    assert my_place.by_point(*SAFFI).geography == "aree-statistiche"
    with pytest.raises(Swapped):
        my_place.by_point(SAFFI[1], SAFFI[0])
    with pytest.raises(NoPlace):
        my_place.by_point("45.4", "9.1")


# --- nothing is kept --------------------------------------------------------------------------


def test_nothing_of_an_exact_place_is_kept(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for form in ({"lat": SAFFI[0], "lon": SAFFI[1]}, {"q": "via saffi 12"}):
            answer = client.post("/it/my-place", data=form)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Location" not in answer.headers
            assert "HX-Push-Url" not in answer.headers
            assert "Saffi" not in str(answer.headers)
    with client.session_transaction() as session:
        assert "saffi" not in json.dumps(dict(session)).lower()
        assert SAFFI[0] not in json.dumps(dict(session))
    said = caplog.text
    assert SAFFI[0] not in said
    assert "affi" not in said


def test_no_link_of_an_exact_answer_holds_the_place(client: FlaskClient) -> None:
    answer = client.post("/it/my-place", data={"lat": SAFFI[0], "lon": SAFFI[1]}).text
    for address in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', answer):
        assert "44.49" not in address
        assert "lat=" not in address
    assert "non ha un indirizzo" in answer


def test_a_map_of_ones_own_place_asks_no_other_computer(app: Flask, client: FlaskClient) -> None:
    before = app.config["TILE_URL"]
    app.config["TILE_URL"] = "https://tiles.example.org/{z}/{x}/{y}.png"
    try:
        answer = client.post("/it/my-place", data={"lat": SAFFI[0], "lon": SAFFI[1]}).text
    finally:
        app.config["TILE_URL"] = before
    own = re.search(r'id="place-map"[^>]*data-map=\'([^\']*)\'', answer)
    assert own is not None
    assert "tiles" not in json.loads(unescape(own.group(1)))


def test_the_outline_of_an_area_is_served_and_others_are_not(client: FlaskClient) -> None:
    shape = client.get("/geo/areas/zone/bolognina.geojson").get_json()
    assert [f["properties"]["code"] for f in shape["features"]] == ["bolognina"]
    assert client.get("/geo/areas/zone/nowhere.geojson").status_code == 404
    assert client.get("/geo/areas/nothing/bolognina.geojson").status_code == 404


# --- which figures speak of a place -----------------------------------------------------------


def test_a_family_covers_a_place_in_the_way_its_figures_allow(here: Flask) -> None:
    area = my_place.by_area("aree-statistiche:1")
    district = my_place.by_area("quartieri:navile")
    assert area is not None
    assert district is not None
    energia, mobility = store().family("energia"), store().family("citta-30")
    assert covering.cover(energia, area).how == "here"
    assert covering.cover(energia, district).how == "several"
    assert covering.cover(mobility, my_place.by_point(*SAFFI)).how == "near"
    assert covering.cover(mobility, my_place.by_point("44.46", "11.38")).how == "none"
    assert covering.cover(store().family("area-verde"), area).how == "whole"


def test_the_perimeter_is_told_from_inside_outside_and_across(here: Flask) -> None:
    family = store().family("area-verde")
    package = place_figures.packages_of(family)[0]
    centre = my_place.by_point("44.4939", "11.3430")
    assert covering.inside_perimeter(package, centre)[0] == "inside"  # type: ignore[index]
    hills = my_place.by_point("44.4480", "11.3300")
    assert covering.inside_perimeter(package, hills)[0] == "outside"  # type: ignore[index]
    seen = {
        covering.inside_perimeter(package, my_place.area(g, code))[0]  # type: ignore[index]
        for g in my_place.geographies()[:1]
        for code in g.areas
    }
    assert "partly" in seen


def test_every_figure_of_the_pages_is_the_packages(client: FlaskClient, here: Flask) -> None:
    twin = client.get("/my-place.json?area=aree-statistiche:7").get_json()
    for family in twin["families"]:
        for found in family["findings"]:
            for option in found["options"]:
                package = store().package(option["name"])
                for code, figure in option["figures"].items():
                    source = (
                        package.kpis()
                        if code == ""
                        else {code: package.areas(found["indicator"])[code]}
                    )
                    wanted = source[found["indicator"] if code == "" else code]
                    assert figure["value"] == wanted.value
                    assert (figure["low"], figure["high"]) == (wanted.low, wanted.high)


def test_the_twin_without_an_area_says_what_is_missing(client: FlaskClient) -> None:
    for query in ("", "?area=nowhere"):
        answer = client.get(f"/my-place.json{query}")
        assert answer.status_code == 422
        assert answer.get_json()["problems"]
    assert client.get("/it/my-place.json?area=1&family=nothing").status_code == 404


# --- the formula ------------------------------------------------------------------------------


def indicator(polarity: str = "lower_better", decimals: int = 1) -> Indicator:
    both = {"it": "x", "en": "x"}
    return Indicator("x", "t", both, both, "1", both, polarity, decimals)  # type: ignore[arg-type]


def standing(name: str, figure: Figure, base: Figure) -> Standing:
    found = compare(figure, base, "lower_better", baseline="reference")
    return Standing(name, {"a": figure}, {"a": found})


BASE = Figure(10.0, 9.0, 11.0)


def test_the_best_is_the_one_with_the_largest_gain() -> None:
    one = standing("one", Figure(8.0, 7.0, 9.0, None, -2.0, -2.5, -1.5), BASE)
    two = standing("two", Figure(6.0, 5.0, 7.0, None, -4.0, -4.5, -3.5), BASE)
    found = findings.finding(indicator(), [one, two])
    assert found is not None
    assert found.best == ("two",)
    assert findings.sure(found.of("two").compared["a"]) == "sure"
    assert findings.rivals(found, "a") == []


def test_equal_as_written_is_equal() -> None:
    one = standing("one", Figure(8.04, None, None), BASE)
    two = standing("two", Figure(8.01, None, None), BASE)
    found = findings.finding(indicator(), [one, two])
    assert found is not None
    assert found.best == ("one", "two")


def test_no_option_that_is_worse_is_called_best() -> None:
    worse = standing("one", Figure(12.0, 11.5, 12.5, None, 2.0, 1.5, 2.5), BASE)
    found = findings.finding(indicator(), [worse])
    assert found is not None
    assert found.best == ()


def test_nothing_without_direction_or_change_is_ranked() -> None:
    same = standing("one", BASE, BASE)
    better = standing("one", Figure(8.0), BASE)
    assert findings.finding(indicator(), [same]) is None
    assert findings.finding(indicator("neutral"), [better]) is None
    assert findings.finding(indicator(), []) is None


@pytest.mark.parametrize(
    ("comparison", "how"),
    [
        (Comparison("better", -1, -2, -0.5, "paired"), "sure"),
        (Comparison("indistinguishable", -1, -2, 0.5, "paired"), "unsure"),
        (Comparison("indistinguishable", -1, -2, 0.5, "intervals"), "overlap"),
        (Comparison("indistinguishable", -1, None, None, "none"), "silent"),
    ],
)
def test_how_sure_a_difference_is_has_four_answers(comparison: Comparison, how: str) -> None:
    assert findings.sure(comparison) == how


def test_rivals_are_those_whose_differences_overlap() -> None:
    one = standing("one", Figure(6.0, 5.0, 7.0, None, -4.0, -4.5, -3.5), BASE)
    two = standing("two", Figure(6.2, 5.0, 7.0, None, -3.8, -4.3, -3.3), BASE)
    far = standing("far", Figure(9.0, 8.5, 9.5, None, -1.0, -1.2, -0.8), BASE)
    found = findings.finding(indicator(), [one, two, far])
    assert found is not None
    assert findings.rivals(found, "a") == ["two"]


def test_a_sentence_never_says_better_where_the_rule_says_unclear(here: Flask) -> None:
    wrong: list[Any] = []
    for family in store().families():
        for code in list(store().geography("aree-statistiche").areas)[::29]:
            where = my_place.by_area(f"aree-statistiche:{code}")
            assert where is not None
            codes = covering.cover(family, where).codes
            for found in place_figures.by_area(family, codes) if codes else []:
                if not found.best or found.places > 1:
                    continue
                compared = [next(iter(found.of(name).compared.values())) for name in found.best]
                line = place_sections._line(family, codes, found.indicator) or {}
                said = "for sure, as far" in line["certain"]
                if said != all(one.kind == "better" for one in compared):
                    wrong.append((family.id, code, found.indicator.id))
                if line["word"] == "better" and not said:
                    wrong.append((family.id, code, line))
    assert not wrong


# --- other cities -----------------------------------------------------------------------------


def portal_of(folder: Path, scenarios: Path | None) -> FlaskClient:
    """A portal with these packages, or with none."""
    if scenarios is not None:
        publish([scenarios], folder / "scenarios")
    portal = create_app(
        Settings(data=folder, demo=True, _env_file=None),
        DATABASE=f"sqlite:///{folder}/portal.sqlite",
        TESTING=True,
        WTF_CSRF_ENABLED=False,
    )
    with portal.app_context():
        SQLModel.metadata.create_all(db.engine())
    return portal.test_client()


def test_a_city_without_a_list_of_streets_still_answers(tmp_path: Path, city: Path) -> None:
    client = portal_of(tmp_path / "data", city)
    page = words(client.get("/en/my-place?area=rioni:nord").text)
    assert "Best: “trenta”, with 67.5 dB" in page
    assert "for sure" in page
    assert "Nothing found" in words(client.post("/en/my-place", data={"q": "via roma"}).text)
    assert "Area nord" in words(client.post("/en/my-place", data={"q": "nord"}).text)
    point = client.post("/en/my-place", data={"lat": "44.15", "lon": "11.15"})
    assert "Area nord" in words(point.text)


def test_a_portal_with_nothing_published_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    client = portal_of(tmp_path / "data", None)
    assert client.get("/en/my-place").status_code == 200
    assert client.post("/en/my-place", data={"q": "via roma"}).status_code == 200
    assert client.post("/en/my-place", data={"lat": "44", "lon": "11"}).status_code == 422
    assert client.get("/my-place.json?area=1").status_code == 422
