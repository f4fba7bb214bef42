"""Made-up tastes for the demonstration: how much options are liked, and what is then marked."""

import random
from collections.abc import Iterator, Mapping

from portal.consultations.models import NONE, Rule
from portal.voting.casting.marking import NO_OPINION, Offer
from portal.voting.rules.majority import GRADES

SPREAD = 0.55  # how far people differ
SILENT = 0.06

Ballot = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]  # values of `choice`, other fields


def ballot(offer: Offer, liked: Mapping[str, float], place: int, chance: random.Random) -> Ballot:
    """One ballot by the offer's rule; tastes differ a little from district to district."""
    if offer.rule is Rule.APPROVAL:
        return _approved(liked, place, chance), ()
    mood = {
        option: min(0.999, max(0.0, p + chance.uniform(-SPREAD, SPREAD) + _local(place, i)))
        for i, (option, p) in enumerate(liked.items())
    }
    marks = tuple(MARKS[offer.rule](offer, mood, chance))
    if offer.rule is Rule.MAJORITY and all(value == NO_OPINION for _, value in marks):
        marks = ()
    return ((), marks) if marks else ((NONE,), ())


def _local(place: int, i: int) -> float:
    return 0.06 * (((place + 2 * i) % 5) - 2) / 2


def _approved(liked: Mapping[str, float], place: int, chance: random.Random) -> tuple[str, ...]:
    choice = tuple(
        option for i, (option, p) in enumerate(liked.items())
        if chance.random() < p + _local(place, i)
    )  # fmt: skip
    if not choice and chance.random() > 0.35:
        choice = (max(liked, key=lambda option: liked[option] * chance.random()),)
    return choice or (NONE,)


Fields = Iterator[tuple[str, str]]


def _points(offer: Offer, mood: Mapping[str, float], chance: random.Random) -> Fields:
    for option, p in mood.items():
        if chance.random() > SILENT:
            yield f"score.{option}", str(int(p * 6))


def _ranks(offer: Offer, mood: Mapping[str, float], chance: random.Random) -> Fields:
    ordered = sorted(mood, key=lambda option: -mood[option])
    named = chance.choice((1, 2, len(mood), len(mood)))
    for rank, option in enumerate(ordered[:named], start=1):
        yield f"rank.{option}", str(rank)


def _grades(offer: Offer, mood: Mapping[str, float], chance: random.Random) -> Fields:
    for option, p in mood.items():
        yield f"grade.{option}", GRADES[int(p * 6)] if chance.random() > SILENT else NO_OPINION


def _measures(offer: Offer, mood: Mapping[str, float], chance: random.Random) -> Fields:
    left = offer.budget
    for option in sorted(mood, key=lambda option: -mood[option]):
        if mood[option] > 0.35 and offer.costs[option] <= left:
            left -= offer.costs[option]
            yield f"fund.{option}", "1"


MARKS = {
    Rule.SCORE: _points,
    Rule.RANKING: _ranks,
    Rule.MAJORITY: _grades,
    Rule.BUDGET: _measures,
}
