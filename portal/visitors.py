"""Pages for visitors, and parts of pages, kept for some seconds: a rush asks for the same again.

Only what everybody gets alike is kept: whoever sends a cookie, and any page that shows a forgery
token or anything personal, is answered afresh.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request

from portal import headers

MOST_PAGES = 200
MOST_BYTES = 1_500_000
LARGEST = 150_000
HTMX = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "HX-Target")  # page or which part
NONCE = b"\x00nonce\x00"  # cannot occur in a page; each answer gets a nonce of its own


@dataclass(frozen=True)
class Kept:
    """One page as it was drawn, without its nonce."""

    body: bytes
    kind: str
    vary: str
    until: float
    policy: str = ""  # where the page has one of its own


class Shelf:
    """Pages by address, the longest unused leave first; bounded in number and bytes."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], now: float) -> Kept | None:
        """The page kept under a key, unless it is too old."""
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            if page.until <= now:
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: Kept) -> None:
        """Keep a page; others make room."""
        with self._lock:
            if key in self._pages:
                self._drop(key)
            self._pages[key] = page
            self._bytes += len(page.body)
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: tuple[str, ...]) -> None:
        self._bytes -= len(self._pages.pop(key).body)


def enter(app: Flask) -> None:
    """Answer visitors from the shelf, where the portal is set to keep pages at all."""
    seconds = app.config["PAGE_SECONDS"]
    if not seconds:
        return
    shelf = Shelf()
    app.extensions["parts"] = Shelf()

    @app.before_request
    def from_shelf() -> Response | None:
        g.shelf_key = _key()
        page = shelf.get(g.shelf_key, time.monotonic()) if g.shelf_key else None
        if page is None:
            return None
        g.shelf_key = None
        body = page.body.replace(NONCE, headers.nonce().encode())
        response = current_app.response_class(body, content_type=page.kind)
        response.headers["Vary"] = page.vary
        if page.policy:
            response.headers["Content-Security-Policy"] = page.policy.replace(
                NONCE.decode(), headers.nonce()
            )
        return response

    @app.after_request
    def to_shelf(response: Response) -> Response:
        key = g.get("shelf_key")
        if key and _same_for_everybody(response):
            response.vary.add("Cookie")
            nonce, policy = headers.nonce(), response.headers.get("Content-Security-Policy", "")
            body = response.get_data().replace(nonce.encode(), NONCE)
            shelf.put(
                key,
                Kept(
                    body,
                    response.content_type or "",
                    response.headers.get("Vary", ""),
                    time.monotonic() + seconds,
                    policy.replace(nonce, NONCE.decode()),
                ),
            )
        return response


def kept(key: tuple[str, ...], draw: Callable[[], str]) -> str:
    """A part of a page that is the same for everybody: drawn, or as it was drawn seconds ago."""
    shelf: Shelf | None = current_app.extensions.get("parts")
    if shelf is None:
        return draw()
    page = shelf.get(key, time.monotonic())
    if page is not None:
        return page.body.decode()
    part = draw()
    until = time.monotonic() + current_app.config["PAGE_SECONDS"]
    shelf.put(key, Kept(part.encode(), "", "", until))
    return part


def _key() -> tuple[str, ...] | None:
    """What an answer to a visitor depends on; None where it may be personal."""
    rule = request.url_rule
    if request.method != "GET" or request.cookies or rule is None or "lang" not in rule.arguments:
        return None
    return (
        request.host,
        request.path,
        request.query_string.decode("latin-1"),
        *(request.headers.get(name, "") for name in HTMX),
    )


def _same_for_everybody(response: Response) -> bool:
    return (
        response.status_code == 200
        and not response.direct_passthrough
        and not g.get("personal")
        and not g.get("token_shown")
        and "Set-Cookie" not in response.headers
        and "Cache-Control" not in response.headers
        and "Content-Disposition" not in response.headers
        and "Content-Security-Policy" not in response.headers
        and (response.content_length or LARGEST) < LARGEST
    )
