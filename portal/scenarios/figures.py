"""Figures with their intervals: comparing two, sorting into map classes, finding the highest."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Literal

from portal.i18n import rounded

Polarity = Literal["higher_better", "lower_better", "neutral"]
Kind = Literal["better", "worse", "about_the_same", "higher", "lower", "indistinguishable"]
Basis = Literal["paired", "intervals", "none"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One computed figure: value, 95 % interval, runs, and paired difference to the baseline.

    Whatever the package does not state is None. The unit is the indicator's.
    """

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    delta: float | None = None
    delta_low: float | None = None
    delta_high: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a figure stands against a reference.

    `difference` is figure minus reference; `low` and `high` bound it where they can be known.
    `basis` says from what: a paired difference, the two intervals, or nothing (then the figures
    cannot be told apart, because nothing says how sure they are).
    """

    kind: Kind
    difference: float
    low: float | None
    high: float | None
    basis: Basis

    @property
    def distinguishable(self) -> bool:
        """Whether the two figures can be told apart."""
        return self.kind in ("better", "worse", "higher", "lower")


def compare(
    figure: Figure,
    reference: Figure,
    polarity: Polarity = "neutral",
    *,
    baseline: Literal["reference", "figure"] | None = None,
) -> Comparison:
    """Compare a figure with a reference by the rule of the portal.

    Where one of the two is the baseline the other's paired difference was taken against, say
    which: they differ if the paired interval excludes zero. Without it they differ if their
    intervals do not overlap.
    """
    difference, low, high, basis = _difference(figure, reference, baseline)
    if low is None or high is None:
        kind: Kind = "indistinguishable"
    elif low == high == 0:
        kind = "about_the_same"
    elif low <= 0 <= high:
        kind = "indistinguishable"
    else:
        kind = _word(difference_is_up=low > 0, polarity=polarity)
    return Comparison(kind, difference, low, high, basis)


def _difference(
    figure: Figure, reference: Figure, baseline: str | None
) -> tuple[float, float | None, float | None, Basis]:
    """Difference, its bounds, and what they rest on."""
    if baseline == "reference" and figure.delta is not None and figure.delta_low is not None:
        return figure.delta, figure.delta_low, figure.delta_high, "paired"
    if baseline == "figure" and reference.delta is not None and reference.delta_high is not None:
        low = None if reference.delta_low is None else -reference.delta_low
        return -reference.delta, -reference.delta_high, low, "paired"
    difference = figure.value - reference.value
    if None in (figure.low, figure.high, reference.low, reference.high):
        return difference, None, None, "none"
    assert figure.low is not None and figure.high is not None
    assert reference.low is not None and reference.high is not None
    return difference, figure.low - reference.high, figure.high - reference.low, "intervals"


def _word(difference_is_up: bool, polarity: Polarity) -> Kind:
    if polarity == "neutral":
        return "higher" if difference_is_up else "lower"
    return "better" if difference_is_up == (polarity == "higher_better") else "worse"


def class_breaks(
    values: Iterable[float],
    most: int = 6,
    style: Literal["quantile", "pretty"] = "quantile",
    decimals: int | None = None,
) -> tuple[float, ...]:
    """Rising edges of at most `most` classes that hold every value, first and last included.

    Quantile classes hold about as many values each; pretty ones are round and equally wide.
    `decimals` rounds the inner edges of quantile classes so that a legend can show them exactly.
    No finite value gives no edges; equal values give one class.
    """
    known = sorted(v for v in values if isfinite(v))
    if not known:
        return ()
    if known[0] == known[-1]:
        return (known[0], known[-1])
    if style == "pretty":
        return _pretty(known[0], known[-1], most)
    edges = [known[round(i * (len(known) - 1) / most)] for i in range(1, most)]
    inner = {e if decimals is None else round(e, decimals) for e in edges}
    return (known[0], *sorted(e for e in inner if known[0] < e < known[-1]), known[-1])


def diverging_breaks(values: Iterable[float], most: int = 6) -> tuple[float, ...]:
    """Round edges, the same on both sides of zero, for at most `most` classes of differences."""
    farthest = max((abs(v) for v in values if isfinite(v)), default=0.0)
    if not farthest:
        return ()
    side = [e for e in _pretty(0.0, farthest, max(1, most // 2)) if e > 0]
    return (*(-e for e in reversed(side)), 0.0, *side)


def _pretty(low: float, high: float, most: int) -> tuple[float, ...]:
    """Edges at multiples of the smallest step of 1, 2, 2.5 or 5 x 10^k that is wide enough."""
    exponent = floor(log10((high - low) / most))
    for power in range(exponent, exponent + 3):
        for lead in (1.0, 2.0, 2.5, 5.0):
            step = lead * 10.0**power
            first, last = floor(low / step), ceil(high / step)
            if last - first <= most:
                return tuple(_tidy(i * step) for i in range(first, last + 1))
    return (low, high)


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")


def class_of(value: float, breaks: Sequence[float]) -> int:
    """Index of a value's class: from its lower edge up to the next one; the last is closed."""
    return max(0, min(bisect_right(breaks, value) - 1, len(breaks) - 2))


def class_counts(values: Iterable[float], breaks: Sequence[float]) -> tuple[int, ...]:
    """How many values each class holds."""
    counts = [0] * max(0, len(breaks) - 1)
    for value in values:
        counts[class_of(value, breaks)] += 1
    return tuple(counts)


def highest(areas: Mapping[str, float], decimals: int | None = None) -> list[str]:
    """Codes of the areas with the highest value, all of them when equal as shown."""
    shown = _as_shown(areas, decimals)
    top = max(shown.values(), default=None)
    return [code for code, value in shown.items() if value == top]


def lowest(areas: Mapping[str, float], decimals: int | None = None) -> list[str]:
    """Codes of the areas with the lowest value, all of them when equal as shown."""
    shown = _as_shown(areas, decimals)
    bottom = min(shown.values(), default=None)
    return [code for code, value in shown.items() if value == bottom]


def _as_shown(areas: Mapping[str, float], decimals: int | None) -> dict[str, float]:
    return {c: v if decimals is None else rounded(v, decimals) for c, v in areas.items()}
