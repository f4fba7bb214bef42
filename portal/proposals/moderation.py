"""What staff decide about proposals: hide, restore, answer. Each with its reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import audit
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.proposals.models import Proposal, Report, ReportReason, State
from portal.proposals.refusals import AlreadyHidden, NoSuchStep, NotHidden

DECIDABLE: dict[State, frozenset[State]] = {
    State.PUBLISHED: frozenset({State.EVALUATING, State.ACCEPTED, State.REJECTED, State.MODELLED}),
    State.EVALUATING: frozenset({State.PUBLISHED, State.ACCEPTED, State.REJECTED, State.MODELLED}),
    State.ACCEPTED: frozenset({State.EVALUATING, State.REJECTED, State.MODELLED}),
    State.REJECTED: frozenset({State.EVALUATING, State.ACCEPTED}),
    State.MODELLED: frozenset({State.EVALUATING, State.ACCEPTED, State.REJECTED}),
}
"""From each state, those an answer may lead to. Withdrawn and hidden ones get no answer."""


DECISIONS = ("proposal.hidden", "proposal.restored", "proposal.kept")


def steps(state: State) -> list[State]:
    """The states an answer may lead to, in their order."""
    return [one for one in State if one in DECIDABLE.get(state, frozenset())]


def hide(session: Session, proposal: Proposal, by: Account, reason: str, *, now: datetime) -> None:
    """Take a proposal from public view; it comes back as it was when restored."""
    _lock(session, proposal)
    if proposal.state is State.HIDDEN:
        raise AlreadyHidden
    proposal.hidden_from, proposal.hidden_from_reason = proposal.state, proposal.state_reason
    _move(session, proposal, State.HIDDEN, reason, now)
    _settle(session, proposal, now)
    _record(session, "proposal.hidden", proposal, by, reason, now)


def restore(
    session: Session, proposal: Proposal, by: Account, reason: str, *, now: datetime
) -> None:
    """Show a hidden proposal again, in the state it had."""
    _lock(session, proposal)
    if proposal.hidden_from is None:
        raise NotHidden
    before, words = proposal.hidden_from, proposal.hidden_from_reason
    proposal.hidden_from, proposal.hidden_from_reason = None, ""
    _move(session, proposal, before, words, now)
    _record(session, "proposal.restored", proposal, by, reason, now)


def answer(
    session: Session, proposal: Proposal, by: Account, state: State, reason: str, *, now: datetime
) -> None:
    """Say officially what becomes of a proposal, and why."""
    _lock(session, proposal)
    if state not in DECIDABLE.get(proposal.state, frozenset()):
        raise NoSuchStep
    was = proposal.state
    _move(session, proposal, state, reason, now)
    _record(
        session, "proposal.answered", proposal, by, reason, now, was=was.value, state=state.value
    )


def keep(session: Session, proposal: Proposal, by: Account, reason: str, *, now: datetime) -> None:
    """Settle a proposal's reports without touching it."""
    _settle(session, proposal, now)
    _record(session, "proposal.kept", proposal, by, reason, now)


def _lock(session: Session, proposal: Proposal) -> None:
    """Read the proposal again under a lock, so that two decisions come one after the other."""
    session.flush()
    session.refresh(proposal, with_for_update=True)


def _move(session: Session, proposal: Proposal, state: State, reason: str, now: datetime) -> None:
    proposal.state, proposal.state_reason, proposal.state_since = state, reason, now
    session.add(proposal)
    session.flush()


def _settle(session: Session, proposal: Proposal, now: datetime) -> None:
    waiting = sa.update(Report).where(
        col(Report.proposal_id) == proposal.id, col(Report.settled_at).is_(None)
    )
    session.execute(waiting.values(settled_at=now))


def _record(
    session: Session,
    action: str,
    proposal: Proposal,
    by: Account,
    reason: str,
    now: datetime,
    **details: Any,
) -> None:
    audit.record(
        session,
        action=action,
        kind="proposal",
        ref=proposal.id,
        actor=by.id,
        reason=reason,
        now=now,
        **details,
    )


@dataclass(frozen=True)
class Line:
    """A proposal as the desk lists it."""

    id: UUID
    title: str
    language: str
    state: State
    slug: str
    consultation: dict[str, Any]
    at: datetime
    reports: int = 0


_line = (
    col(Proposal.id),
    col(Proposal.title),
    col(Proposal.language),
    col(Proposal.state),
    col(Consultation.slug),
    col(Consultation.title),
)


def waiting(session: Session, most: int = 50) -> list[Line]:
    """Proposals with unsettled reports: most reported first, then the longest waiting."""
    reports, first = sa.func.count(), sa.func.min(col(Report.created_at))
    query = (
        sa.select(*_line, first, reports)
        .join(Report, col(Report.proposal_id) == col(Proposal.id))
        .join(Consultation, col(Consultation.id) == col(Proposal.consultation_id))
        .where(col(Report.settled_at).is_(None))
        .group_by(col(Proposal.id), col(Consultation.id))
        .order_by(reports.desc(), first)
        .limit(most)
    )
    return [Line(*row) for row in session.execute(query)]


def reported(session: Session) -> int:
    """How many proposals have unsettled reports."""
    found = sa.select(sa.func.count(sa.distinct(col(Report.proposal_id))))
    return int(session.execute(found.where(col(Report.settled_at).is_(None))).scalar_one())


def unanswered(
    session: Session, most: int = 20, after: tuple[datetime, UUID] | None = None
) -> list[Line]:
    """Proposals that wait for an answer, newest first; `after` is the place of the last one seen.

    Reported ones are left to the list of reports.
    """
    place = (col(Proposal.created_at), col(Proposal.id))
    report = sa.select(col(Report.id)).where(
        col(Report.proposal_id) == col(Proposal.id), col(Report.settled_at).is_(None)
    )
    query = _lines(col(Proposal.created_at)).where(
        col(Proposal.state) == State.PUBLISHED, ~report.exists()
    )
    if after is not None:
        query = query.where(sa.tuple_(*place) < sa.tuple_(*map(sa.literal, after)))
    newest_first = query.order_by(*(one.desc() for one in place)).limit(most)
    return [Line(*row) for row in session.execute(newest_first)]


def hidden(session: Session, most: int = 20) -> list[Line]:
    """Proposals hidden from everybody, the latest first."""
    query = _lines(col(Proposal.state_since)).where(col(Proposal.state) == State.HIDDEN)
    latest = query.order_by(col(Proposal.state_since).desc(), col(Proposal.id)).limit(most)
    return [Line(*row) for row in session.execute(latest)]


def _lines(at: Any) -> sa.Select[Any]:
    return sa.select(*_line, at).join(
        Consultation, col(Consultation.id) == col(Proposal.consultation_id)
    )


def decisions_on(session: Session, proposal: Proposal) -> list[sa.Row[Any]]:
    """What staff decided about one proposal so far, oldest first: act, reason, moment."""
    entry = audit.AuditEntry
    query = (
        sa.select(col(entry.action), col(entry.reason), col(entry.at))
        .where(col(entry.kind) == "proposal", col(entry.ref) == str(proposal.id))
        .where(col(entry.action).in_(DECISIONS))
        .order_by(col(entry.at))
    )
    return list(session.execute(query))


def reports_on(session: Session, proposal: Proposal) -> list[tuple[ReportReason, str]]:
    """The unsettled reports on one proposal: reason and note, never who sent them."""
    query = (
        sa.select(col(Report.reason), col(Report.note))
        .where(col(Report.proposal_id) == proposal.id, col(Report.settled_at).is_(None))
        .order_by(col(Report.created_at))
    )
    return [(row[0], row[1]) for row in session.execute(query)]
