"""Releases by schedule: at night, every day, week or month."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from flask import current_app
from sqlmodel import Session, col, select

from portal import audit, db, jobs
from portal.accounts.models import Account
from portal.datasets.models import Every, ReleasePlan
from portal.i18n import N_, _

AT = time(4, 0)  # in the city's time: few people are here then
LOOK = timedelta(minutes=15)
EVERY = {
    Every.NEVER: N_("Only when somebody asks"),
    Every.DAILY: N_("Every day"),
    Every.WEEKLY: N_("Every week"),
    Every.MONTHLY: N_("Every month"),
}


def following(every: Every, now: datetime, zone: tzinfo) -> datetime | None:
    """When the next release is due after a moment: the next night, Monday, or first of a month."""
    if every is Every.NEVER:
        return None
    day = now.astimezone(zone).date()
    if _at(day, zone) <= now:
        day += timedelta(days=1)
    while (every is Every.WEEKLY and day.weekday()) or (every is Every.MONTHLY and day.day != 1):
        day += timedelta(days=1)
    return _at(day, zone)


def _at(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, AT, zone).astimezone(UTC)


def plan_of(session: Session, dataset: str) -> ReleasePlan:
    """A dataset's plan; never, where nobody made one."""
    return session.get(ReleasePlan, dataset) or ReleasePlan(dataset=dataset)


def plan(
    session: Session, dataset: str, every: Every, *, by: Account | None, now: datetime
) -> ReleasePlan:
    """Say how often a dataset is released by itself."""
    found = plan_of(session, dataset)
    found.every = every
    found.next_at = following(every, now, current_app.config["ZONE"])
    session.add(found)
    audit.record(
        session, action="dataset.planned", kind="dataset", ref=dataset,
        actor=by.id if by else None, now=now, every=every.value,
    )  # fmt: skip
    session.flush()
    return found


@jobs.regularly(LOOK)
def ask_for_due() -> int:
    """Ask for every release that is due."""
    now = datetime.now(UTC)
    due = select(ReleasePlan.dataset).where(col(ReleasePlan.next_at) <= now)
    names = db.session().exec(due).all()
    for dataset in names:
        with db.transaction() as session:
            _ask(session, dataset, now)
    return len(names)


def _ask(session: Session, dataset: str, now: datetime) -> None:
    """One request for each time it is due, whoever else looks at the same moment."""
    found = session.get(ReleasePlan, dataset, with_for_update=True)
    if found is None or found.next_at is None or found.next_at > now:
        return
    found.next_at = following(found.every, now, current_app.config["ZONE"])
    session.add(found)
    jobs.enqueue(session, "datasets.release", dataset=dataset, actor="")


def choices() -> list[dict[str, str]]:
    """How often, in words."""
    return [{"value": one.value, "label": _(words)} for one, words in EVERY.items()]
