"""What the web passes on of how somebody comes to vote, and what their review says of it."""

from datetime import datetime
from typing import Any

from flask import current_app, request
from flask import session as browser

from portal import web
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.consultations.models import Consultation
from portal.voting.box import boxes
from portal.voting.guard import arrivals, formulas, proof, seals
from portal.voting.guard.arrivals import Door


def door(subject: Subject, batch: str = "") -> Door | None:
    """How this request came; None of those nobody looks at: a proven identity, a desk."""
    if not arrivals.concerns(subject):
        return None
    opened = subject.tier is not Tier.EMAIL or "order" in browser  # a code's session begins with it
    return Door(
        request.remote_addr or "", opened, request.form.get("proof", ""),
        request.form.get("since", ""), batch,
    )  # fmt: skip


def shown(consultation: Consultation, subject: Subject, voted: bool) -> dict[str, Any] | None:
    """What the review needs for a first vote that nobody's identity stands behind."""
    how, kept = None if voted else door(subject), seals.of(consultation.id)
    if how is None or kept is None:
        return None
    now = web.now()
    arrival = arrivals.arrived(kept, subject, how, now, current_app.config["ZONE"])
    found = arrivals.outlook(kept, boxes.of(consultation.id), arrival)
    return {
        "work": _work(consultation, kept, how.note, now) if arrivals.must_pay(subject) else None,
        "held": len(found) >= formulas.TOGETHER,
        "verified": Tier.VERIFIED.value in consultation.tiers,
        "paper": Tier.PAPER.value in consultation.tiers,
    }


def _work(
    consultation: Consultation, kept: seals.Seals, note: str, now: datetime
) -> dict[str, Any]:
    since = proof.begun(kept, note)
    if since is None or now - since > proof.WAITS_FOR:
        note, since = proof.begin(kept, now), now
    return {
        "challenge": proof.challenge(kept, consultation.id, now), "since": note,
        "from": _clock(since + proof.WAIT), "over": since + proof.WAIT <= now,
    }  # fmt: skip


def _clock(at: datetime) -> str:
    return at.astimezone(current_app.config["ZONE"]).strftime("%H:%M:%S")
