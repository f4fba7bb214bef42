"""Votes cast on figures that changed afterwards and not confirmed since: counted, and shown apart.

Everything told here stands beside the whole result, so what lies between the two could be worked
out: it is told only where neither part is a small group or of one mind.
"""

from typing import Any

from portal.voting.counts import disclosure, tallied
from portal.voting.counts.gathered import Gathered
from portal.voting.counts.tallied import Money, Tally
from portal.voting.rules import elsewhere, sums
from portal.voting.rules.columns import Ballots
from portal.voting.rules.published import written


def of(
    rule: str, found: Gathered, tiers: tuple[str, ...], whole: Tally, money: Money
) -> dict[str, Any]:
    """How many did not confirm, and what the result would be without them.

    Below k nothing is told of either part but that they are few; below twenty the order only;
    sums only where every option's votes may be told of both parts.
    """
    with_, without = found.confirmed(tiers, yes=False), found.confirmed(tiers)
    few = 0 < with_.total < disclosure.K
    order = not few and without.total >= disclosure.K
    groups = _groups(rule, with_, without)
    chosen = elsewhere.supporters(sums.of(rule, found.ballots(tiers)))
    shown = order and min(with_.total, without.total) >= disclosure.FEWEST and not any(
        votes is None and chosen[option]  # what nobody chose at all, nobody of a part did
        for one in groups for option, votes in one.votes.items()
    )  # fmt: skip
    if with_.total == 0:
        return {"voters": 0, "fewer_than": None, "places": [list(p) for p in whole.places],
                "winners": list(whole.winners), "differs": False, "sums": None,
                "votes": None}  # fmt: skip
    rest = tallied.tally(sums.of(rule, without), without, money) if order else None
    return {
        "voters": None if few else with_.total,
        "fewer_than": disclosure.K if few else None,
        "places": [list(place) for place in rest.places] if rest else None,
        "winners": list(rest.winners) if rest else None,
        "differs": set(rest.winners) != set(whole.winners) if rest else None,
        "sums": written(sums.of(rule, without)) if shown else None,
        "votes": {one.code: {o: n or 0 for o, n in one.votes.items()} for one in groups}
        if shown else None,
    }  # fmt: skip


def _groups(rule: str, *parts: Ballots) -> list[disclosure.Released]:
    groups = []
    for name, ballots in zip(("unconfirmed", "confirmed"), parts, strict=True):
        one = sums.of(rule, ballots)
        groups.append(disclosure.Group(name, one.total, elsewhere.supporters(one)))
    return disclosure.release(groups, parts[0].options, one_each=rule == "ranking")
