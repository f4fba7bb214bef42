"""Follow every link somebody is offered, and remember one page of each kind."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

VARIANTS = 3  # query strings tried per path
SAFE = "%/:=&?~#+!$,;'@()*[]"  # what an address may hold besides letters: the rest is encoded
# drawn for each request: the pictures from what is asked for whole as SVG
DEAR = {"sharing.png": 12, "voting_paper.example": 1}


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


@dataclass
class Answer:
    """What came back for an address, after being sent on."""

    status: int
    path: str
    kind: str
    text: str


class Reader:
    """Somebody's eyes without their browser: the same cookies, over one kept connection."""

    def __init__(self, url: str, cookies: Iterable[Any]) -> None:
        self._cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)

    def get(self, path: str) -> Answer:
        """Ask for an address, and go where one is sent on to."""
        for _ in range(5):
            self._connection.request("GET", quote(path, SAFE), headers={"Cookie": self._cookies})
            answer = self._connection.getresponse()
            body = answer.read()
            if not 300 <= answer.status < 400:
                break
            path = urljoin(path, answer.headers["Location"])
        kind = answer.headers.get("Content-Type", "")
        page = "text/html" in kind and "attachment" not in answer.headers.get(
            "Content-Disposition", ""
        )
        words = body.decode() if page else ""
        return Answer(answer.status, urlsplit(path).path, kind, words)


def crawl(
    reader: Reader,
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
        answer = reader.get(path)
        site.asked += 1
        if answer.status != 200:
            site.broken.append(f"{answer.status} {path} (offered by {source})")
            continue
        if not answer.text:
            continue
        # a visitor may have been sent to sign in first
        site.pages.setdefault(endpoint_of(routes, answer.path), []).append(path)
        for target in _offers(answer.text, path):
            kind = endpoint_of(routes, target)
            first_part = target.split("/")[1]
            if target in seen or first_part in other_languages:
                continue
            bare = target.partition("?")[0]
            if counts[kind] >= min(most, DEAR.get(kind, most)) or counts[bare] >= VARIANTS:
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
