"""The manager's story: count a closed vote, review measurements, moderate, release."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.past import add_closed_vote
from tests.journeys.people import City, Person

Arrive = Callable[..., Person]
CASE = re.compile(r"/manage/observations/[0-9a-f-]{36}")
WORKER = 180  # seconds the worker may take for a release


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
    waiting.locator(f'a[href*="/{slug}/count"]').click()
    page.get_by_role("button", name="Close the box and ask a second person").click()
    expect(page.get_by_role("main")).to_contain_text("You asked for this")
    manager.check_access()
    second = person("community_manager", 2, scripts=scripts)
    page = second.go(f"/en/manage/consultations/{slug}/count")
    second.check_access()
    page.get_by_role("button", name="Open the box and count").click()
    page.wait_for_url(re.compile(f"/{slug}/results"))
    expect(page.get_by_role("main")).to_contain_text("40")
    second.check_access()
    shown = visitor.page.request.get(f"/council/{slug}.json").json()
    assert shown["result"]["lead"] == 20 and shown["council"]["overdue"] is False


def test_measurements_are_reviewed_one_after_another(person: Arrive, scripts: bool) -> None:
    manager = person("community_manager", 2, scripts=scripts)
    page = manager.go("/en/manage/observations")
    page.get_by_role("link", name="Start with the first").click()
    page.wait_for_url(CASE)
    here = page.url
    page.get_by_label("3 · Reject").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert").first).to_contain_text("Please say why")
    manager.check_access()
    page.get_by_label("1 · Accept").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text(re.compile("^Recorded: "))).to_be_visible()
    assert page.url != here


def test_moderation_asks_for_a_rule_and_records_the_decision(person: Arrive, scripts: bool) -> None:
    manager = person("community_manager", 3, scripts=scripts)
    page = manager.go("/en/consultations/trentamila-alberi/proposals")
    page.locator("#list .row a").nth(4 + scripts).click()
    page.wait_for_url(re.compile("/proposals/[0-9a-f-]{36}"))
    title, address = page.get_by_role("heading", level=1).inner_text(), page.url
    page.get_by_role("button", name="Look at it and decide").click()
    page.get_by_label("3 · Hide it").check()
    page.get_by_label("House rule").select_option("")
    page.get_by_label("In your own words").fill("It names a neighbour and a house number.")
    manager.check_access()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("house rule")
    page.get_by_label("House rule").select_option("privacy")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Recorded: Hidden from view.")).to_be_visible()
    visitor = person(scripts=scripts)
    gone = visitor.page.goto(address)
    assert gone is not None and gone.status == 410
    expect(visitor.page.get_by_role("main")).not_to_contain_text(title)


def test_a_release_is_made_from_what_was_accepted(person: Arrive) -> None:
    manager = person("community_manager", 4, scripts=False)
    page = manager.go("/en/datasets/rumore-in-strada")
    releases = page.get_by_role("region", name="Releases").locator("li.row")
    before = releases.count()
    page.get_by_role("button", name="Make a release").click()
    expect(page.get_by_text("A release is being made.")).to_be_visible()
    until = time.monotonic() + WORKER
    while releases.count() == before and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    assert releases.count() == before + 1
    releases.first.get_by_role("link").first.click()
    made = page.request.get(page.url + "/datapackage.json").json()
    kinds = {resource["path"].rpartition(".")[2] for resource in made["resources"]}
    assert {"parquet", "geojson", "csv"} <= kinds
