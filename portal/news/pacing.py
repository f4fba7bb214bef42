"""When a person is written to: paces, slots of the day and week, quiet hours. Plain rules."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from portal.news.models import Pace

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
WEEKDAY = 3  # Thursday
FIRST = time(9)
SPREAD = 8 * 60  # minutes after the first over which messages are spread
BREATH = timedelta(minutes=10)  # between two messages that cannot wait
STALE = timedelta(days=30)  # older news are no longer sent, only read
PRESSING = "!"  # ends the name of a lane that does not wait for a slot

Entry = tuple[datetime, UUID | None]  # when it happened, and who need not be told


@dataclass(frozen=True)
class Rule:
    """How one lane of news goes to a person: at which pace, or pressing."""

    pace: Pace
    pressing: bool = False


@dataclass(frozen=True)
class Person:
    """Whom to write to, as far as the rules ask."""

    id: UUID
    told: Mapping[str, datetime]
    digest_at: datetime | None = None
    urgent_at: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """What to send now: the lanes of each message, and since when."""

    pressing: dict[str, datetime]
    gathered: dict[str, datetime]


def lane(topic: str, urgent: bool, at_once: bool) -> str:
    """Where an item queues: with its topic, or with what presses in it."""
    return topic + PRESSING if urgent or at_once else topic


def topic_of(name: str) -> str:
    """The topic of a lane."""
    return name.removesuffix(PRESSING)


def quiet(now: datetime, zone: ZoneInfo) -> bool:
    """Whether nobody should be woken by a message."""
    local = now.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def slot(pace: Pace, now: datetime, person: UUID, zone: ZoneInfo) -> datetime:
    """The latest moment, up to now, at which news of this pace go out to this person."""
    if pace is Pace.AT_ONCE:
        return now
    local = now.astimezone(zone)
    start = datetime.combine(local.date(), FIRST, zone)
    moment = start + timedelta(minutes=person.int % SPREAD)
    if pace is Pace.WEEKLY:
        moment -= timedelta(days=(local.weekday() - WEEKDAY) % 7)
    if moment > now:
        moment -= timedelta(days=7 if pace is Pace.WEEKLY else 1)
    return moment


def same_day(one: datetime | None, other: datetime, zone: ZoneInfo) -> bool:
    """Whether both lie on one day of the city."""
    return one is not None and one.astimezone(zone).date() == other.astimezone(zone).date()


def earliest(
    entries: list[Entry], since: datetime, until: datetime, person: UUID
) -> datetime | None:
    """When the first thing happened that the person does not know yet."""
    start = bisect_right(entries, since, key=lambda entry: entry[0])
    for at, but in entries[start:]:
        if at > until:
            return None
        if but != person:
            return at
    return None


def pending(
    person: Person,
    heard: Iterable[tuple[Mapping[str, list[Entry]], datetime]],
    until: datetime,
) -> dict[str, datetime]:
    """The first untold thing of each lane, over everything the person hears of."""
    found: dict[str, datetime] = {}
    floor = until - STALE
    for lanes, since in heard:
        for name, entries in lanes.items():
            after = max(since, person.told.get(name, floor), floor)
            first = earliest(entries, after, until, person.id)
            if first is not None and (name not in found or first < found[name]):
                found[name] = first
    return found


def plan(
    person: Person,
    waiting: Mapping[str, datetime],
    rules: Mapping[str, Rule],
    now: datetime,
    zone: ZoneInfo,
) -> Plan:
    """What goes out to a person now: at most one gathered message a day, and what presses."""
    if quiet(now, zone):
        return Plan({}, {})
    floor = now - STALE
    since = {name: max(person.told.get(name, floor), floor) for name in waiting}
    pressing = {name: since[name] for name in waiting if rules[name].pressing}
    if person.urgent_at is not None and now - person.urgent_at < BREATH:
        pressing = {}
    rest = [name for name in waiting if not rules[name].pressing]
    if same_day(person.digest_at, now, zone):
        return Plan(pressing, {})
    moments = {name: slot(rules[name].pace, now, person.id, zone) for name in rest}
    due = [name for name in rest if waiting[name] <= moments[name]]
    if not due:
        return Plan(pressing, {})
    along = [name for name in rest if rules[name].pace is not Pace.WEEKLY]
    return Plan(pressing, {name: since[name] for name in {*due, *along}})
