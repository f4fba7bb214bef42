"""A shared budget: the method of equal shares, and the greedy rule to compare it with.

D. Peters, G. Pierczyński, P. Skowron, “Proportional participatory budgeting with additive
utilities”, NeurIPS 2021. Every voter gets an equal part of the money. A measure is paid for by
those who chose it; the one that costs them least for each unit of cost they get comes first.
Money left over: everybody's part is raised step by step while the measures still fit (“add one”;
a step is one unit, or a hundredth of the first part where that is more), then measures are added
by votes while they fit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from portal.voting.rules import purses
from portal.voting.rules.backers import Backers
from portal.voting.rules.columns import Ballots
from portal.voting.rules.purses import Bought

STEPS = 100


@dataclass(frozen=True)
class Budget:
    """What is funded, in the order it was taken.

    `part` is what each voter could spend in the end, `left` what the backers of each measure had
    left of it when no measure could be paid from shares any more.
    """

    votes: dict[str, int]
    bought: tuple[Bought, ...]
    spent: int
    part: Fraction = Fraction(0)
    left: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def winners(self) -> tuple[str, ...]:
        """Every measure that is funded."""
        return tuple(one.item for one in self.bought)


def greedy(votes: Mapping[str, int], costs: Mapping[str, int], money: int) -> Budget:
    """Measures by votes, each that still fits; between equal votes the cheaper one."""
    return _budget(votes, _fill(votes, costs, money, ()), costs)


def equal_shares(ballots: Ballots, costs: Mapping[str, int], money: int) -> Budget:
    """The method of equal shares with cost utilities, completed by “add one” and by votes."""
    backers = Backers(ballots)
    if backers.voters == 0:
        return _budget(backers.votes, (), costs)
    prices = [costs[option] for option in ballots.options]
    part = _highest_part(backers, prices, money)
    paid = purses.exactly(backers, prices, part)
    bought = (*paid.bought, *_fill(backers.votes, costs, money, paid.bought))
    left = dict(zip(ballots.options, paid.left, strict=True))
    return replace(_budget(backers.votes, bought, costs), part=part, left=left)


def _budget(
    votes: Mapping[str, int], bought: tuple[Bought, ...], costs: Mapping[str, int]
) -> Budget:
    return Budget(dict(votes), bought, sum(costs[one.item] for one in bought))


def _fill(
    votes: Mapping[str, int], costs: Mapping[str, int], money: int, before: Sequence[Bought]
) -> tuple[Bought, ...]:
    """By votes, then by lower cost, then by the published order, whatever still fits."""
    taken = {one.item for one in before}
    left = money - sum(costs[item] for item in taken)
    found = []
    for item in sorted(votes, key=lambda o: (-votes[o], costs[o])):
        if item in taken or not votes[item] or costs[item] > left:
            continue
        taken.add(item)
        found.append(Bought(item, "votes", _equals(item, votes, costs, taken)))
        left -= costs[item]
    return tuple(found)


def _equals(
    item: str, votes: Mapping[str, int], costs: Mapping[str, int], taken: Iterable[str]
) -> tuple[str, ...]:
    return tuple(
        other for other in votes
        if other not in taken and (votes[other], costs[other]) == (votes[item], costs[item])
    )  # fmt: skip


def _highest_part(backers: Backers, prices: Sequence[int], money: int) -> Fraction:
    """The most each voter may get, raised in steps, before what is bought costs too much."""
    part = Fraction(money, backers.voters)
    step = max(1, int(part) // STEPS)
    wanted = {place for place, option in enumerate(backers.options) if backers.votes[option]}
    while True:
        more = part + step
        found = purses.quickly(backers, prices, float(more))
        if found is None:  # too near to say by floating point
            taken = {one.item for one in purses.exactly(backers, prices, more).bought}
            found = {place for place, o in enumerate(backers.options) if o in taken}
        if sum(prices[place] for place in found) > money:
            return part
        part = more
        if found >= wanted:
            return part
