"""Work that need not happen in the request: rows written with the change, done by the worker."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
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
UNCERTAIN = "uncertain"
KEPT = timedelta(days=30)  # how long rows of finished work stay

Round = Callable[[], int | None]

_handlers: dict[str, Callable[..., None]] = {}
_private: dict[str, frozenset[str]] = {}
_rounds: dict[Round, timedelta] = {}
_resting: dict[str, datetime] = {}


class Job(SQLModel, table=True):
    """One piece of work; `done_at` is set when it succeeded, `failed_at` when it was given up.

    `handed_at` is set just before a step that cannot be taken back; whoever finds it set on work
    that never ended does not know whether it was done, and leaves it to people.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: str = Field(max_length=80)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    rank: int = 0  # lower goes first, however long the others have waited
    due: datetime = Field(index=True)
    tries: int = 0
    handed_at: datetime | None = None
    done_at: datetime | None = Field(default=None, index=True)
    failed_at: datetime | None = None
    error: str = Field(default="", max_length=500)


class Later(Exception):
    """Nothing is wrong with the job, but now is not its time; `rests` holds for its whole kind."""

    def __init__(self, wait: timedelta, why: str = "", *, rests: bool = False) -> None:
        self.wait, self.why, self.rests = wait, why, rests
        super().__init__(why)


class Again(Exception):
    """It failed in a known way and is tried again, ever more seldom."""


class GiveUp(Exception):
    """It failed for good: trying again would not help."""


class Uncertain(Exception):
    """The step that cannot be taken back was begun, and nobody knows how it ended."""


class Overtaken(Exception):
    """Someone else has taken the job over meanwhile."""


@dataclass
class Claim:
    """A job as its worker took it: `tries` tells this take from any later one."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    tries: int
    handed: bool = False


_current: ContextVar[Claim | None] = ContextVar("job", default=None)


def handler(
    kind: str, private: tuple[str, ...] = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say what does the jobs of one kind: `(payload as keywords) -> None`, safe to repeat.

    What the payload's `private` values hold is forgotten when the job ends, well or not.
    """

    def keep(work: Callable[..., None]) -> Callable[..., None]:
        _handlers[kind] = work
        _private[kind] = frozenset(private)
        return work

    return keep


def regularly(every: timedelta) -> Callable[[Round], Round]:
    """Say what the worker does again and again, without a row in any table."""

    def keep(work: Round) -> Round:
        _rounds[work] = every
        return work

    return keep


def go_round(last: dict[Round, datetime], now: datetime) -> int:
    """Do what is to be done regularly and was not for long enough; `last` is kept up to date.

    Returns how much was found to do, as far as the duties say so.
    """
    found = 0
    for work, every in list(_rounds.items()):
        if work in last and now - last[work] < every:
            continue
        last[work] = now
        try:
            found += work() or 0
        except Exception as error:  # the worker must outlive any single duty
            log.error("%s failed: %s", work.__name__, db.for_log(error))
    return found


def enqueue(
    session: Session, kind: str, *, due: datetime | None = None, rank: int = 0, **payload: Any
) -> Job:
    """Add a job in the caller's transaction: it exists if and only if the change does."""
    job = Job(kind=kind, payload=payload, due=due or datetime.now(UTC), rank=rank)
    session.add(job)
    return job


def work(now: datetime | None = None, most: int = 100) -> int:
    """Do what is due, oldest first; return how many jobs succeeded.

    Each job is claimed by moving its due time on, so a killed worker's job comes back by itself.
    """
    done = 0
    _leave_uncertain(now or datetime.now(UTC))
    for _ in range(most):
        moment = now or datetime.now(UTC)
        job = _claim(moment)
        if job is None:
            return done
        done += _do(job, moment)
    return done


def hand_over() -> None:
    """Note durably that the present job takes its one step that cannot be taken back.

    Raises Overtaken where another worker has claimed the job since: then nothing may be done.
    """
    job = _current.get()
    if job is None:
        return
    with db.transaction() as session:
        mine = sa.update(Job).where(
            col(Job.id) == job.id, col(Job.tries) == job.tries, col(Job.handed_at).is_(None),
            col(Job.done_at).is_(None), col(Job.failed_at).is_(None),
        )  # fmt: skip
        noted = session.execute(mine.values(handed_at=datetime.now(UTC)))
    if not noted.rowcount:  # type: ignore[attr-defined]
        raise Overtaken
    job.handed = True


def _unfinished(now: datetime) -> tuple[Any, ...]:
    return col(Job.done_at).is_(None), col(Job.failed_at).is_(None), col(Job.due) <= now


def _leave_uncertain(now: datetime) -> None:
    """Give up what was handed over by a worker that never said how it ended."""
    stuck = select(Job.id).where(*_unfinished(now), col(Job.handed_at).is_not(None))
    for job_id in db.session().exec(stuck).all():
        with db.transaction() as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is not None and job.done_at is None and job.failed_at is None:
                log.error(
                    "job %s (%s) was handed over, and nobody knows how it ended", job.id, job.kind
                )
                _end(job, failed_at=now, error=UNCERTAIN)
                session.add(job)


def _claim(now: datetime) -> Claim | None:
    resting = [kind for kind, until in _resting.items() if until > now]
    with db.transaction() as session:
        waiting = (
            select(Job)
            .where(
                *_unfinished(now), col(Job.handed_at).is_(None), col(Job.kind).not_in(resting)
            )
            .order_by(col(Job.rank), col(Job.due))
            .limit(1)
            .with_for_update(skip_locked=True)
        )  # fmt: skip
        job = session.exec(waiting).first()
        if job is None:
            return None
        job.tries += 1
        job.due = now + min(timedelta(minutes=2**job.tries), LONGEST_WAIT)
        session.add(job)
        return Claim(job.id, job.kind, dict(job.payload), job.tries)


def _do(job: Claim, now: datetime) -> int:
    token = _current.set(job)
    try:
        _handlers[job.kind](**job.payload)
    except Overtaken:
        log.warning("job %s (%s) was taken over", job.id, job.kind)
    except Later as later:
        if later.rests:
            _resting[job.kind] = now + later.wait
        _note(job.id, due=now + later.wait, tries=job.tries - 1, handed_at=None, error=later.why)
    except GiveUp as reason:
        log.error("job %s (%s) was given up: %s", job.id, job.kind, reason)
        _note(job.id, failed_at=now, handed_at=None, error=str(reason))
    except Uncertain as reason:
        log.error("job %s (%s) is uncertain: %s", job.id, job.kind, reason)
        _note(job.id, failed_at=now, error=UNCERTAIN)
    except Exception as error:  # the worker must outlive any single job
        _failed(job, error, now)
    else:
        _note(job.id, done_at=now, failed_at=None, error="")
        return 1
    finally:
        _current.reset(token)
    return 0


def _failed(job: Claim, error: Exception, now: datetime) -> None:
    known = isinstance(error, Again)
    what = "" if known else db.for_log(error)
    log.error("job %s (%s) failed, try %s: %s", job.id, job.kind, job.tries, what)
    if job.handed and not known:
        _note(job.id, failed_at=now, error=UNCERTAIN)
        return
    _note(
        job.id,
        error=(str(error) if known else db.in_short(error))[:500],
        failed_at=now if job.tries >= TRIES else None,
        handed_at=None,
    )


def _note(job_id: UUID, **values: Any) -> None:
    with db.transaction() as session:
        job = session.get(Job, job_id, with_for_update=True)
        if job is not None:
            _end(job, **values)
            session.add(job)


def _end(job: Job, **values: Any) -> None:
    for name, value in values.items():
        setattr(job, name, value)
    if job.done_at is not None or job.failed_at is not None:
        job.payload = {k: v for k, v in job.payload.items() if k not in _private[job.kind]}


@regularly(timedelta(hours=6))
def forget_the_done() -> None:
    """Remove the rows of work that ended long ago."""
    before = datetime.now(UTC) - KEPT
    with db.transaction() as session:
        session.execute(
            sa.delete(Job).where(sa.or_(col(Job.done_at) < before, col(Job.failed_at) < before))
        )
