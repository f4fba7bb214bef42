"""Summaries and the council's table as JSON. Addresses are those of the pages."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from portal.council.docket import Docket
from portal.council.outcome import Outcome
from portal.council.participation import Participation, Rate
from portal.council.summary import Summary


def docket_json(docket: Docket) -> dict[str, Any]:
    """Every item, the overdue first."""
    return {
        "items": [
            {
                "consultation": entry.consultation.slug,
                "title": dict(entry.consultation.title),
                "demonstration": entry.consultation.demonstration,
                "url": url_for("council.show", slug=entry.consultation.slug),
                **entry.as_json(),
            }
            for entry in docket.all
        ]
    }


def promises_json(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Promises made to proposals whose day has passed."""
    return [
        {
            "proposal": str(row.id),
            "title": row.title,
            "consultation": row.slug,
            "due": row.due.isoformat(),
            "answered_at": row.at.isoformat(),
            "state": row.state.value,
            "demonstration": row.demonstration,
            "url": url_for("proposals.show", slug=row.slug, proposal_id=row.id),
        }
        for row in rows
    ]


def summary_json(summary: Summary) -> dict[str, Any]:
    """One consultation's summary; `result` and `participation` are null while hidden."""
    asked = summary.consultation
    return {
        "consultation": {
            "slug": asked.slug,
            "title": dict(asked.title),
            "question": dict(asked.question),
            "family": asked.family,
            "rule": asked.rule.value,
            "phase": summary.phase.value,
            "opens_at": asked.opens_at.isoformat(),
            "closes_at": asked.closes_at.isoformat(),
            "demonstration": asked.demonstration,
            "url": url_for("council.show", slug=asked.slug),
        },
        "options": [
            {
                "key": option.key,
                "title": dict(option.title),
                "name": option.package,
                "version": option.version,
                "sha256": option.sha256,
            }
            for option in summary.options
        ],
        "can_change": dict(asked.can_change),
        "cannot_change": dict(asked.cannot_change),
        "result": _outcome(summary.outcome) if summary.outcome else None,
        "participation": _participation(summary.took_part) if summary.took_part else None,
        "proposals": {
            "count": summary.proposals_count,
            "most_supported": [
                {
                    "id": str(row.id),
                    "title": row.title,
                    "language": row.language,
                    "state": row.state.value,
                    "supports": row.supports_count,
                }
                for row in summary.proposals
            ],
        },
        "observations": [
            {
                "campaign": found.campaign.slug,
                "dataset": found.campaign.dataset,
                "received": found.received,
                "accepted": found.kept,
            }
            for found in summary.observed
        ],
        "council": summary.entry.as_json() if summary.entry else None,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "ballots": outcome.ballots,
        "options": [vars(choice) for choice in outcome.choices],
        "none_of_these": outcome.none_of_these,
        "leaders": list(outcome.leaders),
        "lead": outcome.lead,
        "leaders_with_email_votes": (
            None if outcome.leaders_with_email is None else list(outcome.leaders_with_email)
        ),
        "tiers": dict(outcome.tiers),
    }


def _participation(part: Participation) -> dict[str, Any]:
    return {
        "overall": _rate(part.overall),
        "districts": [_rate(rate) for rate in part.rates],
        "did_not_say": part.did_not_say,
        "did_not_say_share": part.did_not_say_share,
        "r_score": part.r_score,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "district": rate.group or None,
        "voters": rate.voters,
        "residents": rate.residents,
        "rate": rate.share,
        "low": rate.low,
        "high": rate.high,
    }
