"""Mean and 95 % interval over runs: Student's t, exact for whole degrees of freedom."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, cos, pi, sin, sqrt
from statistics import fmean, stdev

LEVEL = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean over runs; without an interval where one run says nothing about chance."""

    value: float
    low: float | None
    high: float | None
    n: int


def mean(values: Sequence[float]) -> Mean:
    """The mean of at least one value."""
    middle = fmean(values)
    if len(values) < 2:
        return Mean(middle, None, None, len(values))
    half = quantile(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Mean(middle, middle - half, middle + half, len(values))


@cache
def quantile(degrees: int) -> float:
    """The t beyond which 2.5 % of Student's distribution lie, on either side."""
    low, high = 1.9, 13.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, degrees) < LEVEL else (low, middle)
    return (low + high) / 2


def _within(t: float, degrees: int) -> float:
    """Part of the distribution between -t and t: Abramowitz and Stegun 26.7.3 and 26.7.4."""
    angle = atan(t / sqrt(degrees))
    odd = degrees % 2
    term, total = (cos(angle), cos(angle)) if odd else (1.0, 1.0)
    for k in range(2 + odd, degrees - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    if odd:
        return 2 / pi * (angle + (sin(angle) * total if degrees > 1 else 0.0))
    return sin(angle) * total
