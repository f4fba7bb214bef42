"""Deciding on observations: with a reason, by somebody else, changed only by a new decision."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from portal import audit
from portal.accounts.models import Account
from portal.observations import counts, deciding
from portal.observations.deciding import Case, Step
from portal.observations.desk import claims
from portal.observations.desk.refusals import (
    AlreadyPassedOn,
    NoDecision,
    NotWaiting,
    Overtaken,
    OwnObservation,
    ReasonNeeded,
    SomebodyElseDecides,
)
from portal.observations.models import DECISIONS, UNDECIDED, Grade, Observation
from portal.observations.review_models import Act, Review
from portal.refusal import Problem

UNDO = timedelta(minutes=10)
EVENING = 18  # o'clock, when people hear of decisions about many
WAITING = (Grade.RECEIVED, Grade.CHECKED)


def decide(
    session: Session,
    observation: Observation,
    reviewer: Account,
    decision: Grade | None,
    reason: str = "",
    *,
    now: datetime,
    seen: int | None = None,
    tell: bool = True,
) -> Observation:
    """Add a decision; the latest one is the observation's grade. Sent twice, it counts once.

    `seen` is the number of the last decision the reviewer knew of: if there is a newer one, it is
    shown first. Who measured is told, unless it is made up (`tell`).
    """
    chosen = grade_of(decision, reason)
    case = held(session, observation)
    last = latest(session, observation.id)
    if last is not None and (last.act, last.reviewer_id, last.decision, last.reason) == (
        Act.DECIDED,
        reviewer.id,
        chosen,
        reason,
    ):
        return observation
    must_be_anothers(observation, reviewer)
    if seen is not None and seen != case.number:
        raise Overtaken
    claims.must_be_free(session, observation, reviewer, now=now)
    told = due(False, now) if tell else None
    step = Step(reviewer.id, Act.DECIDED, chosen, reason, now, due=told)
    return _written(session, observation, case, step, "observation.decided")


def grade_of(decision: Grade | None, reason: str) -> Grade:
    """The grade decided on; a caveat and a rejection tell why."""
    if decision is None or decision not in DECISIONS:
        raise NoDecision([Problem("decision", NoDecision.message)])
    if decision is not Grade.ACCEPTED and not reason:
        raise ReasonNeeded([Problem("reason", ReasonNeeded.message)])
    return decision


def held(session: Session, observation: Observation) -> Case:
    """The observation as it stands, decided by nobody else until this is written."""
    session.flush()
    deciding.hold(session, [observation.campaign_id])
    session.refresh(observation)
    return deciding.cases(session, [observation.id])[0]


def must_be_anothers(observation: Observation, reviewer: Account) -> None:
    """Refuse who measured it, and who asked for a second opinion on it."""
    if observation.contributor_id == reviewer.id:
        raise OwnObservation
    if observation.passed_on_by == reviewer.id:
        raise SomebodyElseDecides


def is_anothers(observation: Observation, reviewer: Account) -> bool:
    """Whether this person may decide on it."""
    return reviewer.id not in (observation.contributor_id, observation.passed_on_by)


def _written(
    session: Session, observation: Observation, case: Case, step: Step, action: str
) -> Observation:
    deciding.write(session, [case], step)
    audit.record(
        session, action=action, kind="observation", ref=observation.id, actor=step.reviewer,
        reason=step.reason, now=step.at, decision=step.decision.value,
    )  # fmt: skip
    session.flush()
    session.refresh(observation)
    return observation


def pass_on(
    session: Session,
    observation: Observation,
    reviewer: Account,
    opinion: Grade | None,
    reason: str,
    *,
    now: datetime,
) -> Observation:
    """Ask for a second opinion: one's own is kept, and somebody else decides without seeing it."""
    if opinion is None or opinion not in DECISIONS:
        raise NoDecision([Problem("decision", NoDecision.message)])
    if not reason:
        raise ReasonNeeded([Problem("reason", ReasonNeeded.message)])
    case = held(session, observation)
    if observation.passed_on_by == reviewer.id:
        return observation  # sent twice
    must_be_anothers(observation, reviewer)
    if case.grade in DECISIONS:
        raise NotWaiting
    if observation.passed_on_by is not None:
        raise AlreadyPassedOn
    claims.must_be_free(session, observation, reviewer, now=now)
    step = Step(reviewer.id, Act.PASSED_ON, opinion, reason, now)
    return _written(session, observation, case, step, "observation.passed_on")


def due(bundled: bool, at: datetime) -> datetime:
    """When a contributor hears of a decision: once it stands, or with the others in the evening."""
    if not bundled:
        return at + UNDO
    zone: tzinfo = current_app.config["ZONE"]
    evening = (at + UNDO).astimezone(zone).replace(hour=EVENING, minute=0, second=0, microsecond=0)
    if evening < at + UNDO:
        evening += timedelta(days=1)
    return evening.astimezone(at.tzinfo)


def waiting(session: Session, campaign_id: UUID | None = None) -> int:
    """How many observations wait."""
    found = counts.by_campaign(session, WAITING)
    return sum(found.values()) if campaign_id is None else found.get(campaign_id, 0)


def waiting_since(session: Session) -> datetime | None:
    """When the observation that waits longest came."""
    found = sa.select(sa.func.min(col(Observation.received_at))).where(sa.text(UNDECIDED))
    oldest: datetime | None = session.execute(found).scalar_one()
    return oldest


def latest(session: Session, observation_id: UUID) -> Review | None:
    """The last row of the history, if there is one."""
    newest = _decisions(observation_id).order_by(col(Review.number).desc())
    return session.exec(newest.limit(1)).first()


def history(session: Session, observation_id: UUID) -> Sequence[Review]:
    """Everything that was decided, oldest first."""
    return session.exec(_decisions(observation_id).order_by(col(Review.number))).all()


def _decisions(observation_id: UUID) -> SelectOfScalar[Review]:
    return select(Review).where(Review.observation_id == observation_id)


def standing(rows: Iterable[Review]) -> list[Review]:
    """The decisions of a history that were not undone, oldest first; opinions are none."""
    found: list[Review] = []
    for row in rows:
        if row.act is Act.DECIDED:
            found.append(row)
        elif row.act is Act.UNDONE and found and found[-1].number == row.number - 1:
            found.pop()
    return found


def reasons(session: Session, observations: Sequence[Observation]) -> dict[UUID, str]:
    """The reason that counts for each of these observations, in one look."""
    ids = [one.id for one in observations if one.grade in DECISIONS]
    query = select(Review).where(col(Review.observation_id).in_(ids)).order_by(col(Review.number))
    rows: dict[UUID, list[Review]] = defaultdict(list)
    for row in session.exec(query):
        rows[row.observation_id].append(row)
    return {id: those[-1].reason for id, told in rows.items() if (those := standing(told))}


def lately(session: Session, most: int = 20) -> list[tuple[Observation, datetime]]:
    """The observations decided last, each once, with the moment."""
    found = (
        sa.select(Observation, col(Review.at))
        .join(Review, col(Review.observation_id) == col(Observation.id))
        .where(col(Observation.grade).in_(DECISIONS))
        .order_by(col(Review.at).desc(), col(Review.number).desc())
        .limit(3 * most)
    )
    once: dict[UUID, tuple[Observation, datetime]] = {}
    for observation, at in session.execute(found):
        once.setdefault(observation.id, (observation, at))
    return list(once.values())[:most]
