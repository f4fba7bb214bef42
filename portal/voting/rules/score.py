"""Score from 0 to 5: the highest sum comes first."""

from dataclasses import dataclass

from portal.voting.rules.sums import Places, Sums, places_by


@dataclass(frozen=True)
class Score:
    """Sums of points, and the places they give."""

    points: dict[str, int]
    places: Places

    @property
    def winners(self) -> tuple[str, ...]:
        """Whoever shares the first place; nobody without a point."""
        first = self.places[0] if self.places else ()
        return first if first and self.points[first[0]] > 0 else ()


def count(sums: Sums) -> Score:
    """Count score ballots; an option without a score gets 0."""
    points = [sum(mark * n for mark, n in enumerate(marks)) for marks in sums.marks]
    return Score(dict(zip(sums.options, points, strict=True)), places_by(sums.options, points))
