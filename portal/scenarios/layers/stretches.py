"""Stretches of a street numbered from one end: what people say in place of a model's codes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Literal


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which stretch of its street it is, of how many, counted from which end."""

    number: int
    of: int
    start: Literal["west", "north"]


def numbered(places: Mapping[str, tuple[str, tuple[float, float]]]) -> dict[str, Stretch]:
    """The stretches of each street, by code; `places` are names with a longitude and latitude."""
    streets = defaultdict(list)
    for code, (name, point) in places.items():
        streets[name].append((code, point))
    return {code: one for street in streets.values() for code, one in _along(street)}


def _along(street: list[tuple[str, tuple[float, float]]]) -> list[tuple[str, Stretch]]:
    """From the west, or from the north where the street runs more that way."""
    lons, lats = [lon for _, (lon, _) in street], [lat for _, (_, lat) in street]
    wide = (max(lons) - min(lons)) * cos(radians(lats[0]))
    across = wide >= max(lats) - min(lats)
    order = sorted(
        (lon, -lat, code) if across else (-lat, lon, code) for code, (lon, lat) in street
    )
    start: Literal["west", "north"] = "west" if across else "north"
    return [
        (code, Stretch(number, len(street), start)) for number, (*_, code) in enumerate(order, 1)
    ]
