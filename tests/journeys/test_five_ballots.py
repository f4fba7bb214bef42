"""On a phone, with scripts and without: every rule from the ballot to the receipt."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Person, too_wide

Arrive = Callable[..., Person]


def points(page: Page) -> None:
    page.locator('input[name="score.citta30"][value="5"]').check()
    page.locator('input[name="score.ciclabili"][value="0"]').check()


def ranks(page: Page) -> None:
    page.locator('select[name="rank.equo-30"]').select_option("1")
    page.locator('select[name="rank.mirato-30"]').select_option("2")


def grades(page: Page) -> None:
    for option in ("nessuna-tariffa", "tariffa-2-euro", "esenzioni-30", "solo-inquinanti"):
        page.locator(f'input[name="grade.{option}"][value="good"]').check()


def measures(page: Page) -> None:
    page.locator('input[name="fund.dove-mancano"]').check()
    page.locator('input[name="fund.grandi-parchi"]').check()


BALLOTS = {
    "strade-piu-calme": (points, "5 points"),
    "ordine-per-le-case": (ranks, "rank 2"),
    "chi-paga-per-entrare": (grades, "Good"),
    "un-milione-per-il-verde": (measures, "Together 820,000 € of 1,000,000 €"),
}


@pytest.mark.parametrize("slug", BALLOTS)
def test_a_vote_is_cast_by_each_rule_on_a_phone(person: Arrive, scripts: bool, slug: str) -> None:
    number = 61 + 2 * list(BALLOTS).index(slug) + scripts
    voter = person("citizen", number, scripts=scripts, width=320, height=640)
    page = voter.go(f"/en/consultations/{slug}/vote")
    fill, said = BALLOTS[slug]
    assert not too_wide(page)
    voter.check_access("ballot")
    page.get_by_role("button", name="Review my vote").click()
    expect(page.get_by_role("alert")).to_be_visible()
    fill(page)
    page.get_by_role("button", name="Review my vote").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your vote")
    expect(page.locator("main")).to_contain_text(said)
    page.get_by_role("button", name="Cast my vote").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in.")


def test_a_budget_says_what_is_left_and_refuses_what_is_too_much(
    person: Arrive, scripts: bool
) -> None:
    voter = person("citizen", 81 + scripts, scripts=scripts, width=320, height=640)
    page = voter.go("/en/consultations/un-milione-per-il-verde/vote")
    for box in page.locator('input[name^="fund."]').all():
        box.check()
    running = page.locator("#running")
    if scripts:
        expect(running).to_have_text(re.compile("650.000 € too much"))
    else:
        expect(running).to_be_hidden()
    page.get_by_role("button", name="Review my vote").click()
    expect(page.get_by_role("alert")).to_contain_text("650,000 euros more than there is")
    voter.check_access("refused")


def test_one_press_gives_the_next_free_rank(person: Arrive) -> None:
    voter = person("citizen", 85, width=320, height=640)
    page = voter.go("/en/consultations/ordine-per-le-case/vote")
    buttons = page.get_by_role("button", name="Rank next")
    for place in (2, 0):
        buttons.nth(place).click()
    chosen = [select.input_value() for select in page.locator("select[data-rank]").all()]
    assert (chosen[2], chosen[0]) == ("1", "2")


@pytest.mark.parametrize(
    "slug", ["zone-scolastiche", "ingressi-in-auto", "case-e-turismo", "quartieri-piu-verdi"]
)
def test_the_result_of_each_rule_is_read_on_a_phone(person: Arrive, slug: str) -> None:
    reader = person(width=320, height=640)
    page = reader.go(f"/en/consultations/{slug}/results")
    expect(page.get_by_role("heading", name="Would another rule have chosen")).to_be_visible()
    assert not too_wide(page)
    reader.check_access("result")
