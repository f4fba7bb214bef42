"""The ground under maps from near: streets and their names, loaded only when somebody looks."""

import io
import time

from PIL import Image
from playwright.sync_api import Page

from tests.journeys.people import WAIT, until

AREAS = "/it/scenarios/verde-dove-mancano"
INK = (0x2B, 0x38, 0x45)  # of names


def go_to(page: Page, lat: float, lon: float, zoom: float) -> None:
    page.locator("#map").scroll_into_view_if_needed()
    page.evaluate(
        "([lat, lon, zoom]) => portalMaps.ready('map').then(({ map }) =>"
        " { map.setView([lat, lon], zoom, { animate: false }); })",
        [lat, lon, zoom],
    )


def names_written(page: Page) -> dict[tuple[int, ...], int]:
    """The colours of the map once names stand on it, and how many dots have each."""
    end = time.monotonic() + WAIT / 1000
    while (colours := counted(page)).get(INK, 0) <= 100:
        assert time.monotonic() < end, "no names are written"
        page.wait_for_timeout(200)
    return colours


def asked(page: Page) -> list[str]:
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url.rsplit("/", 1)[-1]))
    return found


def counted(page: Page) -> dict[tuple[int, ...], int]:
    picture = Image.open(io.BytesIO(page.locator("#map").screenshot())).convert("RGB")
    return {colour: n for n, colour in picture.getcolors(1 << 24) or []}


def near(names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(("near", "protomaps"))]


def test_from_afar_nothing_of_it_is_loaded_and_from_near_names_stand_over_the_areas(person):
    one = person()
    names = asked(one.page)
    page = one.go(AREAS)
    go_to(page, 44.4949, 11.3426, 13)
    assert near(names) == []
    before = counted(page)
    assert near(names) == []
    go_to(page, 44.4949, 11.3426, 15)
    after = names_written(page)
    assert {name.split(".")[0].split("-")[0] for name in near(names)} == {"near", "protomaps"}
    assert before.get(INK, 0) < 100
    area = max(after, key=lambda colour: after[colour])
    assert after[area] > sum(after.values()) * 0.3, "the areas' colours are no longer what is seen"


def test_going_back_and_forth_brings_the_plain_layers_back(person):
    page = person().go(AREAS)
    shown = (
        "() => portalMaps.ready('map').then(({ map }) =>"
        " { let n = 0; map.eachLayer(() => { n += 1; }); return n; })"
    )
    go_to(page, 44.4949, 11.3426, 13)
    before = page.evaluate(shown)
    go_to(page, 44.4949, 11.3426, 15.5)
    until(page, f"({shown})().then((n) => n !== {before})")
    names_written(page)
    go_to(page, 44.4949, 11.3426, 13)
    until(page, f"({shown})().then((n) => n === {before} + 2)")


def test_tiles_seen_on_one_page_are_whole_on_the_next(person):
    """Chromium once cut short what it had kept in part; a broken tile is an error in the console."""
    one = person()
    for _ in range(2):
        for lon in (11.3426, 11.31):
            page = one.go(AREAS)
            go_to(page, 44.4949, lon, 15)
            names_written(page)


def test_names_stand_on_maps_without_areas_too(person):
    page = person().go("/it/scenarios/area-verde-tariffa-piena")
    go_to(page, 44.4885, 11.3540, 15)
    names_written(page)
