"""Ballots counted by a consultation's rule, as it is published: plain values, exact numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import perm
from typing import Any

from portal.voting.counts.gathered import patterns
from portal.voting.rules import approval, budget, elsewhere, majority, ranking, score
from portal.voting.rules.columns import Ballots
from portal.voting.rules.sums import HIGHEST, Places, Sums

ENOUGH = 10  # ballots for each possible pattern, before any pattern is published


@dataclass(frozen=True)
class Money:
    """What a budget vote shares out, and what each measure costs."""

    budget: int = 0
    costs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """Places, winners, and the rule's own figures."""

    places: Places
    winners: tuple[str, ...]
    details: dict[str, Any]
    lead: int | None = None  # of the first place before the next, where the rule counts one sum


def tally(sums: Sums, ballots: Ballots, money: Money) -> Tally:
    """Count by the rule the ballots were cast under."""
    if sums.rule == "budget":
        return _budget(ballots, money)
    return COUNTS[sums.rule](sums)


def _approval(sums: Sums) -> Tally:
    found = approval.count(sums)
    details = {"votes": found.votes}
    return Tally(found.places, found.winners, details, _lead(found.places, found.votes))


def _score(sums: Sums) -> Tally:
    found = score.count(sums)
    details = {"points": found.points, "ballots": sums.some}
    return Tally(found.places, found.winners, details, _lead(found.places, found.points))


def _majority(sums: Sums) -> Tally:
    found = majority.count(sums)
    details = {
        option: {
            "grade": majority.GRADES[found.grades[option]],
            "better": sum(sums.steps(place)[found.grades[option] + 1 :]),
            "worse": sum(sums.steps(place)[: found.grades[option]]),
            "no_opinion": sums.silent(place),
        }
        for place, option in enumerate(sums.options)
    }
    return Tally(found.places, found.winners, {"options": details})


def _ranking(sums: Sums) -> Tally:
    found = ranking.count(sums)
    details = {"options": list(found.options), "prefer": _rows(found.prefer),
               "paths": _rows(found.paths)}  # fmt: skip
    return Tally(found.places, found.winners, details)


def _rows(matrix: ranking.Matrix) -> list[list[int]]:
    return [list(row) for row in matrix]


COUNTS: Mapping[str, Callable[[Sums], Tally]] = {
    "approval": _approval,
    "score": _score,
    "majority": _majority,
    "ranking": _ranking,
}


def _lead(places: Places, points: Mapping[str, int]) -> int:
    return points[places[0][0]] - points[places[1][0]] if len(places) > 1 else 0


def _budget(ballots: Ballots, money: Money) -> Tally:
    found = budget.equal_shares(ballots, money.costs, money.budget)
    by_votes = budget.greedy(found.votes, money.costs, money.budget)
    rest = sorted(
        (o for o in ballots.options if o not in found.winners), key=lambda o: -found.votes[o]
    )
    details = {
        "budget": money.budget,
        "spent": found.spent,
        "left": money.budget - found.spent,
        "part": [found.part.numerator, found.part.denominator],
        "bought": [
            {"item": one.item, "by": one.by, "tied": list(one.tied), "cost": money.costs[one.item]}
            for one in found.bought
        ],
        "votes": found.votes,
        "within_reach": {o: int(found.left.get(o, 0)) for o in rest},
        "greedy": list(by_votes.winners),
    }
    places = tuple((option,) for option in (*found.winners, *rest))
    return Tally(places, found.winners, details)


def other_rules(sums: Sums, tally: Tally) -> dict[str, Any]:
    """Who wins by each other rule that can read the same sums, and how little would change it."""
    if sums.rule == "budget":
        others: dict[str, list[str]] = {"greedy": tally.details["greedy"]}
        return {"rules": others, "smallest_change": None}
    change = elsewhere.smallest_change(sums)
    return {
        "rules": {
            rule: list(elsewhere.winners(rule, sums)) for rule in elsewhere.OTHERS[sums.rule]
        },
        "smallest_change": {"option": change[0], "ballots": change[1]} if change else None,
    }


def possible(rule: str, options: int) -> int:
    """How many different ballots there can be, the one for none of these with them."""
    if rule == "ranking":
        return sum(perm(options, n) for n in range(min(options, HIGHEST[rule]) + 1))
    return int((2 if HIGHEST[rule] == 1 else HIGHEST[rule] + 2) ** options)


def published_patterns(rule: str, ballots: Ballots) -> dict[str, Any]:
    """How often each ballot was cast, where no ballot can be recognised by its pattern.

    Where patterns are many, a voter could be told to sign a ballot by a rare one (the “Italian
    attack”); then sums only are published.
    """
    most = possible(rule, len(ballots.options))
    shown = ENOUGH * most <= ballots.total
    rows = [[row.decode(), times] for row, times in patterns(ballots)] if shown else None
    return {"possible": most, "enough": ENOUGH * most, "rows": rows}
