"""A published result as a summary reads it: order, margin, who took part. Plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass

DISTRICT = "district"


@dataclass(frozen=True)
class Choice:
    """One option's points; `share` is of all ballots."""

    key: str
    points: int
    share: float


@dataclass(frozen=True)
class Outcome:
    """What was published of a count. None stands for a number that is withheld."""

    ballots: int
    choices: tuple[Choice, ...]
    none_of_these: int
    tiers: Mapping[str, int]
    districts: Mapping[str, int | None]
    did_not_say: int | None

    @property
    def leaders(self) -> tuple[Choice, ...]:
        """The options with most points: one, or several where it is a tie."""
        most = self.choices[0].points if self.choices else 0
        return tuple(choice for choice in self.choices if choice.points == most and most > 0)

    @property
    def margin(self) -> int | None:
        """How many more people chose the first than the second; 0 where they tie."""
        if len(self.choices) < 2 or not self.leaders:
            return None
        return self.choices[0].points - self.choices[1].points

    @property
    def close(self) -> bool:
        """Whether fewer than one ballot in fifty lies between the first and the second."""
        return self.margin is not None and self.ballots > 0 and self.margin * 50 < self.ballots


def ranked(points: Mapping[str, int], ballots: int) -> tuple[Choice, ...]:
    """Options from most to fewest points; equal ones in the given order."""
    found = [Choice(key, n, n / ballots if ballots else 0.0) for key, n in points.items()]
    return tuple(sorted(found, key=lambda choice: -choice.points))
