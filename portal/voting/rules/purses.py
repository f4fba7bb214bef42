"""Paying for measures from equal purses: in fractions, and in floating point where that is sure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from portal.voting.rules.backers import Backers, Held

NEAR = 1e-9  # what floating point may be off by; whatever is nearer is decided by fractions
Money = TypeVar("Money", float, Fraction)


@dataclass(frozen=True)
class Bought:
    """One measure that is funded.

    `by` says how: `shares` (paid by its voters) or `votes` (what was left over).
    `tied` are measures that stood equal when it was taken.
    """

    item: str
    by: str
    tied: tuple[str, ...] = ()


def quickly(backers: Backers, prices: Sequence[int], part: float) -> set[int] | None:
    """What is bought, in floating point; None where two measures are too near to tell apart."""
    purse: dict[Held, float] = {frozenset(): part}
    bought: set[int] = set()
    while True:
        ordered = _ordered(backers, frozenset(bought), purse)
        offers = []
        for place, cost in enumerate(prices):
            if place in bought:
                continue
            money = sum(one * counts[place] for one, counts in ordered)
            gap = money - cost
            if abs(gap) <= NEAR * max(1.0, cost):
                return None
            if gap > 0:
                offers.append((_price(ordered, place, float(cost)) or 0.0, place))
        if not offers:
            return bought
        offers.sort()
        if len(offers) > 1 and offers[1][0] - offers[0][0] <= NEAR * offers[1][0]:
            return None
        price, place = offers[0]
        bought.add(place)
        purse = _paid(backers, frozenset(bought), purse, place, price * prices[place])


@dataclass(frozen=True)
class Paid:
    """What was bought from the purses, in turn, and what the backers of each measure have left."""

    bought: tuple[Bought, ...]
    left: tuple[Fraction, ...]


def exactly(backers: Backers, prices: Sequence[int], part: Fraction) -> Paid:
    """The same with fractions, so that ties are ties."""
    purse: dict[Held, Fraction] = {frozenset(): part}
    votes, options = backers.votes, backers.options
    bought: list[int] = []
    found: list[Bought] = []
    while True:
        ordered = _ordered(backers, frozenset(bought), purse)
        offers = []
        for place, cost in enumerate(prices):
            price = None if place in bought else _price(ordered, place, Fraction(cost))
            if price is not None:
                offers.append((price, cost, -votes[options[place]], place))
        if not offers:
            left = (sum(one * counts[place] for one, counts in ordered) + Fraction(0)
                    for place in range(len(prices)))  # fmt: skip
            return Paid(tuple(found), tuple(left))
        best = min(offers)
        tied = tuple(options[one[3]] for one in offers if one[:3] == best[:3] and one != best)
        price, cost, _, place = best
        bought.append(place)
        found.append(Bought(options[place], "shares", tied))
        purse = _paid(backers, frozenset(bought), purse, place, price * cost)


def _ordered(
    backers: Backers, bought: frozenset[int], purse: dict[Held, Money]
) -> list[tuple[Money, tuple[int, ...]]]:
    """Purses from the emptiest, each with how many of its voters chose each measure."""
    groups = backers.groups(bought).items()
    return sorted((purse[held], counts) for held, counts in groups)


def _price(
    ordered: Iterable[tuple[Money, tuple[int, ...]]], place: int, cost: Money
) -> Money | None:
    """The least each backer pays for a unit of cost; None where they cannot pay."""
    backing = [(money, counts[place]) for money, counts in ordered if counts[place]]
    people, due = sum(n for _, n in backing), cost
    for money, n in backing:
        if money * people >= due:
            return due / people / cost
        due -= money * n
        people -= n
    return None


def _paid(
    backers: Backers, bought: frozenset[int], purse: dict[Held, Money], place: int, each: Money
) -> dict[Held, Money]:
    """The purses after a measure was paid for by all who back it, as far as they could."""
    left = {}
    for held in backers.groups(bought):
        before = purse[held - {place}]
        left[held] = before - min(before, each) if place in held else before
    return left
