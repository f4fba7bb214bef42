"""Options compared at a keyboard: the swipe, the views, the table of places; with and without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Person, drawn, too_wide

Arrive = Callable[..., Person]

FLATS = "/en/compare/casa?right=tetto-centro-3pc-2030"
STREETS = "/en/compare/citta-30"


def shown_of_the_upper_map(page: Page) -> str:
    return str(page.locator("#map-right").evaluate("map => map.parentElement.style.clipPath"))


def test_the_divider_of_the_swipe_is_moved_by_keys(person: Arrive) -> None:
    citizen = person()
    page = citizen.go(FLATS)
    page.get_by_role("link", name="One over the other").press("Enter")
    page.wait_for_url(re.compile("view=swipe"))
    divider = page.get_by_role("slider", name="Divider: left of it “If nothing changes”")
    expect(divider).to_have_value("50")
    drawn(page)
    divider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(divider).to_have_value("60")
    assert "60%" in shown_of_the_upper_map(page)
    expect(divider).to_have_attribute(
        "aria-valuetext",
        "“If nothing changes” on 60%, “3% cap in the centre” on 40% of the map",
    )
    page.keyboard.press("Home")
    assert "0%" in shown_of_the_upper_map(page)
    page.keyboard.press("End")
    assert "100%" in shown_of_the_upper_map(page)
    citizen.check_access()


def test_the_divider_of_the_swipe_is_dragged(person: Arrive) -> None:
    page = person().go(f"{FLATS}&view=swipe")
    drawn(page)
    line = page.locator(".swipe__line")
    line.scroll_into_view_if_needed()
    box = page.locator(".swipe__maps").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, middle, steps=4)
    page.mouse.up()
    expect(page.get_by_role("slider", name="Divider")).to_have_value("25")
    assert "25%" in shown_of_the_upper_map(page)


def test_both_maps_of_the_swipe_move_together(person: Arrive) -> None:
    page = person().go(f"{FLATS}&view=swipe")
    page.locator(".swipe__maps").scroll_into_view_if_needed()
    page.wait_for_function("() => window.portalMaps && portalMaps.get('map-right')")
    page.locator("#map-left").get_by_role("button", name="Zoom in").click()
    page.wait_for_function(
        "() => { const [a, b] = ['map-left', 'map-right'].map((id) => portalMaps.get(id).map);"
        " return a.getZoom() === b.getZoom() && a.getZoom() > 11.5; }"
    )


@pytest.mark.parametrize(
    ("address", "width"),
    [
        (FLATS, 320),
        (f"{FLATS}&view=swipe&area=1", 1280),
        (f"{FLATS}&view=difference", 320),
        (f"{STREETS}?options=all", 1280),
        ("/it/compare/area-verde?options=all", 320),
        (f"{STREETS}?view=none&page=99&left=nobody", 320),
    ],
)
def test_every_view_is_accessible_on_every_screen(person: Arrive, address: str, width: int) -> None:
    citizen = person(width=width)
    page = citizen.go(address)
    drawn(page)
    assert not too_wide(page)
    citizen.check_access(f"{address} at {width}")


def test_places_are_searched_sorted_and_turned(person: Arrive, scripts: bool) -> None:
    page = person(scripts=scripts).go(STREETS)
    places = page.get_by_role("region", name="Place by place")
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url(re.compile("page=2"))
    expect(page.locator("#places-found").get_by_text("21 to 40")).to_be_visible()
    places.get_by_role("link", name="Place", exact=True).click()
    page.wait_for_url(re.compile("sort=name"))
    expect(places.locator("[aria-sort=ascending]")).to_contain_text("Place")
    page.get_by_label("Name of the place").fill("SÀFFI")
    page.locator("#search").get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile("q=S"))
    expect(places.locator("tbody th").first).to_contain_text("Saffi")
    page.go_back()
    page.wait_for_url(re.compile(r"sort=name(?!.*q=S)"))


def test_all_options_are_a_link_away(person: Arrive, scripts: bool) -> None:
    page = person(scripts=scripts).go(STREETS)
    page.get_by_role("link", name="All 9 options").click()
    page.wait_for_url(re.compile("options=all"))
    expect(page.get_by_text("No option is best on everything").first).to_be_visible()
    expect(page.locator("#compare-matrix table").first.locator("thead th")).to_have_count(10)
