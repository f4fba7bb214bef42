"""Ask whether another rule had chosen otherwise, and how little would have changed the result.

Information beside a result, never a second result; drawn from its published sums only.
"""

from collections.abc import Callable, Mapping

from portal.voting.rules import approval, majority, ranking, score
from portal.voting.rules.sums import HIGHEST, Sums, places_by

ACCEPTED = 3  # points, and the grade “good”: from here on a ballot accepts an option
Winners = tuple[str, ...]


def winners(rule: str, sums: Sums) -> Winners:
    """Who wins by a rule that needs no more than sums."""
    return RULES[rule](sums)


def _first_ranks(sums: Sums) -> Winners:
    """Who was ranked first most often."""
    return _best(sums, [marks[1] for marks in sums.marks])


def _rank_points(sums: Sums) -> Winners:
    """Borda: a first rank is worth as many points as ranks there are, the next one less."""
    most = min(HIGHEST["ranking"], len(sums.options))
    points = [
        sum((most + 1 - rank) * n for rank, n in enumerate(marks) if 0 < rank <= most)
        for marks in sums.marks
    ]
    return _best(sums, points)


def _best(sums: Sums, points: list[int]) -> Winners:
    return places_by(sums.options, points)[0] if any(points) else ()


RULES: Mapping[str, Callable[[Sums], Winners]] = {
    "approval": lambda sums: (
        approval.count(sums, ACCEPTED if HIGHEST[sums.rule] > ACCEPTED else 1).winners
    ),
    "score": lambda sums: score.count(sums).winners,
    "majority": lambda sums: majority.count(sums).winners,
    "ranking": lambda sums: ranking.count(sums).winners,
    "first": _first_ranks,
    "points": _rank_points,
}
# what else the ballots of a rule can be read as: approvals say no more than approvals
OTHERS: Mapping[str, tuple[str, ...]] = {
    "approval": (),
    "score": ("approval", "majority", "ranking"),
    "majority": ("approval", "score", "ranking"),
    "ranking": ("points", "first"),
}


def supporters(sums: Sums) -> dict[str, int]:
    """How many ballots stand for each option: accept it, rank it first, choose it."""
    if sums.rule == "ranking":
        found = [marks[1] for marks in sums.marks]
    else:
        least = ACCEPTED if HIGHEST[sums.rule] > ACCEPTED else 1
        found = [sum(marks[least:]) for marks in sums.marks]
    return dict(zip(sums.options, found, strict=True))


def missing(sums: Sums, option: str) -> int | None:
    """How many more ballots for this option alone would have made it the only winner.

    None where not even ten times as many ballots would do. All rules here keep an option first
    when such ballots are added (mono-add-plump), so halving finds the least number.
    """
    if _first(sums, option, 0):
        return 0
    low, high = 0, 1
    while not _first(sums, option, high):
        low, high = high, high * 2
        if high > 10 * max(10, sums.total):
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _first(sums, option, middle) else (middle, high)
    return high


def _first(sums: Sums, option: str, more: int) -> bool:
    return winners(sums.rule, sums.with_ballots(option, more)) == (option,)


def smallest_change(sums: Sums) -> tuple[str, int] | None:
    """The option that needed fewest more ballots to win alone, and how many."""
    ahead = winners(sums.rule, sums)
    if len(ahead) != 1:
        return None
    best: tuple[str, int] | None = None
    for option in sums.options:
        if option in ahead or (best and not _first(sums, option, best[1] - 1)):
            continue
        more = missing(sums, option)
        best = (option, more) if more is not None else best
    return best
