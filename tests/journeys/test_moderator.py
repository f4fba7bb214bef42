"""The moderator's story: a queue cleared by keyboard alone, with scripts; by plain forms without."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.people import Person, place_of_first, press

Arrive = Callable[..., Person]
CASE = re.compile(r"/manage/moderation/cases/")


def _moved_on(page: Page, before: str) -> str:
    page.wait_for_url(lambda url: url != before)
    return page.url


def _step(page: Page, key: str) -> str:
    """Press a key that leads elsewhere."""
    before = page.url
    press(page, key)
    return _moved_on(page, before)


def test_a_queue_is_cleared_by_keyboard_alone(person: Arrive) -> None:
    manager = person("community_manager", 6)
    page = manager.go("/en/manage/moderation")
    manager.check_access()
    press(page, *"j" * place_of_first(page), "Enter")
    page.wait_for_url(CASE)
    manager.check_access()
    first = page.url
    assert _step(page, "j") != first
    assert _step(page, "k") == first
    press(page, "?")
    expect(page.locator("[data-keys]")).to_be_visible()
    press(page, "?")
    expect(page.locator("[data-keys]")).to_be_hidden()
    page.get_by_role("main").focus()
    press(page, "1", "Enter")
    _moved_on(page, first)
    expect(page.get_by_text("Recorded: Kept as it is.")).to_be_visible()
    here = page.url
    press(page, "u")
    assert _moved_on(page, here) == first
    expect(page.get_by_text("The decision is undone.")).to_be_visible()
    for _ in range(4):
        here = page.url
        press(page, "1", "Enter")
        _moved_on(page, here)
        expect(page.get_by_text(re.compile("^Recorded: "))).to_be_visible()


def test_words_in_a_field_are_words_and_single_keys_can_be_switched_off(person: Arrive) -> None:
    manager = person("community_manager", 7)
    page = manager.go("/en/manage/moderation")
    page.locator("[data-first]").click()
    page.wait_for_url(CASE)
    here = page.url
    press(page, "w")
    page.keyboard.type("jk123u?")
    expect(page.get_by_label("In your own words")).to_have_value("jk123u?")
    press(page, "Escape", "?")
    page.get_by_label("Single keys do something on this page").uncheck()
    page.get_by_role("main").focus()
    press(page, "j", "1")
    assert page.url == here
    assert page.locator("[data-choices] input:checked").count() == 0


def test_two_managers_do_not_decide_the_same_case_twice(person: Arrive, scripts: bool) -> None:
    one = person("community_manager", 8, scripts=scripts)
    other = person("community_manager", 9, scripts=scripts)
    page = one.go("/en/manage/moderation?why=hint&kind=comment")
    page.locator("[data-first]").click()
    page.wait_for_url(CASE)
    address = page.url.partition("/en/")[2]
    taken = other.go(f"/en/{address}")
    expect(taken.get_by_role("heading", name=re.compile("^Being looked at by"))).to_be_visible()
    other.check_access()
    page.get_by_label("1 · Keep the text").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Recorded: Kept as it is.")).to_be_visible()
    late = other.go(f"/en/{address}")
    expect(late.get_by_role("heading", name="This case is decided")).to_be_visible()


def test_an_answer_reaches_the_page_and_the_public_list(person: Arrive, scripts: bool) -> None:
    council = person("council", 2, scripts=scripts)
    page = council.go("/en/manage/moderation/answers")
    before = page.url
    page.locator("main .rows a").nth(int(scripts)).click()
    _moved_on(page, before)
    title = page.get_by_role("heading", level=1).inner_text()
    council.check_access()
    page.get_by_label("Being evaluated").check()
    page.get_by_label("Answer and reasons (Italiano)").fill("La verifica è cominciata.")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Please write this text in English.")
    page.get_by_label("Answer and reasons (English)").fill("The check has begun.")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.locator("#answer")).to_contain_text("The check has begun.")
    page.locator("#answer").get_by_role("link", name="All answers and promises").click()
    expect(page.get_by_role("main")).to_contain_text(title)
