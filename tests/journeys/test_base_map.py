"""The ground under maps from near: streets and their names, loaded only when somebody looks."""

import io

from PIL import Image
from playwright.sync_api import Page

AREAS = "/it/scenarios/verde-dove-mancano"
INK = (0x2B, 0x38, 0x45)  # of names


def go_to(page: Page, lat: float, lon: float, zoom: float) -> None:
    page.locator("#map").scroll_into_view_if_needed()
    page.evaluate(
        "([lat, lon, zoom]) => portalMaps.ready('map').then(({ map }) =>"
        " { map.setView([lat, lon], zoom, { animate: false }); })",
        [lat, lon, zoom],
    )
    page.wait_for_timeout(2000)


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
    go_to(page, 44.4949, 11.3426, 15)
    assert {name.split(".")[0].split("-")[0] for name in near(names)} == {"near", "protomaps"}
    after = counted(page)
    assert before.get(INK, 0) < 100 < after[INK], "no names are written"
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
    assert page.evaluate(shown) != before
    go_to(page, 44.4949, 11.3426, 13)
    assert page.evaluate(shown) == before + 2


def test_tiles_seen_on_one_page_are_whole_on_the_next(person):
    """Chromium once cut short what it had kept in part; a broken tile is an error in the console."""
    one = person()
    for _ in range(2):
        for lon in (11.3426, 11.31):
            go_to(one.go(AREAS), 44.4949, lon, 15)


def test_names_stand_on_maps_without_areas_too(person):
    page = person().go("/it/scenarios/area-verde-tariffa-piena")
    go_to(page, 44.4885, 11.3540, 15)
    assert counted(page).get(INK, 0) > 100
