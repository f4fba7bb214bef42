"""What an address asks of a collection: every parameter read, or refused by its name."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.datasets.reading import columns, crs
from portal.datasets.reading.columns import Column, Unreadable
from portal.datasets.reading.cql2 import sql, text
from portal.datasets.reading.cql2.sql import Box, Condition, Wrong
from portal.datasets.reading.crs import Crs
from portal.datasets.reading.index import Index
from portal.i18n import N_
from portal.refusal import Refusal

DEFAULT, MOST = 100, 10_000  # features of one page
LANGUAGES = ("cql2-text", "cql2-json", "cql-text")  # the last is what GDAL calls the first
ITEMS = (
    "bbox", "bbox-crs", "crs", "datetime", "limit", "after", "filter", "filter-lang",
    "filter-crs", "f",
)  # fmt: skip


class BadParameter(Refusal):
    """A parameter of the address is unknown or cannot be read."""

    status = 400
    title = N_("The address cannot be read")

    def __init__(self, message: str, **gaps: Any) -> None:
        """The message names the parameter and says what is wrong with it."""
        self.message = message
        super().__init__(**gaps)


@dataclass(frozen=True)
class Area:
    """A box in some system; two in longitude and latitude where it crosses the antimeridian."""

    boxes: tuple[Box, ...]  # west, south, east, north in longitude and latitude: at least the area
    exact: tuple[Crs, Box] | None = None  # what to compare with where the boxes hold more


@dataclass(frozen=True)
class Asked:
    """A question about a collection."""

    limit: int
    after: int
    area: Area | None
    condition: Condition | None
    crs: Crs


def only(sent: MultiDict[str, str], known: tuple[str, ...]) -> None:
    """Refuse parameters that are not known, and those sent twice."""
    for name in sent:
        if name not in known:
            raise BadParameter(N_("There is no parameter “%(name)s” here."), name=name[:60])
        if len(sent.getlist(name)) > 1:
            raise BadParameter(N_("“%(name)s” is given more than once."), name=name[:60])


def items(sent: MultiDict[str, str], index: Index) -> Asked:
    """The question in a query string."""
    filters = tuple(name for name in index.by_name if name not in ITEMS)
    only(sent, ITEMS + filters)
    conditions = [equal(index.by_name[name], sent[name]) for name in filters if name in sent]
    if "datetime" in sent:
        conditions += period(sent["datetime"], index.by_name)
    if "filter" in sent:
        conditions.append(filtered(sent, index))
    elif "filter-lang" in sent and sent["filter-lang"] not in LANGUAGES:
        raise _unreadable("filter-lang")
    systems = index.systems
    boxed, _unused = system(sent, "bbox-crs", systems), system(sent, "filter-crs", systems)
    return Asked(
        limit=_whole(sent, "limit", DEFAULT, 1, MOST),
        after=_whole(sent, "after", 0, 0, 2**53),
        area=area(sent["bbox"], boxed) if "bbox" in sent else None,
        condition=both(conditions),
        crs=system(sent, "crs", systems),
    )


def both(conditions: list[Condition]) -> Condition | None:
    """All of some conditions at once, None where there are none."""
    if not conditions:
        return None
    joined = " AND ".join(f"({one.sql})" for one in conditions)
    return Condition(joined, tuple(value for one in conditions for value in one.values))


def equal(column: Column, word: str) -> Condition:
    """A column equals what was asked for."""
    try:
        return Condition(f"{column.quoted} = ?", (columns.asked(column.kind, word),))
    except Unreadable:
        raise _unreadable(column.name) from None


def period(word: str, known: Mapping[str, Column]) -> list[Condition]:
    """An instant, a day, or an interval of these that may be open at one end or both."""
    begin, slash, end = word.partition("/")
    try:
        first = None if slash and begin in ("", "..") else columns.moment(begin)
        last = first if not slash else None if end in ("", "..") else columns.moment(end)
    except Unreadable:
        raise _unreadable("datetime") from None
    if first and last and first[0] > last[1]:
        raise BadParameter(N_("The period in “datetime” ends before it begins."))
    if columns.MOMENT not in known:
        return []
    found = []
    if first:
        found += _bound(begin, ">=", first[0], known)
    if last:
        found += _bound(end if slash else begin, "<=", last[1], known)
    return found


def _bound(word: str, sign: str, instant: str, known: Mapping[str, Column]) -> list[Condition]:
    """One end of a period. A day is the city's, as the table tells it.

    The instants a day further are asked for besides, for they have an index.
    """
    moment, day = known[columns.MOMENT].quoted, known.get(columns.DAY)
    if day is None or "T" in word.upper() or " " in word:
        return [Condition(f"{moment} {sign} ?", (instant,))]
    further = columns.beside(word, -1 if sign == ">=" else 1)
    return [
        Condition(f"{day.quoted} {sign} ?", (word,)),
        Condition(f"{moment} {sign} ?", (further + instant[len(word) :],)),
    ]


def filtered(sent: MultiDict[str, str], index: Index) -> Condition:
    """The condition of a filter."""
    words, language = sent["filter"], sent.get("filter-lang", LANGUAGES[0])
    if language not in LANGUAGES:
        raise _unreadable("filter-lang")
    where = system(sent, "filter-crs", index.systems)
    found = sql.read_json(words) if language == "cql2-json" else text.read(words)
    return sql.condition(found, index.by_name, lambda box: inside(box, where))


def inside(numbers: list[float], where: Crs) -> Condition:
    """What lies in a box of a filter; `in_box` is ours, for systems whose lines are curved here."""
    try:
        found = _area(numbers, where, "filter")
    except BadParameter as problem:
        raise Wrong(problem.message, **problem.gaps) from None
    sql = " OR ".join(["(x BETWEEN ? AND ? AND y BETWEEN ? AND ?)"] * len(found.boxes))
    values: list[Any] = [n for west, south, east, north in found.boxes
                         for n in (west, east, south, north)]  # fmt: skip
    if found.exact is None:
        return Condition(sql, tuple(values))
    values += [where.uri, *found.exact[1]]
    return Condition(f"{sql} AND in_box(x, y, ?, ?, ?, ?, ?)", tuple(values))


def system(sent: MultiDict[str, str], name: str, systems: Mapping[str, Crs]) -> Crs:
    """A coordinate reference system by its address, CRS84 unless one is named."""
    found = systems.get(sent.get(name, crs.CRS84))
    if found is None:
        raise BadParameter(
            N_("“%(name)s” is none of the coordinate reference systems of this collection."),
            name=name,
        )
    return found


def area(words: str, where: Crs) -> Area:
    """The area of a `bbox`."""
    try:
        numbers = [columns.number(word.strip()) for word in words.split(",")]
    except Unreadable:
        raise _unreadable("bbox") from None
    return _area(numbers, where, "bbox")


def _area(numbers: list[float], where: Crs, name: str) -> Area:
    if len(numbers) == 6:  # with heights, which our places have not
        numbers = [numbers[n] for n in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(abs(n) < 1e9 and math.isfinite(n) for n in numbers):
        raise BadParameter(N_("“%(name)s” needs four numbers, or six with heights."), name=name)
    a, b, c, d = numbers
    if not where.geographic:
        if a > c or b > d:
            raise BadParameter(N_("The box in “%(name)s” ends before it begins."), name=name)
        return Area((_around(where, a, b, c, d),), (where, (a, b, c, d)))
    west, south = where.backward(a, b)
    east, north = where.backward(c, d)
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90 or south > north:
        raise BadParameter(N_("The box in “%(name)s” is not on earth."), name=name)
    if west > east:  # across the antimeridian
        return Area(((west, south, 180.0, north), (-180.0, south, east, north)))
    return Area(((west, south, east, north),))


def _around(where: Crs, a: float, b: float, c: float, d: float) -> Box:
    """A box in longitude and latitude that holds one in metres: from points along its border."""
    steps = [n / 8 for n in range(9)]
    border = [(a + (c - a) * n, y) for n in steps for y in (b, d)]
    border += [(x, b + (d - b) * n) for n in steps for x in (a, c)]
    points = [where.backward(x, y) for x, y in border]
    lons, lats = [x for x, _y in points], [y for _x, y in points]
    if not all(map(math.isfinite, [*lons, *lats])) or max(c - a, d - b) > 2e6:
        return (-180.0, -90.0, 180.0, 90.0)
    room = 0.01 * max(max(lons) - min(lons), max(lats) - min(lats))
    return (min(lons) - room, min(lats) - room, max(lons) + room, max(lats) + room)


def _whole(sent: MultiDict[str, str], name: str, otherwise: int, least: int, most: int) -> int:
    """A whole number; above the most it is the most."""
    word = sent.get(name)
    if word is None:
        return otherwise
    if not (word.isascii() and word.isdigit() and len(word) <= 18) or int(word) < least:
        raise _unreadable(name)
    return min(int(word), most)


def _unreadable(name: str) -> BadParameter:
    return BadParameter(N_("“%(name)s” cannot be read."), name=name)
