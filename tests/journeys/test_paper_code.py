"""A slip is scanned: the code fills itself in, leaves the address, and reaches no server in one."""

import re

from playwright.sync_api import expect


def test_a_scanned_code_votes_on_a_small_screen_and_leaves_nothing_behind(person):
    visitor = person(width=320)
    page = visitor.go("/it/paper")
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", page.locator(".notice").inner_text())[0]
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("/it/paper", f"/paper#{code}"))
    page.wait_for_function("!location.hash")
    expect(page.locator("#field-code")).to_have_value(code)
    assert not [url for url in asked if code in url.partition("#")[0]]
    page.click("#code button[type=submit]")
    page.locator("input[name=choice]").first.check()
    page.click("#ballot button[type=submit]")
    page.click("button[name=confirm]")
    expect(page.locator("#tracker")).to_be_visible()
    page.click("form[action$='/paper/end'] button")
    expect(page.locator("#tracker")).to_have_count(0)
