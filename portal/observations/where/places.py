"""The city's areas as this room needs them; every answer about a cell comes from the cell alone."""

from functools import lru_cache
from pathlib import Path
from time import monotonic

import h3

from portal.observations.where.coarse import centre
from portal.scenarios import store

LOOKED_UP = 1.0  # seconds
_looked_up: dict[Path, tuple[float, str | None]] = {}
FINER = 2  # steps down the grid to look for a piece of a border cell that lies in the city


def district_of(lat: float, lon: float) -> str | None:
    """The district a point lies in, None outside the city."""
    shapes = _shapes()
    return None if shapes is None else _district_at(shapes, lat, lon)


@lru_cache(maxsize=128)
def _district_at(_shapes: str, lat: float, lon: float) -> str | None:
    """Remembered for a moment: all readings of a home sensor are from one place."""
    return store().district_of(lat, lon)


def district_of_cell(cell: str) -> str | None:
    """The district of a cell's middle; for a cell across the city's border, of the part inside."""
    shapes = _shapes()
    return None if shapes is None else _district(shapes, cell)


def _shapes() -> str | None:
    """Which borders hold; looked up once in a second, as a file asks for every row."""
    here, now = store(), monotonic()
    known = _looked_up.get(here.root)
    if known is None or now - known[0] > LOOKED_UP:
        districts = here.districts()
        known = now, None if districts is None else str(here.shapes(districts.id))
        _looked_up[here.root] = known
    return known[1]


@lru_cache(maxsize=20_000)
def _district(_shapes: str, cell: str) -> str | None:
    """Remembered until the shapes change."""
    code = district_of(*centre(cell))
    if code is not None:
        return code
    pieces = h3.cell_to_children(cell, min(h3.get_resolution(cell) + FINER, 15))
    inside = sorted(c for c in (district_of(*centre(piece)) for piece in pieces) if c)
    return max(inside, key=inside.count) if inside else None


def inner_point(cell: str) -> tuple[float, float]:
    """A point of a cell that tells nothing but the cell: its middle, or one inside the city."""
    middle = centre(cell)
    if district_of(*middle) is not None:
        return middle
    pieces = h3.cell_to_children(cell, min(h3.get_resolution(cell) + FINER, 15))
    inside = (centre(piece) for piece in sorted(pieces))
    return next((point for point in inside if district_of(*point) is not None), middle)


def district_names() -> dict[str, str]:
    """Names of the districts by code, in the order people know them."""
    districts = store().districts()
    if districts is None:
        return {}
    return {code: districts.name(code) for code in sorted(districts.areas)}


def bounds() -> list[list[float]] | None:
    """South-west and north-east corner of the city, for maps."""
    districts = store().districts()
    if districts is None:
        return None
    west, south, east, north = districts.bbox
    return [[south, west], [north, east]]
