"""Undoing one's last decision, or one about many, by a new decision; for ten minutes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit
from portal.accounts.models import Account
from portal.observations import deciding
from portal.observations.deciding import Case, Step
from portal.observations.desk import review
from portal.observations.desk.refusals import NotYours, TooLate
from portal.observations.desk.review import UNDO
from portal.observations.models import KEPT, Observation
from portal.observations.review_models import Act, Review
from portal.refusal import NotFound


def undoable(session: Session, reviewer: Account, now: datetime) -> Review | None:
    """A person's last decision, while it can be undone: ten minutes, and nothing came after it."""
    mine = select(Review).where(Review.reviewer_id == reviewer.id, Review.at > now - UNDO)
    newest = mine.order_by(col(Review.at).desc(), col(Review.number).desc()).limit(1)
    last = session.exec(newest).first()
    if last is None or last.act is Act.UNDONE:
        return None
    after = review.latest(session, last.observation_id)
    return last if after is not None and after.id == last.id else None


def undo(session: Session, review_id: UUID, reviewer: Account, *, now: datetime) -> list[UUID]:
    """Take back a decision, or one about many at once, by a new one; what it was about."""
    first = session.get(Review, review_id)
    if first is None:
        raise NotFound
    if first.reviewer_id != reviewer.id:
        raise NotYours
    rows = _same_act(session, first)
    ids = [row.observation_id for row in rows]
    deciding.hold(session, _campaigns(session, ids))
    last = {case.id: case for case in deciding.cases(session, ids)}
    standing = [row for row in rows if last[row.observation_id].number == row.number]
    if first.act is Act.UNDONE or now - first.at > UNDO or not standing:
        raise TooLate
    _take_back(session, standing, last, reviewer, now)
    audit.record(
        session, action="observation.undone", kind="observation", ref=first.observation_id,
        actor=reviewer.id, now=now, n=len(standing),
    )  # fmt: skip
    session.flush()
    session.expire_all()
    return [row.observation_id for row in standing]


def unsettled(now: datetime) -> Any:
    """The observations whose acceptance may still be undone: they go into no release yet.

    What was accepted before and is accepted anew stays where it is.
    """
    before = col(Review.before).not_in(KEPT)
    return sa.select(col(Review.observation_id)).where(
        col(Review.at) >= now - UNDO, col(Review.decision).in_(KEPT), before
    )


def _same_act(session: Session, first: Review) -> Sequence[Review]:
    if first.together is None:
        return [first]
    return session.exec(select(Review).where(Review.together == first.together)).all()


def size_of(session: Session, one: Review) -> int:
    """How many observations a decision was about."""
    same = sa.select(sa.func.count()).where(col(Review.together) == one.together)
    return int(session.execute(same).scalar_one()) if one.together is not None else 1


def _campaigns(session: Session, ids: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for piece in deciding.pieces(ids):
        query = sa.select(col(Observation.campaign_id)).where(col(Observation.id).in_(piece))
        found |= set(session.execute(query.distinct()).scalars())
    return found


def _take_back(
    session: Session,
    standing: Sequence[Review],
    last: dict[UUID, Case],
    reviewer: Account,
    now: datetime,
) -> None:
    for before in {row.before for row in standing}:
        found = [last[row.observation_id] for row in standing if row.before is before]
        deciding.write(session, found, Step(reviewer.id, Act.UNDONE, before, "", now))
    earlier = [row for row in standing if row.number > 1 and row.act is Act.DECIDED]
    deciding.put_back(
        session, earlier, due=lambda row: review.due(row.together is not None, row.at)
    )
