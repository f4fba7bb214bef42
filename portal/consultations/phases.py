"""What phases are called, and how a consultation is shown in lists: words and plain values."""

from datetime import datetime
from typing import Any

from flask import url_for

from portal import i18n
from portal.consultations.models import Consultation, Phase
from portal.i18n import N_, gettext

LABELS = {
    Phase.DRAFT: N_("Draft"),
    Phase.ANNOUNCED: N_("Announced"),
    Phase.OPEN: N_("Voting is open"),
    Phase.CLOSED: N_("Closed, being counted"),
    Phase.COUNTED: N_("Counted, the council must answer"),
    Phase.ANSWERED: N_("Answered by the council"),
    Phase.CANCELLED: N_("Cancelled"),
}
BADGES = {Phase.CANCELLED: "neutral", Phase.DRAFT: "neutral"}
STEPS = (Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED, Phase.COUNTED, Phase.ANSWERED)
STEP_LABELS = {
    Phase.ANNOUNCED: N_("Announced"),
    Phase.OPEN: N_("Opening of the vote"),
    Phase.CLOSED: N_("Closing of the vote"),
    Phase.COUNTED: N_("Votes counted"),
    Phase.ANSWERED: N_("Council answers"),
}


def label(phase: Phase) -> str:
    """A phase's name in the reader's language."""
    return gettext(LABELS[phase])


def badge(phase: Phase) -> dict[str, str]:
    """A phase as a badge."""
    return {"kind": BADGES.get(phase, phase.value), "label": label(phase)}


def card(consultation: Consultation, now: datetime) -> dict[str, Any]:
    """A consultation in a list."""
    phase = consultation.phase(now)
    return {
        "title": i18n.text(consultation.question),
        "lang": foreign(consultation.question),
        "kicker": i18n.text(consultation.title),
        "text": "" if phase is Phase.OPEN else i18n.text(consultation.summary),
        "url": url_for("consultations.show", slug=consultation.slug),
        "badge": badge(phase),
        "meta": [when(consultation, now)],
    }


def open_card(consultation: Consultation, now: datetime) -> dict[str, Any]:
    """One of several open consultations: what it asks and how long there still is to vote."""
    left = gettext("%(time)s left to vote", time=i18n.time_left(consultation.closes_at, now))
    return card(consultation, now) | {
        "text": i18n.text(consultation.summary),
        "meta": [left, gettext("until %(moment)s", moment=i18n.moment(consultation.closes_at))],
    }


def when(consultation: Consultation, now: datetime) -> str:
    """The date that matters in the present phase, as a sentence."""
    phase = consultation.phase(now)
    if phase is Phase.ANNOUNCED:
        return gettext("Voting opens on %(moment)s.", moment=i18n.moment(consultation.opens_at))
    if phase is Phase.OPEN:
        return gettext("Voting closes on %(moment)s.", moment=i18n.moment(consultation.closes_at))
    if phase is Phase.ANSWERED and consultation.answered_at is not None:
        return gettext("The council answered on %(day)s.", day=i18n.date(consultation.answered_at))
    if phase is Phase.CANCELLED and consultation.cancelled_at is not None:
        return gettext("Cancelled on %(day)s.", day=i18n.date(consultation.cancelled_at))
    return gettext("Voting closed on %(day)s.", day=i18n.date(consultation.closes_at))


def timeline(consultation: Consultation, now: datetime) -> list[dict[str, Any]]:
    """The phases with their dates: done, current, next."""
    present = consultation.phase(now)
    reached = STEPS.index(present) if present in STEPS else -1
    times = (consultation.announced_at, consultation.opens_at, consultation.closes_at,
             consultation.counted_at, consultation.answered_at)  # fmt: skip
    return [
        {
            "label": gettext(STEP_LABELS[step]),
            "date_text": i18n.moment(at) if at else _to_come(step),
            "iso": at.isoformat() if at else None,
            "state": "current" if i == reached else "done" if i < reached else "next",
        }
        for i, (step, at) in enumerate(zip(STEPS, times, strict=True))
    ]


def _to_come(step: Phase) -> str:
    """What is promised of a step that has no date yet."""
    if step is Phase.ANSWERED:
        return gettext("within thirty days of the count")
    return gettext("date to come")


def foreign(words: dict[str, Any]) -> str | None:
    """The language of a text shown in another one than the page's, so that it can be marked."""
    found = i18n.text_lang(words)
    return found if found != i18n.language() else None
