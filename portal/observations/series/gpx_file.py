"""GPX tracks: points with their time, height and what extensions say; entities are refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from portal.i18n import N_
from portal.observations.series.lines import beginning
from portal.observations.series.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    TOO_MANY_COLUMNS,
    Row,
    Table,
    Unreadable,
)

BLOCK = 64 * 1024
DEEPEST = 40
POINTS = ("trkpt", "wpt", "rtept")
FIXED = ("time", "lat", "lon")
BROKEN = N_("This file is not whole XML: it breaks off or is mistaken in line %(line)s.")
ENTITIES = N_("This file declares a document type or entities, which a GPX track never needs.")
NOT_GPX = N_("This is no GPX file.")
TOO_DEEP = N_("This file is nested too deeply to be a GPX track.")


def open_table(path: Path) -> Table:
    """The points of a GPX file; every kind of value they carry is a column. Raises Unreadable."""
    beginning(path)
    names: dict[str, None] = dict.fromkeys(FIXED)
    for _line, point in _points(path):
        names |= dict.fromkeys(point)
        if len(names) > MOST_COLUMNS:
            raise Unreadable(TOO_MANY_COLUMNS, most=MOST_COLUMNS)
    columns = tuple(names)

    def rows() -> Iterator[Row]:
        for line, point in _points(path):
            yield Row(line, [point.get(name, "") for name in columns])

    return Table("gpx", columns, rows)


def _points(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and values of every point, as the file is read block by block."""
    reader = _Reader()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            reader.feed(block)
            yield from reader.found
            reader.found.clear()
    reader.feed(b"", last=True)
    yield from reader.found
    if not reader.is_gpx:
        raise Unreadable(NOT_GPX)


class _Reader:
    """Listens to the parser and gathers points; nothing outside of points is kept."""

    def __init__(self) -> None:
        self.found: list[tuple[int, dict[str, str]]] = []
        self.is_gpx = False
        self._point: dict[str, str] | None = None
        self._line = 0
        self._depth = 0
        self._text: list[str] = []
        self._length = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.UnparsedEntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def feed(self, block: bytes, last: bool = False) -> None:
        """Read on."""
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            raise Unreadable(BROKEN, line=error.lineno) from None
        except (ValueError, LookupError):  # an encoding nobody knows
            raise Unreadable(BROKEN, line=1) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable(TOO_DEEP)
        if self._depth == 1:
            self.is_gpx = name == "gpx"
        if name in POINTS:
            self._line = self._parser.CurrentLineNumber
            self._point = {key: attributes.get(key, "")[:LONGEST_CELL] for key in ("lat", "lon")}
        self._text, self._length = [], 0

    def _characters(self, text: str) -> None:
        if self._point is not None and self._length < LONGEST_CELL:
            self._text.append(text)
            self._length += len(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        self._depth -= 1
        if self._point is None:
            return
        if name in POINTS:
            self.found.append((self._line, self._point))
            self._point = None
        elif value := "".join(self._text).strip():
            self._point.setdefault(name[:60], value[:LONGEST_CELL])
            if len(self._point) > MOST_COLUMNS:
                raise Unreadable(TOO_MANY_COLUMNS, most=MOST_COLUMNS)
        self._text = []


def _refuse(*_what: Any) -> NoReturn:
    raise Unreadable(ENTITIES)
