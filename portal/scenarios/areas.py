"""An indicator by area, in the reader's words: rows in order, and what they say."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from portal import i18n
from portal.scenarios import sentences, store, words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.checking import places
from portal.scenarios.figures import Figure
from portal.scenarios.geography import Geography
from portal.scenarios.package import Package
from portal.scenarios.words import Shown

Show = Literal["value", "difference"]


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
        sentences.of_map(figures, indicator, geography, show),
        sum(code not in figures for code in geography.areas),
        geography.level == "street",
        any(figure.low != figure.high for figure in figures.values()),
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
    name, note = places.name(code, geography)
    if figure is None:
        return AreaRow(code, name, note, Shown("–"))
    comparison = words.stated(figure, indicator)
    shown = words.show(figure, indicator, comparison)
    if comparison is not None and comparison.basis == "none":
        shown = words.without_word(shown)
    return AreaRow(code, name, note, shown)
