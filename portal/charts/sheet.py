"""A figure on a sheet of its own: the same places in pixels, with its colours, source and licence.

For files people keep and print elsewhere: no style sheet comes along, so everything is said here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from portal import palette
from portal.charts.bar import BarChart, DrawnBar
from portal.charts.line import DrawnSeries, LineChart

WIDTH, MARGIN, EM = 960, 40, 17
INNER = WIDTH - 2 * MARGIN
PLOT = 320  # pixels down
INK, SOFT, FAINT, PAPER = "#17222e", "#4b5a69", "#d3dae1", "#ffffff"
LETTER = 0.57  # of a letter's height: about its width
_PAIR = re.compile(r"(-?[\d.]+) (-?[\d.]+)")
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not in any XML


@dataclass(frozen=True)
class About:
    """What stands around a figure: whose it is, and where it comes from."""

    subtitle: str = ""
    foot: Sequence[str] = ()


@dataclass(frozen=True)
class Mark:
    """Words, a line, a block or a path on the sheet; what is 0 or empty does not matter to it."""

    kind: str
    x: float = 0
    y: float = 0
    words: str = ""
    size: float = 0
    colour: str = "none"
    anchor: str = "start"
    bold: bool = False
    width: float = 0
    height: float = 0
    d: str = ""
    stroke: str = "none"
    thick: float = 0
    dash: str = ""
    opacity: float = 1


@dataclass(frozen=True)
class Sheet:
    """Marks from bottom to top, for `components/sheet.svg`."""

    title: str
    description: str
    height: float
    marks: tuple[Mark, ...]
    width: int = WIDTH


def sheet(chart: BarChart | LineChart, about: About = About()) -> Sheet:
    """A figure with title and foot, on white."""
    marks, top = _head(chart.title, chart.unit, about.subtitle)
    if isinstance(chart, LineChart):
        drawn, top = _lines(chart, top)
    else:
        drawn, top = _bars(chart, top)
    foot, top = _foot(about.foot, top)
    words = chart.description or " ".join([chart.title, about.subtitle]).strip()
    return Sheet(_fit(chart.title), _fit(words), round(top), (*marks, *drawn, *foot))


# --- around the figure --------------------------------------------------------------------------


def _head(title: str, unit: str, subtitle: str) -> tuple[list[Mark], float]:
    top, marks = MARGIN + 20.0, []
    for line in _wrapped(title, 26):
        marks.append(_words(MARGIN, top, line, 26, bold=True))
        top += 34
    for line in _wrapped(subtitle, EM):
        marks.append(_words(MARGIN, top, line, EM, SOFT))
        top += 24
    if unit:
        marks.append(_words(MARGIN, top, unit, EM, SOFT))
        top += 24
    return marks, top + 8


def _foot(lines: Sequence[str], top: float) -> tuple[list[Mark], float]:
    top += 14
    marks = [_rule(MARGIN, top, WIDTH - MARGIN, top, FAINT, 1)]
    top += 24
    for line in lines:
        for part in _wrapped(line, 14):
            marks.append(_words(MARGIN, top, part, 14, SOFT))
            top += 20
    return marks, top + 12


def _wrapped(words: str, size: float) -> list[str]:
    return wrap(_fit(words), int(INNER / (size * LETTER)), max_lines=4, placeholder=" …")


def _fit(words: str) -> str:
    """Words without what no XML file may hold."""
    return _UNFIT.sub("", words)


# --- lines ------------------------------------------------------------------------------------


def _lines(chart: LineChart, top: float) -> tuple[list[Mark], float]:
    marks, top = _key(chart, top)
    left = MARGIN + chart.y_width * EM
    across, top = WIDTH - MARGIN - left, top + 22
    for i, tick in enumerate(chart.y_ticks):
        y = round(top + (tick.at - chart.plot_top) / chart.plot_height * PLOT, 1)
        marks.append(
            _rule(left, y, WIDTH - MARGIN, y, INK if i == 0 else FAINT, 1.5 if i == 0 else 1)
        )
        marks.append(_words(left - 9, y + 6, tick.label, EM, SOFT, "end"))
    for one in chart.series:
        marks += _band(one, left, top, across)
    for one in chart.series:
        marks += _line(one, left, top, across, chart)
    floor = top + PLOT
    for tick in chart.x_ticks:
        x = round(left + tick.at / 100 * across, 1)
        marks.append(_rule(x, floor, x, floor + 6, INK, 1.5))
        marks.append(_words(x, floor + 26, tick.label, EM, SOFT, tick.anchor))
    if chart.x_title:
        marks.append(_words(WIDTH - MARGIN, floor + 50, chart.x_title, EM - 2, SOFT, "end"))
        floor += 24
    return marks, floor + 30


def _key(chart: LineChart, top: float) -> tuple[list[Mark], float]:
    """Which line is whose."""
    marks: list[Mark] = []
    x: float = MARGIN
    for one in chart.series:
        label = _wrapped(one.label, EM)[0] if one.label.strip() else ""
        width = 62 + len(label) * EM * LETTER
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, top = MARGIN, top + 28
        colour = _colour(one)
        marks.append(_path(f"M{x} {top - 6}H{x + 42}", colour, 2.5, one.dash))
        marks.append(_point(one, x + 21, top - 6))
        marks.append(_words(x + 52, top, label, EM))
        x += width + 12
    return marks, top + 8


def _band(one: DrawnSeries, left: float, top: float, across: float) -> list[Mark]:
    if not one.spread:
        return []
    d = _stretched(one.spread, left, top, across)
    colour = _colour(one)
    return [Mark("path", d=d, colour=colour, stroke=colour, thick=0.75, opacity=0.2)]


def _line(one: DrawnSeries, left: float, top: float, across: float, chart: LineChart) -> list[Mark]:
    marks = []
    if one.path:
        marks.append(_path(_stretched(one.path, left, top, across), _colour(one), 2.5, one.dash))
    for x, y in one.points:
        down = (y - chart.plot_top) / chart.plot_height * PLOT
        marks.append(_point(one, left + x / 100 * across, top + down))
    return marks


def _stretched(d: str, left: float, top: float, across: float) -> str:
    """A path from its square of a thousand to its place on the sheet."""

    def place(match: re.Match[str]) -> str:
        x, y = (float(part) / 1000 for part in match.groups())
        return f"{left + x * across:.1f} {top + y * PLOT:.1f}"

    return _PAIR.sub(place, d)


def _point(one: DrawnSeries, x: float, y: float) -> Mark:
    return Mark(
        "point", round(x, 1), round(y, 1), d=one.shape, colour=_colour(one), stroke=PAPER, thick=1
    )


def _colour(one: DrawnSeries) -> str:
    return palette.LINES[(one.number - 1) % len(palette.LINES)]


# --- bars ---------------------------------------------------------------------------------------


def _bars(chart: BarChart, top: float) -> tuple[list[Mark], float]:
    marks, floor = [], top + chart.axis_y * EM
    for tick in chart.ticks:
        x = _across(tick.at)
        marks.append(_rule(x, top, x, floor, FAINT, 1))
        marks.append(_words(x, floor + 22, tick.label, EM - 2, SOFT, tick.anchor))
    for bar in chart.bars:
        marks += _bar(bar, chart, top)
    return marks, floor + 30


def _bar(bar: DrawnBar, chart: BarChart, top: float) -> Iterator[Mark]:
    """Label, bar, interval and value of one row."""
    for line in bar.lines:
        yield _words(MARGIN, top + line.y * EM, line.text, EM, bold=bar.row.current)
    y, thick, zero = top + bar.y * EM, chart.thickness * EM, _across(chart.zero)
    colour = palette.LINES[0] if bar.row.current else palette.LINES[5]
    width = round(bar.width / 100 * INNER, 1)
    yield Mark(
        "block", _across(bar.x), round(y, 1), width=width, height=round(thick, 1), colour=colour
    )
    yield _rule(zero, y - 3, zero, y + thick + 3, INK, 1.5)
    if bar.whisker:
        low, high = _across(bar.whisker.low_x), _across(bar.whisker.high_x)
        middle = y + thick / 2
        yield _rule(low, middle, high, middle, PAPER, 5)
        yield _rule(low, middle, high, middle, INK, 2)
        for end in (low, high):
            yield _rule(end, middle - 5, end, middle + 5, INK, 2)
    yield _words(_across(bar.text_x), top + bar.baseline * EM, bar.text, EM, bold=bar.row.current)


def _across(share: float) -> float:
    return round(MARGIN + share / 100 * INNER, 1)


# --- marks --------------------------------------------------------------------------------------


def _words(
    x: float, y: float, words: str, size: float, colour: str = INK, anchor: str = "start",
    bold: bool = False,
) -> Mark:  # fmt: skip
    return Mark("words", round(x, 1), round(y, 1), _fit(words), size, colour, anchor, bold)


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, thick: float) -> Mark:
    return _path(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", colour, thick)


def _path(d: str, colour: str, thick: float, dash: str = "") -> Mark:
    return Mark("path", d=d, stroke=colour, thick=thick, dash="" if dash == "none" else dash)
