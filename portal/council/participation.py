"""Who took part against who lives here: plain formulas over published counts only."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True)
class Rate:
    """A group's voters among its residents; all None where the count is not published."""

    group: str
    residents: int
    voters: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Participation:
    """How evenly a city took part, and how much of that is unknown.

    `r_score` is the lowest rate divided by the highest: 1 where every group took part alike.
    Where groups are withheld it can only be lower than shown, because small counts are withheld.
    """

    rates: tuple[Rate, ...]
    overall: Rate
    did_not_say: int | None
    did_not_say_share: float | None
    r_score: float | None
    least: Rate | None
    most: Rate | None

    @property
    def withheld(self) -> tuple[Rate, ...]:
        """Groups whose count is not published."""
        return tuple(rate for rate in self.rates if rate.voters is None)

    @property
    def told_apart(self) -> bool:
        """Whether the least and the most present group differ beyond their intervals."""
        if self.least is None or self.most is None:
            return False
        return (self.least.high or 0.0) < (self.most.low or 0.0)


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share; it never leaves 0…1, however few there are."""
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    spread *= z / (1 + z * z / trials)
    return max(0.0, min(share, middle - spread)), min(1.0, max(share, middle + spread))


def rate(group: str, voters: int | None, residents: int) -> Rate:
    """One group's rate; unknown where the count is withheld or nobody lives there."""
    if voters is None or residents <= 0 or not 0 <= voters <= residents:
        return Rate(group, residents, voters)
    low, high = wilson(voters, residents)
    return Rate(group, residents, voters, voters / residents, low, high)


def compare(
    voters: Mapping[str, int | None],
    residents: Mapping[str, int],
    *,
    total: int,
    did_not_say: int | None = None,
) -> Participation:
    """The rates of all groups that have residents, in the residents' order."""
    rates = tuple(rate(group, voters.get(group), count) for group, count in residents.items())
    known = sorted((r for r in rates if r.share is not None), key=lambda r: r.share or 0.0)
    least, most = (known[0], known[-1]) if len(known) > 1 else (None, None)
    score = None
    if least is not None and most is not None and most.share:
        score = (least.share or 0.0) / most.share
    silent = did_not_say / total if did_not_say is not None and total > 0 else None
    overall = rate("", total, sum(residents.values()))
    return Participation(rates, overall, did_not_say, silent, score, least, most)
