"""Writing decisions down: for one observation and for thousands, in a handful of statements."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.observations import counts
from portal.observations.kept_counts import HOLD
from portal.observations.models import DECISIONS, Grade, Observation
from portal.observations.review_models import Act, ObservationDoubt, Review, ReviewNews

PIECE = 500  # ids in one statement
Ids = Sequence[UUID]


@dataclass(frozen=True)
class Case:
    """An observation as a decision finds it; `number` is that of its last decision."""

    id: UUID
    campaign_id: UUID
    grade: Grade
    checks: Sequence[Mapping[str, Any]]
    confidence: int
    received_at: datetime
    number: int


@dataclass(frozen=True)
class Step:
    """What is written down: who does what, why and when; many at once have `together` in common.

    `due` says when those who measured are told, if they are.
    """

    reviewer: UUID
    act: Act
    decision: Grade
    reason: str
    at: datetime
    due: datetime | None = None
    together: UUID | None = None


def hold(session: Session, campaigns: Iterable[UUID]) -> None:
    """Let nobody else decide in these campaigns until this is written (SQLite has one writer)."""
    if session.get_bind().dialect.name == "postgresql":
        for one in sorted(set(campaigns)):
            session.execute(sa.text(f"SELECT {HOLD.format(':campaign')}"), {"campaign": str(one)})


def pieces(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The same in parts that fit into one statement."""
    return (ids[start : start + PIECE] for start in range(0, len(ids), PIECE))


def cases(session: Session, ids: Ids) -> list[Case]:
    """These observations with the numbers of their last decisions."""
    number = (
        sa.select(sa.func.max(col(Review.number)))
        .where(col(Review.observation_id) == col(Observation.id))
        .scalar_subquery()
    )
    names = ("id", "campaign_id", "grade", "checks", "confidence", "received_at")
    columns = [col(getattr(Observation, name)) for name in names]
    query = sa.select(*columns, sa.func.coalesce(number, 0))
    return [
        Case(*row)
        for piece in pieces(ids)
        for row in session.execute(query.where(col(Observation.id).in_(piece)))
    ]


def write(session: Session, found: Sequence[Case], step: Step) -> list[UUID]:
    """Add a row for each case and let everything that follows from it be so; the rows' ids."""
    rows = [_row(case, step) for case in found]
    if not rows:
        return []
    session.flush()
    session.execute(sa.insert(Review), rows)
    ids = [case.id for case in found]
    moves = step.act is not Act.PASSED_ON
    _mark(session, ids, step, moves)
    _forget(session, ReviewNews, ids)
    if moves:
        _count(session, found, step.decision)
        _doubts(session, found, step.decision)
    if step.due is not None:
        _tell(session, rows, step.due)
    return [row["id"] for row in rows]


def _row(case: Case, step: Step) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "observation_id": case.id,
        "reviewer_id": step.reviewer,
        "number": case.number + 1,
        "act": step.act,
        "decision": step.decision,
        "before": case.grade,
        "reason": step.reason,
        "together": step.together,
        "at": step.at,
    }


def _mark(session: Session, ids: Ids, step: Step, moves: bool) -> None:
    values = (
        {"grade": step.decision, "passed_on_by": None} if moves else {"passed_on_by": step.reviewer}
    )
    for piece in pieces(ids):
        change = sa.update(Observation).where(col(Observation.id).in_(piece)).values(values)
        session.execute(change, execution_options={"synchronize_session": False})


def _forget(session: Session, table: Any, ids: Ids) -> None:
    for piece in pieces(ids):
        gone = sa.delete(table).where(table.observation_id.in_(piece))
        session.execute(gone, execution_options={"synchronize_session": False})


def _count(session: Session, found: Sequence[Case], grade: Grade) -> None:
    moves: dict[UUID, list[Any]] = defaultdict(list)
    for case in found:
        moves[case.campaign_id].append((case.checks, case.grade, grade))
    for campaign_id in sorted(moves):
        counts.judged(session, campaign_id, moves[campaign_id])


def _doubts(session: Session, found: Sequence[Case], grade: Grade) -> None:
    """Doubts are kept while somebody is to look at them."""
    if grade in DECISIONS:
        _forget(session, ObservationDoubt, [case.id for case in found])
    else:
        remember(session, [case for case in found if case.grade in DECISIONS])


def remember(session: Session, found: Iterable[Case | Observation]) -> None:
    """Note the doubts of observations that wait: the queue is narrowed by them."""
    rows = [
        {
            "observation_id": one.id,
            "check_id": check["id"],
            "confidence": one.confidence,
            "received_at": one.received_at,
        }
        for one in found
        for check in one.checks
        if not check["passed"]
    ]
    if rows:
        session.execute(sa.insert(ObservationDoubt), rows)


def _tell(session: Session, rows: Sequence[Mapping[str, Any]], due: datetime) -> None:
    told = [
        {
            "observation_id": row["observation_id"],
            "review_id": row["id"],
            "due_at": due,
            "bundled": row["together"] is not None,
        }
        for row in rows
    ]
    session.execute(sa.insert(ReviewNews), told)


def put_back(session: Session, undone: Sequence[Review], due: Callable[[Review], datetime]) -> None:
    """Let what was decided before hold again: who passed it on, and what is still to be told."""
    for piece in pieces(undone):
        wanted = [(row.observation_id, row.number - 1) for row in piece]
        key = sa.tuple_(col(Review.observation_id), col(Review.number))
        at = {row.observation_id: row.at for row in piece}
        for row in session.scalars(sa.select(Review).where(key.in_(wanted))):
            if row.act is Act.PASSED_ON:
                change = sa.update(Observation).where(col(Observation.id) == row.observation_id)
                session.execute(change.values(passed_on_by=row.reviewer_id))
            elif row.act is Act.DECIDED and due(row) > at[row.observation_id]:
                told = {"observation_id": row.observation_id, "id": row.id}
                _tell(session, [told | {"together": row.together}], due(row))
