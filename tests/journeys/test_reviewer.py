"""The reviewer's story: measurements decided, passed on and undone by keyboard alone."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import Person, place_of_first, press

CASE = re.compile(r"/manage/observations/[0-9a-f-]{36}")


def test_measurements_are_decided_and_undone_by_keyboard_alone(
    person: Callable[..., Person],
) -> None:
    manager = person("community_manager", 12)
    page = manager.go("/en/manage/observations?check=like_neighbours")
    manager.check_access()
    press(page, *"j" * place_of_first(page), "Enter")
    page.wait_for_url(CASE)
    manager.check_access()
    here = page.url
    press(page, "s", "s", "3", "w")
    expect(page.locator("#field-reason")).to_be_focused()
    page.keyboard.type("Taken beside a horn, 12 j u 1.")
    press(page, "Escape", "Enter")
    page.wait_for_url(lambda url: url != here)
    expect(page.get_by_text(re.compile("^Recorded: .*Rejected"))).to_be_visible()
    press(page, "u")
    page.wait_for_url(lambda url: url.partition("?")[0] == here.partition("?")[0])
    expect(page.get_by_text("The decision is undone: the measurement waits again.")).to_be_visible()
    expect(page.locator("#history")).to_contain_text("Taken beside a horn")
