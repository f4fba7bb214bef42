"""The manager's story: review measurements, moderate, count a closed vote."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.past import add_closed_vote
from tests.journeys.people import City, Person

Arrive = Callable[..., Person]


def test_a_closed_vote_is_counted_and_its_result_is_public(
    city: City, person: Arrive, scripts: bool
) -> None:
    slug = f"conta-{'con' if scripts else 'senza'}"
    add_closed_vote(city, slug, f"Viali alberati {slug}")
    visitor = person(scripts=scripts)
    hidden = visitor.page.request.get(f"/council/{slug}.json").json()
    assert hidden["result"] is None

    manager = person("community_manager", 1, scripts=scripts)
    page = manager.go("/en/manage")
    waiting = page.get_by_role("region", name="Votes to count")
    expect(waiting).to_contain_text(f"Viali alberati {slug}")
    waiting.locator(f'form[action*="/{slug}/"]').get_by_role("button", name="Count now").click()
    page.wait_for_url(re.compile(f"/{slug}/results"))
    expect(page.get_by_role("main")).to_contain_text("40")
    manager.check_access()
    shown = visitor.page.request.get(f"/council/{slug}.json").json()
    assert shown["result"]["lead"] == 20 and shown["council"]["overdue"] is False


def test_measurements_are_reviewed_one_after_another(person: Arrive, scripts: bool) -> None:
    manager = person("community_manager", 2, scripts=scripts)
    page = manager.go("/en/manage/observations")
    code = page.locator("main li h2 .muted").first.inner_text()
    case = page.locator("main li").first
    case.get_by_label("Rejected").check()
    case.get_by_role("button", name=re.compile("^Decide about")).click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("[Rr]eason"))
    manager.check_access()
    page.goto("/en/manage/observations")
    case = page.locator("main li").first
    case.get_by_label("Accepted", exact=True).check()
    case.get_by_role("button", name=f"Decide about {code}").click()
    page.wait_for_load_state()
    page.goto("/en/manage/observations")
    expect(page.get_by_role("button", name=f"Decide about {code}")).to_have_count(0)


def test_moderation_says_what_waits_and_why_it_decides(person: Arrive, scripts: bool) -> None:
    manager = person("community_manager", 3, scripts=scripts)
    page = manager.go("/en/manage/proposals")
    page.get_by_role("region", name="Newest").get_by_role("link").first.click()
    page.get_by_text("Moderate", exact=True).click()
    form = page.locator('form[action$="/decision"]')
    expect(form.get_by_label("Reason", exact=False)).to_be_visible()
    manager.check_access()
