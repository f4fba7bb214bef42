"""What followers of a consultation are told, and that each thing is told once."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.consultations.models import Ask, Consultation, ConsultationAct, ConsultationTold
from portal.i18n import N_
from portal.news import telling

TOPIC = "consultations"
KIND = "consultation"
NEW = "new"  # what people follow who want to hear of every new consultation

SENTENCES = {
    "announced": N_("A new consultation is announced: %(title)s"),
    "opened": N_("Voting is open: %(title)s"),
    "closes_soon": N_("Voting closes within two days: %(title)s"),
    "extended": N_("Voting lasts longer: %(title)s. Why: %(reason)s"),
    "closed_early": N_("Voting ended before its time: %(title)s. Why: %(reason)s"),
    "corrected": N_("A wrong word was corrected: %(title)s. Why: %(reason)s"),
    "paused": N_("Voting is paused because the figures of an option changed: %(title)s"),
    "resumed": N_("Voting goes on: %(title)s. Why: %(reason)s"),
    "resumed_anew": N_(
        "Voting goes on with other figures: %(title)s. If you voted before, please confirm or "
        "change your vote. Why: %(reason)s"
    ),
    "cancelled": N_("The consultation was called off: %(title)s. Why: %(reason)s"),
    "counted": N_("The result is there: %(title)s"),
    "answered": N_("The council has answered: %(title)s"),
}
ACTS = {
    Ask.ANNOUNCE: "announced",
    Ask.EXTEND: "extended",
    Ask.CLOSE: "closed_early",
    Ask.CANCEL: "cancelled",
    Ask.RESUME: "resumed",
}


def enter() -> None:
    """Register the topic people may choose the pace of."""
    telling.topic(TOPIC, N_("Consultations: announced, open, closing, results and answers"))


def tell(
    session: Session, consultation: Consultation, what: str, now: datetime, reason: str = ""
) -> None:
    """Tell the followers; of a new consultation those who asked to hear of every one."""
    gaps: dict[str, Any] = {"title": dict(consultation.title)}
    if "%(reason)s" in SENTENCES[what]:
        gaps["reason"] = reason
    ref = NEW if what == "announced" else str(consultation.id)
    telling.tell(
        session, TOPIC, SENTENCES[what], f"/consultations/{consultation.slug}", now=now,
        about=(KIND, ref), gaps=gaps,
    )  # fmt: skip


def act(
    session: Session,
    consultation: Consultation,
    done: ConsultationAct,
    now: datetime,
    anew: bool = False,
) -> None:
    """Tell of an act that two persons decided; `anew`: options have other figures from now on.

    Nobody knows who has voted, so whoever follows the consultation hears of it, voter or not.
    """
    what = "resumed_anew" if anew else ACTS[done.kind]
    tell(session, consultation, what, now, done.reason)


def once(session: Session, consultation: Consultation, what: str, now: datetime) -> bool:
    """Whether this is the first time; the table's key lets only one worker say so."""
    try:
        with session.begin_nested():
            session.add(ConsultationTold(consultation_id=consultation.id, what=what, at=now))
            session.flush()
    except IntegrityError:
        return False
    return True
