"""Who has a measurement open just now, so that two people do not decide on it unknowingly."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from portal import i18n
from portal.accounts.models import Account
from portal.observations.desk.refusals import BeingLookedAt
from portal.observations.models import DECISIONS, Observation
from portal.observations.review_models import ReviewClaim
from portal.proposals.labels import author as name_of

LEASE = timedelta(minutes=5)


def holder(session: Session, observation: Observation, now: datetime) -> ReviewClaim | None:
    """Who has it open; what is decided can be decided anew by anybody at any time."""
    if observation.grade in DECISIONS:
        return None
    alive = select(ReviewClaim).where(
        ReviewClaim.observation_id == observation.id, ReviewClaim.until > now
    )
    return session.exec(alive.execution_options(populate_existing=True)).first()


def must_be_free(
    session: Session, observation: Observation, reviewer: Account, *, now: datetime
) -> None:
    """Refuse while a colleague has it open."""
    found = holder(session, observation, now)
    if found is not None and found.reviewer_id != reviewer.id:
        raise BeingLookedAt(who=person(session, found), until=i18n.moment(found.until))


def person(session: Session, claim: ReviewClaim) -> str:
    """The colleague's name, so that one can ask."""
    return name_of(session.get(Account, claim.reviewer_id))


def claim(
    session: Session, observation: Observation, reviewer: Account, *, now: datetime,
    over: bool = False,
) -> bool:  # fmt: skip
    """Take or keep it for some minutes, `over` a colleague too; False where one has it."""
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"reviewer_id": reviewer.id, "until": now + LEASE}
    asked = kind.insert(ReviewClaim).values(observation_id=observation.id, **values)
    free = sa.or_(col(ReviewClaim.until) <= now, col(ReviewClaim.reviewer_id) == reviewer.id)
    mine = asked.on_conflict_do_update(
        index_elements=["observation_id"], set_=values, where=None if over else free
    )
    return session.execute(mine.returning(col(ReviewClaim.observation_id))).first() is not None


def let_go(session: Session, reviewer: Account) -> None:
    """Leave all one has open to the others."""
    session.execute(sa.delete(ReviewClaim).where(col(ReviewClaim.reviewer_id) == reviewer.id))


def free_for(reviewer: Account, now: datetime) -> Any:
    """Of observations: no colleague has them open."""
    held = sa.select(col(ReviewClaim.observation_id)).where(
        col(ReviewClaim.until) > now, col(ReviewClaim.reviewer_id) != reviewer.id
    )
    return col(Observation.id).not_in(held)


def held(
    session: Session, found: Sequence[Observation], reviewer: Account, now: datetime
) -> frozenset[UUID]:
    """Those of them that colleagues have open."""
    query = sa.select(col(ReviewClaim.observation_id)).where(
        col(ReviewClaim.observation_id).in_([one.id for one in found]),
        col(ReviewClaim.until) > now,
        col(ReviewClaim.reviewer_id) != reviewer.id,
    )
    return frozenset(session.scalars(query))
