"""Approval: every option named gets one vote."""

from dataclasses import dataclass

from portal.voting.rules.sums import Places, Sums, places_by


@dataclass(frozen=True)
class Approval:
    """Votes of each option, and the places they give."""

    votes: dict[str, int]
    places: Places

    @property
    def winners(self) -> tuple[str, ...]:
        """Whoever shares the first place; nobody without a vote."""
        first = self.places[0] if self.places else ()
        return first if first and self.votes[first[0]] > 0 else ()


def count(sums: Sums, accepted: int = 1) -> Approval:
    """Count ballots; a mark of at least `accepted` accepts an option."""
    votes = [sum(marks[accepted:]) for marks in sums.marks]
    return Approval(dict(zip(sums.options, votes, strict=True)), places_by(sums.options, votes))
