"""A family's options as one: every figure of all of them, and which is surely beaten on what."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from portal.scenarios import store
from portal.scenarios.catalogue import Family
from portal.scenarios.comparing.tradeoffs import Standing, standing, unbeaten
from portal.scenarios.figures import Comparison, Figure, Polarity, compare
from portal.scenarios.kept import Kept
from portal.scenarios.package import Package

MOST = 20_000  # figures of all families kept


@dataclass(frozen=True)
class Overview:
    """Figures by indicator and option, and the standings that follow from them."""

    figures: Mapping[str, Mapping[str, Figure]]
    standings: tuple[Standing, ...]
    unbeaten: tuple[str, ...]

    def standing(self, indicator: str) -> Standing | None:
        """Who is ahead and who is beaten on one indicator."""
        return next((one for one in self.standings if one.indicator == indicator), None)

    @property
    def tells(self) -> bool:
        """Whether any indicator tells any two options apart."""
        return any(one.tells for one in self.standings)


_overviews: Kept[Overview] = Kept(MOST, weigh=lambda one: 10 + sum(map(len, one.figures.values())))


def overview(family: Family) -> Overview:
    """What all options of a family say together, worked out once for these versions."""
    key = (store().catalogue().indicators_file, *(entry.sha256 for entry in family.packages))
    return _overviews.get(key, lambda: _made(family))


def _made(family: Family) -> Overview:
    packages = {entry.name: store().package(entry.name, entry.version) for entry in family.packages}
    figures: dict[str, dict[str, Figure]] = {}
    for name, package in packages.items():
        for id, figure in package.kpis().items():
            figures.setdefault(id, {})[name] = figure
    standings = tuple(
        standing(id, polarity, found, partial(_against, packages, found, polarity))
        for id, found in figures.items()
        for polarity in [store().indicator(id).polarity]
    )
    return Overview(figures, standings, unbeaten(tuple(packages), standings))


def _against(
    packages: Mapping[str, Package],
    figures: Mapping[str, Figure],
    polarity: Polarity,
    one: str,
    other: str,
) -> Comparison | None:
    side = packages[one].baseline_side(packages[other])
    return compare(figures[one], figures[other], polarity, baseline=side)
