"""The story of somebody with an old phone: writes first, is told who said it already, follows it."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import Person, too_wide

ASKED = "/en/consultations/trentamila-alberi"
THERE = "Ombra in piazza Maggiore nei mesi più caldi"
MINE = "Vasi con alberi per fare ombra in piazza Maggiore"
WORDS = "Nei mesi più caldi in piazza Maggiore non c'è ombra: mettiamo vasi con alberi e panchine."
Arrive = Callable[..., Person]


def write(one: Person) -> None:
    """Fill the two things a proposal needs: words and a place."""
    one.page.get_by_label("Title").fill(MINE)
    one.page.locator("#field-body").fill(WORDS)
    one.page.get_by_label("District").select_option("city")


def test_a_near_duplicate_is_followed_instead(person: Arrive) -> None:
    """On a small phone without scripts, from the first word to the other's page."""
    citizen = person("citizen", 131, scripts=False, width=320, height=640)
    page = citizen.go(f"{ASKED}/proposals/new")
    assert not too_wide(page)
    write(citizen)
    page.get_by_role("button", name="Publish the proposal").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New proposal")
    card = page.locator("#said .card").filter(has_text=THERE)
    expect(card).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value(MINE)
    assert not too_wide(page)
    card.get_by_role("button", name=f"Follow it: {THERE}").click()
    expect(page.locator("#said")).to_contain_text("You follow this proposal now")
    expect(page.locator("#field-body")).to_have_value(WORDS)
    page.get_by_role("link", name="Go to that proposal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("piazza Maggiore")
    expect(page.locator("#follow")).to_contain_text("You follow this proposal")
    assert not too_wide(page)


def test_the_same_is_shown_while_writing(person: Arrive) -> None:
    """With scripts the cards come while the form is filled, and nothing typed is touched."""
    citizen = person("citizen", 132)
    page = citizen.go(f"{ASKED}/proposals/new")
    write(citizen)
    page.locator("#field-body").blur()
    card = page.locator("#said .card").filter(has_text=THERE)
    expect(card).to_be_visible()
    differs = card.get_by_label(re.compile("Mine differs because"))
    differs.fill("La mia chiede vasi piccoli.")
    with page.expect_response(re.compile("/near")):  # newer cards come while one writes in them
        page.locator("#field-title").evaluate(
            "one => one.dispatchEvent(new Event('change', {bubbles: true}))"
        )
    page.wait_for_timeout(300)
    expect(differs).to_have_value("La mia chiede vasi piccoli.")
    citizen.check_access()
    page.get_by_role("button", name="Publish the proposal").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MINE)
    expect(page.locator("#differences")).to_contain_text("La mia chiede vasi piccoli.")
    citizen.check_access()


def test_a_visitor_writes_first_and_signs_in_later(person: Arrive, scripts: bool) -> None:
    visitor = person(scripts=scripts)
    page = visitor.go(f"{ASKED}/proposals/new")
    title = f"Una fontana per chi corre al parco della Montagnola {scripts}"
    page.get_by_label("Title").fill(title)
    page.locator("#field-body").fill("D'estate chi corre non trova acqua: basta una fontanella.")
    page.get_by_label("Address or street").fill("parco della Montagnola")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_label("Title")).to_have_value(title)
    if page.locator("input[name=spot]").count():
        page.locator("input[name=spot]").first.check()
    page.get_by_role("button", name="Publish the proposal").last.click()
    if page.locator("#said-title").count():
        page.get_by_role("button", name="Publish the proposal").last.click()
    page.wait_for_url(re.compile("/sign-in"))
    page.get_by_label("Role").select_option("citizen")
    page.get_by_label("Number of the person").fill(str(141 + scripts))
    page.get_by_role("button", name="Sign in as this person").click()
    expect(page.get_by_label("Title")).to_have_value(title)
    page.get_by_role("button", name="Publish the proposal").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_people_talk_below_a_proposal(person: Arrive, scripts: bool) -> None:
    citizen = person("citizen", 151 + scripts, scripts=scripts, width=320, height=640)
    page = citizen.go(f"{ASKED}/proposals?q=piazza+Maggiore")
    page.get_by_role("link", name=THERE).first.click()
    words = f"Vale anche per chi aspetta l'autobus ({scripts})."
    page.locator("#field-body").fill(words)
    page.locator("#talk-form").get_by_label("In favour").check()
    page.get_by_role("button", name="Publish the comment").click()
    expect(page.locator("#comments")).to_contain_text(words)
    assert not too_wide(page)
    citizen.check_access()
