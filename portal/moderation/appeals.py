"""An author's appeal against a decision: within thirty days, decided by somebody else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal import audit
from portal.accounts.models import Account
from portal.moderation import cases, things
from portal.moderation.models import (
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Step,
    Why,
)
from portal.moderation.notices import APPEALABLE, appeal_until
from portal.moderation.redaction import APPEAL_DAYS
from portal.moderation.refusals import AlreadyAppealed, NothingToAppeal, TooLateToAppeal
from portal.refusal import NotFound


def mine(session: Session, decision_id: UUID, author: Account) -> ModerationDecision:
    """A decision about one's own post; for anybody else there is none."""
    decision = session.get(ModerationDecision, decision_id)
    case = session.get(ModerationCase, decision.case_id) if decision else None
    hidden = decision is None or decision.undone_at or decision.step is Step.ESCALATE
    if hidden or decision is None or case is None or case.author_id != author.id:
        raise NotFound
    return decision


def may_appeal(session: Session, decision: ModerationDecision, now: datetime) -> bool:
    """Whether an appeal is possible now."""
    return (
        decision.step in APPEALABLE
        and decision.undone_at is None
        and now <= appeal_until(decision)
        and session.get(ModerationAppeal, decision.id) is None
    )


def appeal(
    session: Session, decision_id: UUID, author: Account, words: str, *, now: datetime
) -> ModerationAppeal:
    """Ask that somebody else looks at a decision again."""
    decision = mine(session, decision_id, author)
    if decision.step not in APPEALABLE:
        raise NothingToAppeal
    if now > appeal_until(decision):
        raise TooLateToAppeal(days=APPEAL_DAYS)
    decided = session.get(ModerationCase, decision.case_id)
    if decided is None:
        raise NotFound
    thing = things.of_case(session, decided, lock=True)
    if session.get(ModerationAppeal, decision.id) is not None:
        raise AlreadyAppealed
    case = cases.start(session, thing, Why.APPEAL, now=now)
    made = ModerationAppeal(
        decision_id=decision.id, case_id=case.id, author_id=author.id, words=words, at=now
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise AlreadyAppealed from None
    case.claimed_by = case.claimed_until = None
    session.add(case)
    audit.record(session, action="appeal.made", kind=thing.kind.value, ref=thing.post.id,
                 actor=author.id, now=now, decision=str(decision.id))  # fmt: skip
    return made
