"""Tables of a page as rows of words, by the name of the region they lie in."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._name = ""
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if found.get("role") == "region":
            self._name = found.get("aria-label") or found.get("aria-labelledby") or ""
        elif tag == "table":
            self.tables.setdefault(self._name, [])
        elif tag == "tr" and self._name in self.tables:
            self.tables[self._name].append([])
        elif tag in ("td", "th") and self.tables.get(self._name):
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[self._name][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def tables(page: str) -> dict[str, list[list[str]]]:
    """Every table of a page: its region's name, then its rows."""
    reader = _Reader()
    reader.feed(page)
    return reader.tables
