"""Somebody reads what an option would change: by keyboard, on a phone, without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Person, too_wide, until

SCENARIO = "scenarios/citta-30-citta30"
GUIDE = f"{SCENARIO}/1.0.0/guide"
WORDS = {
    "it": {"guide": "Segui la guida: 5 passi", "next": "Avanti", "step": "Passo {} di 5"},
    "en": {"guide": "Follow the guide: 5 steps", "next": "Next", "step": "Step {} of 5"},
}
PAGES = (
    SCENARIO,
    f"{GUIDE}/1",
    f"{GUIDE}/3",
    f"{SCENARIO}/1.0.0/model",
    f"{SCENARIO}/1.0.0/predicates",
    "scenarios/citta-30-base/versions",
    "compare/citta-30/predicates",
    "scenarios/area-verde-tariffa-piena/1.0.0/guide/2",
)


def test_somebody_reads_a_guide_step_by_step(person: Callable[..., Person], scripts: bool) -> None:
    language = "it" if scripts else "en"
    one, words = person(scripts=scripts), WORDS[language]
    page = one.go(f"/{language}/{SCENARIO}")
    page.get_by_role("link", name=words["guide"]).click()
    for number in range(1, 6):
        expect(page.get_by_text(words["step"].format(number))).to_be_visible()
        assert page.url.endswith(f"/guide/{number}")
        one.check_access()
        if number < 5:
            page.get_by_role("link", name=words["next"]).click()
            page.wait_for_url(f"**/guide/{number + 1}")
    assert page.get_by_role("link", name=words["next"]).count() == 0


def test_arrow_keys_lead_through_the_guide_and_the_step_is_said(
    person: Callable[..., Person],
) -> None:
    page = person().go(f"/en/{GUIDE}/1")
    until(page, "!!window.portalMaps && !!window.portalMaps.get('guide-map')")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Step 2 of 5")).to_be_visible()
    page.wait_for_url("**/guide/2")
    title = page.locator("#guide-title")
    expect(title).to_be_focused()
    assert title.get_attribute("aria-describedby") == "guide-step"
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/guide/3")
    expect(page.locator("#guide-map")).to_have_attribute("aria-label", re.compile("Noise"))
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/guide/2")
    page.go_back()
    expect(page.get_by_text("Step 3 of 5")).to_be_visible()


def test_arrow_keys_on_the_map_move_the_map(person: Callable[..., Person]) -> None:
    page = person().go(f"/en/{GUIDE}/2")
    until(page, "!!window.portalMaps && !!window.portalMaps.get('guide-map')")
    page.locator("#guide-map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.url.endswith("/guide/2")


def test_the_map_follows_and_keeps_still_for_those_who_want_no_motion(
    person: Callable[..., Person],
) -> None:
    page = person(reduced_motion="reduce").go(f"/en/{GUIDE}/2")
    until(page, "!!window.portalMaps && !!window.portalMaps.get('guide-map')")
    assert page.evaluate("portalMaps.get('guide-map').map.getZoom()") < 15
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**/guide/3")
    until(page, "portalMaps.get('guide-map').map.getZoom() > 15")


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_pages_fit_a_small_phone_and_are_accessible(
    person: Callable[..., Person], address: str, language: str
) -> None:
    one = person(width=320, height=640)
    page = one.go(f"/{language}/{address}")
    assert not too_wide(page)
    one.check_access()


def test_what_comes_of_it_is_read_before_the_map(person: Callable[..., Person]) -> None:
    page = person(width=320, height=640).go(f"/en/{SCENARIO}")
    tops = [page.locator(f"#{id}").bounding_box()["y"] for id in ("changes", "outcome", "map")]
    assert tops == sorted(tops)
    assert tops[1] < 2 * 640
    expect(page.get_by_text("6 for the better, 16 for the worse")).to_be_visible()


def test_versions_of_the_demonstration_differ_in_words_only(
    person: Callable[..., Person], scripts: bool
) -> None:
    page = person(scripts=scripts).go("/en/scenarios/citta-30-base/1.0.0")
    page.get_by_role("link", name=re.compile("Versions and what changed: 2 versions")).click()
    expect(page.get_by_text("No material change")).to_be_visible()
    expect(page.get_by_text("scenario.limitations", exact=True)).to_be_visible()


def test_an_objection_finds_its_way(person: Callable[..., Person], scripts: bool) -> None:
    page = person(scripts=scripts).go(f"/en/{SCENARIO}")
    page.get_by_role("link", name="How to object").click()
    expect(page.get_by_role("heading", name="How to object")).to_be_visible()
    page.locator("#object").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
