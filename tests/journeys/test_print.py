"""On paper: maps whole, tables unfolded, the address in words and squares, nothing to press."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import drawn

PAGES = [
    "/it/scenarios/energia-equo-30/1.0.0",
    "/it/compare/energia?right=energia-diffuso-30",
    "/it/consultations/citta-30",
]


def paper(page) -> None:
    """What a browser does before it prints."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")


@pytest.mark.parametrize("address", PAGES[:2])
def test_a_printed_page_says_where_it_is_from(person, address: str):
    page = person().go(address)
    code = page.locator(".printed .qr")
    assert not code.is_visible()
    page.emulate_media(media="print")
    assert code.is_visible()
    assert page.locator(".printed .address").inner_text().startswith(page.url.split("/it/")[0])
    for unseen in ("nav:visible", "button:visible", "form:visible", ".button:visible"):
        assert page.locator(unseen).count() == 0, unseen


def test_an_overview_of_a_consultation_carries_its_address(person):
    page = person().go("/it/consultations")
    page.locator("main a[href*='/consultations/']").first.click()
    page.wait_for_url(re.compile("/it/consultations/[a-z]"))
    page.emulate_media(media="print")
    assert page.locator(".printed .qr").is_visible()
    assert page.locator(".printed .address").inner_text() == page.url.split("?")[0]


def test_maps_and_tables_come_whole_and_go_back_afterwards(person):
    page = person().go(PAGES[0])
    drawn(page)
    folded = page.locator("details.disclosure:not([open])").count()
    before = page.locator("#map").bounding_box()
    paper(page)
    assert folded and page.locator("details.disclosure:not([open])").count() == 0
    whole = page.locator("#map .map__whole")
    colours = whole.evaluate(
        """(canvas) => { const seen = new Set();
        const dots = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        for (let i = 0; i < dots.length; i += 4 * 9) seen.add(dots.slice(i, i + 3).join());
        return [...seen]; }"""
    )
    legend = page.locator(".legend rect").evaluate_all(
        "all => all.map((r) => r.getAttribute('fill'))"
    )
    hexes = {"#{:02x}{:02x}{:02x}".format(*map(int, colour.split(","))) for colour in colours}
    assert set(legend) <= hexes
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".map__whole")).to_have_count(0)
    assert page.locator("#map").bounding_box()["width"] == before["width"]
    assert page.locator("details.disclosure:not([open])").count() == folded


@pytest.mark.parametrize("address", PAGES[:2])
def test_a_pdf_has_few_pages_and_all_of_the_width(person, scripts: bool, address: str):
    page = person(scripts=scripts).go(address)
    if scripts:
        page.locator(".leaflet-container canvas").first.wait_for()
    made = page.pdf(format="A4")
    assert 2 <= len(re.findall(rb"/Type\s*/Page[^s]", made)) <= 12
    page.set_viewport_size({"width": 680, "height": 900})
    page.emulate_media(media="print")
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= 680
