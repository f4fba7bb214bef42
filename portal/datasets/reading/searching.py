"""Finding features in an index: which numbers, how many in all, and their text."""

import json
import sqlite3
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from portal.datasets.reading.asking import Area, Asked
from portal.datasets.reading.crs import CRS84, Crs
from portal.datasets.reading.index import Index

Stretch = tuple[int, int]  # numbers of features, the last one included

INSIDE = (
    "SELECT first, last, x, y FROM place "
    "WHERE west <= ? AND east >= ? AND south <= ? AND north >= ? "
    "AND x BETWEEN ? AND ? AND y BETWEEN ? AND ?"
)
BODIES = "SELECT id, text FROM body WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
REMEMBERED = 500  # counts

_counts: OrderedDict[tuple[Any, ...], int] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Page:
    """Features of one page as text, how many match in all, and after which number to go on."""

    features: list[str]
    matched: int
    following: int | None


def page(index: Index, asked: Asked) -> Page:
    """The features asked for."""
    with index.open() as connection:
        where = _stretches(connection, index, asked.area)
        if asked.condition is None:
            matched = sum(last - first + 1 for first, last in where)
            ids = list(islice(_numbers(where, asked.after), asked.limit + 1))
        else:
            matched = _matched(connection, index, asked, where)
            ids = _found(connection, asked, where) if matched else []
        following = ids[asked.limit - 1] if len(ids) > asked.limit else None
        bodies = connection.execute(BODIES, [json.dumps(ids[: asked.limit])])
        return Page(_written(bodies, asked.crs), matched, following)


def one(index: Index, id: int, crs: Crs) -> str | None:
    """A feature by its number."""
    with index.open() as connection:
        bodies = connection.execute("SELECT id, text FROM body WHERE id = ?", [id])
        return next(iter(_written(bodies, crs)), None)


def _stretches(connection: sqlite3.Connection, index: Index, area: Area | None) -> list[Stretch]:
    """Where in the order the features of an area lie; all of them where no area is asked for."""
    if area is None:
        return [(1, index.total)] if index.total else []
    if index.box is None:
        return []
    west, south, east, north = index.box
    if area.exact is None and any(
        box[0] <= west and box[1] <= south and box[2] >= east and box[3] >= north
        for box in area.boxes
    ):
        return [(1, index.located)]
    found = []
    for w, s, e, n in area.boxes:
        for first, last, x, y in connection.execute(INSIDE, (e, w, n, s, w, e, s, n)):
            if area.exact is None or _holds(area.exact, x, y):
                found.append((first, last))
    return _joined(sorted(found))


def _holds(exact: tuple[Crs, tuple[float, float, float, float]], x: float, y: float) -> bool:
    crs, (west, south, east, north) = exact
    a, b = crs.forward(x, y)
    return west <= a <= east and south <= b <= north


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Neighbouring stretches as one."""
    made: list[Stretch] = []
    for first, last in stretches:
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return made


def _numbers(where: list[Stretch], after: int) -> Iterable[int]:
    for first, last in _beyond(where, after):
        yield from range(first, last + 1)


def _beyond(where: list[Stretch], after: int) -> list[Stretch]:
    """What of some stretches comes after a number."""
    start = bisect_left(where, after + 1, key=lambda one: one[1])
    return [(max(first, after + 1), last) for first, last in where[start:]]


def _matched(
    connection: sqlite3.Connection, index: Index, asked: Asked, where: list[Stretch]
) -> int:
    """How many features match; a release never changes, so what was counted stays true."""
    assert asked.condition is not None
    key = (index.path, asked.area, asked.condition)
    with _lock:
        if key in _counts:
            _counts.move_to_end(key)
            return _counts[key]
    sql, values = _among("count(*)", asked, where)
    counted = int(connection.execute(sql, values).fetchone()[0])
    with _lock:
        _counts[key] = counted
        while len(_counts) > REMEMBERED:
            _counts.popitem(last=False)
    return counted


def _found(connection: sqlite3.Connection, asked: Asked, where: list[Stretch]) -> list[int]:
    sql, values = _among("feature.id", asked, _beyond(where, asked.after))
    return [id for (id,) in connection.execute(f"{sql} LIMIT ?", [*values, asked.limit + 1])]


def _among(what: str, asked: Asked, where: list[Stretch]) -> tuple[str, list[Any]]:
    """A question about the features of some stretches, asked in their order.

    CROSS JOIN keeps SQLite from turning the loops around: the stretches come in order, and the
    features of each by their number.
    """
    assert asked.condition is not None
    sql = (
        f"SELECT {what} FROM json_each(?) AS stretch CROSS JOIN feature "  # noqa: S608 - our own words, and gaps
        "ON feature.id BETWEEN json_extract(stretch.value, '$[0]') "
        f"AND json_extract(stretch.value, '$[1]') WHERE {asked.condition.sql}"
    )
    return sql, [json.dumps(where), *asked.condition.values]


def _written(bodies: Iterable[tuple[int, str]], crs: Crs) -> list[str]:
    """Features as GeoJSON text."""
    if crs.uri == CRS84:
        return [f'{{"type":"Feature","id":{id},{text}' for id, text in bodies]
    return [f'{{"type":"Feature","id":{id},{_turned(text, crs)}' for id, text in bodies]


def _turned(text: str, crs: Crs) -> str:
    """A feature's text with its place in another system."""
    head, bracket, rest = text.partition('"coordinates":[')
    if not bracket or not head.startswith('"geometry":{'):
        return text
    place, _end, properties = rest.partition("]")
    a, b = crs.forward(*map(float, place.split(",")))
    return f"{head}{bracket}{a:.{crs.decimals}f},{b:.{crs.decimals}f}]{properties}"
