"""Follow every link somebody is offered, and remember one page of each kind."""

from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import APIRequestContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

VARIANTS = 3  # query strings tried per path
DEAR = {"sharing.png": 40}  # drawn for each request, from what is asked for whole as SVG


@dataclass
class Site:
    """What a crawl found: every address asked, what went wrong, pages by endpoint."""

    asked: int = 0
    broken: list[str] = field(default_factory=list)
    pages: dict[str, list[str]] = field(default_factory=dict)


class Links(HTMLParser):
    """The addresses a page offers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the targets of links."""
        target = dict(attrs).get("href") if tag == "a" else None
        if target:
            self.found.append(target)


def crawl(
    browser: APIRequestContext,
    routes: MapAdapter,
    language: str,
    *,
    most: int,
    other_languages: tuple[str, ...],
) -> Site:
    """Ask every page reachable from the front page; at most `most` addresses of one kind."""
    site, counts = Site(), Counter[str]()
    first = f"/{language}/"
    waiting, seen = deque([(first, "")]), {first}
    while waiting:
        path, source = waiting.popleft()
        answer = browser.get(path)
        site.asked += 1
        if answer.status != 200:
            site.broken.append(f"{answer.status} {path} (offered by {source})")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        arrived = urlsplit(answer.url).path  # a visitor may be sent to sign in first
        site.pages.setdefault(endpoint_of(routes, arrived), []).append(path)
        for target in _offers(answer.text(), path):
            kind = endpoint_of(routes, target)
            first_part = target.split("/")[1]
            if target in seen or first_part in other_languages:
                continue
            bare = target.partition("?")[0]
            if counts[kind] >= DEAR.get(kind, most) or counts[bare] >= VARIANTS:
                continue
            counts[kind] += 1
            counts[bare] += 1
            seen.add(target)
            waiting.append((target, path))
    return site


def _offers(html: str, base: str) -> list[str]:
    parser = Links()
    parser.feed(html)
    found = []
    for link in parser.found:
        target = urldefrag(urljoin(base, link)).url
        if not urlsplit(target).scheme and target.startswith("/"):
            found.append(target)
    return found


def endpoint_of(routes: MapAdapter, path: str) -> str:
    """The kind of page at an address."""
    try:
        return str(routes.match(path.partition("?")[0])[0])
    except HTTPException:
        return path
