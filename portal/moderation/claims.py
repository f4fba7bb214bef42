"""Who may decide a case, and who has it open just now, so that two people do not do it twice."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import i18n
from portal.accounts.models import Account, Role
from portal.moderation.models import Level, ModerationAppeal, ModerationCase, ModerationDecision
from portal.moderation.refusals import OwnDecision, OwnPost, PassedOn, SomebodyElse
from portal.proposals.labels import author as name_of

LEASE = timedelta(minutes=5)


def appeal_in(session: Session, case: ModerationCase) -> ModerationAppeal | None:
    """The appeal a case has to decide, if one is open."""
    query = select(ModerationAppeal).where(
        ModerationAppeal.case_id == case.id, col(ModerationAppeal.outcome).is_(None)
    )
    return session.exec(query).first()


def must_be_anothers(session: Session, case: ModerationCase, account: Account) -> None:
    """Refuse who wrote the post, who took the decision appealed against, who passed it on."""
    if case.author_id == account.id:
        raise OwnPost
    appeal = appeal_in(session, case)
    if appeal is not None:
        decided = session.get(ModerationDecision, appeal.decision_id)
        if decided is not None and decided.by == account.id:
            raise OwnDecision
    if case.escalated_by == account.id:
        raise PassedOn
    if case.escalated is Level.ADMINISTRATOR and account.role is not Role.ADMINISTRATOR:
        raise PassedOn


def levels(session: Session) -> tuple[Level, ...]:
    """To whom a case can be passed on: to administrators only where there are any."""
    somebody = sa.select(col(Account.id)).where(
        col(Account.role) == Role.ADMINISTRATOR, col(Account.leaves_at).is_(None)
    )
    there = session.execute(somebody.limit(1)).first() is not None
    return tuple(one for one in Level if there or one is not Level.ADMINISTRATOR)


def holder(session: Session, case: ModerationCase, now: datetime) -> Account | None:
    """Who has the case open."""
    if case.claimed_by is None or case.claimed_until is None or case.claimed_until <= now:
        return None
    return session.get(Account, case.claimed_by)


def must_be_free(
    session: Session, case: ModerationCase, account: Account, *, now: datetime
) -> None:
    """Refuse while a colleague has it open."""
    other = holder(session, case, now)
    if other is not None and other.id != account.id:
        raise SomebodyElse(who=name_of(other), until=i18n.moment(case.claimed_until or now))


def claim(session: Session, case: ModerationCase, account: Account, *, now: datetime) -> bool:
    """Take or keep a case for some minutes; False where a colleague has it."""
    table = ModerationCase.__table__  # type: ignore[attr-defined]
    free = sa.or_(
        table.c.claimed_until.is_(None),
        table.c.claimed_until <= now,
        table.c.claimed_by == account.id,
    )
    mine = (
        sa.update(table)
        .where(table.c.id == case.id, table.c.settled_at.is_(None), free)
        .values(claimed_by=account.id, claimed_until=now + LEASE)
        .returning(table.c.id)
    )
    return session.execute(mine).first() is not None


def take_over(session: Session, case: ModerationCase, account: Account, *, now: datetime) -> None:
    """Take a case from a colleague who went away from it."""
    must_be_anothers(session, case, account)
    case.claimed_by, case.claimed_until = account.id, now + LEASE
    session.add(case)
    session.flush()


def let_go(session: Session, account: Account) -> None:
    """Leave every case one has open to the others."""
    mine = sa.update(ModerationCase).where(
        col(ModerationCase.claimed_by) == account.id, col(ModerationCase.settled_at).is_(None)
    )
    session.execute(mine.values(claimed_by=None, claimed_until=None))
