"""Two options place by place: worked out once, then sorted, searched and cut into pages."""

import unicodedata
from array import array
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from math import isnan, nan
from typing import get_args

from portal import i18n
from portal.scenarios import store
from portal.scenarios.catalogue import Indicator
from portal.scenarios.checking import places
from portal.scenarios.figures import Basis, Comparison, Figure, Kind, compare
from portal.scenarios.kept import Kept
from portal.scenarios.package import Package

KINDS: tuple[Kind, ...] = get_args(Kind)
BASES: tuple[Basis, ...] = get_args(Basis)
MOST_ROWS = 150_000  # of all tables kept; a row takes about 250 bytes
NONE = 255  # the kind of a row that cannot be compared, because one option lacks it
NUMBERS = 9  # of each row: both figures and their difference, each with both ends


@dataclass(frozen=True, slots=True)
class AreaPair:
    """One area for both options; `note` tells it from others of its name."""

    code: str
    name: str
    left: Figure | None
    right: Figure | None
    comparison: Comparison | None
    note: str = ""
    district: str = ""


class AreaTable:
    """Every area either option has a figure for, in columns that take little memory."""

    def __init__(self, rows: Iterable[AreaPair]) -> None:
        found = sorted(rows, key=lambda row: (folded(row.name), len(row.note), row.note, row.code))
        self.codes = tuple(row.code for row in found)
        self.names = tuple(row.name for row in found)
        self.notes = tuple(row.note for row in found)
        self.districts = tuple(row.district for row in found)
        self._sought = tuple(folded(f"{row.name} {row.note}") for row in found)
        self._numbers = array("d", (n for row in found for n in _numbers(row)))
        self._kinds = bytes(_kind(row.comparison) for row in found)
        self._bases = bytes(
            BASES.index(row.comparison.basis) if row.comparison else NONE for row in found
        )
        self.has_intervals = any(base < BASES.index("none") for base in self._bases)
        self._at = {code: i for i, code in enumerate(self.codes)}
        self._orders: dict[tuple[str, str], array[int]] = {}

    def __len__(self) -> int:
        return len(self.codes)

    def row(self, at: int) -> AreaPair:
        """One row, by its place in the order of names."""
        numbers = self._numbers[at * NUMBERS : (at + 1) * NUMBERS]
        return AreaPair(
            self.codes[at],
            self.names[at],
            _figure(numbers[0:3]),
            _figure(numbers[3:6]),
            self._comparison(at, numbers[6:9]),
            self.notes[at],
            self.districts[at],
        )

    def find(self, code: str) -> AreaPair | None:
        """The row of an area."""
        at = self._at.get(code)
        return None if at is None else self.row(at)

    def rows(self) -> Iterable[AreaPair]:
        """Every row, in the order of names."""
        return map(self.row, range(len(self)))

    def matching(self, sort: str, order: str, q: str = "", district: str = "") -> "array[int]":
        """Places of the rows that hold every word of `q` and lie in the district, in order."""
        found = self._ordered(sort, order)
        if not q and not district:
            return found
        words = folded(q).split()
        return array(
            "l",
            (
                at
                for at in found
                if (not district or self.districts[at] == district)
                and all(word in self._sought[at] for word in words)
            ),
        )

    def _comparison(self, at: int, numbers: "array[float]") -> Comparison | None:
        if self._kinds[at] == NONE:
            return None
        difference, low, high = numbers
        return Comparison(
            KINDS[self._kinds[at]],
            difference,
            _or_none(low),
            _or_none(high),
            BASES[self._bases[at]],
        )

    def _ordered(self, sort: str, order: str) -> "array[int]":
        key = (sort, order)
        if key not in self._orders:
            self._orders[key] = array("l", self._sorted(sort, order == "desc"))
        return self._orders[key]

    def _sorted(self, sort: str, falling: bool) -> list[int]:
        """Rows without the value come last either way; equal ones keep the order of names."""
        if sort == "name":
            places = range(len(self))
            return list(reversed(places)) if falling else list(places)
        column = {"left": 0, "right": 3, "difference": 6, "size": 6}[sort]
        values = self._numbers[column::NUMBERS]
        known = [at for at, value in enumerate(values) if not isnan(value)]
        value: Callable[[int], float] = values.__getitem__
        if sort == "size":
            known.sort(key=lambda at: abs(values[at]), reverse=falling)
        else:
            known.sort(key=value, reverse=falling)
        return [*known, *(at for at, value in enumerate(values) if isnan(value))]


def folded(words: str) -> str:
    """Words as they are searched and sorted: no capitals, no accents."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _numbers(row: AreaPair) -> list[float]:
    found: list[float | None] = []
    for figure in (row.left, row.right):
        found += [figure.value, figure.low, figure.high] if figure else [None] * 3
    difference = row.comparison
    found += [difference.difference, difference.low, difference.high] if difference else [None] * 3
    return [nan if number is None else float(number) for number in found]


def _kind(comparison: Comparison | None) -> int:
    return KINDS.index(comparison.kind) if comparison else NONE


def _figure(numbers: "array[float]") -> Figure | None:
    value, low, high = numbers
    return None if isnan(value) else Figure(value, _or_none(low), _or_none(high))


def _or_none(number: float) -> float | None:
    return None if isnan(number) else number


# --- from the packages --------------------------------------------------------------------------

_tables: Kept[AreaTable] = Kept(MOST_ROWS, weigh=lambda table: len(table) + 100)


def key(left: Package, right: Package, indicator: Indicator) -> Hashable:
    """What a table of two options follows from."""
    shapes = store().catalogue().geographies.get(str(left.geography), {})
    return (
        store().catalogue().indicators_file,
        str(shapes.get("areas")),
        left.sha256,
        right.sha256,
        indicator.id,
        i18n.language(),
    )


def table(left: Package, right: Package, indicator: Indicator) -> AreaTable:
    """The areas of two options, kept for the next page of the same table."""
    return _tables.get(
        key(left, right, indicator), lambda: AreaTable(area_pairs(left, right, indicator))
    )


def area_pairs(left: Package, right: Package, indicator: Indicator) -> list[AreaPair]:
    """Every area either option has a figure for; differences are right minus left."""
    geography = store().geography(str(left.geography))
    districts = store().districts()
    ones, twos = left.areas(indicator.id), right.areas(indicator.id)
    side = right.baseline_side(left)
    rows = []
    for code in dict.fromkeys([*ones, *twos]):
        one, two = ones.get(code), twos.get(code)
        found = None
        if one is not None and two is not None:
            found = compare(two, one, indicator.polarity, baseline=side)
        name, note = places.name(code, geography)
        area = geography.areas.get(code)
        within = area.parents.get(districts.id, "") if area and districts else ""
        rows.append(AreaPair(code, name, one, two, found, note, within))
    return rows
