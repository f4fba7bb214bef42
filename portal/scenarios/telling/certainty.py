"""How sure a scenario is: what got better or worse, and how much of it can be told at all."""

from dataclasses import dataclass, field

from portal.scenarios import words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.figures import Comparison, Figure
from portal.scenarios.package import Package

SIDES = {
    "better": "better",
    "worse": "worse",
    "higher": "other",
    "lower": "other",
    "about_the_same": "same",
    "indistinguishable": "unsure",
}


@dataclass(frozen=True, slots=True)
class Balance:
    """Indicators of the whole area by what came of them against the baseline, main ones first.

    `other` changed, but the catalogue calls neither direction better; `alone` have no difference.
    """

    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()

    @property
    def told(self) -> int:
        """How many can be told apart from the baseline."""
        return len(self.better) + len(self.worse) + len(self.other)

    @property
    def compared(self) -> int:
        """How many are compared at all."""
        return self.told + len(self.same) + len(self.unsure)


@dataclass(frozen=True, slots=True)
class Places:
    """The same for the areas or streets of one map: how many rise, fall, stay, cannot be told."""

    total: int = 0
    told: int = 0
    unsure: int = 0
    without: int = 0


@dataclass
class Sureness:
    """What the page says about how sure the scenario is."""

    figures: int
    with_interval: int
    balance: Balance
    places: Places = field(default_factory=Places)


def balance(
    package: Package, baseline: Package | None, family: Family, indicators: dict[str, Indicator]
) -> Balance:
    """What got better and worse, the family's main indicators first."""
    found: dict[str, list[str]] = {}
    first = [id for id in family.main_indicators if id in package.kpis()]
    for id in dict.fromkeys((*first, *package.kpis())):
        comparison = words.against(baseline, package, indicators[id])
        found.setdefault(side(comparison), []).append(id)
    return Balance(**{name: tuple(ids) for name, ids in found.items()})


def side(comparison: Comparison | None) -> str:
    """Which list of a balance a comparison belongs to."""
    return "alone" if comparison is None else SIDES[comparison.kind]


def places(figures: dict[str, Figure], all_codes: int) -> Places:
    """How many areas differ from the baseline beyond doubt."""
    stated = [f for f in figures.values() if f.delta is not None]
    told = sum(_is_sure(f) for f in stated)
    without = sum(f.delta_low is None for f in stated) + all_codes - len(stated)
    return Places(
        all_codes, told, len(stated) - told - (without - all_codes + len(stated)), without
    )


def _is_sure(figure: Figure) -> bool:
    low, high = figure.delta_low, figure.delta_high
    return low is not None and high is not None and not low <= 0 <= high


def sureness(
    package: Package, baseline: Package | None, family: Family, indicators: dict[str, Indicator]
) -> Sureness:
    """Counts of the whole area's figures."""
    kpis = package.kpis().values()
    exact_or_between = sum(f.low is not None and f.high is not None for f in kpis)
    return Sureness(len(kpis), exact_or_between, balance(package, baseline, family, indicators))
