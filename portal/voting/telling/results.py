"""What may be told of a result now: through the gate, the published file or the state of things."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app

from portal import db
from portal.accounts.models import Account
from portal.consultations import gate
from portal.consultations.models import Consultation, ConsultationOption
from portal.voting.box import boxes
from portal.voting.counts import counting, publication
from portal.voting.guard import cases, settling

ROUNDING = 10  # turnout while voting is open
MANY = 10_000  # from here on turnout is counted once a minute only
KEPT = 60.0


def published(
    consultation: Consultation, viewer: Account | None, now: datetime
) -> dict[str, Any] | None:
    """The counted result, or None where the gate is shut (or the file is gone)."""
    if not gate.results_visible(consultation, viewer, now):
        return None
    found = _told(consultation)
    return {**found, "state": consultation.phase(now).value} if found else None


def _told(consultation: Consultation) -> dict[str, Any]:
    path = publication.folder(consultation) / "results.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def public(
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    viewer: Account | None,
    now: datetime,
) -> dict[str, Any]:
    """The JSON anyone may have: the result, or what is known before the count."""
    return published(consultation, viewer, now) or {
        "format": 1,
        "consultation": consultation.slug,
        "title": dict(consultation.title),
        "question": dict(consultation.question),
        "demonstration": consultation.demonstration,
        "state": consultation.phase(now).value,
        "rule": consultation.rule.value,
        "budget": consultation.budget,
        "opened_at": consultation.opens_at.isoformat(),
        "closed_at": consultation.closes_at.isoformat(),
        "hidden_until": consultation.closes_at.isoformat(),
        "options": [_option(option) for option in options],
        "tiers": dict.fromkeys(consultation.tiers),
        "turnout": {"tiers": turnout(consultation), "rounded_to": ROUNDING},
        "guard": flagged(consultation),
    }


def _option(option: ConsultationOption) -> dict[str, Any]:
    return {
        "key": option.key,
        "name": option.package,
        "version": option.version,
        "sha256": option.sha256,
        "title": dict(option.title),
        "cost": option.cost,
    }


def turnout(consultation: Consultation) -> dict[str, int]:
    """How many people have voted so far by tier, to the nearest ten."""
    issued = _issued(consultation)
    return {tier: _rounded(issued.get(tier, 0)) for tier in consultation.tiers}


def flagged(consultation: Consultation) -> dict[str, Any]:
    """How many votes were flagged and what became of them; to the nearest ten before the count.

    Of a box that was destroyed, what its result says.
    """
    if consultation.counted_at is not None:
        told = _told(consultation).get("guard")
        return told or cases.numbers([])
    found = settling.numbers(db.session(), consultation)
    return {**cases.rounded(found, ROUNDING), "rounded_to": ROUNDING}


def _rounded(n: int) -> int:
    return (n + ROUNDING // 2) // ROUNDING * ROUNDING


def _issued(consultation: Consultation) -> Mapping[str, int]:
    kept: dict[Any, tuple[float, dict[str, int]]] = current_app.extensions.setdefault("turnout", {})
    at, issued = kept.get(consultation.id, (0.0, {}))
    if sum(issued.values()) < MANY or time.monotonic() - at > KEPT:
        issued = counting.issued(boxes.of(consultation.id))
        kept[consultation.id] = (time.monotonic(), issued)
    return issued
