"""How a model's streets are brought to grid cells, and how far two sets of values are apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil, cos, hypot, radians, sqrt
from statistics import fmean, median
from typing import Any

from portal.observations.where import coarse

METRES = 111_195.0  # of a degree of latitude
STEP = 10.0  # metres: a street is cut into pieces no longer than this
LEAST_METRES = 100.0  # of modelled street in a cell: with less, nothing is said of it
LEAST_PLACES = 6  # fewest for an interval of 95 % around a median
BOTH_SIDES = 40  # one case in forty beyond each end: 95 %

Piece = tuple[float, float, float]  # latitude, longitude, metres


@dataclass(frozen=True)
class Modelled:
    """What a model says of a cell: the streets' median by length, and how many metres they are."""

    value: float
    metres: float


@dataclass(frozen=True)
class Pair:
    """One place known to both sides."""

    code: str
    level: str
    n: int
    measured: float
    modelled: float
    metres: float

    @property
    def difference(self) -> float:
        """Measured minus modelled."""
        return self.measured - self.modelled


@dataclass(frozen=True)
class Agreement:
    """How far two sets of values are apart; nothing is None but what too few places cannot tell."""

    n: int
    bias: float | None
    low: float | None
    high: float | None
    mae: float | None
    rmse: float | None
    close: int

    @property
    def side(self) -> int:
        """1 where people measure more, -1 less, 0 where that cannot be told."""
        if self.low is None or self.high is None:
            return 0
        return (self.low > 0) - (self.high < 0)


def pieces(line: Sequence[Sequence[float]]) -> Iterator[Piece]:
    """A line of longitudes and latitudes, cut into short pieces: each one's middle and length."""
    for (x0, y0, *_a), (x1, y1, *_b) in pairwise(line):
        metres = hypot((x1 - x0) * cos(radians((y0 + y1) / 2)), y1 - y0) * METRES
        count = max(1, ceil(metres / STEP))
        for i in range(count):
            part = (i + 0.5) / count
            yield y0 + part * (y1 - y0), x0 + part * (x1 - x0), metres / count


def lines(geometry: Mapping[str, Any]) -> list[Any]:
    """The lines of a LineString or MultiLineString; none of other shapes."""
    found: list[Any] = geometry["coordinates"]
    return {"LineString": [found], "MultiLineString": found}.get(geometry["type"], [])


def weighted_median(values: Iterable[tuple[float, float]]) -> float:
    """The value below and above which lies half of the weight, of (value, weight) pairs."""
    ordered = sorted(values)
    sums = list(accumulate(weight for _value, weight in ordered))
    at = next(i for i, total in enumerate(sums) if total >= sums[-1] / 2)
    return ordered[at][0]


def to_cells(streets: Iterable[tuple[float, Any]], resolution: int) -> dict[str, Modelled]:
    """A model's streets, as (value, geometry), brought to the cells of a resolution."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for value, geometry in streets:
        for line in lines(geometry):
            for lat, lon, metres in pieces(line):
                found[coarse.cell_of(lat, lon, resolution)].append((value, metres))
    return {
        cell: Modelled(weighted_median(parts), sum(metres for _value, metres in parts))
        for cell, parts in sorted(found.items())
    }


def pairs(places: Iterable[Mapping[str, Any]], modelled: Mapping[str, Modelled]) -> list[Pair]:
    """The places both sides know well enough, the largest difference first."""
    found = [
        Pair(
            one["code"], one["place_level"], one["n"], one["median"],
            modelled[one["code"]].value, modelled[one["code"]].metres,
        )
        for one in places
        if one["median"] is not None
        and one["code"] in modelled
        and modelled[one["code"]].metres >= LEAST_METRES
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (-abs(pair.difference), pair.code))


def agreement(differences: Sequence[float], close: float) -> Agreement:
    """Bias, error and how many differences are within `close` of nothing."""
    n = len(differences)
    if not n:
        return Agreement(0, None, None, None, None, None, 0)
    low, high = median_interval(differences)
    return Agreement(
        n,
        median(differences),
        low,
        high,
        fmean(map(abs, differences)),
        sqrt(fmean(one * one for one in differences)),
        sum(abs(one) <= close for one in differences),
    )


def median_interval(values: Sequence[float]) -> tuple[float, float] | tuple[None, None]:
    """Ends of an interval that holds the true median in at least 95 of 100 cases.

    From the sign test: no assumption on how values are spread (Conover, Practical Nonparametric
    Statistics, 3rd edition, 3.2). With fewer than six values there is none.
    """
    n, ordered = len(values), sorted(values)
    term, beyond, rank = 1, 0, 0  # whole numbers: how many of 2**n ways leave so few on one side
    while (beyond := beyond + term) * BOTH_SIDES <= 2**n:
        term = term * (n - rank) // (rank + 1)
        rank += 1
    return (None, None) if rank == 0 else (ordered[rank - 1], ordered[n - rank])


def covered(modelled: Mapping[str, Modelled], compared: Iterable[str]) -> float:
    """The share of the modelled metres, by finest cells, that lie in a compared place."""
    places = set(compared)
    total = sum(one.metres for one in modelled.values())
    near = sum(
        one.metres
        for cell, one in modelled.items()
        if any(parent in places for parent in coarse.upwards(cell))
    )
    return near / total if total else 0.0
