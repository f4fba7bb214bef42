"""Level bars with the whiskers of their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from portal.charts.measure import (
    LETTER_SHARE,
    Scale,
    Tick,
    Write,
    extent,
    fitting_steps,
    interval,
    known,
    mark,
)

LINE = 1.35  # em between two lines of a label
THICKNESS = 1.15  # em
GAP = 0.9  # em between two bars
LETTERS = 38  # of a label that fit the narrowest figure


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
class Line:
    """A line of text and its baseline."""

    text: str
    y: float


@dataclass(frozen=True)
class Whisker:
    """An interval in place, and its ends in words."""

    low_x: float
    high_x: float
    low_text: str
    high_text: str


@dataclass(frozen=True)
class DrawnBar:
    """A row in place; `text_x` is where its value is written."""

    row: Bar
    text: str
    lines: tuple[Line, ...]
    x: float
    width: float
    y: float
    whisker: Whisker | None
    text_x: float

    @property
    def middle(self) -> float:
        """Half the bar's thickness down."""
        return round(self.y + THICKNESS / 2, 2)

    @property
    def baseline(self) -> float:
        """Where the value beside the bar is written."""
        return round(self.middle + 0.36, 2)


@dataclass(frozen=True)
class BarChart:
    """A figure of bars, ready for `components/chart.html`."""

    title: str
    unit: str
    description: str
    height: float
    axis_y: float
    zero: float
    ticks: tuple[Tick, ...]
    bars: tuple[DrawnBar, ...]
    thickness: float = THICKNESS

    @property
    def has_intervals(self) -> bool:
        """Whether any row knows its interval."""
        return any(bar.whisker for bar in self.bars)

    @property
    def has_notes(self) -> bool:
        """Whether any row has a remark."""
        return any(bar.row.note for bar in self.bars)


def bars(
    rows: Sequence[Bar],
    *,
    title: str,
    unit: str = "",
    description: str = "",
    write: Write = str,
    write_tick: Write | None = None,
) -> BarChart:
    """Level bars from zero, in the given order; `write_tick` writes the axis, if not as `write`."""
    on_axis = write_tick or write
    low, high = extent([0.0, *(v for row in rows for v in (row.value, row.low, row.high))])
    texts = [_text(row, write) for row in rows]
    room = max(40.0, 98.0 - LETTER_SHARE * max(map(len, texts), default=0))

    def across(value: float) -> float:
        return round((value - low) / (high - low) * room, 2)

    drawn, y = [], 0.0
    for row, text in zip(rows, texts, strict=True):
        drawn.append(_drawn(row, text, y, across, write))
        y = drawn[-1].y + THICKNESS + GAP
    ticks = (mark(across(x), on_axis(x)) for x in fitting_steps(low, high, room, on_axis))
    size = {"height": round(y + 1.2, 2), "axis_y": round(y - GAP / 2, 2), "zero": across(0.0)}
    return BarChart(title, unit, description, **size, ticks=tuple(ticks), bars=tuple(drawn))


def _drawn(row: Bar, text: str, top: float, across: Scale, write: Write) -> DrawnBar:
    words = wrap(row.label, LETTERS, max_lines=3, placeholder=" …") or [""]
    lines = tuple(Line(word, round(top + 1.0 + LINE * i, 2)) for i, word in enumerate(words))
    y = round(top + LINE * len(words) + 0.1, 2)
    zero, end = across(0.0), across(known(row.value) or 0.0)
    whisker = _whisker(row, across, write)
    text_x = round(max(zero, end, whisker.high_x if whisker else 0.0) + 1.5, 2)
    width = round(abs(end - zero), 2)
    return DrawnBar(row, text, lines, min(zero, end), width, y, whisker, text_x)


def _whisker(row: Bar, across: Scale, write: Write) -> Whisker | None:
    ends = interval(row.low, row.high)
    if not ends:
        return None
    low, high = ends
    return Whisker(across(low), across(high), write(low), write(high))


def _text(row: Bar, write: Write) -> str:
    value = known(row.value)
    return row.text or (write(value) if value is not None else "–")
