"""The public result of a count: what is said of the ballots, and what is kept back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.accounts.models import Tier
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.voting.counts import apart, disclosure, tallied
from portal.voting.counts.gathered import Gathered
from portal.voting.rules import elsewhere, sums
from portal.voting.rules.published import read, written
from portal.voting.rules.sums import Sums

__all__ = ["of", "read", "written"]
HEADLINE = (Tier.VERIFIED.value, Tier.PAPER.value)
FORMAT = 2


def of(
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    found: Gathered,
    *,
    counted_at: datetime,
    editions: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The public result: headline of verified and paper votes, e-mail votes beside it.

    `editions` are the versions of packages people voted on (`editions.told`).
    """
    rule = consultation.rule.value
    ballots = found.ballots(HEADLINE)
    whole = sums.of(rule, ballots)
    exact = whole.total >= disclosure.FEWEST
    money = tallied.Money(
        consultation.budget or 0, {option.key: option.cost or 0 for option in options}
    )
    tally = tallied.tally(whole, ballots, money)
    tiers = _tiers(consultation, rule, found)
    return {
        "format": FORMAT,
        "consultation": consultation.slug,
        "title": dict(consultation.title),
        "question": dict(consultation.question),
        "demonstration": consultation.demonstration,
        "state": Phase.COUNTED.value,
        "rule": rule,
        "budget": consultation.budget,
        "opened_at": consultation.opens_at.isoformat(),
        "closed_at": consultation.closes_at.isoformat(),
        "counted_at": counted_at.isoformat(),
        "headline": [tier for tier in HEADLINE if tier in consultation.tiers],
        "options": [_option(option, whole, tiers, exact) for option in options],
        "places": [list(place) for place in tally.places],
        "winners": list(tally.winners),
        "lead": tally.lead if exact else None,
        "none": whole.none if exact else None,
        "exact": exact,
        "tally": tally.details if exact else None,
        "sums": written(whole) if exact else None,
        "patterns": tallied.published_patterns(rule, ballots) if exact else None,
        "elsewhere": tallied.other_rules(whole, tally) if exact else None,
        "tiers": tiers,
        "turnout": {
            "headline": whole.total,
            "tiers": {tier: one["voters"] for tier, one in tiers.items()},
            "ballots_cast": found.cast,
        },
        "breakdown": [
            _breakdown(rule, found, attribute) for attribute in consultation.attributes if exact
        ],
        "editions": list(editions),
        "unconfirmed": apart.of(rule, found, HEADLINE, tally, money) if len(editions) > 1 else None,
    }  # fmt: skip


def _tiers(consultation: Consultation, rule: str, found: Gathered) -> dict[str, dict[str, Any]]:
    tiers = {tier: _tier(sums.of(rule, found.ballots([tier]))) for tier in consultation.tiers}
    headline = [tier for tier in HEADLINE if tier in tiers]
    if len(headline) == 2 and min(tiers[t]["voters"] for t in headline) < disclosure.FEWEST:
        for tier in headline:  # one of them could be worked out from the sum
            tiers[tier] |= {"votes": None, "none": None, "sums": None}
    return tiers


def _tier(one: Sums) -> dict[str, Any]:
    shown = one.total >= disclosure.FEWEST
    return {
        "voters": one.total,
        "none": one.none if shown else None,
        "votes": elsewhere.supporters(one) if shown else None,
        "sums": written(one) if shown else None,
    }


def _option(
    option: ConsultationOption, whole: Sums, tiers: Mapping[str, Mapping[str, Any]], exact: bool
) -> dict[str, Any]:
    by_tier = {t: one["votes"][option.key] if one["votes"] else None for t, one in tiers.items()}
    return {
        "key": option.key,
        "name": option.package,
        "version": option.version,
        "sha256": option.sha256,
        "title": dict(option.title),
        "cost": option.cost,
        "votes": elsewhere.supporters(whole)[option.key] if exact else None,
        "votes_by_tier": by_tier,
    }


def _breakdown(rule: str, found: Gathered, attribute: str) -> dict[str, Any]:
    groups = []
    for answer, ballots in found.answers(attribute, HEADLINE).items():
        one = sums.of(rule, ballots)
        groups.append(disclosure.Group(answer, one.total, elsewhere.supporters(one)))
    released = disclosure.release(groups, found.options, one_each=rule == "ranking")
    return {
        "attribute": attribute,
        "k": disclosure.K,
        "groups": [
            {"code": one.code or None, "voters": one.voters, "votes": dict(one.votes)}
            for one in released
        ],
        "hidden": sum(v is None for one in released for v in one.votes.values()),
    }
