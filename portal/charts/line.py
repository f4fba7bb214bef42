"""Lines over a shared axis, with the bands of their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.charts.measure import (
    Scale,
    Tick,
    Write,
    extent,
    interval,
    known,
    margin,
    round_steps,
    some,
)

TOP = 1.5  # em above the plot
HEIGHT = 15.0  # em
BELOW = 1.8  # em for the words of the level axis
MANY_POINTS = 26  # beyond this a line's points are not marked one by one

# Colour never stands alone: every series also has its own dash and its own point.
DASHES = ("none", "9 5", "2 5", "12 4 2 4", "5 3", "1 4")
SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-4-4h8v8h-8z",
    "M0-5.5L5.5 0 0 5.5-5.5 0z",
    "M0-5L5.5 4.5h-11z",
    "M0 5L5.5-4.5h-11z",
    "M-5-2h3v-3h4v3h3v4h-3v3h-4v-3h-3z",
)

Place = tuple[float, float]
T = TypeVar("T")


@dataclass(frozen=True)
class Point:
    """One value of a series."""

    x: float
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """One line and the band of its intervals."""

    label: str
    points: Sequence[Point]


@dataclass(frozen=True)
class DrawnSeries:
    """A line in place: paths in a square of 1000, points across in per cent and down in `em`."""

    label: str
    number: int
    dash: str
    shape: str
    path: str
    spread: str
    points: tuple[Place, ...]


@dataclass(frozen=True)
class Cell:
    """A value of the table, in words."""

    text: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class LineChart:
    """A figure of lines and the table of the same values, for `components/chart.html`."""

    title: str
    unit: str
    description: str
    x_title: str
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    series: tuple[DrawnSeries, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    plot_top: float = TOP
    plot_height: float = HEIGHT
    height: float = TOP + HEIGHT + BELOW

    @property
    def has_bands(self) -> bool:
        """Whether any line knows its intervals."""
        return any(one.spread for one in self.series)

    @property
    def y_width(self) -> float:
        """Room beside the plot for the words of its upright axis, in em."""
        return margin(self.y_ticks)


def lines(
    series: Sequence[Series],
    *,
    title: str,
    unit: str = "",
    description: str = "",
    x_title: str = "",
    write: Write = str,
    write_x: Write = str,
    reach: Sequence[float] = (),
    places: Sequence[float] = (),
) -> LineChart:
    """Lines in the given order; the upright axis starts at zero unless that would flatten them.

    `reach` and `places` are numbers that the upright and the level axis hold too, so that several
    figures have the same axes.
    """
    points = [point for one in series for point in one.points]
    bands = [*reach, *(end for point in points for end in (point.low, point.high))]
    steps = _upright([point.value for point in points], bands)
    xs = sorted({*places, *(point.x for point in points)})
    first, last = extent(xs)

    def across(x: float) -> float:
        return (x - first) / (last - first)

    def down(value: float) -> float:
        # a band's hair below the axis is left out of the picture, see `_upright`
        return min(1.0, (steps[-1] - value) / (steps[-1] - steps[0]))

    return LineChart(
        title,
        unit,
        description,
        x_title,
        y_ticks=tuple(Tick(_em(down(step)), write(step), "end") for step in steps),
        x_ticks=tuple(_below(round(across(x) * 100, 2), write_x(x)) for x in some(xs, write_x)),
        series=tuple(_drawn(i, one, across, down) for i, one in enumerate(series)),
        rows=_rows(series, xs, write, write_x),
    )


def _upright(values: Sequence[float | None], bands: Sequence[float | None]) -> list[float]:
    low, high = extent([*values, *bands])
    # A band that dips a hair below zero must not add a whole step of room under the axis.
    hair = -0.02 * high if all((known(value) or 0.0) >= 0 for value in values) else 0.0
    return round_steps(0.0 if hair <= low < 0.6 * high else low, high, 5)


def _below(at: float, label: str) -> Tick:
    """A mark of the level axis: the first may stand out to the left, where the upright axis is."""
    return Tick(at, label, "end" if at > 94 else "middle")


def _em(share: float) -> float:
    return round(TOP + share * HEIGHT, 2)


def _drawn(index: int, one: Series, across: Scale, down: Scale) -> DrawnSeries:
    ordered = sorted(one.points, key=lambda point: point.x)
    runs = _runs([_place(point, across, down) for point in ordered])
    bands = _runs([_band(point, across, down) for point in ordered])
    marks = [place for run in runs for place in run]
    alone = any(len(run) == 1 for run in runs)
    kind = index % len(SHAPES)
    return DrawnSeries(
        one.label,
        kind + 1,
        DASHES[kind],
        SHAPES[kind],
        path="".join(_path(run) for run in runs if len(run) > 1),
        spread="".join(_around(band) for band in bands if len(band) > 1),
        points=tuple((round(x * 100, 2), _em(y)) for x, y in marks)
        if alone or len(marks) <= MANY_POINTS
        else (),
    )


def _place(point: Point, across: Scale, down: Scale) -> Place | None:
    value = known(point.value)
    return None if value is None else (across(point.x), down(value))


def _band(point: Point, across: Scale, down: Scale) -> tuple[Place, Place] | None:
    ends = interval(point.low, point.high)
    return ends and ((across(point.x), down(ends[1])), (across(point.x), down(ends[0])))


def _runs(places: Sequence[T | None]) -> list[list[T]]:
    """What hangs together: a missing value breaks a line and does not bend it."""
    runs: list[list[T]] = [[]]
    for place in places:
        if place is not None:
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    return runs


def _path(places: Sequence[Place]) -> str:
    return "M" + "L".join(f"{x * 1000:.1f} {y * 1000:.1f}" for x, y in places)


def _around(band: Sequence[tuple[Place, Place]]) -> str:
    return _path([upper for upper, _ in band] + [lower for _, lower in reversed(band)]) + "Z"


def _rows(
    series: Sequence[Series], xs: Sequence[float], write: Write, write_x: Write
) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    tables = [{point.x: point for point in one.points} for one in series]
    return tuple((write_x(x), tuple(_cell(table.get(x), write) for table in tables)) for x in xs)


def _cell(point: Point | None, write: Write) -> Cell:
    value = known(point.value) if point else None
    if point is None or value is None:
        return Cell("–")
    return Cell(write(value), *map(write, interval(point.low, point.high) or ()))
