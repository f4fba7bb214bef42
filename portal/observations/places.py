"""The city's areas as this room needs them; every answer about a cell comes from the cell alone."""

from functools import lru_cache

import h3

from portal.observations.coarse import centre
from portal.scenarios import store

FINER = 2  # steps down the grid to look for a piece of a border cell that lies in the city


def district_of(lat: float, lon: float) -> str | None:
    """The district a point lies in, None outside the city."""
    return store().district_of(lat, lon)


def district_of_cell(cell: str) -> str | None:
    """The district of a cell's middle; for a cell across the city's border, of the part inside."""
    districts = store().districts()
    return None if districts is None else _district(str(store().shapes(districts.id)), cell)


@lru_cache(maxsize=20_000)
def _district(_shapes: str, cell: str) -> str | None:
    """Remembered until the shapes change."""
    code = district_of(*centre(cell))
    if code is not None:
        return code
    pieces = h3.cell_to_children(cell, min(h3.get_resolution(cell) + FINER, 15))
    inside = sorted(c for c in (district_of(*centre(piece)) for piece in pieces) if c)
    return max(inside, key=inside.count) if inside else None


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
