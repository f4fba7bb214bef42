"""Who chose which measures, as bits: what the method of equal shares asks of the ballots."""

from collections.abc import Mapping
from functools import lru_cache

from portal.voting.rules.columns import Ballots

Held = frozenset[int]  # of the measures that are paid for, those that a group of voters backs
Groups = Mapping[Held, tuple[int, ...]]


class Backers:
    """Voters by what they chose, one bit for each voter and measure."""

    def __init__(self, ballots: Ballots) -> None:
        zeros = bytes.maketrans(b"-", b"0")
        self.options = ballots.options
        self.voters = ballots.some
        self._bits = [int(column.translate(zeros) or b"0", 2) for column in ballots.columns]
        self._all = (1 << self.voters) - 1
        self.votes = {o: bits.bit_count() for o, bits in zip(self.options, self._bits, strict=True)}
        self.groups = lru_cache(maxsize=4096)(self._groups)

    def _groups(self, paid: frozenset[int]) -> Groups:
        """Voters who back the same of the measures paid for: how many of them chose each measure.

        They have paid alike, so their purses are alike, in whatever order the measures were taken.
        """
        return {
            held: tuple((voters & bits).bit_count() for bits in self._bits)
            for held, voters in self._split(sorted(paid)).items()
        }

    def _split(self, paid: list[int]) -> dict[Held, int]:
        parts: dict[Held, int] = {frozenset(): self._all}
        for item in paid:
            bits, halves = self._bits[item], dict[Held, int]()
            for held, voters in parts.items():
                if voters & bits:
                    halves[held | {item}] = voters & bits
                if voters & ~bits:
                    halves[held] = voters & ~bits
            parts = halves
        return parts
