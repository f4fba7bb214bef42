"""Deciding on observations: the queue by doubt, decisions with a reason, never taken back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from portal import audit
from portal.accounts.models import Account
from portal.i18n import N_
from portal.observations.models import DECISIONS, UNDECIDED, Grade, Observation
from portal.observations.review_models import Review
from portal.refusal import Problem, Refusal


class OwnObservation(Refusal):
    """Nobody decides on their own measurement."""

    status = 403
    title = N_("Somebody else decides")
    message = N_("You sent this measurement, so somebody else must decide on it.")


class ReasonNeeded(Refusal):
    """A decision against the contributor, or with a reserve, tells why."""

    title = N_("Please give a reason")
    message = N_("Please say why. The person who measured will read it.")


class NoDecision(Refusal):
    """Only three grades are decisions."""

    title = N_("Please decide")
    message = N_("Please choose: accept, accept with a caveat, or reject.")


def queue(
    session: Session,
    *,
    campaign_id: UUID | None = None,
    after: tuple[int, datetime, UUID] | None = None,
    most: int = 20,
) -> Sequence[Observation]:
    """Observations that wait for a decision: most doubtful first, then longest waiting.

    `after` is the place of the last one seen: its confidence, when it came, its id.
    """
    waiting = select(Observation).where(sa.text(UNDECIDED))
    if campaign_id is not None:
        waiting = waiting.where(Observation.campaign_id == campaign_id)
    place = (col(Observation.confidence), col(Observation.received_at), col(Observation.id))
    if after is not None:
        waiting = waiting.where(sa.tuple_(*place) > sa.tuple_(*map(sa.literal, after)))
    return session.exec(waiting.order_by(*place).limit(most)).all()


def waiting(session: Session, campaign_id: UUID | None = None) -> int:
    """How many observations wait."""
    found = sa.select(sa.func.count()).select_from(Observation).where(sa.text(UNDECIDED))
    if campaign_id is not None:
        found = found.where(col(Observation.campaign_id) == campaign_id)
    return int(session.execute(found).scalar_one())


def waiting_since(session: Session) -> datetime | None:
    """When the observation that waits longest came."""
    found = sa.select(sa.func.min(col(Observation.received_at))).where(sa.text(UNDECIDED))
    oldest: datetime | None = session.execute(found).scalar_one()
    return oldest


def decide(
    session: Session,
    observation: Observation,
    reviewer: Account,
    decision: Grade | None,
    reason: str = "",
    *,
    now: datetime,
) -> Observation:
    """Add a decision; the latest one is the observation's grade. Sent twice, it counts once."""
    if decision is None or decision not in DECISIONS:
        raise NoDecision([Problem("decision", NoDecision.message)])
    if observation.contributor_id == reviewer.id:
        raise OwnObservation
    if decision is not Grade.ACCEPTED and not reason:
        raise ReasonNeeded([Problem("reason", ReasonNeeded.message)])
    last = latest(session, observation.id)
    if last is not None and (last.reviewer_id, last.decision, last.reason) == (
        reviewer.id,
        decision,
        reason,
    ):
        return observation
    session.add(
        Review(
            observation_id=observation.id,
            reviewer_id=reviewer.id,
            decision=decision,
            reason=reason,
            at=now,
        )
    )
    observation.grade = decision
    session.add(observation)
    audit.record(
        session,
        action="observation.decided",
        kind="observation",
        ref=observation.id,
        actor=reviewer.id,
        reason=reason,
        now=now,
        decision=decision.value,
    )
    session.flush()
    return observation


def latest(session: Session, observation_id: UUID) -> Review | None:
    """The decision that counts, if there is one."""
    return session.exec(_decisions(observation_id).order_by(col(Review.at).desc()).limit(1)).first()


def reasons(session: Session, observations: Sequence[Observation]) -> dict[UUID, str]:
    """The reason that counts for each of these observations, in one look."""
    ids = [observation.id for observation in observations]
    found = (
        sa.select(col(Review.observation_id), col(Review.reason))
        .where(col(Review.observation_id).in_(ids))
        .order_by(col(Review.at))
    )
    return {observation_id: reason for observation_id, reason in session.execute(found)}  # noqa: C416


def lately(session: Session, most: int = 20) -> list[tuple[Observation, datetime]]:
    """The observations decided last, each once, with the moment."""
    at = sa.func.max(col(Review.at))
    decided = (
        sa.select(col(Review.observation_id), at.label("at"))
        .group_by(col(Review.observation_id))
        .order_by(at.desc())
        .limit(most)
        .subquery()
    )
    found = (
        sa.select(Observation, decided.c.at)
        .join(decided, decided.c.observation_id == col(Observation.id))
        .order_by(decided.c.at.desc(), col(Observation.id))
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def history(session: Session, observation_id: UUID) -> Sequence[Review]:
    """Every decision, oldest first."""
    return session.exec(_decisions(observation_id).order_by(col(Review.at))).all()


def _decisions(observation_id: UUID) -> SelectOfScalar[Review]:
    return select(Review).where(Review.observation_id == observation_id)
