"""The citizen's story: compare, vote, keep the receipt, find the vote, change it, propose, measure."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.people import Person, too_wide

ASKED = "/en/consultations/trentamila-alberi"
CAMPAIGN = "/en/observations/rumore-in-strada"
Arrive = Callable[..., Person]


def choose(page: Page, *numbers: int) -> None:
    """Tick options of the ballot by their place; leave all others empty."""
    boxes = page.locator('#ballot input[name="choice"]')
    for place in range(boxes.count()):
        boxes.nth(place).set_checked(place in numbers)


def vote(page: Page, *numbers: int) -> str:
    """Vote through the form and return the number on the receipt."""
    page.goto(f"{ASKED}/vote")
    choose(page, *numbers)
    page.get_by_role("button", name="Review my vote").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your vote")
    page.get_by_role("button", name="Cast my vote").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in.")
    return page.locator("#tracker").inner_text()


def test_two_scenarios_are_compared_side_by_side(person: Arrive, scripts: bool) -> None:
    citizen = person(scripts=scripts)
    page = citizen.go(ASKED)
    page.get_by_role("link", name="Compare them side by side").click()
    right = page.get_by_label("Second option")
    right.select_option(index=1)
    page.get_by_label("First option").select_option(index=2)
    page.locator("#choice").get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"left=.*right="))
    expect(page.locator("#maps-title")).to_be_visible()
    rows = page.get_by_role("region", name="Figure by figure").locator("tbody tr")
    assert rows.count() >= 3
    citizen.check_access()


def test_a_vote_is_cast_found_and_changed(person: Arrive, scripts: bool) -> None:
    citizen = person("citizen", 11 + scripts, scripts=scripts)
    page = citizen.page
    first = vote(page, 0, 2)
    page.get_by_label("Number on the receipt").fill(first.lower().replace("-", ""))
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("#tracker")).to_have_text(first)
    expect(page.get_by_text("It is your latest vote")).to_be_visible()
    page.goto(f"{ASKED}/vote")
    expect(page.get_by_text("You have voted already.")).to_be_visible()
    assert not page.locator('input[name="choice"]:checked').count()  # the box tells no choice
    second = vote(page, 1)
    assert second != first
    page.goto(f"{ASKED}/receipt/{first}")
    expect(page.get_by_text("You voted again after this one")).to_be_visible()
    page.goto(f"{ASKED}/results")
    expect(page.locator("main")).not_to_contain_text(re.compile(r"\d+\s?%"))


def test_a_vote_without_a_choice_is_told_what_is_missing(person: Arrive, scripts: bool) -> None:
    citizen = person("citizen", 21 + scripts, scripts=scripts)
    page = citizen.go(f"{ASKED}/vote")
    page.get_by_role("button", name="Review my vote").click()
    expect(page.get_by_role("link", name=re.compile("choose|option", re.I)).first).to_be_visible()
    citizen.check_access()


def test_someone_elses_receipt_tells_nothing_of_the_voter(person: Arrive) -> None:
    one, other = person("citizen", 31), person("citizen", 32)
    tracker = vote(one.page, 1)
    page = other.go(f"{ASKED}/receipt/{tracker}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This vote is in.")
    expect(page.get_by_text("latest vote")).to_have_count(0)


def test_voting_needs_no_mouse(person: Arrive) -> None:
    """Only Tab, Space and Enter, from the question to the receipt."""
    citizen = person("citizen", 41)
    page = citizen.go(f"{ASKED}/vote")
    reach(page, 'input[name="choice"]')
    page.keyboard.press("Space")
    reach(page, '#ballot button[type="submit"]')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your vote")
    reach(page, 'button[name="confirm"]')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in.")
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", page.locator("#tracker").inner_text())


def reach(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is on something, which must then be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate(
                "() => { const e = document.activeElement;"
                " return [e, e.closest('label, .choice-card')].filter(Boolean).some(x => {"
                " const s = getComputedStyle(x);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }); }"
            )
            assert outline, f"{selector} does not show that it has the focus"
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_voting_fits_the_smallest_screen(person: Arrive, scripts: bool) -> None:
    citizen = person("citizen", 51 + scripts, scripts=scripts, width=320, height=640)
    page = citizen.go(f"{ASKED}/vote")
    assert_fits(citizen)
    choose(page, 0)
    page.get_by_role("button", name="Review my vote").click()
    assert_fits(citizen)
    page.get_by_role("button", name="Cast my vote").click()
    expect(page.locator("#tracker")).to_be_visible()
    assert_fits(citizen)


def assert_fits(citizen: Person) -> None:
    wide = too_wide(citizen.page)
    assert not wide, f"{citizen.page.url} scrolls sideways: {wide}"


def test_a_proposal_is_made_with_its_place_and_supported_by_another(
    person: Arrive, scripts: bool
) -> None:
    author = person("community_manager", 61 + scripts, scripts=scripts)  # no first look needed
    title = f"Alberi davanti alla scuola numero {61 + scripts}"
    page = author.go(f"{ASKED}/proposals/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Your proposal").fill("La strada non ha ombra: servono venti tigli.")
    page.get_by_text("Coordinates", exact=True).click()
    page.get_by_label("Latitude").fill("44.5110")
    page.get_by_label("Longitude").fill("11.3450")
    page.get_by_role("button", name="Publish the proposal").last.click()
    expect(page.get_by_text("One look before you publish")).to_be_visible()
    page.get_by_role("button", name="Publish the proposal").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("main")).to_contain_text("Navile")
    author.check_access()

    neighbour = person("citizen", 71 + scripts, scripts=scripts)
    there = neighbour.go(page.url.removeprefix(neighbour.city.url))
    there.locator("#support").get_by_role("button", name="Support", exact=True).click()
    expect(there.locator("#support")).to_contain_text("1 support")
    expect(there.get_by_role("button", name="Take my support back")).to_be_visible()


def test_a_proposal_with_gaps_is_shown_again_whole(person: Arrive, scripts: bool) -> None:
    author = person("citizen", 81 + scripts, scripts=scripts)
    page = author.go(f"{ASKED}/proposals/new")
    body = "Serve ombra davanti alla scuola, da settembre a giugno."
    page.get_by_label("Your proposal").fill(body)
    page.get_by_label("Title").fill("Corto")
    page.get_by_role("button", name="Publish the proposal").click()
    expect(page.locator('a[href="#field-title"]')).to_be_visible()
    expect(page.get_by_label("Your proposal")).to_have_value(body)
    author.check_access()


def test_a_measurement_is_written_down_and_can_be_followed(person: Arrive, scripts: bool) -> None:
    citizen = person("citizen", 91 + scripts, scripts=scripts)
    page = citizen.go(CAMPAIGN)
    page.get_by_role("link", name="Add a measurement").first.click()
    page.locator("#field-result").fill("64.5")
    page.get_by_text("Coordinates", exact=True).click()
    page.get_by_label("Latitude").fill("44.4949")
    page.get_by_label("Longitude").fill("11.3426")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("main")).to_contain_text("Your place becomes this hexagon")
    citizen.check_access()
    page.get_by_role("button", name="Send the measurement").click()
    page.wait_for_url(re.compile(r"/observations/rumore-in-strada/(?!new)"))
    expect(page.get_by_role("main")).to_contain_text("64.5")
    citizen.check_access()
