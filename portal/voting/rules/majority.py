"""Majority judgment: the best majority grade comes first.

M. Balinski and R. Laraki, “A theory of measuring, electing, and ranking”, PNAS 104 (2007): an
option's majority grade is the (lower) median of its grades. Between equal grades one median each is
taken away, again and again, until they differ.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from portal.voting.rules.sums import Places, Sums, places_by

GRADES = ("reject", "poor", "acceptable", "good", "very-good", "excellent")
ACCEPTED = GRADES.index("good")


@dataclass(frozen=True)
class Majority:
    """The majority grades, and the places they give."""

    grades: dict[str, int]
    places: Places

    @property
    def winners(self) -> tuple[str, ...]:
        """Whoever shares the first place; nobody whom the majority rejects."""
        first = self.places[0] if self.places else ()
        return first if first and self.grades[first[0]] > 0 else ()


def count(sums: Sums) -> Majority:
    """Count graded ballots; an option without a grade gets the lowest."""
    below = [list(accumulate(sums.steps(place))) for place in range(len(sums.options))]
    values = _majority_values(below, sums.some)
    grades = [value[0][0] if value else 0 for value in values]
    return Majority(dict(zip(sums.options, grades, strict=True)), places_by(sums.options, values))


def _majority_values(below: Sequence[list[int]], n: int) -> list[tuple[tuple[int, int], ...]]:
    """Each option's majority value, shortened so that comparing them gives the same order.

    `below[o][g]` counts grades up to `g`. Taking medians away goes outward from the middle, one
    grade below and one above in turn. All options have `n` grades, so it is enough to look where
    any of them changes: (grade below, grade above) at each such distance from the middle.
    """
    if n == 0:
        return [() for _ in below]
    middle, above = (n - 1) // 2, n // 2  # the same place where n is odd
    changes = {0}
    for row in below:
        changes |= {middle - count + 1 for count in row} | {count - above for count in row}
    distances = [d for d in sorted(changes) if 0 <= d <= middle]
    return [
        tuple(
            (bisect_right(row, middle - d), bisect_right(row, above + d)) for d in distances
        )  # the grade at a place of the ordered grades, counted from 0
        for row in below
    ]
