"""An indicator by area, in the reader's words: rows in order, and one true sentence about them."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import store, words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.figures import Figure, highest, lowest
from portal.scenarios.geography import Geography
from portal.scenarios.package import Package
from portal.scenarios.words import Shown

Show = Literal["value", "difference"]
NAMED = 3  # more areas that share the first place are counted, not named


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area and its figure."""

    code: str
    name: str
    note: str
    shown: Shown


@dataclass(frozen=True, slots=True)
class AreaView:
    """All areas of a map, highest first, those without a value last."""

    rows: tuple[AreaRow, ...]
    sentence: str
    missing: int
    streets: bool
    has_intervals: bool
    has_differences: bool
    differences_unsure: bool


def view(package: Package, indicator: Indicator, show: Show) -> AreaView:
    """The areas of a package, made once for each language and then kept."""
    catalogue = store().catalogue()
    stamp = (catalogue.indicators_file, str(store().shapes(str(package.geography))))
    return _view(
        store().root, stamp, package.name, package.version, indicator.id, show, i18n.language()
    )


@lru_cache(maxsize=128)
def _view(
    root: Path,
    stamp: tuple[str | None, str],
    name: str,
    version: str,
    id: str,
    show: Show,
    language: str,
) -> AreaView:
    package, indicator = store().package(name, version), store().indicator(id)
    geography = store().geography(str(package.geography))
    figures = package.areas(id)
    order = sorted(figures, key=lambda code: (-_key(figures[code], show), geography.name(code)))
    order += sorted(set(geography.areas) - set(figures), key=geography.name)
    stated = [figure for figure in figures.values() if figure.delta is not None]
    return AreaView(
        tuple(_row(code, figures.get(code), indicator, geography) for code in order),
        sentence(figures, indicator, geography, show),
        sum(code not in figures for code in geography.areas),
        geography.level == "street",
        any(figure.low is not None for figure in figures.values()),
        bool(stated),
        bool(stated) and all(figure.delta_low is None for figure in stated),
    )


def states_differences(package: Package, indicator: str) -> bool:
    """Whether the package states any area's difference to the baseline."""
    return any(figure.delta is not None for figure in package.areas(indicator).values())


def _key(figure: Figure, show: Show) -> float:
    wanted = figure.delta if show == "difference" else figure.value
    return float("-inf") if wanted is None else wanted


def _row(code: str, figure: Figure | None, indicator: Indicator, geography: Geography) -> AreaRow:
    name, note = place(code, geography)
    if figure is None:
        return AreaRow(code, name, note, Shown("–"))
    comparison = words.area_comparison(figure, indicator)
    shown = words.show(figure, indicator, comparison)
    if comparison is not None and comparison.basis == "none":
        shown = replace(shown, look="", word="")
    return AreaRow(code, name, note, shown)


def place(code: str, geography: Geography) -> tuple[str, str]:
    """An area's name and what tells it from others: its district, or its stretch of street."""
    area = geography.areas.get(code)
    if area is None:
        return code, ""
    if geography.level == "street":
        return area.name or _("Unnamed street"), _("stretch %(code)s", code=code)
    districts = store().districts()
    parent = area.parents.get(districts.id) if districts else None
    return geography.name(code), districts.name(parent) if districts and parent else ""


# --- one true sentence ----------------------------------------------------------------------


def sentence(
    figures: dict[str, Figure], indicator: Indicator, geography: Geography, show: Show
) -> str:
    """What the map shows, in words; every number as in the table."""
    known = {code: figure for code, figure in figures.items() if code in geography.areas}
    parts = [
        _differences(known, indicator, geography)
        if show == "difference"
        else _values(known, indicator, geography)
    ]
    missing = len(geography.areas) - len(known)
    if missing:
        parts.append(
            ngettext(
                "No value for %(n)s of %(total)s.",
                "No value for %(n)s of %(total)s.",
                missing,
                total=i18n.number(len(geography.areas)),
            )
        )
    return " ".join(part for part in parts if part)


def _values(figures: dict[str, Figure], indicator: Indicator, geography: Geography) -> str:
    values = {code: figure.value for code, figure in figures.items()}
    if not values:
        return ""
    top, bottom = highest(values, indicator.decimals), lowest(values, indicator.decimals)
    high, low = (words.number(values[codes[0]], indicator) for codes in (top, bottom))
    unit = words.unit(indicator)
    if high == low:
        return _("The same everywhere: %(value)s %(unit)s.", value=high, unit=unit)
    return " ".join(
        [
            _(
                "Highest in %(places)s: %(value)s %(unit)s.",
                places=places(top, geography),
                value=high,
                unit=unit,
            ),
            _(
                "Lowest in %(places)s: %(value)s %(unit)s.",
                places=places(bottom, geography),
                value=low,
                unit=unit,
            ),
        ]
    )


def _differences(figures: dict[str, Figure], indicator: Indicator, geography: Geography) -> str:
    stated = {code: figure for code, figure in figures.items() if figure.delta is not None}
    clear = {
        code: figure.delta
        for code, figure in stated.items()
        if figure.delta and not _may_be_none(figure)
    }
    deltas = {code: delta for code, delta in clear.items() if delta is not None}
    if not deltas:
        return _("Nowhere can the difference to the baseline be told from none.")
    unit, parts = words.unit(indicator), []
    top, bottom = highest(deltas, indicator.decimals), lowest(deltas, indicator.decimals)
    if deltas[top[0]] > 0:
        parts.append(
            _(
                "Rises most in %(places)s: %(value)s %(unit)s.",
                places=places(top, geography),
                unit=unit,
                value=i18n.signed(deltas[top[0]], indicator.decimals),
            )
        )
    if deltas[bottom[0]] < 0:
        parts.append(
            _(
                "Falls most in %(places)s: %(value)s %(unit)s.",
                places=places(bottom, geography),
                unit=unit,
                value=i18n.signed(deltas[bottom[0]], indicator.decimals),
            )
        )
    unsure = len(stated) - len(deltas)
    if unsure:
        parts.append(
            ngettext(
                "In %(n)s place there is no difference, or none that can be told.",
                "In %(n)s places there is no difference, or none that can be told.",
                unsure,
            )
        )
    return " ".join(parts)


def _may_be_none(figure: Figure) -> bool:
    return (
        figure.delta_low is not None
        and figure.delta_high is not None
        and figure.delta_low <= 0 <= figure.delta_high
    )


def places(codes: list[str], geography: Geography) -> str:
    """Areas by name, or counted where they are many."""
    named = [_named(code, geography) for code in codes]
    if len(named) <= NAMED:
        return words.listed(named)
    return _("%(n)s places, among them %(first)s", n=i18n.number(len(named)), first=named[0])


def _named(code: str, geography: Geography) -> str:
    name, note = place(code, geography)
    return f"{name} ({note})" if geography.level == "street" else name
