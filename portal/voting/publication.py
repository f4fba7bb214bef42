"""The public result of a count: what it holds, and how its file is written."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from portal.accounts.models import Tier
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.voting import disclosure, tally

HEADLINE = (Tier.VERIFIED.value, Tier.PAPER.value)


class Found(Protocol):
    """What a count found in a box."""

    @property
    def cast(self) -> int:
        """Ballots, with those that were replaced later."""

    def tally(self, tiers: Sequence[str], options: Sequence[str]) -> tally.Tally:
        """The votes of these tiers together."""

    def groups(
        self, attribute: str, tiers: Sequence[str], options: Sequence[str]
    ) -> list[disclosure.Group]:
        """The same votes by what people said of themselves."""


def result_of(
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    found: Found,
    *,
    counted_at: datetime,
) -> dict[str, Any]:
    """The public result: headline of verified and paper votes, e-mail votes beside it."""
    keys = [option.key for option in options]
    headline = found.tally(HEADLINE, keys)
    tiers = {tier: _tier(found.tally([tier], keys)) for tier in consultation.tiers}
    if len({"V", "P"} & set(tiers)) == 2 and min(
        tiers[tier]["voters"] for tier in HEADLINE
    ) < disclosure.FEWEST:  # fmt: skip
        for tier in HEADLINE:  # one of them could be worked out from the sum
            tiers[tier] |= {"votes": None, "none": None}
    exact = headline.ballots >= disclosure.FEWEST
    return {
        "format": 1,
        "consultation": consultation.slug,
        "title": dict(consultation.title),
        "question": dict(consultation.question),
        "demonstration": consultation.demonstration,
        "state": Phase.COUNTED.value,
        "rule": consultation.rule.value,
        "opened_at": consultation.opens_at.isoformat(),
        "closed_at": consultation.closes_at.isoformat(),
        "counted_at": counted_at.isoformat(),
        "headline": [tier for tier in HEADLINE if tier in consultation.tiers],
        "options": [_option(option, headline, tiers, exact) for option in options],
        "places": [list(place) for place in headline.places],
        "winners": list(headline.winners),
        "lead": headline.lead if exact else None,
        "none": headline.none if exact else None,
        "exact": exact,
        "tiers": tiers,
        "turnout": {
            "headline": headline.ballots,
            "tiers": {tier: one["voters"] for tier, one in tiers.items()},
            "ballots_cast": found.cast,
        },
        "breakdown": [
            _breakdown(found, attribute, keys) for attribute in consultation.attributes if exact
        ],
    }


def _tier(one: tally.Tally) -> dict[str, Any]:
    shown = one.ballots >= disclosure.FEWEST
    return {
        "voters": one.ballots,
        "none": one.none if shown else None,
        "votes": dict(one.votes) if shown else None,
    }


def _option(
    option: ConsultationOption,
    headline: tally.Tally,
    tiers: Mapping[str, Mapping[str, Any]],
    exact: bool,
) -> dict[str, Any]:
    by_tier = {t: one["votes"][option.key] if one["votes"] else None for t, one in tiers.items()}
    return {
        "key": option.key,
        "name": option.package,
        "version": option.version,
        "sha256": option.sha256,
        "title": dict(option.title),
        "votes": headline.votes[option.key] if exact else None,
        "votes_by_tier": by_tier,
    }


def _breakdown(found: Found, attribute: str, keys: Sequence[str]) -> dict[str, Any]:
    released = disclosure.release(found.groups(attribute, HEADLINE, keys), keys)
    return {
        "attribute": attribute,
        "k": disclosure.K,
        "groups": [
            {"code": one.code or None, "voters": one.voters, "votes": dict(one.votes)}
            for one in released
        ],
        "hidden": sum(v is None for one in released for v in one.votes.values()),
    }


def folder(consultation: Consultation) -> Path:
    """Where a consultation's public files rest."""
    data: Path = current_app.config["DATA"]
    return data / "public" / "consultations" / consultation.slug


def write(consultation: Consultation, result: Mapping[str, Any]) -> Path:
    """Put the result in place whole or not at all."""
    path = folder(consultation) / "results.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".results.{os.getpid()}")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path


def lines(result: Mapping[str, Any]) -> Iterable[str]:
    """A result for the command line."""
    for option in result["options"]:
        yield f"{option['votes'] if option['votes'] is not None else '-':>8}  {option['key']}"
    yield f"{result['turnout']['headline']:>8}  people (V and P)"
