"""People at browsers: where they go, what they must never meet."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
WAIT = 10_000  # milliseconds a page may take before the journey is lost
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
        """Become the n-th made-up person of a role, through the form everybody sees."""
        page = self.go("/en/sign-in")
        page.get_by_label("Role").select_option(role)
        page.get_by_label("Number of the person").fill(str(n))
        page.get_by_role("button", name="Sign in as this person").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

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
    answer = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]}"
        for rule in answer.response["violations"]
        for node in rule["nodes"][:3]
    ]


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
