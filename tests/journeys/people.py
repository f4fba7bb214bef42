"""People at browsers: where they go, what they must never meet."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response

AXE = Axe().axe_script
LOOK = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # which fetches styles of other hosts, and there are none
}
# what fades in has no contrast yet; what moves for ever is not waited for
STILL = """Promise.race([
  Promise.allSettled(document.getAnimations().map((one) => one.finished)),
  new Promise((done) => setTimeout(done, 1000)),
]).then(() => true)"""
BREACHES = "look => axe.run(document, look).then(found => found.violations)"
WAIT = 30_000  # milliseconds anything may take before the journey is lost, on a busy machine
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
EXPECTED = re.compile(r"the server responded with a status of (404|409|410|422)")


@dataclass(frozen=True)
class City:
    """Where the demonstration is served, and its data folder."""

    url: str
    data: Path


@dataclass
class Person:
    """Somebody with a browser of their own."""

    city: City
    context: BrowserContext
    page: Page
    scripts: bool
    troubles: list[str] = field(default_factory=list)

    @classmethod
    def arrive(
        cls,
        city: City,
        browser: Browser,
        *,
        scripts: bool = True,
        width: int = 1280,
        height: int = 900,
        **options: Any,
    ) -> Self:
        """Open a browser with nothing in it."""
        context = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": height},
            color_scheme="light",
            locale="it-IT",
            base_url=city.url,
            **options,
        )
        context.set_default_timeout(WAIT)
        one = cls(city, context, context.new_page(), scripts)
        one.page.on("console", one._heard)
        one.page.on("pageerror", lambda error: one._note(f"script error: {error}"))
        one.page.on("request", lambda request: one._asked(request.url))
        one.page.on("response", one._answered)
        return one

    def _note(self, trouble: str) -> None:
        self.troubles.append(f"{self.page.url}: {trouble}")

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self._note(f"console {message.type}: {message.text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.city.url, "data:", "blob:")):
            self._note(f"asked another host: {url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"{response.status} from {response.url}")

    def go(self, path: str) -> Page:
        """Open an address of the portal, which must be there, and move: then all maps are drawn."""
        answer = self.page.goto(path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        self.page.mouse.move(3, 3)
        return self.page

    def sign_in(self, role: str, n: int = 1) -> None:
        """Become the n-th made-up person of a role, by what the form everybody sees would send."""
        asking = self.context.request
        token = TOKEN.search(asking.get("/en/sign-in").text())
        assert token, "no form to sign in with"
        answer = asking.post(
            "/en/sign-in/demo",
            form={"csrf_token": token[1], "role": role, "n": n},
            max_redirects=0,
        )
        assert answer.status == 303, answer.status

    def check_access(self, where: str = "") -> None:
        """The present page breaks no rule of WCAG 2.2 AA that a machine can find.

        The checker is a script: where scripts are off, the same page was checked with them on.
        """
        if not self.scripts:
            return
        found = breaches(self.page)
        assert not found, f"{where or self.page.url}:\n" + "\n".join(found)

    def leave(self) -> list[str]:
        """Close the browser; return what should not have happened."""
        self.context.close()
        return self.troubles


def breaches(page: Page) -> list[str]:
    """What axe finds wrong with a page: rule, place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    page.evaluate(STILL)
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]}"
        for rule in page.evaluate(BREACHES, LOOK)
        for node in rule["nodes"][:3]
    ]


def until(page: Page, true: str) -> None:
    """Wait for a script's condition; the pages' policy forbids Playwright's own way of waiting."""
    end = time.monotonic() + WAIT / 1000
    while not page.evaluate(true):
        assert time.monotonic() < end, f"never came true: {true}"
        page.wait_for_timeout(50)


def drawn(page: Page) -> None:
    """Wait until every map of the page is there with all its layers."""
    page.evaluate(
        "Promise.all([...document.querySelectorAll('[data-map]')]"
        ".map(({ id }) => portalMaps.ready(id))).then(() => true)"
    )


def press(page: Page, *keys: str) -> None:
    """Press keys on a page that is whole and painted: before that, a browser may drop them."""
    page.wait_for_load_state()
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    )
    for key in keys:
        page.keyboard.press(key)


def place_of_first(page: Page) -> int:
    """Where the first case of a queue stands that no colleague has open, counted from one."""
    free = page.locator("[data-first]").get_attribute("href")
    rows = page.locator("[data-queue] .row__title a").all()
    places = [str(row.get_attribute("href")).partition("?")[0] for row in rows]
    return places.index(str(free).partition("?")[0]) + 1


def too_wide(page: Page) -> list[str]:
    """What makes a page scroll sideways, if anything does."""
    return list(
        page.evaluate(
            """() => {
          const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
          if (wide <= 0) return [];
          return [...document.querySelectorAll("main *")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map(e => e.tagName + "." + e.className);
        }"""
        )
    )
