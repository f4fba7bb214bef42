"""What two persons decide on besides extending: open, close early, cancel, go on after a pause."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.consultations import adopting, lifecycle, listing
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.scenarios.package import Store

REASON = 10  # letters a reason has at least


class NoReason(Refusal):
    """An act whose reason is public was sent without one."""

    title = N_("A reason is needed")
    message = N_("Nothing was changed yet.")


def check_reason(reason: str) -> str:
    """The reason, trimmed. Raises NoReason where it says nothing."""
    if len(reason.strip()) < REASON:
        words = N_("Give the reason in a sentence: it is public.")
        raise NoReason([Problem("reason", words)])
    return reason.strip()


def announce(
    session: Session,
    draft: Consultation,
    *,
    store: Store,
    languages: Sequence[str],
    actor: UUID,
    now: datetime,
    **details: Any,
) -> None:
    """Put a draft before the public; voting opens by itself at its time."""
    lifecycle.check_phase(draft, "announce", now)
    options = listing.options_of(session, draft)
    lifecycle.check_ready(session, draft, options, store=store, languages=languages, now=now)
    draft.announced_at = now
    session.add(draft)
    lifecycle.note(session, "announced", draft, now, actor, **details)


def close(
    session: Session,
    consultation: Consultation,
    *,
    reason: str,
    actor: UUID,
    now: datetime,
    **details: Any,
) -> None:
    """End the vote before its time."""
    lifecycle.check_phase(consultation, "close", now)
    details["before"] = consultation.closes_at.isoformat()
    consultation.closes_at, consultation.paused_at = now, None
    session.add(consultation)
    lifecycle.note(session, "closed_early", consultation, now, actor, reason, **details)


def cancel(
    session: Session,
    consultation: Consultation,
    *,
    reason: str,
    actor: UUID,
    now: datetime,
    **details: Any,
) -> None:
    """Call the consultation off; its page stays, with the reason."""
    lifecycle.check_phase(consultation, "cancel", now)
    consultation.cancelled_at, consultation.paused_at = now, None
    session.add(consultation)
    lifecycle.note(session, "cancelled", consultation, now, actor, reason, **details)


def pause(
    session: Session, consultation: Consultation, *, reason: str, now: datetime, **details: Any
) -> None:
    """Let votes wait while people look at what changed; what was asked for before is outdated."""
    consultation.paused_at = consultation.paused_at or now
    consultation.revision += 1
    session.add(consultation)
    lifecycle.note(session, "paused", consultation, now, None, reason, **details)


class NotPaused(Refusal):
    """There is no pause to end."""

    status = 409
    message = N_("Voting is not paused.")


def check_paused(consultation: Consultation, now: datetime) -> None:
    """Raise NotPaused unless the vote is open and waits."""
    lifecycle.check_phase(consultation, "resume", now)
    if consultation.paused_at is None:
        raise NotPaused


def resume(
    session: Session,
    consultation: Consultation,
    *,
    reason: str,
    actor: UUID,
    now: datetime,
    **details: Any,
) -> None:
    """Take votes again after a pause, on the newer versions the vote was paused for."""
    check_paused(consultation, now)
    adopted = adopting.adopt(session, consultation)
    if adopted:
        details["adopted"] = adopted
    consultation.paused_at = None
    session.add(consultation)
    lifecycle.note(session, "resumed", consultation, now, actor, reason, **details)
