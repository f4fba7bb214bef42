"""On a phone: which option does best where I live, and is that certain? Settings by keyboard."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import City, Person, drawn, too_wide, until

Arrive = Callable[..., Person]
PHONE = {"width": 320, "height": 640}
POINT = ("44.4999", "11.3199")


def test_which_option_cuts_emissions_most_in_my_district_and_is_it_certain(
    person: Arrive, scripts: bool
) -> None:
    citizen = person(scripts=scripts, **PHONE)
    page = citizen.go("/en/")
    page.get_by_role("link", name="My place").click()
    page.get_by_label("Or choose from the list").select_option("quartieri:navile")
    page.locator("#by-list").get_by_role("button", name="Show").click()
    expect(page.locator("#answer-title")).to_have_text("Navile")
    assert re.search(r"area=quartieri(:|%3A)navile", page.url)
    page.get_by_label("What matters to you?").select_option("emissioni_co2_area")
    page.locator("#about").get_by_role("button", name="Show").click()
    box = page.locator("#about-answer")
    expect(box).to_contain_text("Best in")
    expect(box).to_contain_text(re.compile("for sure in|does not say"))
    assert not scripts or not too_wide(page)
    citizen.check_access()


def test_injuries_are_known_only_for_the_whole_and_the_page_says_so(
    person: Arrive, scripts: bool
) -> None:
    citizen = person(scripts=scripts, **PHONE)
    page = citizen.go("/en/my-place?area=quartieri:porto-saragozza")
    page.get_by_label("What matters to you?").select_option("indice_incidenti_con_feriti")
    page.locator("#about").get_by_role("button", name="Show").click()
    box = page.locator("#about-answer")
    expect(box).to_contain_text("Computed only for the whole area")
    expect(box).to_contain_text("Best")
    expect(box).to_contain_text("for sure")


def test_a_street_is_found_and_the_address_does_not_tell_it(person: Arrive, scripts: bool) -> None:
    citizen = person(scripts=scripts, **PHONE)
    page = citizen.go("/en/my-place")
    page.get_by_label("Street, square, park or area").fill("san felice")
    page.locator("#by-name").get_by_role("button", name="Search").click()
    expect(page.locator("#found-title")).to_have_text("Which one?")
    page.get_by_role("button", name=re.compile("^Via San Felice")).click()
    expect(page.locator("#answer-title")).to_have_text("Via San Felice")
    assert "elice" not in page.url
    page.locator("#answer summary").first.click()
    expect(page.locator("#answer table").first).to_be_visible()
    assert not scripts or not too_wide(page)
    citizen.check_access()


def test_everything_can_be_reached_with_the_keyboard_alone(person: Arrive) -> None:
    citizen = person(**PHONE)
    page = citizen.go("/en/my-place")
    page.locator("#field-q").focus()
    page.keyboard.type("via saffi")
    page.keyboard.press("Enter")
    expect(page.locator("#answer-title")).to_have_text("Via Aurelio Saffi")
    expect(page.locator("#answer-title")).to_be_focused()
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id || document.activeElement.name"))
    assert "field-indicator" in seen


def test_the_device_gives_a_position_and_a_tap_a_point(person: Arrive) -> None:
    lat, lon = map(float, POINT)
    citizen = person(
        **PHONE,
        geolocation={"latitude": lat, "longitude": lon},
        permissions=["geolocation"],
    )
    page = citizen.go("/en/my-place")
    page.get_by_role("button", name="Use my position").click()
    expect(page.get_by_label("Latitude")).to_have_value(re.compile("^44.49"))
    page.get_by_role("button", name="Show this point").click()
    expect(page.locator("#answer")).to_contain_text("The nearest street that was computed")
    assert "44.49" not in page.url
    citizen.go("/en/my-place")
    drawn(page)
    page.locator("#pick-map").click(position={"x": 140, "y": 150})
    expect(page.get_by_label("Latitude")).to_have_value(re.compile(r"^44\.\d+"))


def test_nothing_of_a_place_is_left_behind(person: Arrive, city: City) -> None:
    citizen = person(**PHONE)
    page = citizen.go("/en/my-place")
    page.get_by_label("Latitude").fill(POINT[0])
    page.get_by_label("Longitude").fill(POINT[1])
    page.get_by_role("button", name="Show this point").click()
    expect(page.locator("#answer-title")).to_be_visible()
    cookies = json.dumps(citizen.context.cookies())
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    log = (city.data.parent / "city.log").read_text()
    for place in POINT:
        for left in (page.url, cookies, kept, log):
            assert place not in left
    for file in city.data.glob("*.sqlite*"):
        assert POINT[0].encode() not in file.read_bytes()


# --- settings ---------------------------------------------------------------------------------


def move(page: Page, key: str) -> list[str]:
    """Press a key on the slider; return what the browser asks of the server from now on."""
    asked: list[str] = []

    def note(url: str) -> None:
        if "/static/" not in url:
            asked.append(url)

    page.on("request", lambda request: note(request.url))
    with page.expect_response(re.compile(r"/settings\?")):
        page.keyboard.press(key)
    return asked


def test_a_slider_moves_by_keyboard_with_one_request_and_recolours(person: Arrive) -> None:
    citizen = person()
    page = citizen.go("/en/compare/citta-30/settings?limiti=in-vigore-2025")
    expect(page.locator("#grid-map.leaflet-container")).to_be_visible()
    drawn(page)
    values = "JSON.stringify(portalMaps.get('grid-map').config.layers[0].read)"
    before = page.evaluate(values)
    slider = page.locator("#grid-auto_in_meno-slide")
    slider.focus()
    asked = move(page, "ArrowRight")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "one in ten")
    expect(page.locator("#grid-auto_in_meno")).to_have_value("10")
    expect(page.locator("#grid-figures h2")).to_contain_text("10%")
    until(page, f"{values} !== {json.dumps(before)}")
    assert "auto_in_meno=0.1" in page.url
    citizen.check_access()
    assert len(asked) == 1, asked


@pytest.mark.parametrize("width", [320, 1280])
def test_settings_work_as_a_form_and_say_a_gap(person: Arrive, scripts: bool, width: int) -> None:
    citizen = person(scripts=scripts, width=width)
    page = citizen.go("/en/compare/citta-30/settings")
    page.get_by_label("30 km/h everywhere").check()
    if scripts:
        expect(page.locator("#grid-figures h2")).to_contain_text("30 km/h")
    page.locator("#grid-auto_in_meno").fill("20")
    page.get_by_role("button", name="Show this run").click()
    expect(page.locator("#grid-run [role=status]")).to_contain_text("Nothing was computed")
    assert not scripts or not too_wide(page)
    page.locator("#grid-table").get_by_role("link").first.click()
    expect(page.locator("#grid-figures h2")).to_be_visible()
