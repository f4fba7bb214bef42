"""Which option does best at a place, figure by figure, and how sure that is. Formulas only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from portal.i18n import rounded
from portal.scenarios.catalogue import Indicator
from portal.scenarios.figures import Comparison, Figure, compare

Sure = Literal["sure", "unsure", "overlap", "silent"]
RANK = {"paired": 0, "intervals": 1, "none": 2}


@dataclass(frozen=True, slots=True)
class Standing:
    """One option at every place asked for: its figures, and each against the baseline's."""

    name: str
    figures: Mapping[str, Figure]
    compared: Mapping[str, Comparison]


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator: every option, and which does best.

    `best` are names, several where they are equal as written, none where no option is better
    than the baseline. `first_in` counts for each option the places where nobody does better.
    """

    indicator: Indicator
    standings: tuple[Standing, ...]
    best: tuple[str, ...]
    first_in: Mapping[str, int]
    places: int

    def of(self, name: str) -> Standing:
        """One option."""
        return next(standing for standing in self.standings if standing.name == name)


def finding(indicator: Indicator, standings: Sequence[Standing]) -> Finding | None:
    """The options ranked; None where the indicator has no direction or nothing changes."""
    codes = list(dict.fromkeys(code for s in standings for code in s.compared))
    gains = {
        code: {s.name: gain(s.compared[code], indicator) for s in standings if code in s.compared}
        for code in codes
    }
    if indicator.polarity == "neutral" or not any(g for by in gains.values() for g in by.values()):
        return None
    first_in = {s.name: 0 for s in standings}
    for by_name in gains.values():
        top = max(by_name.values())
        for name, found in by_name.items():
            first_in[name] += found == top and top > 0
    most = max(first_in.values(), default=0)
    best = tuple(name for name, count in first_in.items() if count == most and most)
    return Finding(indicator, tuple(standings), best, first_in, len(codes))


def gain(comparison: Comparison, indicator: Indicator) -> float:
    """How much better a figure is than the baseline's, as it is written; below zero is worse."""
    shown = rounded(comparison.difference, indicator.decimals)
    return shown if indicator.polarity == "higher_better" else -shown or 0.0


def sure(comparison: Comparison) -> Sure:
    """Whether a difference to the baseline is more than chance, and why not."""
    if comparison.basis == "none":
        return "silent"
    if comparison.kind in ("better", "worse", "higher", "lower"):
        return "sure"
    return "unsure" if comparison.basis == "paired" else "overlap"


def rank(found: Finding) -> int:
    """Figures whose differences carry intervals come first."""
    bases = [c.basis for s in found.standings for c in s.compared.values()]
    return min((RANK[basis] for basis in bases), default=3)


def told_apart(one: Figure, other: Figure) -> bool:
    """Whether two options differ for sure: by their differences to the baseline, else by value."""
    if None not in (one.delta_low, one.delta_high, other.delta_low, other.delta_high):
        assert one.delta_low is not None and one.delta_high is not None
        assert other.delta_low is not None and other.delta_high is not None
        return one.delta_high < other.delta_low or other.delta_high < one.delta_low
    return compare(one, other).distinguishable


def rivals(found: Finding, code: str) -> list[str]:
    """Options that cannot be told from the best one at a place."""
    if len(found.best) != 1:
        return []
    mine = found.of(found.best[0]).figures.get(code)
    return [
        s.name
        for s in found.standings
        if s.name != found.best[0]
        and code in s.compared  # the baseline is spoken of by itself
        and mine is not None
        and code in s.figures
        and not told_apart(mine, s.figures[code])
    ]
