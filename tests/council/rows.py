"""Consultations as the council meets them: announced, closed, counted."""

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from flask import current_app
from sqlmodel import Session

from portal.consultations.models import Consultation, ConsultationOption
from tests.conftest import NOON

WORDS = {"it": "Due strade", "en": "Two streets"}
_numbers = count(1)


def make_asked(
    session: Session, *, counted_at: datetime | None = None, **values: Any
) -> Consultation:
    """A consultation with two options; still open unless told when it was counted."""
    end = (counted_at or NOON + timedelta(days=12)) - timedelta(days=1)
    values = {
        "slug": f"strade-{next(_numbers)}",
        "family": "verde",
        "title": WORDS,
        "question": WORDS,
        "summary": WORDS,
        "can_change": WORDS,
        "cannot_change": WORDS,
        "attributes": ["district"],
        "announced_at": end - timedelta(days=40),
        "opens_at": end - timedelta(days=20),
        "closes_at": end,
        "counted_at": counted_at,
        **values,
    }
    asked = Consultation(**values)
    session.add(asked)
    session.flush()
    for position, key in enumerate(("dove-mancano", "per-abitante"), start=1):
        session.add(
            ConsultationOption(
                consultation_id=asked.id,
                key=key,
                position=position,
                title={"it": key, "en": key},
                package=f"verde-{key}",
                version="1.0.0",
                sha256="ab" * 32,
            )
        )
    session.flush()
    return asked


def result_of(
    votes: dict[str, int],
    *,
    email: dict[str, int] | None = None,
    none: int = 5,
    districts: dict[str | None, int | None] | None = None,
) -> dict[str, Any]:
    """A published result with these votes."""
    email = email if email is not None else dict.fromkeys(votes, 3)
    order = sorted(votes, key=lambda key: -votes[key])
    first = [key for key in order if votes[key] == votes[order[0]]]
    places = [first, *([key] for key in order if key not in first)]
    ballots = sum(votes.values())
    return {
        "options": [
            {"key": key, "votes": n, "votes_by_tier": {"V": n, "E": email[key]}}
            for key, n in votes.items()
        ],
        "places": places,
        "winners": first,
        "none": none,
        "exact": True,
        "lead": votes[order[0]] - votes[places[1][0]] if len(places) > 1 else 0,
        "tiers": {},
        "turnout": {"headline": ballots, "tiers": {"V": ballots, "E": 6}},
        "breakdown": [
            {
                "attribute": "district",
                "k": 10,
                "hidden": 0,
                "groups": [
                    {"code": code, "voters": n, "votes": {}}
                    for code, n in (districts or {}).items()
                ],
            }
        ],
    }


def publish_result(asked: Consultation, result: dict[str, Any]) -> None:
    """Put a result where the count puts it."""
    folder = current_app.config["DATA"] / "public" / "consultations" / asked.slug
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps(result))
