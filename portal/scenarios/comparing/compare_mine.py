"""One area with every option shown: what each would change there, and how sure that is."""

from typing import Any

from portal import i18n
from portal.scenarios import options, store, words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.comparing import compare
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.figures import Comparison, Figure
from portal.scenarios.figures import compare as compared
from portal.scenarios.kept import Kept
from portal.scenarios.package import Package

_figures: Kept[Figure | None] = Kept(8_192)


def context(pair: Pair) -> dict[str, Any] | None:
    """The chosen area; None where none is chosen, or the figure is not known by area."""
    if pair.area is None or not pair.mapped:
        return None
    rows = in_area(pair, pair.area)
    return {
        "name": store().geography(str(pair.left.geography)).name(pair.area),
        "rows": [
            {
                "title": i18n.text(package.title),
                "baseline": package.is_baseline,
                "shown": _shown(figure, comparison, pair.indicator),
            }
            for package, figure, comparison in rows
        ],
    }


def in_area(pair: Pair, area: str) -> list[tuple[Package, Figure | None, Comparison | None]]:
    """Each shown option's figure in an area, and how it stands against the baseline there."""
    baseline = options.baseline_of(pair.family)
    return [
        (
            package,
            _figure(package, pair.indicator.id, area),
            _against(package, baseline, pair.indicator, area),
        )
        for package in compare.columns(pair)
    ]


def _shown(
    figure: Figure | None, comparison: Comparison | None, indicator: Indicator
) -> words.Shown:
    shown = words.show(figure, indicator, comparison)
    known = comparison is None or comparison.basis != "none"
    return shown if known else words.without_word(shown)


def _against(
    package: Package, baseline: Package | None, indicator: Indicator, area: str
) -> Comparison | None:
    figure = _figure(package, indicator.id, area)
    if figure is None or baseline is None or package.is_baseline:
        return None
    reference = _figure(baseline, indicator.id, area)
    if reference is None:
        return words.stated(figure, indicator)
    return compared(figure, reference, indicator.polarity, baseline="reference")


def _figure(package: Package, indicator: str, area: str) -> Figure | None:
    """An option's figure in one area, remembered: large tables are not read again for a row."""
    key = (package.sha256, indicator, area)
    return _figures.get(key, lambda: package.area(indicator, area))
