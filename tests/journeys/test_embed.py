"""A newspaper shows a scenario: its page lies at another address, its readers' browsers decide."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.people import City, Person, drawn

FRAMED = {
    "scenario": "/it/embed/scenarios/energia-equo-30/1.0.0",
    "comparison": "/it/embed/compare/energia?right=energia-diffuso-30",
    "ordinary": "/it/scenarios/energia-equo-30/1.0.0",
}
PAGE = """<!doctype html><html lang="it"><title>Giornale</title><h1>Giornale</h1>
<iframe id="framed" src="{src}" title="Scenario" width="100%" height="900"></iframe>"""


@pytest.fixture(scope="module")
def newspaper(city: City) -> Iterator[str]:
    """A site on a port of its own, which is another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.format(src=city.url + FRAMED.get(self.path[1:], "/")).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def framed(page: Page):
    return page.frame_locator("#framed")


@pytest.mark.parametrize(("what", "width"), [("scenario", 900), ("comparison", 320)])
def test_another_site_shows_an_embedded_page(
    city: City, chromium: Browser, newspaper: str, scripts: bool, what: str, width: int
):
    reader = Person.arrive(city, chromium, scripts=scripts, width=width)
    reader.sign_in("citizen", 4)
    before = reader.context.cookies()
    heard: list[str] = []
    reader.page.on("console", lambda message: heard.append(message.text))
    reader.page.goto(f"{newspaper}/{what}")
    inside = framed(reader.page)
    inside.get_by_role("heading", level=1).wait_for()
    if scripts:
        inside.locator("[data-map]").first.scroll_into_view_if_needed()
        inside.locator(".leaflet-container canvas").first.wait_for()
    assert inside.get_by_role("link", name="portale").last.get_attribute("target") == "_top"
    assert "Participant" not in inside.locator("body").inner_text()
    assert reader.context.cookies() == before
    assert not [line for line in heard if "violat" in line or "Refused" in line], heard
    wide = reader.page.frames[1].evaluate("document.documentElement.scrollWidth") if scripts else 0
    assert wide <= width
    reader.context.close()


def test_another_site_cannot_show_an_ordinary_page(city: City, chromium: Browser, newspaper: str):
    reader = Person.arrive(city, chromium)
    with reader.page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        reader.page.goto(f"{newspaper}/ordinary")
    assert framed(reader.page).locator(".brand").count() == 0  # the browser shows a page of its own
    reader.context.close()


def test_the_link_leads_out_of_the_frame(city: City, chromium: Browser, newspaper: str):
    reader = Person.arrive(city, chromium)
    reader.page.goto(f"{newspaper}/scenario")
    framed(reader.page).get_by_role("link", name="portale").last.click()
    reader.page.wait_for_url(f"{city.url}/it/scenarios/energia-equo-30/1.0.0**")
    reader.context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_embedded_and_the_downloads_are_accessible(person, width: int):
    reader = person(width=width)
    for path in (*list(FRAMED.values())[:2], "/it/scenarios/citta-30-citta30/1.0.0/downloads"):
        page = reader.go(path)
        drawn(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        reader.check_access(path)
