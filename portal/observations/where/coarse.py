"""Coarse places: from a point to a grid cell, and which cell, district or city may be named."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import h3

CONTRIBUTORS = 5  # fewest people behind anything published about a place
COARSEST = 6  # H3 resolution: edge about 3.7 km
DRAWN = 8  # the coarsest cells on maps: larger ones would hide the rest and mean little
CITY = "city"
DISTRICT = "district"

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Place:
    """A place as it may be named: `level` is `h3-9` … `h3-6`, `district` or `city`."""

    level: str
    code: str

    @property
    def resolution(self) -> int | None:
        """The grid's resolution, None for a district or the city."""
        return int(self.level[3:]) if self.level.startswith("h3-") else None


@dataclass(frozen=True)
class Seen:
    """One row's place as it is kept, and who was there (None when the account is gone)."""

    cell: str | None
    district: str | None
    contributor: UUID | None


def cell_of(lat: float, lon: float, resolution: int) -> str:
    """The grid cell around a point."""
    return str(h3.latlng_to_cell(lat, lon, resolution))


def resolution(cell: str) -> int:
    """How fine a cell is: 15 the finest, 0 the coarsest."""
    return int(h3.get_resolution(cell))


def centre(cell: str) -> tuple[float, float]:
    """Latitude and longitude of a cell's middle, to a metre."""
    lat, lon = h3.cell_to_latlng(cell)
    return round(lat, 5), round(lon, 5)


def upwards(cell: str, to: int = DRAWN) -> list[str]:
    """A cell and the cells around it, up to a resolution."""
    return [str(h3.cell_to_parent(cell, n)) for n in range(resolution(cell), to - 1, -1)]


def ring(cell: str) -> list[list[float]]:
    """A cell's border as GeoJSON wants it: lon, lat, counter-clockwise, closed."""
    corners = [[round(lon, 5), round(lat, 5)] for lat, lon in h3.cell_to_boundary(cell)]
    return [*corners, corners[0]]


def around(cell: str, steps: int = 2) -> list[str]:
    """The cell and those within some steps of it."""
    return sorted(h3.grid_disk(cell, steps))


def radius(level: str) -> int | None:
    """About how far, in metres, the true place may be from a cell's middle."""
    if not level.startswith("h3-"):
        return None
    return round(float(h3.average_hexagon_edge_length(int(level[3:]), unit="m")))


def company(counts: Mapping[UUID, int], k: int = CONTRIBUTORS) -> frozenset[UUID]:
    """Those who may be told of together, nobody if they are too few.

    At least `k` people, none with more than half of the rows: whoever has more would stand out,
    and is left out until nobody does. `counts` are rows by person.
    """
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    others = sum(counts.values())
    for place, (_who, n) in enumerate(ordered):
        others -= n
        if n <= others:
            left = ordered[place:]
            return frozenset(who for who, _n in left) if len(left) >= k else frozenset()
    return frozenset()


def publishable(
    rows: Iterable[tuple[Key, Seen]],
    *,
    finest: int,
    k: int = CONTRIBUTORS,
    balanced: bool = False,
    patient: Set[Key] = frozenset(),
) -> dict[Key, Place]:
    """The finest place each row may be published with; rows that may not be are left out.

    Rows go up together: a cell is named where at least `k` known people stand behind its rows;
    what is left goes to the parent cell, down to resolution 6, then the district, then the city,
    and there too only rows that are left count. So no finer place can be told from a coarser one
    by taking the published away. The order of rows does not matter.

    `balanced` asks for good `company` too, and leaves rows without a person out. `patient` rows
    go up one cell at most: they rather wait for others to come.
    """
    left = [(key, seen) for key, seen in rows if seen.contributor is not None or not balanced]
    found: dict[Key, Place] = {}
    for level in levels(finest):
        groups: dict[str, list[tuple[Key, Seen]]] = {}
        for key, seen in left:
            code = None if key in patient and waits_at(level, finest) else code_at(seen, level)
            if code is not None:
                groups.setdefault(code, []).append((key, seen))
        for code, group in groups.items():
            counts = Counter(seen.contributor for _key, seen in group if seen.contributor)
            told = company(counts, k) if balanced else {*counts, None} if len(counts) >= k else ()
            place = Place(level, code)
            found.update((key, place) for key, seen in group if seen.contributor in told)
        left = [(key, seen) for key, seen in left if key not in found]
    return found


def levels(finest: int) -> list[str]:
    """How finely a place may be told, the finest first."""
    return [*(f"h3-{n}" for n in range(finest, COARSEST - 1, -1)), DISTRICT, CITY]


def waits_at(level: str, finest: int) -> bool:
    """Whether rows that may still find company nearby are not told at this level."""
    return level not in (f"h3-{finest}", f"h3-{finest - 1}")


def code_at(seen: Seen, level: str) -> str | None:
    """The code of the place at a level, None where a row has none."""
    if level == CITY:
        return CITY
    if level == DISTRICT:
        return seen.district
    if seen.cell is None:
        return None
    resolution = int(level[3:])
    if h3.get_resolution(seen.cell) < resolution:
        return None
    return str(h3.cell_to_parent(seen.cell, resolution))
