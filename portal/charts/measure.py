"""Measures that figures share: extents, round steps, marks on an axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

Write = Callable[[float], str]  # a number in the reader's words
Scale = Callable[[float], float]  # a value's place

LETTER_SHARE = 2.8  # per cent of the narrowest figure that one letter takes
LETTER_WIDTH = 0.62  # em
STRIDES = (1, 2, 3, 4, 6, 12, 24, 48, 72, 144, 288)
HUGE = 1e100  # nothing a city measures; larger values are treated as unknown


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: `at` in per cent across or `em` down."""

    at: float
    label: str
    anchor: str = "middle"


def known(value: float | None) -> float | None:
    """The value, or None where there is none that could be drawn."""
    return value if value is not None and isfinite(value) and abs(value) < HUGE else None


def interval(low: float | None, high: float | None) -> tuple[float, float] | None:
    """Both ends or none: half an interval is not shown."""
    low, high = known(low), known(high)
    return None if low is None or high is None else (low, high)


def extent(values: Sequence[float | None]) -> tuple[float, float]:
    """The least and the greatest value, always some way apart."""
    found = [value for value in map(known, values) if value is not None] or [0.0]
    low, high = min(found), max(found)
    size = max(abs(low), abs(high))
    if high - low > max(size * 1e-9, 1 / HUGE):
        return low, high
    return low, low + (size if size > 1 / HUGE else 1.0)


def round_steps(low: float, high: float, about: int) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`."""
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(f * power for f in (1, 2, 2.5, 5, 10, 20) if f * power >= rough * 0.999)
    return [_clean(i * step) for i in range(floor(low / step), ceil(high / step) + 1)]


def fitting_steps(low: float, high: float, room: float, write: Write) -> list[float]:
    """Round numbers within the bounds, as many as have room for their words on a phone."""
    steps: list[float] = []
    for about in (5, 4, 3, 2):
        steps = [step for step in round_steps(low, high, about) if low <= step <= high]
        if sum(len(write(step)) + 1 for step in steps) * LETTER_SHARE <= room:
            break
    return steps


def some(places: Sequence[float], write: Write) -> list[float]:
    """As many places as have room for their words, from the first on in equal steps.

    Steps that halve or quarter a dozen come first: so hours and months stay round.
    """
    letters = max((len(write(place)) for place in places), default=0) + 2
    about = min(7, max(2, int(90 / LETTER_SHARE / letters)))
    for step in (*STRIDES, max(1, len(places) - 1)):
        if -(-len(places) // step) <= about:
            return list(places[::step])
    return list(places[:1])


def mark(at: float, label: str) -> Tick:
    """A mark on the level axis; those at its ends do not stand out of the figure."""
    return Tick(at, label, "start" if at < 4 else "end" if at > 94 else "middle")


def margin(ticks: Sequence[Tick]) -> float:
    """Room for the words of an upright axis, in em."""
    return round(LETTER_WIDTH * max(len(tick.label) for tick in ticks) + 0.7, 2)


def _clean(value: float) -> float:
    return float(f"{value:.12g}") + 0.0
