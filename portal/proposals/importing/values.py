"""Cells of foreign files as values: texts without marks, times, numbers, addresses, coordinates."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from math import isfinite
from urllib.parse import urlsplit

from portal.proposals.words import clean, clean_line

FORMULA = re.compile(r"^'(?='*[=+\-@\t\r])")  # how exports keep spreadsheets from running a text
BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "blockquote"})
SILENT = frozenset({"script", "style", "iframe", "object", "template", "title", "head"})
MARK = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z]")
TIMES = ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M")


class _Plain(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if tag in BLOCKS:
            self.parts.append("\n" if tag in ("br", "li") else "\n\n")
        if tag == "li":
            self.parts.append("• ")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0
        if tag in BLOCKS and tag not in ("br", "li"):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def plain(text: str) -> str:
    """A text without HTML, as it would be read; a text without any mark stays as it is."""
    text = FORMULA.sub("", text)
    if not MARK.search(text):
        return clean(text)
    parser = _Plain()
    parser.feed(text)
    parser.close()
    return clean("".join(parser.parts))


def line(text: str) -> str:
    """The same on one line."""
    return clean_line(plain(text))


def moment(text: str) -> datetime | None:
    """A time, in UTC where none is named; None where it is none of this world."""
    text = text.strip()
    found: datetime | None = None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        for form in TIMES:
            try:
                found = datetime.strptime(text, form)  # noqa: DTZ007 - made aware below
                break
            except ValueError:
                continue
    if found is None or not 1990 <= found.year <= 2100:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def number(value: object) -> float | None:
    """A finite number, with a decimal point or comma; None for anything else."""
    if isinstance(value, bool) or value is None or len(str(value)) > 40:
        return None
    try:
        found = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None


def count(value: object) -> int | None:
    """A whole number of people; None for anything else."""
    found = number(value)
    return int(found) if found is not None and 0 <= found < 2**31 and found == int(found) else None


def web_address(text: str) -> str:
    """An address of a web page, or nothing."""
    text = text.strip()
    if len(text) > 500 or not text.isascii() or re.search(r"[\s\\\"<>]", text):
        return ""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return ""
    return text if good else ""
