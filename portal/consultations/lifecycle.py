"""Acts on a consultation: announce, extend, mark as counted, mark as answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit
from portal.consultations import abilities, readiness
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.consultations.readiness import LONGEST
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.scenarios.package import Store


class CannotAnnounce(Refusal):
    """The consultation is not ready; `problems` lists everything at once."""

    title = N_("The consultation is not ready")
    message = N_("The consultation cannot be announced yet. What is missing is listed below.")


class WrongPhase(Refusal):
    """The act does not belong to the phase the consultation is in."""

    status = 409
    message = N_("The consultation is in another phase now, so this cannot be done any more.")


class BadExtension(Refusal):
    """The new closing time or the reason is not good."""

    message = N_("The closing time was not changed.")


def announce(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    *,
    store: Store,
    languages: Sequence[str],
    now: datetime,
    actor: UUID | None = None,
) -> Consultation:
    """Put a consultation before the public. Raises CannotAnnounce with every problem."""
    check_ready(session, consultation, options, store=store, languages=languages)
    consultation.announced_at = consultation.announced_at or now
    session.add(consultation)
    session.flush()
    for position, option in enumerate(options, start=1):
        option.consultation_id, option.position = consultation.id, position
        session.add(option)
    note(session, "announced", consultation, now, actor)
    session.flush()
    return consultation


def check_ready(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    *,
    store: Store,
    languages: Sequence[str],
    now: datetime | None = None,
) -> None:
    """Raise CannotAnnounce with every problem there is."""
    found = readiness.problems(
        session, consultation, options, store=store, languages=languages, now=now
    )
    if found:
        raise CannotAnnounce(found)


def extend(
    session: Session,
    consultation: Consultation,
    closes_at: datetime,
    *,
    reason: str,
    actor: UUID,
    now: datetime,
    **details: Any,
) -> None:
    """Let voting last longer; the act and its reason are public. Never makes it shorter."""
    check_extension(consultation, closes_at, reason, now)
    before = consultation.closes_at
    consultation.closes_at = closes_at
    session.add(consultation)
    note(
        session, "extended", consultation, now, actor, reason.strip(),
        before=before.isoformat(), after=closes_at.isoformat(), **details,
    )  # fmt: skip


def check_extension(
    consultation: Consultation, closes_at: datetime | None, reason: str, now: datetime
) -> None:
    """Refuse an extension that is none, too long, or without a reason, naming every problem."""
    check_phase(consultation, "extend", now)
    problems = []
    if closes_at is None or closes_at <= consultation.closes_at:
        problems.append(Problem("closes_at", N_("The new closing time must be later.")))
    elif closes_at - consultation.opens_at > LONGEST:
        problems.append(Problem("closes_at", N_("Voting must end within a year.")))
    if len(reason.strip()) < 10:
        problems.append(Problem("reason", N_("Give the reason in a sentence: it is public.")))
    if problems:
        raise BadExtension(problems)


def mark_counted(
    session: Session,
    consultation: Consultation,
    *,
    now: datetime,
    actor: UUID | None = None,
    **details: Any,
) -> None:
    """Say that the votes were counted and the result published."""
    check_phase(consultation, "count", now)
    consultation.counted_at = now
    session.add(consultation)
    note(session, "counted", consultation, now, actor, **details)


def mark_answered(
    session: Session, consultation: Consultation, *, now: datetime, actor: UUID | None = None
) -> None:
    """Say that the council has answered."""
    check_phase(consultation, "answer", now)
    consultation.answered_at = now
    session.add(consultation)
    note(session, "answered", consultation, now, actor)


def acts_of(session: Session, consultation: Consultation) -> list[audit.AuditEntry]:
    """What was done with a consultation, oldest first."""
    query = (
        select(audit.AuditEntry)
        .where(
            audit.AuditEntry.kind == "consultation",
            audit.AuditEntry.ref == str(consultation.id),
        )
        .order_by(col(audit.AuditEntry.at))
    )
    return list(session.exec(query))


def all_acts(session: Session, ids: Sequence[UUID]) -> dict[str, list[sa.Row[Any]]]:
    """The acts on several consultations in one query, oldest first, by consultation id."""
    entry = audit.AuditEntry
    query = (
        sa.select(col(entry.ref), col(entry.at), col(entry.action), col(entry.reason))
        .where(col(entry.kind) == "consultation", col(entry.ref).in_([str(i) for i in ids]))
        .order_by(col(entry.at))
    )
    found: dict[str, list[sa.Row[Any]]] = {}
    for row in session.execute(query):
        found.setdefault(row.ref, []).append(row)
    return found


def check_phase(consultation: Consultation, ability: str, now: datetime) -> Phase:
    """The phase a consultation is in. Raises WrongPhase unless it allows the act."""
    if not abilities.open_now(ability, consultation, now):
        raise WrongPhase
    return consultation.phase(now)


def note(
    session: Session,
    what: str,
    consultation: Consultation,
    now: datetime,
    actor: UUID | None,
    reason: str = "",
    **details: Any,
) -> None:
    """Add a line on a consultation to the trail."""
    audit.record(
        session, action=f"consultation.{what}", actor=actor, kind="consultation",
        ref=consultation.id, reason=reason, now=now, **details,
    )  # fmt: skip
