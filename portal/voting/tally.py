"""Counting approval votes: plain values in, a plain result out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal import algorithms
from portal.consultations.models import NONE
from portal.i18n import N_

APPROVAL = algorithms.enter(
    algorithms.Algorithm(
        id="approval-tally",
        version="1",
        name=N_("Counting approval votes"),
        purpose=N_(
            "Each ballot gives one vote to every option it names. The option with most votes comes "
            "first; options with equally many votes share a place, and no tie is broken."
        ),
        inputs=N_("The last ballot of each voter; nothing about who they are."),
        decides=N_("The published result. The vote is consultative: the council decides."),
        code="portal/voting/tally.py",
    )
)


@dataclass(frozen=True)
class Tally:
    """What a count found: ballots counted, those for none, and each option's votes."""

    ballots: int
    none: int
    votes: Mapping[str, int]

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """Options from most to fewest votes; those with equally many share a place."""
        by_votes: dict[int, list[str]] = {}
        for option, votes in self.votes.items():
            by_votes.setdefault(votes, []).append(option)
        return tuple(tuple(by_votes[votes]) for votes in sorted(by_votes, reverse=True))

    @property
    def winners(self) -> tuple[str, ...]:
        """The option with most votes, or all that share the first place; nobody without a vote."""
        first = self.places[0] if self.places else ()
        return first if first and self.votes[first[0]] > 0 else ()

    @property
    def lead(self) -> int:
        """How many votes separate the first place from the next."""
        places = self.places
        return self.votes[places[0][0]] - self.votes[places[1][0]] if len(places) > 1 else 0


def count(ballots: Iterable[tuple[Sequence[str], int]], options: Sequence[str]) -> Tally:
    """Approval voting over grouped ballots: (options approved, how many ballots say so)."""
    votes = dict.fromkeys(options, 0)
    total = none = 0
    for approved, times in ballots:
        total += times
        none += times if NONE in approved else 0
        for option in set(approved):
            if option in votes:
                votes[option] += times
    return Tally(total, none, votes)
