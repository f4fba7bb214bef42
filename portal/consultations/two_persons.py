"""Acts that take two persons: one asks with a reason, another confirms or refuses within a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from portal.accounts.models import Account
from portal.consultations import acts, adopting, lifecycle, listing, telling
from portal.consultations.act_refusals import (
    AlreadyAsked,
    AlreadyDecided,
    BoxNeeded,
    ChangedSince,
    OwnAct,
)
from portal.consultations.models import Ask, Consultation, ConsultationAct, Outcome
from portal.refusal import NotFound
from portal.scenarios.package import Store

LASTS = timedelta(hours=24)
ABOUT_WHAT_IT_WAS = (Ask.ANNOUNCE, Ask.RESUME)  # whoever asks speaks of what was before them


def ask(
    session: Session,
    consultation: Consultation,
    kind: Ask,
    actor: Account,
    *,
    reason: str,
    store: Store,
    languages: Sequence[str],
    now: datetime,
    closes_at: datetime | None = None,
) -> ConsultationAct:
    """Ask for an act; nothing happens before another person confirms it.

    Everything that would keep it from happening is refused here already.
    """
    check(session, consultation, kind, reason=reason, closes_at=closes_at, store=store,
          languages=languages, now=now)  # fmt: skip
    expire(session, now, consultation.id)
    act = ConsultationAct(
        consultation_id=consultation.id, kind=kind, reason=reason.strip(), closes_at=closes_at,
        revision=consultation.revision, asked_by=actor.id, asked_at=now, expires_at=now + LASTS,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(act)
            session.flush()
    except IntegrityError:  # the table lets one of a kind wait
        raise AlreadyAsked from None
    lifecycle.note(session, f"{kind.value}_asked", consultation, now, actor.id, act.reason)
    return act


def check(
    session: Session,
    consultation: Consultation,
    kind: Ask,
    *,
    reason: str,
    store: Store,
    languages: Sequence[str],
    now: datetime,
    closes_at: datetime | None = None,
) -> None:
    """Refuse what could not be done now, with every problem."""
    if kind is Ask.ANNOUNCE:
        lifecycle.check_phase(consultation, "announce", now)
        options = listing.options_of(session, consultation)
        lifecycle.check_ready(session, consultation, options, store=store, languages=languages,
                              now=now)  # fmt: skip
        return
    if kind is Ask.COUNT:
        lifecycle.check_phase(consultation, "count", now)
        return
    if kind is Ask.RESUME:
        acts.check_paused(consultation, now)
    if kind is Ask.EXTEND or closes_at is not None:
        lifecycle.check_extension(consultation, closes_at, reason, now)
    lifecycle.check_phase(consultation, kind.value, now)
    acts.check_reason(reason)


def find(session: Session, consultation: Consultation, act_id: UUID) -> ConsultationAct:
    """An act of a consultation, held until the transaction ends. Raises NotFound."""
    query = sa.select(ConsultationAct).where(
        col(ConsultationAct.id) == act_id,
        col(ConsultationAct.consultation_id) == consultation.id,
    )
    act: ConsultationAct | None = session.scalars(query.with_for_update()).first()
    if act is None:
        raise NotFound
    return act


def confirm(
    session: Session,
    consultation: Consultation,
    act: ConsultationAct,
    actor: Account,
    *,
    store: Store,
    languages: Sequence[str],
    now: datetime,
) -> None:
    """Let it happen, unless it is one's own, decided already, or something keeps it from that."""
    if act.kind is Ask.COUNT:
        raise BoxNeeded
    if act.kind in ABOUT_WHAT_IT_WAS and act.revision != consultation.revision:
        must_be_another(act, actor, now)
        raise ChangedSince
    agree(session, act, actor, now=now)
    _do(session, consultation, act, store=store, languages=languages, now=now)


def must_be_another(act: ConsultationAct, actor: Account, now: datetime) -> None:
    """Raise OwnAct or AlreadyDecided unless this person may confirm it."""
    _must_wait(act, now)
    if act.asked_by == actor.id:
        raise OwnAct


def agree(session: Session, act: ConsultationAct, actor: Account, *, now: datetime) -> None:
    """Note that a second person confirmed it; whoever calls does what was asked for."""
    must_be_another(act, actor, now)
    _decide(act, Outcome.CONFIRMED, actor, now)
    session.add(act)


def refuse(
    session: Session,
    consultation: Consultation,
    act: ConsultationAct,
    actor: Account,
    *,
    answer: str,
    now: datetime,
) -> None:
    """Turn it down, saying why; or, by the one who asked, take it back."""
    _must_wait(act, now)
    own = act.asked_by == actor.id
    act.answer = answer.strip() if own else acts.check_reason(answer)
    _decide(act, Outcome.WITHDRAWN if own else Outcome.REFUSED, actor, now)
    session.add(act)
    what = f"{act.kind.value}_{act.outcome.value}"
    lifecycle.note(session, what, consultation, now, actor.id, act.answer)


def _must_wait(act: ConsultationAct, now: datetime) -> None:
    if act.outcome is not Outcome.WAITING or act.expires_at <= now:
        raise AlreadyDecided


def _decide(act: ConsultationAct, outcome: Outcome, actor: Account, now: datetime) -> None:
    act.outcome, act.decided_by, act.decided_at = outcome, actor.id, now


def _do(
    session: Session,
    consultation: Consultation,
    act: ConsultationAct,
    *,
    store: Store,
    languages: Sequence[str],
    now: datetime,
) -> None:
    said: dict[str, Any] = {"reason": act.reason, "actor": act.asked_by, "now": now,
            "confirmed_by": str(act.decided_by)}  # fmt: skip
    adopted = adopting.due(session, consultation) if act.kind is Ask.RESUME else []
    if act.kind is Ask.ANNOUNCE:
        said.pop("reason")
        acts.announce(session, consultation, store=store, languages=languages, **said)
    elif act.kind is Ask.CLOSE:
        acts.close(session, consultation, **said)
    elif act.kind is Ask.CANCEL:
        acts.cancel(session, consultation, **said)
    elif act.kind is Ask.RESUME:
        acts.resume(session, consultation, **said)
    if act.closes_at is not None:
        lifecycle.extend(session, consultation, act.closes_at, **said)
    telling.act(session, consultation, act, now, bool(adopted))


def expire(session: Session, now: datetime, consultation_id: UUID | None = None) -> None:
    """Note of requests older than a day that they are too old."""
    query = sa.update(ConsultationAct).where(
        col(ConsultationAct.outcome) == Outcome.WAITING, col(ConsultationAct.expires_at) <= now
    )
    if consultation_id is not None:
        query = query.where(col(ConsultationAct.consultation_id) == consultation_id)
    session.execute(query.values(outcome=Outcome.EXPIRED, decided_at=now))


def waiting(session: Session, now: datetime) -> list[ConsultationAct]:
    """What waits for a second person, oldest first."""
    query = (
        sa.select(ConsultationAct)
        .where(col(ConsultationAct.outcome) == Outcome.WAITING,
               col(ConsultationAct.expires_at) > now)
        .order_by(col(ConsultationAct.asked_at))
    )  # fmt: skip
    return list(session.scalars(query))


def one_waits(session: Session, consultation: Consultation, kind: Ask, now: datetime) -> bool:
    """Whether the same act was asked for already and can still be confirmed."""
    return any(
        act.consultation_id == consultation.id and act.kind is kind for act in waiting(session, now)
    )


def of(session: Session, consultation: Consultation) -> list[ConsultationAct]:
    """Everything asked for on a consultation, newest first."""
    query = (
        sa.select(ConsultationAct)
        .where(col(ConsultationAct.consultation_id) == consultation.id)
        .order_by(col(ConsultationAct.asked_at).desc())
    )
    return list(session.scalars(query.limit(50)))
