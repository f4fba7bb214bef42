"""Made-up measurements for the benchmark of reading, and a box that holds some of them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

FEW, MANY, WANTED = 20_000, 1_000_000, 900
WEST, SOUTH, EAST, NORTH = 11.23, 44.42, 11.43, 44.56
NAMES = ("date", "hour", "phenomenon_time", "place_level", "place", "latitude", "longitude",
         "district", "observed_property", "result", "unit", "quality")  # fmt: skip
KINDS = {"date": "date", "hour": "integer", "phenomenon_time": "datetime", "latitude": "number",
         "longitude": "number", "result": "number"}  # fmt: skip


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Measurements, each at a place of its own: the hardest case for what counts on shared ones."""
    chance, start = random.Random("reading"), datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(count):
        at = start + timedelta(minutes=n % 200_000)
        yield dict(zip(NAMES, (
            at.date().isoformat(), at.hour, at.strftime("%Y-%m-%dT%H:00:00Z"), "h3-10",
            f"8a1e{n:011x}", round(chance.uniform(SOUTH, NORTH), 5),
            round(chance.uniform(WEST, EAST), 5), "navile", "sound_pressure_level",
            round(chance.uniform(35, 90), 1), "dB[SPL]", "accepted",
        ), strict=True))  # fmt: skip


def box(count: int) -> tuple[float, float, float, float]:
    """A box in the middle that holds about as many features as are wanted."""
    side = (WANTED / count) ** 0.5 / 2
    x, y = (WEST + EAST) / 2, (SOUTH + NORTH) / 2
    wide, high = side * (EAST - WEST), side * (NORTH - SOUTH)
    return (round(x - wide, 6), round(y - high, 6), round(x + wide, 6), round(y + high, 6))
