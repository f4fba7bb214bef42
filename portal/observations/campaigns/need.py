"""Where measurements are needed: a formula from residents and from what is already public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERSION = "1.1.0"
LEAST = 5.0  # measurements an area is wanted to have, however few people live there
MUCH, SOME = 0.75, 0.25  # of what is wanted that is missing


@dataclass(frozen=True)
class Need:
    """One area: who lives there, what was measured as far as it is public, what is missing."""

    code: str
    residents: int
    measured: int
    wanted: float
    many: bool = False  # of the areas with nothing public, one of those where most people live

    @property
    def lack(self) -> float:
        """The share of what is wanted that is missing: 0 enough, 1 nothing is there."""
        return round(max(0.0, 1 - self.measured / self.wanted), 4)

    @property
    def level(self) -> int:
        """0 enough, 1 some is missing, 2 much, 3 nothing is public yet, 4 and many live there.

        When a campaign begins there is nothing anywhere: it still says where to begin.
        """
        if not self.measured:
            return 4 if self.many else 3
        return 2 if self.lack >= MUCH else 1 if self.lack >= SOME else 0


def needs(residents: Mapping[str, int], measured: Mapping[str, int]) -> list[Need]:
    """Each area's need, the greatest first.

    Wanted is what an area would have if all public measurements were spread like residents, and
    never less than five. What weighs more goes first: the missing share times the people who live
    there. Only published counts go in, so that no need tells of a place few people measured.
    """
    people = sum(residents.values())
    total = sum(measured.get(code, 0) for code in residents)
    first = _most_people({code: n for code, n in residents.items() if not measured.get(code)})
    found = [
        Need(
            code, n, measured.get(code, 0), max(LEAST, total * n / people if people else 0.0),
            many=code in first,
        )
        for code, n in residents.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.lack * one.residents, -one.lack, one.code))


def _most_people(residents: Mapping[str, int]) -> frozenset[str]:
    """The fewest areas in which half of these people live."""
    order: Sequence[str] = sorted(residents, key=lambda code: (-residents[code], code))
    chosen: list[str] = []
    while order and 2 * sum(residents[code] for code in chosen) < sum(residents.values()):
        chosen.append(order[len(chosen)])
    return frozenset(chosen)
