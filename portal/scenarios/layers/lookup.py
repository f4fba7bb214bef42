"""Find the features of a large layer near a place or by name, in one file made at publishing.

A SQLite file with an R-tree, opened for reading only: a page never reads the whole layer.
"""

import json
import sqlite3
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, inf, radians
from pathlib import Path
from typing import Any

from portal.scenarios.figures import Figure

UNIT = 1_000_000  # shapes are kept in millionths of a degree, a tenth of a metre
METRES = 111_320.0  # in a degree of latitude
CANDIDATES = 400  # features of a place looked at closely

BEFORE = (
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "BEGIN",
    "CREATE TABLE feature (n INTEGER PRIMARY KEY, id TEXT NOT NULL, named INTEGER,"
    " lat REAL NOT NULL, lon REAL NOT NULL, area INTEGER NOT NULL, figures TEXT, shape BLOB)",
    "CREATE VIRTUAL TABLE place USING rtree(n, west, east, south, north)",
    "CREATE TABLE name (named INTEGER PRIMARY KEY, fold TEXT NOT NULL, name TEXT NOT NULL,"
    " features INTEGER NOT NULL, least REAL, most REAL)",
)
AFTER = (
    "CREATE INDEX by_id ON feature(id)",
    "CREATE INDEX by_name ON feature(named, n) WHERE named IS NOT NULL",
    "CREATE UNIQUE INDEX by_fold ON name(fold)",
    "COMMIT",
)
FEATURE = (
    "SELECT feature.*, coalesce(name.name, '') AS name, name.features AS total,"
    " CASE WHEN named IS NULL THEN n + 1 ELSE (SELECT count(*) FROM feature AS before"
    " WHERE before.named = feature.named AND before.n <= feature.n) END AS number"
    " FROM feature LEFT JOIN name USING (named)"
)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Entry:
    """A feature to be kept: `parts` are flat lon, lat, lon, lat … of its lines, rings or points."""

    id: str
    name: str
    parts: Sequence[Sequence[float]]
    area: bool
    point: tuple[float, float]
    figures: Sequence[Sequence[float | None] | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A feature with its figures by indicator, a place on it, and how far it is in metres.

    `number` is its own among the `total` of its name; among all where it has no name.
    """

    id: str
    name: str
    lat: float
    lon: float
    figures: Mapping[str, Figure]
    number: int
    total: int | None
    metres: float = 0.0


@dataclass(frozen=True, slots=True)
class Name:
    """Features that share a name: how many, and between what their first figure lies."""

    name: str
    fold: str
    features: int
    least: float | None
    most: float | None


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A name as it is searched for: without accents and capitals."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


# --- writing ----------------------------------------------------------------------------------


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write the file; the same bytes for the same entries."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in BEFORE:
            connection.execute(statement)
        names, boxes = _Names(), []

        def rows() -> Iterator[tuple[Any, ...]]:
            for n, entry in enumerate(entries):
                boxes.append((n, *_box(entry)))
                yield _row(n, entry, names.place(entry))

        connection.executemany("INSERT INTO feature VALUES (?,?,?,?,?,?,?,?)", rows())
        connection.executemany("INSERT INTO place VALUES (?,?,?,?,?)", boxes)
        connection.executemany("INSERT INTO name VALUES (?,?,?,?,?,?)", names.rows())
        for statement in AFTER:
            connection.execute(statement)
    finally:
        connection.close()


class _Names:
    """The names there are: how many features have each, and between what their figures lie."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._names: list[list[Any]] = []

    def place(self, entry: Entry) -> int | None:
        """The number of an entry's name, counting the entry; None for no name."""
        fold = folded(entry.name)
        if not fold:
            return None
        place = self._places.setdefault(fold, len(self._names))
        if place == len(self._names):
            self._names.append([place, fold, entry.name, 0, None, None])
        name = self._names[place]
        name[3] += 1
        first = entry.figures[0] if entry.figures else None
        if first:
            name[4] = first[0] if name[4] is None else min(name[4], first[0])
            name[5] = first[0] if name[5] is None else max(name[5], first[0])
        return place

    def rows(self) -> list[list[Any]]:
        """Rows of the table of names."""
        return self._names


def _row(n: int, entry: Entry, named: int | None) -> tuple[Any, ...]:
    lon, lat = entry.point
    figures = None
    if any(figure is not None for figure in entry.figures):
        figures = json.dumps(entry.figures, separators=(",", ":"), allow_nan=False)
    alone = len(entry.parts) == 1 and len(entry.parts[0]) == 2  # a point needs no shape
    shape = None if alone else _packed(entry.parts)
    return n, entry.id, named, lat, lon, entry.area, figures, shape


def _packed(parts: Sequence[Sequence[float]]) -> bytes:
    numbers = array("i", [len(parts), *(len(part) for part in parts)])
    for part in parts:
        numbers.extend(round(number * UNIT) for number in part)
    return numbers.tobytes()


def _shape(row: sqlite3.Row) -> list[list[tuple[float, float]]]:
    return _unpacked(row["shape"]) if row["shape"] else [[(row["lon"], row["lat"])]]


def _unpacked(shape: bytes) -> list[list[tuple[float, float]]]:
    numbers = array("i", shape)
    parts, at = [], 1 + numbers[0]
    for length in numbers[1:at]:
        flat = numbers[at : at + length]
        pairs = zip(flat[::2], flat[1::2], strict=True)
        parts.append([(x / UNIT, y / UNIT) for x, y in pairs])
        at += length
    return parts


def _box(entry: Entry) -> Box:
    if len(entry.parts) == 1:
        (part,) = entry.parts
        xs, ys = part[::2], part[1::2]
    else:
        xs = [x for part in entry.parts for x in part[::2]]
        ys = [y for part in entry.parts for y in part[1::2]]
    return min(xs), max(xs), min(ys), max(ys)


# --- reading ----------------------------------------------------------------------------------


class Lookup:
    """A layer's look-up file."""

    def __init__(self, path: Path, indicators: Sequence[str]) -> None:
        """`indicators` are those of the layer, in its order."""
        self._path, self._indicators = path, indicators

    def near(self, lat: float, lon: float, metres: float, limit: int = 5) -> list[Found]:
        """Features within a distance, the nearest first."""
        high = metres / METRES
        wide = high / max(0.01, cos(radians(lat)))
        box = (lon - wide, lon + wide, lat - high, lat + high)
        with self._open() as reader:
            rows = reader.execute(
                f"{FEATURE} JOIN place USING (n) WHERE east >= ? AND west <= ?"
                " AND north >= ? AND south <= ? LIMIT ?",
                (*box, CANDIDATES),
            ).fetchall()
        away = [(_distance(_shape(row), row["area"], lat, lon), row) for row in rows]
        close = sorted((d, row["n"], row) for d, row in away if d <= metres)
        return [self._found(row, distance) for distance, _, row in close[:limit]]

    def names(self, text: str = "", after: str = "", limit: int = 25) -> list[Name]:
        """Names that hold a text, in order, those behind `after`."""
        like = "%" + folded(text).replace("~", "~~").replace("%", "~%").replace("_", "~_") + "%"
        with self._open() as reader:
            rows = reader.execute(
                "SELECT name, fold, features, least, most FROM name"
                " WHERE fold > ? AND fold LIKE ? ESCAPE '~' ORDER BY fold LIMIT ?",
                (after, like, limit),
            ).fetchall()
        return [Name(**row) for row in rows]

    def named(self, name: str, after: int = -1, limit: int = 25) -> list[tuple[int, Found]]:
        """Features of exactly this name, each with its number, those behind `after`."""
        with self._open() as reader:
            rows = reader.execute(
                f"{FEATURE} WHERE fold = ? AND n > ? ORDER BY n LIMIT ?",
                (folded(name), after, limit),
            ).fetchall()
        return [(row["n"], self._found(row)) for row in rows]

    def one(self, id: str) -> Found | None:
        """A feature by its id."""
        with self._open() as reader:
            row = reader.execute(f"{FEATURE} WHERE id = ?", (id,)).fetchone()
        return None if row is None else self._found(row)

    def counted(self) -> tuple[int, int]:
        """How many names there are, and how many features have none."""
        with self._open() as reader:
            (names,) = reader.execute("SELECT count(*) FROM name").fetchone()
            (unnamed,) = reader.execute(
                "SELECT count(*) FROM feature WHERE named IS NULL"
            ).fetchone()
        return names, unnamed

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def _found(self, row: sqlite3.Row, metres: float = 0.0) -> Found:
        figures = {
            id: _figure(figure)
            for id, figure in zip(
                self._indicators, json.loads(row["figures"] or "[]"), strict=False
            )
            if figure is not None
        }
        place, numbers = (row["lat"], row["lon"]), (row["number"], row["total"])
        return Found(row["id"], row["name"], *place, figures, *numbers, metres)


def _figure(numbers: Sequence[float]) -> Figure:
    """A figure from its numbers as they are kept, without empty ends."""
    rest: list[float | None] = [*numbers[1:], *[None] * (6 - len(numbers))]
    low, high, delta, delta_low, delta_high = rest
    return Figure(numbers[0], low, high, None, delta, delta_low, delta_high)


def _distance(parts: list[list[tuple[float, float]]], area: bool, lat: float, lon: float) -> float:
    """Metres from a place to a shape; nothing inside an area."""
    wide = METRES * cos(radians(lat))
    flat = [[((x - lon) * wide, (y - lat) * METRES) for x, y in part] for part in parts]
    if area and sum(map(_around, flat)) % 2:
        return 0.0
    return min((_to_line(part) for part in flat), default=inf)


def _around(ring: list[tuple[float, float]]) -> bool:
    """Whether a ring lies around the origin."""
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > 0) != (by > 0) and ax + (bx - ax) * ay / (ay - by) > 0:
            inside = not inside
    return inside


def _to_line(line: list[tuple[float, float]]) -> float:
    """How far the origin is from a line, or from its only point."""
    nearest = hypot(*line[0])
    for (ax, ay), (bx, by) in pairwise(line):
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        along = max(0.0, min(1.0, -(ax * dx + ay * dy) / length)) if length else 0.0
        nearest = min(nearest, hypot(ax + along * dx, ay + along * dy))
    return nearest
