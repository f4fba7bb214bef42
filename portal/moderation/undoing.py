"""Undoing one's last decision: for mistakes of a moment, before anybody is told."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit
from portal.accounts.models import Account
from portal.moderation import cases, joining, redaction, things
from portal.moderation.deciding import UNDO, locked
from portal.moderation.models import (
    Level,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    ModerationOriginal,
    Step,
)
from portal.moderation.refusals import NotYourDecision, TooLateToUndo
from portal.moderation.things import Thing
from portal.refusal import NotFound

UNDONE = "–"  # why a family was left again
MINUTES = int(UNDO.total_seconds() // 60)


def undoable(session: Session, account: Account, now: datetime) -> ModerationDecision | None:
    """A person's last decision, while it can be undone."""
    query = (
        select(ModerationDecision)
        .where(ModerationDecision.by == account.id, ModerationDecision.at > now - UNDO)
        .order_by(sa.desc("at"), col(ModerationDecision.undone_at).is_not(None), sa.desc("id"))
        .limit(1)
    )
    last = session.exec(query).first()
    return last if last is not None and last.undone_at is None else None


def undo(session: Session, decision_id: UUID, by: Account, *, now: datetime) -> ModerationCase:
    """Let everything be as it was before a decision; the case is open again, and one's own."""
    decision = session.get(ModerationDecision, decision_id)
    if decision is None:
        raise NotFound
    if decision.by != by.id:
        raise NotYourDecision
    case = locked(session, decision.case_id)
    session.refresh(decision)
    thing = things.of_case(session, case, lock=True)
    if decision.undone_at or now - decision.at > UNDO or _later(session, case, thing, decision):
        raise TooLateToUndo(minutes=MINUTES)
    _take_back(session, case, thing, decision, by, now)
    decision.undone_at = now
    case.settled_at, case.claimed_by, case.claimed_until = None, None, None
    cases.unsettle_reports(session, thing, decision.at)
    cases.weigh(case)
    session.add_all([decision, case])
    audit.record(
        session, action=f"{thing.kind.value}.undone", kind=thing.kind.value, ref=thing.post.id,
        actor=by.id, now=now, decision=str(decision.id),
    )  # fmt: skip
    session.flush()
    return case


def _later(
    session: Session, case: ModerationCase, thing: Thing, decision: ModerationDecision
) -> bool:
    """Whether anything else was opened or decided about the same post since."""
    other = cases.open_case(session, thing)
    if other is not None and other.id != case.id:
        return True
    here = col(ModerationCase.comment_id)
    query = (
        select(ModerationDecision.id)
        .join(ModerationCase, col(ModerationCase.id) == col(ModerationDecision.case_id))
        .where(
            ModerationCase.proposal_id == thing.proposal.id,
            here == thing.comment.id if thing.comment else here.is_(None),
            ModerationDecision.at > decision.at,
            col(ModerationDecision.undone_at).is_(None),
        )
    )
    return session.exec(query.limit(1)).first() is not None


def _take_back(
    session: Session,
    case: ModerationCase,
    thing: Thing,
    decision: ModerationDecision,
    by: Account,
    now: datetime,
) -> None:
    step, before = decision.step, decision.before
    if step is Step.ESCALATE:
        case.escalated = Level(before["escalated"]) if before["escalated"] else None
        case.escalated_by = UUID(before["escalated_by"]) if before["escalated_by"] else None
        return
    if step is Step.REDACT:
        redaction.put_back(session, thing, decision)
        kept = session.get(ModerationOriginal, decision.id)
        if kept is not None:
            session.delete(kept)
    elif step is Step.FAMILY:
        joining.leave(session, thing, by, UNDONE, now=now)
    elif step in (Step.UPHOLD, Step.REVERSE):
        _reopen_appeal(session, case, decision.at)
        redaction.write(session, thing, before.get("words", {}))
    things.put_back(session, thing, before["standing"])


def _reopen_appeal(session: Session, case: ModerationCase, at: datetime) -> None:
    query = select(ModerationAppeal).where(
        ModerationAppeal.case_id == case.id, ModerationAppeal.settled_at == at
    )
    for appeal in session.exec(query):
        appeal.outcome = appeal.settled_at = None
        session.add(appeal)
    session.flush()
