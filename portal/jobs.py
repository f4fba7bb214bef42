"""Work that need not happen in the request: rows written with the change, done by the worker."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from portal import db
from portal.db import column_json

log = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(hours=6)
TRIES = 12

_handlers: dict[str, Callable[..., None]] = {}
_rounds: dict[Callable[[], None], timedelta] = {}


class Job(SQLModel, table=True):
    """One piece of work; `done_at` is set when it succeeded, `failed_at` when it was given up."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: str = Field(max_length=80)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    due: datetime = Field(index=True)
    tries: int = 0
    done_at: datetime | None = Field(default=None, index=True)
    failed_at: datetime | None = None
    error: str = Field(default="", max_length=500)


def handler(kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say what does the jobs of one kind: `(payload as keywords) -> None`, safe to repeat."""

    def keep(work: Callable[..., None]) -> Callable[..., None]:
        _handlers[kind] = work
        return work

    return keep


def regularly(every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Say what the worker does again and again, without a row in any table."""

    def keep(work: Callable[[], None]) -> Callable[[], None]:
        _rounds[work] = every
        return work

    return keep


def go_round(last: dict[Callable[[], None], datetime], now: datetime) -> None:
    """Do what is to be done regularly and was not for long enough; `last` is kept up to date."""
    for work, every in _rounds.items():
        if work in last and now - last[work] < every:
            continue
        last[work] = now
        try:
            work()
        except Exception:  # the worker must outlive any single duty
            log.exception("%s failed", work.__name__)


def enqueue(session: Session, kind: str, *, due: datetime | None = None, **payload: Any) -> Job:
    """Add a job in the caller's transaction: it exists if and only if the change does."""
    job = Job(kind=kind, payload=payload, due=due or datetime.now(UTC))
    session.add(job)
    return job


def work(now: datetime | None = None, most: int = 100) -> int:
    """Do what is due, oldest first; return how many jobs succeeded.

    Each job is claimed by moving its due time on, so a killed worker's job comes back by itself.
    """
    done = 0
    for _ in range(most):
        moment = now or datetime.now(UTC)
        job = _claim(moment)
        if job is None:
            return done
        done += _do(job, moment)
    return done


def _claim(now: datetime) -> Job | None:
    with db.transaction() as session:
        waiting = (
            select(Job)
            .where(col(Job.done_at).is_(None), col(Job.failed_at).is_(None), Job.due <= now)
            .order_by(col(Job.due))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        job = session.exec(waiting).first()
        if job is not None:
            job.tries += 1
            job.due = now + min(timedelta(minutes=2**job.tries), LONGEST_WAIT)
            session.add(job)
        return job


def _do(job: Job, now: datetime) -> int:
    try:
        _handlers[job.kind](**job.payload)
    except Exception as error:  # the worker must outlive any single job
        log.exception("job %s (%s) failed, try %s", job.id, job.kind, job.tries)
        _note(
            job.id,
            {
                "error": f"{type(error).__name__}: {error}"[:500],
                "failed_at": now if job.tries >= TRIES else None,
            },
        )
        return 0
    _note(job.id, {"done_at": now, "error": ""})
    return 1


def _note(job_id: UUID, values: dict[str, Any]) -> None:
    with db.transaction() as session:
        session.execute(sa.update(Job).where(col(Job.id) == job_id).values(**values))
