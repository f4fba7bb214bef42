"""Figures in the reader's words: numbers, intervals, differences, and which is better."""

from dataclasses import dataclass, replace

from babel.lists import format_list

from portal import i18n
from portal.i18n import N_, _
from portal.scenarios.catalogue import Indicator
from portal.scenarios.figures import Comparison, Figure, compare
from portal.scenarios.package import Package

WORDS = {
    "better": N_("better"),
    "worse": N_("worse"),
    "about_the_same": N_("the same"),
    "higher": N_("higher"),
    "lower": N_("lower"),
    "indistinguishable": N_("cannot be told apart"),
}
# How the word is drawn: with a sign of its own, never by colour alone.
LOOKS = {"better": "better", "worse": "worse", "indistinguishable": "unknown"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it stands on a page; what is not known is None, or no word."""

    value: str
    low: str | None = None
    high: str | None = None
    difference: str | None = None
    difference_low: str | None = None
    difference_high: str | None = None
    look: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of a whole package, beside what it is compared with."""

    id: str
    name: str
    definition: str
    unit: str
    n: str | None
    shown: Shown


def number(value: float | None, indicator: Indicator) -> str:
    """A figure with its indicator's decimals."""
    return i18n.number(value, indicator.decimals)


def unit(indicator: Indicator) -> str:
    """The unit as the reader says it."""
    return i18n.text(indicator.display_unit)


def difference_unit(indicator: Indicator) -> str:
    """The unit of a difference: shares differ by points, which are no per cent of the figure."""
    return _("percentage points") if indicator.unit == "%" else unit(indicator)


def listed(names: list[str]) -> str:
    """Names as a list in the reader's language: `A, B and C`."""
    return str(format_list(names, locale=i18n.locale()))


def show(
    figure: Figure | None, indicator: Indicator, comparison: Comparison | None = None
) -> Shown:
    """A figure, its interval, and how it stands against another one."""
    if figure is None:
        return Shown("–")
    low, high = _between(figure, indicator)
    if comparison is None:
        return Shown(number(figure.value, indicator), low, high)
    between = _bounds(comparison, indicator)
    return Shown(
        number(figure.value, indicator),
        low,
        high,
        i18n.signed(comparison.difference, indicator.decimals),
        between[0],
        between[1],
        LOOKS.get(comparison.kind, "same"),
        _(WORDS[comparison.kind]),
    )


def _between(figure: Figure, indicator: Indicator) -> tuple[str | None, str | None]:
    """Both ends of the interval; none where it is a single number."""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return None, None
    return number(figure.low, indicator), number(figure.high, indicator)


def _bounds(comparison: Comparison, indicator: Indicator) -> tuple[str | None, str | None]:
    """Both ends of a difference's interval; none where it is a single number."""
    low, high = comparison.low, comparison.high
    if low is not None and low == high:
        return None, None
    low_shown, high_shown = (
        None if end is None else i18n.signed(end, indicator.decimals) for end in (low, high)
    )
    return low_shown, high_shown


def without_word(shown: Shown) -> Shown:
    """The same figure with no word: where no interval is known, a table says so once."""
    return replace(shown, look="", word="")


def kpi_rows(
    package: Package, baseline: Package | None, indicators: dict[str, Indicator]
) -> list[Row]:
    """The package's figures for the whole area, against the baseline unless it is one."""
    rows = []
    for id, figure in package.kpis().items():
        indicator = indicators[id]
        runs = None if figure.n is None else i18n.number(figure.n)
        shown = show(figure, indicator, against(baseline, package, indicator))
        name, definition = i18n.text(indicator.name), i18n.text(indicator.definition)
        rows.append(Row(id, name, definition, unit(indicator), runs, shown))
    return rows


def against(baseline: Package | None, package: Package, indicator: Indicator) -> Comparison | None:
    """How a package stands against the baseline; as it says itself where the baseline is silent."""
    figure = package.kpis().get(indicator.id)
    if figure is None or baseline is None or package.is_baseline:
        return None
    found = package.compare(baseline, indicator.id, indicator.polarity)
    return found or stated(figure, indicator)


def stated(figure: Figure, indicator: Indicator) -> Comparison | None:
    """The difference to the baseline as the package states it; None where it does not."""
    if figure.delta is None:
        return None
    reference = Figure(figure.value - figure.delta)
    found = compare(figure, reference, indicator.polarity, baseline="reference")
    return Comparison(found.kind, figure.delta, figure.delta_low, figure.delta_high, found.basis)
