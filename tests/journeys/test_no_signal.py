"""Street noise measured where there is no signal: kept on the phone, sent once, never twice."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import Person

Arrive = Callable[..., Person]
CAMPAIGN = "/en/observations/rumore-in-strada"
QUEUE = "/en/observations/queue"
READY = "navigator.serviceWorker.ready.then(() => true)"  # what it keeps is kept by then


def test_what_is_measured_without_a_signal_is_sent_once_when_there_is_one(person: Arrive) -> None:
    citizen = person("citizen", 121, service_workers="allow")
    page = citizen.go(f"{CAMPAIGN}/new")
    page.evaluate(READY)

    citizen.context.set_offline(True)
    page.goto(f"{citizen.city.url}{CAMPAIGN}/new")
    expect(page.get_by_text("works without a signal")).to_be_visible()
    page.locator("#field-result").fill("63.5")
    page.get_by_label("Latitude").fill("44.4949")
    page.get_by_label("Longitude").fill("11.3426")
    when = page.get_by_label("When you measured").input_value()
    page.get_by_role("button", name="Keep it and send it later").click()
    page.wait_for_url(re.compile("/observations/queue"))
    expect(page.locator(".badge")).to_have_text("waiting for a signal")
    expect(page.locator("[data-rows]")).to_contain_text("63.5\u00a0dB(A)")
    expect(page.locator("[data-rows] .meta")).to_contain_text(when.partition("T")[2])
    expect(page.locator("[data-rows] .meta")).not_to_contain_text(when[:10])

    citizen.context.set_offline(False)
    expect(page.locator(".badge")).to_have_text("sent")
    citizen.check_access()
    page.get_by_role("button", name="Send now").click()
    page.get_by_role("link", name="See what became of it").click()
    expect(page.get_by_role("main")).to_contain_text("63.5")
    mine = citizen.go(f"{CAMPAIGN}/mine")
    expect(mine.get_by_role("link", name=re.compile("63.5"))).to_have_count(1)
