"""Deciding on many observations at once: how many there would be, then a row for each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import audit
from portal.accounts.models import Account
from portal.observations import deciding
from portal.observations.deciding import Step
from portal.observations.desk import queue, review
from portal.observations.desk.queue import Filter
from portal.observations.desk.refusals import NotAsShown, NothingNamed
from portal.observations.models import Grade, Observation
from portal.observations.review_models import Act

MOST = 10_000  # in one decision


@dataclass(frozen=True)
class Preview:
    """What a decision about many would be about."""

    ids: tuple[UUID, ...]
    not_mine: int  # of them left to others: one's own, and what one passed on
    more: bool  # there are more than can be decided at once

    @property
    def n(self) -> int:
        """How many would be decided."""
        return len(self.ids)


def preview(session: Session, wanted: Filter, account: Account) -> Preview:
    """What waits and has this in common; those this person may decide, the first ten thousand."""
    if not wanted.common:
        raise NothingNamed
    query = queue.narrowed(
        sa.select(col(Observation.id), sa.and_(*queue.for_me(account))), wanted
    ).order_by(col(Observation.received_at), col(Observation.id))
    found = session.execute(query.limit(MOST + 1)).all()
    mine = tuple(id for id, may in found[:MOST] if may)
    return Preview(mine, len(found[:MOST]) - len(mine), len(found) > MOST)


def decide(
    session: Session,
    wanted: Filter,
    account: Account,
    decision: Grade | None,
    reason: str,
    *,
    expected: int,
    now: datetime,
) -> tuple[int, UUID]:
    """Decide all of them, each by a row of its own; how many, and one row's id for undoing.

    Raises NotAsShown where they are no longer as many as the reviewer saw.
    """
    chosen = review.grade_of(decision, reason)
    deciding.hold(session, _campaigns(session, wanted))
    found = preview(session, wanted, account)
    if found.n != expected or not found.n:
        raise NotAsShown(n=found.n)
    together = uuid4()
    step = Step(
        account.id, Act.DECIDED, chosen, reason, now, due=review.due(True, now), together=together
    )
    rows = deciding.write(session, deciding.cases(session, found.ids), step)
    audit.record(
        session, action="observation.decided_together", kind="observation", ref=together,
        actor=account.id, reason=reason, now=now, decision=chosen.value, n=len(rows),
        narrowed={name: str(value) for name, value in wanted.kept.items()},
    )  # fmt: skip
    session.flush()
    session.expire_all()
    return len(rows), rows[0]


def _campaigns(session: Session, wanted: Filter) -> set[UUID]:
    query = queue.narrowed(sa.select(col(Observation.campaign_id)), wanted)
    return set(session.execute(query.distinct()).scalars())
