"""Ranking: every pair of options is compared, and the Schulze method orders them.

M. Schulze, “A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method”, Social Choice and Welfare 36 (2011). A link is as strong as the
number of ballots for its winner; a path as its weakest link.
"""

from dataclasses import dataclass

from portal.voting.rules.sums import Places, Sums

MOST = 6  # options one ballot may rank
Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Ranking:
    """How many ballots prefer a to b, the strongest paths from a to b, and the places they give."""

    options: tuple[str, ...]
    prefer: Matrix
    paths: Matrix
    places: Places

    @property
    def winners(self) -> tuple[str, ...]:
        """Every option no other beats; nobody where nothing was preferred."""
        return self.places[0] if self.places and any(map(any, self.prefer)) else ()

    def duel(self, one: str, other: str) -> tuple[int, int]:
        """How many ballots put the one before the other, and the other way round."""
        a, b = self.options.index(one), self.options.index(other)
        return self.prefer[a][b], self.prefer[b][a]


def count(sums: Sums) -> Ranking:
    """Count ballots that order the options; those a ballot leaves out share its last place."""
    paths = strongest_paths(sums.prefer)
    return Ranking(sums.options, sums.prefer, paths, _places(sums.options, paths))


def strongest_paths(prefer: Matrix) -> Matrix:
    """The widest path between every two options (Floyd and Warshall)."""
    everyone = range(len(prefer))
    paths = [[prefer[a][b] if prefer[a][b] > prefer[b][a] else 0 for b in everyone]
             for a in everyone]  # fmt: skip
    for k in everyone:
        for a in everyone:
            for b in everyone:
                if a != b:
                    paths[a][b] = max(paths[a][b], min(paths[a][k], paths[k][b]))
    return tuple(tuple(row) for row in paths)


def _places(options: tuple[str, ...], paths: Matrix) -> Places:
    """Again and again, every option that none of the remaining beats."""
    left = list(range(len(options)))
    places = []
    while left:
        first = [a for a in left if not any(paths[b][a] > paths[a][b] for b in left)]
        places.append(tuple(options[a] for a in first))
        left = [a for a in left if a not in first]
    return tuple(places)
