"""Every form a role is offered, read from the pages of the route table, and what could run in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

MARK = "7331"
TEXT = {"text", "search", "email", "url", "tel", "textarea"}
OURS = {"application/json", "application/geo+json"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "srcset"}
_TAGS = ("img src=x", "svg", "iframe", "body", "video src=x", "details open", "input autofocus",
         "marquee", "object data=x", "select autofocus", "audio src=x", "math", "table", "a")  # fmt: skip
_EVENTS = ("onload", "onerror", "onfocus", "onclick", "ontoggle", "onmouseover")
CORPUS = [
    *(f"<{tag} {event}=alert({MARK})>" for tag in _TAGS for event in _EVENTS[:3]),
    *(f"\"{event}=alert({MARK}) x=\"" for event in _EVENTS),
    *(f"' {event}='alert({MARK})" for event in _EVENTS),
    f"<script>alert({MARK})</script>", f"</script><script>alert({MARK})</script>",
    f"<ScRiPt src=//evil.example/{MARK}></sCrIpT>", f"</textarea><script>alert({MARK})</script>",
    f"</title><svg onload=alert({MARK})>", f"--><script>alert({MARK})</script>",
    f"]]><script>alert({MARK})</script>", f"javascript:alert({MARK})",
    f"JaVaScRiPt:alert({MARK})", f"[x](javascript:alert({MARK}))", f"[x](data:text/html,{MARK})",
    f"![x](x\" onerror=\"alert({MARK}))", f"<{MARK}", "{{7*7331}}", "{%print(7*7331)%}",
    "${7*7331}", f"&lt;script&gt;alert({MARK})&lt;/script&gt;", f"\\u003cscript\\u003ealert({MARK})",
    f"=HYPERLINK(\"http://x/{MARK}\")", f"@SUM({MARK})", f"+{MARK}", f"<style>*{{x:{MARK}}}</style>",
    f"<base href=//evil.example/{MARK}>", f"<meta http-equiv=refresh content=0;//x/{MARK}>",
]  # fmt: skip


@cache
def chunks(longest: int) -> list[str]:
    """The corpus in pieces that fit a field."""
    found = [""]
    for payload in CORPUS:
        if len(found[-1]) + len(payload) + 1 > longest:
            found.append("")
        found[-1] = f"{found[-1]} {payload}".strip()
    return found


def fillings(sheet: "Sheet") -> Iterator[dict[str, str]]:
    """The whole corpus in every field, in as few sendings as its shortest field allows."""
    pieces = {
        name: chunks(longest) if longest >= 140 else [CORPUS[0][:longest]]
        for name, longest in sheet.texts.items()
    }
    for turn in range(max(len(words) for words in pieces.values())):
        yield {name: words[turn % len(words)] for name, words in pieces.items()}


@dataclass
class Sheet:
    """A form: where it goes, what it holds already, and which of its fields take any text."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)  # how long each may be


class Reader(HTMLParser):
    """The forms of a page, and everything in it that a browser would run."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.sheets, self.runs = address, [], []
        self._open: Sheet | None = None
        self._select = self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep forms and their fields; notice what runs."""
        given = {name: value or "" for name, value in attrs}
        self._look(tag, given)
        if tag == "form":
            posts = given.get("method", "get").lower() == "post"
            self._open = Sheet(given.get("action") or self.address) if posts else None
            self.sheets += [self._open] if self._open else []
        elif self._open is not None and given.get("name") not in (None, "csrf_token"):
            self._field(self._open, tag, given)
        elif tag == "option" and self._open is not None and self._select and given.get("value"):
            self._open.values.setdefault(self._select, given["value"])
        self._within = f"{tag} {given.get('type', '')}" if tag in ("script", "style") else ""

    def _field(self, sheet: Sheet, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text") if tag == "input" else tag
        self._select = name if tag == "select" else ""
        if kind in TEXT:
            sheet.texts[name] = min(int(given.get("maxlength") or 140), 2500)
        elif kind in ("hidden", "number", "date", "datetime-local"):
            sheet.values[name] = given.get("value", "")
        elif kind == "radio":
            sheet.values.setdefault(name, given.get("value", ""))

    def _look(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            scheme = "".join(value.lower().split()).partition(":")[0]
            runs = name.startswith("on") or name in ("srcdoc", "style")
            leads = name in ADDRESSES and (
                scheme in ("javascript", "vbscript") or value.startswith(("data:text", "//"))
            )
            if runs or leads or (tag in ("base", "meta", "iframe") and MARK in value):
                self.runs.append((tag, name, value[:60]))
            if MARK in name or MARK in tag:
                self.runs.append((tag, name, "written as a tag"))

    def handle_data(self, data: str) -> None:
        """Words between tags: in a script or style they run, unless they are plain data."""
        if self._within and MARK in data and self._within.split()[-1] not in OURS:
            self.runs.append((self._within, "", data[:60]))

    def handle_endtag(self, tag: str) -> None:
        """A form or list of choices ends."""
        self._within = ""
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""


def read(address: str, page: Any) -> Reader:
    """A page read as a browser would."""
    reader = Reader(address)
    reader.feed(page)
    return reader
