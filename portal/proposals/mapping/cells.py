"""Squares of the map: each level's are half as wide as those of the level before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LEVELS = range(12, 19)  # those the search index knows; about 8 km to 100 m wide in Europe
MOST = 24  # squares one look at the map may be made of

_written = re.compile(r"(\d{1,2})-(\d{1,7})-(\d{1,7})", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """One square: its level, its place from the west and from the south."""

    level: int
    x: int
    y: int

    @classmethod
    def at(cls, level: int, lat: float, lon: float) -> "Cell":
        """The square around a point."""
        return cls(level, int((lon + 180) / 360 * 2**level), int((lat + 90) / 180 * 2**level))

    @classmethod
    def read(cls, text: str) -> "Cell":
        """The square an address names. Raises ValueError for anything else."""
        found = _written.fullmatch(text)
        if not found or int(found[1]) not in LEVELS:
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]), int(found[3]))

    def __str__(self) -> str:
        return f"{self.level}-{self.x}-{self.y}"

    @property
    def mark(self) -> str:
        """How the search index calls it."""
        return f"z{self.level}:{self.x}-{self.y}"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """South, west, north, east."""
        wide, high = 360 / 2**self.level, 180 / 2**self.level
        south, west = self.y * high - 90, self.x * wide - 180
        return south, west, south + high, west + wide

    def coarser(self, level: int) -> "Cell":
        """The square of a coarser level that holds this one."""
        step = self.level - level
        return self if step <= 0 else Cell(level, self.x >> step, self.y >> step)


@dataclass(frozen=True)
class Box:
    """A part of the map: south, west, north, east."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def read(cls, text: str) -> "Box":
        """`west,south,east,north` as map libraries write it. Raises ValueError otherwise."""
        west, south, east, north = (float(part) for part in text.split(","))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError(text)
        return cls(south, west, north, east)

    def cells(self) -> list[Cell]:
        """The few squares that cover it; none where it is larger than they can be."""
        for level in reversed(LEVELS):
            first = Cell.at(level, self.south, self.west)
            last = Cell.at(level, self.north, self.east)
            if (last.x - first.x + 1) * (last.y - first.y + 1) <= MOST:
                return list(_between(first, last))
        return []


def _between(first: Cell, last: Cell) -> Iterator[Cell]:
    for x in range(first.x, last.x + 1):
        for y in range(first.y, last.y + 1):
            yield Cell(first.level, x, y)
