"""The log of decisions: each manager's own, by key; administrators may read everybody's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts.models import Account
from portal.moderation.models import ModerationCase, ModerationDecision, Step
from portal.proposals.models import Proposal

PER_PAGE = 25
decision = ModerationDecision


def page(session: Session, by: UUID | None, after: str) -> Sequence[Any]:
    """Decisions, the latest first, one more than a page; undone ones as well."""
    query = (
        sa.select(decision, col(Proposal.title), col(Proposal.language), col(ModerationCase.kind))
        .join(ModerationCase, col(ModerationCase.id) == col(decision.case_id))
        .join(Proposal, col(Proposal.id) == col(ModerationCase.proposal_id))
        .order_by(col(decision.at).desc(), col(decision.id).desc())
        .limit(PER_PAGE + 1)
    )
    if by is not None:
        query = query.where(col(decision.by) == by)
    place = read_key(after)
    if place is not None:
        here = sa.tuple_(*map(sa.literal, place))
        query = query.where(sa.tuple_(col(decision.at), col(decision.id)) < here)
    return session.execute(query).all()


def key(row: Any) -> str:
    """A place in the log, for an address."""
    return f"{row.ModerationDecision.at.isoformat()}~{row.ModerationDecision.id.hex}"


def read_key(text: str) -> tuple[datetime, UUID] | None:
    """The place an address names; anything else is the beginning."""
    moment, _, ident = text.partition("~")
    try:
        at, last = datetime.fromisoformat(moment), UUID(hex=ident)
    except ValueError:
        return None
    return (at, last) if at.tzinfo is not None else None


def numbers(session: Session, by: UUID | None) -> list[tuple[Step, int]]:
    """How many decisions of each kind stand."""
    query = sa.select(col(decision.step), sa.func.count()).where(col(decision.undone_at).is_(None))
    if by is not None:
        query = query.where(col(decision.by) == by)
    found = {row[0]: row[1] for row in session.execute(query.group_by(col(decision.step)))}
    return [(step, found[step]) for step in Step if step in found]


def people(session: Session) -> list[Account]:
    """Everybody who decided anything."""
    query = sa.select(Account).where(col(Account.id).in_(sa.select(col(decision.by)).distinct()))
    return list(session.scalars(query.order_by(col(Account.name))))
