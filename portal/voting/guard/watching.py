"""Every five minutes: look at how the votes of a day came, flag some, and forget older ones."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlmodel import col, select

from portal import db, jobs
from portal.consultations.models import Consultation
from portal.voting.box import boxes
from portal.voting.box.boxes import Box
from portal.voting.guard import arrivals, formulas, seals
from portal.voting.guard.arrivals import FLAG, HOT, SLOT
from portal.voting.guard.formulas import Arrival, Marks
from portal.voting.guard.seals import Seals

EVERY = timedelta(minutes=5)
DAY = 24 * 3600 // SLOT
PAST = "past"  # how many came in each hour of each day
DAYS_KEPT = 21
PUT = (
    "INSERT INTO {box}watch (name, sealed) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed"
)

Past = dict[str, list[int]]  # day -> votes by the hour of the city's clock


@jobs.regularly(EVERY)
def watch_votes() -> None:
    """Look at every vote that goes on or waits to be counted."""
    now = datetime.now(UTC)
    going_on = select(Consultation).where(
        col(Consultation.opens_at) <= now, col(Consultation.counted_at).is_(None),
        col(Consultation.cancelled_at).is_(None),
    )  # fmt: skip
    for consultation in db.session().exec(going_on).all():
        look(consultation, now)


def look(consultation: Consultation, now: datetime) -> int:
    """Look at one vote; return how many are newly flagged."""
    box, key = boxes.of(consultation.id), seals.of(consultation.id)
    if key is None or box.read("SELECT 1 FROM {box}closing"):
        return 0
    slot = int(now.timestamp()) // SLOT
    kept = _kept(key, box)
    recent = [(alias, one) for alias, one in kept if slot - one.slot < DAY]
    if kept or box.read("SELECT 1 FROM {box}watch"):
        return _look(key, box, recent, [a for a, one in kept if slot - one.slot >= DAY], now)
    return 0


def _look(
    key: Seals, box: Box, recent: list[tuple[bytes, Arrival]], old: list[bytes], now: datetime
) -> int:
    past = _past(key, box, [one for _alias, one in recent], now)
    seen = [one for _alias, one in recent]
    marks = formulas.signs(seen, usual(past, now))
    flagged = formulas.flagged(marks)
    known = {bytes(row[0]) for row in box.read("SELECT alias FROM {box}flag")}
    new = [at for at in flagged if recent[at][0] not in known]
    with box.lock, box.writing() as run:
        for at in sorted(new, key=lambda at: recent[at][0]):
            alias, one = recent[at]
            run(FLAG, alias, arrivals.flag(key, one, flagged[at], _day(one.slot)))
        run(PUT, PAST, key.close(past))
        run(PUT, HOT, key.close(_heat(seen, marks, now)))
        for alias in sorted(old):
            run("DELETE FROM {box}trace WHERE alias = ?", alias)
        run("DELETE FROM {box}spent WHERE day < ?", _day(int(now.timestamp()) // SLOT - 2 * DAY))
    if old:
        box.tidy()  # what was deleted leaves the file too
    return len(new)


def _heat(seen: Sequence[Arrival], marks: Marks, now: datetime) -> dict[str, Any]:
    slot = int(now.timestamp()) // SLOT
    return arrivals.heat(((one, marks.get(at, set())) for at, one in enumerate(seen)), slot)


def _kept(key: Seals, box: Box) -> list[tuple[bytes, Arrival]]:
    rows = box.read("SELECT alias, sealed FROM {box}trace ORDER BY alias")
    found = ((bytes(alias), arrivals.read(key.open(bytes(sealed)))) for alias, sealed in rows)
    return [(alias, one) for alias, one in found if one is not None]


def _past(key: Seals, box: Box, seen: Sequence[Arrival], now: datetime) -> Past:
    """How many came in each hour so far, with what the last day adds."""
    past: Past = arrivals.watched(key, box, PAST) or {}
    counted = Counter((_day(one.slot), one.hour) for one in seen)
    for (day, hour), n in counted.items():
        hours = past.setdefault(day, [0] * 24)
        hours[hour] = max(hours[hour], n)
    past.setdefault(_day(int(now.timestamp()) // SLOT), [0] * 24)
    return {day: past[day] for day in sorted(past)[-DAYS_KEPT:]}


def usual(past: Past, now: datetime) -> dict[int, list[int]]:
    """What each hour brought on the days before the last one."""
    last = _day(int(now.timestamp()) // SLOT - DAY)
    days = [hours for day, hours in past.items() if day < last]
    return {hour: [hours[hour] for hours in days] for hour in range(24)}


def _day(slot: int) -> str:
    at = datetime.fromtimestamp(slot * SLOT, UTC)
    return at.astimezone(current_app.config["ZONE"]).date().isoformat()
