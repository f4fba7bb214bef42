"""Figures drawn on the server: from values to places on the page, no framework, no words.

Across, places are percentages of the figure's width; down, they are `em`. So a figure needs no
fixed size: it fits a phone and a wall, and its letters stay as large as the reader wants them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from textwrap import wrap

Write = Callable[[float], str]  # a number in the reader's words
Scale = Callable[[float], float]  # a value's place

LINE = 1.35  # em between two lines of a label
BAR = 1.15  # em: a bar's thickness
GAP = 0.9  # em between two bars
LETTERS = 38  # of a label that fit the narrowest figure
LETTER_SHARE = 2.8  # per cent of the narrowest figure that one letter takes
PLOT_TOP = 1.5  # em above a line chart's plot
PLOT_HEIGHT = 15.0  # em
MANY_POINTS = 26  # beyond this a line's points are not marked one by one
DASHES = ("none", "9 5", "2 5", "12 4 2 4", "5 3", "1 4")
SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-4-4h8v8h-8z",
    "M0-5.5L5.5 0 0 5.5-5.5 0z",
    "M0-5L5.5 4.5h-11z",
    "M0 5L5.5-4.5h-11z",
    "M-5-2h3v-3h4v3h3v4h-3v3h-4v-3h-3z",
)


# --- what a figure is asked with --------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One row: a value with its interval; `text` is the value as the reader writes it."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    note: str = ""
    current: bool = False


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


# --- what is drawn ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: `at` in per cent across or `em` down."""

    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """A line of text and its baseline."""

    text: str
    y: float


@dataclass(frozen=True)
class DrawnBar:
    """A row in place; `text_x` is where its value is written."""

    label: str
    lines: tuple[Line, ...]
    x: float
    width: float
    y: float
    middle: float
    baseline: float
    low_x: float | None
    high_x: float | None
    text_x: float
    value_text: str
    low_text: str
    high_text: str
    note: str
    current: bool


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars with the whiskers of their intervals."""

    title: str
    description: str
    unit: str
    height: float
    axis_y: float
    zero: float
    ticks: tuple[Tick, ...]
    bars: tuple[DrawnBar, ...]
    thickness: float = BAR

    @property
    def has_intervals(self) -> bool:
        """Whether any row knows its interval."""
        return any(bar.low_x is not None for bar in self.bars)

    @property
    def has_notes(self) -> bool:
        """Whether any row has a remark."""
        return any(bar.note for bar in self.bars)


@dataclass(frozen=True)
class DrawnSeries:
    """A line in place: paths in a square of 1000, points across in per cent and down in `em`."""

    label: str
    number: int
    dash: str
    shape: str
    path: str
    spread: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Cell:
    """A value of the table, in words."""

    text: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class LineChart:
    """Lines with bands, and the table of the same values."""

    title: str
    description: str
    unit: str
    x_title: str
    height: float
    plot_top: float
    plot_height: float
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    series: tuple[DrawnSeries, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


# --- bars -------------------------------------------------------------------------------------


def bars(
    rows: Sequence[Bar],
    *,
    title: str,
    unit: str = "",
    description: str = "",
    write: Write = str,
) -> BarChart:
    """Horizontal bars from zero, in the given order."""
    low, high = _extent([v for row in rows for v in (row.value, row.low, row.high)] + [0.0])
    texts = [_text(row, write) for row in rows]
    plot = max(40.0, 98.0 - LETTER_SHARE * max(map(len, texts), default=0))

    def across(value: float) -> float:
        return round((value - low) / (high - low) * plot, 2)

    drawn, y = [], 0.0
    for row, text in zip(rows, texts, strict=True):
        bar = _drawn(row, text, y, across, write)
        drawn.append(bar)
        y = bar.y + BAR + GAP
    steps = [step for step in _nice(low, high, 4) if low <= step <= high]
    ticks = tuple(_tick(across(step), write(step)) for step in steps)
    return BarChart(
        title,
        description,
        unit,
        round(y + 1.2, 2),
        round(y - GAP / 2, 2),
        across(0.0),
        ticks,
        tuple(drawn),
    )


def _drawn(row: Bar, text: str, top: float, across: Scale, write: Write) -> DrawnBar:
    words = wrap(row.label, LETTERS, max_lines=3, placeholder=" …") or [""]
    lines = tuple(Line(word, round(top + 1.0 + LINE * i, 2)) for i, word in enumerate(words))
    y = round(top + LINE * len(words) + 0.1, 2)
    zero, end = across(0.0), across(_known(row.value) or 0.0)
    low, high = _interval(row.low, row.high)
    low_x, high_x = (None, None) if low is None or high is None else (across(low), across(high))
    return DrawnBar(
        row.label,
        lines,
        min(zero, end),
        round(abs(end - zero), 2),
        y,
        round(y + BAR / 2, 2),
        round(y + BAR / 2 + 0.36, 2),
        low_x,
        high_x,
        round(max(zero, end, high_x if high_x is not None else 0.0) + 1.5, 2),
        text,
        "" if low is None else write(low),
        "" if high is None else write(high),
        row.note,
        row.current,
    )


def _text(row: Bar, write: Write) -> str:
    value = _known(row.value)
    return row.text or (write(value) if value is not None else "–")


# --- lines ------------------------------------------------------------------------------------


def lines(
    series: Sequence[Series],
    *,
    title: str,
    unit: str = "",
    description: str = "",
    x_title: str = "",
    write: Write = str,
    write_x: Write = str,
) -> LineChart:
    """Lines over a shared axis; the axis starts at zero unless that would flatten the lines."""
    points = [point for one in series for point in one.points]
    low, high = _extent([v for p in points for v in (p.value, p.low, p.high)])
    if low > 0 and low < 0.6 * high:
        low = 0.0
    steps = _nice(low, high, 5)
    low, high = steps[0], steps[-1]
    xs = sorted({point.x for point in points})
    first, last = _extent(list(xs))

    def across(x: float) -> float:
        return (x - first) / (last - first) * 100

    def down(value: float) -> float:
        return (high - value) / (high - low)

    drawn = tuple(_series(i, one, across, down) for i, one in enumerate(series))
    y_ticks = tuple(
        Tick(round(PLOT_TOP + down(step) * PLOT_HEIGHT, 2), write(step), "start") for step in steps
    )
    x_ticks = tuple(_tick(round(across(x), 2), write_x(x)) for x in _some(xs, 5))
    return LineChart(
        title,
        description,
        unit,
        x_title,
        PLOT_TOP + PLOT_HEIGHT + 1.8,
        PLOT_TOP,
        PLOT_HEIGHT,
        y_ticks,
        x_ticks,
        drawn,
        _rows(series, xs, write, write_x),
    )


def _series(index: int, one: Series, across: Scale, down: Scale) -> DrawnSeries:
    ordered = sorted(one.points, key=lambda point: point.x)
    runs: list[list[tuple[float, float]]] = [[]]
    bands: list[list[tuple[float, float, float]]] = [[]]
    for point in ordered:
        value, (low, high) = _known(point.value), _interval(point.low, point.high)
        if value is None:
            runs.append([])
        else:
            runs[-1].append((across(point.x), down(value)))
        if low is None or high is None:
            bands.append([])
        else:
            bands[-1].append((across(point.x), down(low), down(high)))
    marks = [place for run in runs for place in run]
    marked = len(marks) <= MANY_POINTS or any(len(run) == 1 for run in runs)
    return DrawnSeries(
        one.label,
        index % 6 + 1,
        DASHES[index % 6],
        SHAPES[index % 6],
        "".join(_path(run) for run in runs if len(run) > 1),
        "".join(
            _path([(x, high) for x, _, high in band] + [(x, low) for x, low, _ in reversed(band)])
            + "Z"
            for band in bands
            if len(band) > 1
        ),
        tuple((round(x, 2), round(PLOT_TOP + y * PLOT_HEIGHT, 2)) for x, y in marks)
        if marked
        else (),
    )


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x * 10:.1f} {y * 1000:.1f}" for x, y in places)


def _rows(
    series: Sequence[Series],
    xs: Sequence[float],
    write: Write,
    write_x: Write,
) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    tables = [{point.x: point for point in one.points} for one in series]
    return tuple((write_x(x), tuple(_cell(table.get(x), write) for table in tables)) for x in xs)


def _cell(point: Point | None, write: Write) -> Cell:
    value = _known(point.value) if point else None
    if point is None or value is None:
        return Cell("–")
    low, high = _interval(point.low, point.high)
    return Cell(
        write(value), "" if low is None else write(low), "" if high is None else write(high)
    )


# --- measures ---------------------------------------------------------------------------------


def _known(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _interval(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Both ends or none: half an interval is not shown."""
    low, high = _known(low), _known(high)
    return (low, high) if low is not None and high is not None else (None, None)


def _extent(values: Sequence[float | None]) -> tuple[float, float]:
    """The least and the greatest value, never the same."""
    known = [value for value in map(_known, values) if value is not None] or [0.0]
    low, high = min(known), max(known)
    return (low, high) if low < high else (low, low + (abs(low) or 1.0))


def _nice(low: float, high: float, about: int) -> list[float]:
    """Round steps that reach from at or below `low` to at or above `high`."""
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power >= rough * 0.999)
    return [_clean(i * step) for i in range(floor(low / step), ceil(high / step) + 1)]


def _clean(value: float) -> float:
    return float(f"{value:.12g}") + 0.0


def _some(xs: Sequence[float], about: int) -> list[float]:
    """A few of the places, evenly chosen, with the first and the last."""
    if len(xs) <= about:
        return list(xs)
    return [xs[round(i * (len(xs) - 1) / (about - 1))] for i in range(about)]


def _tick(at: float, label: str) -> Tick:
    return Tick(at, label, "start" if at < 4 else "end" if at > 94 else "middle")
