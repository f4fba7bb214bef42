"""A large layer in a real browser: drawn, asked by mouse and by keyboard, read as a list."""

import io
import time

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.people import WAIT, drawn, too_wide

LIMITS = "/it/scenarios/citta-30-citta30/1.0.0/layers/limiti-2025"
TREES = "/it/scenarios/verde-situazione-2012/1.0.0/layers/alberi-2012"


def colours(page: Page) -> set[tuple[int, ...]]:
    """The colours that cover something of the map."""
    picture = Image.open(io.BytesIO(page.locator("#map").screenshot())).convert("RGB")
    return {colour for n, colour in picture.getcolors(1 << 24) or [] if n > 40}


def near_via_costa(page: Page) -> None:
    page.evaluate(
        "() => portalMaps.ready('map').then(({ map }) =>"
        " { map.setView([44.49510, 11.32490], 16, { animate: false }); })"
    )


def test_tiles_are_drawn_in_the_colours_of_the_legend(person):
    page = person().go(LIMITS)
    near_via_costa(page)
    page.locator("#map").scroll_into_view_if_needed()
    thirty, fifty = (0x9A, 0xCC, 0xC6), (0x42, 0x8A, 0xC4)
    end = time.monotonic() + WAIT / 1000
    while not {thirty, fifty} <= (seen := colours(page)):
        assert time.monotonic() < end, seen
        page.wait_for_timeout(200)


def test_the_keyboard_and_a_click_say_what_is_there(person):
    page = person().go(LIMITS)
    near_via_costa(page)
    frame = page.locator("#map")
    frame.focus()
    page.keyboard.press("Enter")
    page.locator("#at[data-lat] tbody tr").first.wait_for()
    assert "Via Andrea Costa" in page.locator("#at").inner_text()
    page.locator("#field-lat").fill("")
    frame.click(position={"x": 200, "y": 200})
    expect(page.locator("#field-lat")).not_to_have_value("")


def test_streets_are_found_by_name_and_shown(person, scripts):
    page = person(scripts=scripts).go(LIMITS)
    page.locator("#field-q").fill("aurelio saffi")
    page.locator("#search button").click()
    page.get_by_role("link", name="Via Aurelio Saffi", exact=True).click()
    first = page.locator("#names tbody tr").filter(has_text="30").first
    first.get_by_role("link", name="Mostra sulla mappa: Via Aurelio Saffi").click()
    page.locator("#at[data-closer]").wait_for()
    assert "Via Aurelio Saffi" in page.locator("#at").inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_a_layer_is_for_everybody(person, width):
    one = person()
    one.page.set_viewport_size({"width": width, "height": 900})
    page = one.go(TREES)
    drawn(page)
    one.check_access()
    assert not too_wide(page)
    assert "290 nomi" in page.locator("#names").inner_text()
