"""Deciding who gets a message now: over all people, some at a time, in bounded memory.

A message says only which stretch of which topics it covers; its words are written when it goes.
So what was withdrawn, muted or switched off meanwhile is not in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import db, mail
from portal.accounts.models import Account
from portal.jobs import Job
from portal.news import choices, pacing, reading, telling
from portal.news.models import Follow, NewsChoice, NewsItem, NewsMessage, Pace, Reader

AT_A_TIME = 250  # people; a write lock is never held for longer than they take
SETTLE = timedelta(seconds=60)  # a change may be written a while after its time was taken
BOUNCES = 3  # refusals in a row after which an address is left alone
PRESSING_RANK, GATHERED_RANK = 1, 2
LOCK = 0x6E657773  # two workers never build at once

Lanes = dict[str, list[pacing.Entry]]
Stock = dict[tuple[str, str], Lanes]


@dataclass(frozen=True)
class One:
    """A person of a batch, with all that decides what goes out."""

    person: pacing.Person
    heard: list[tuple[Mapping[str, list[pacing.Entry]], datetime]]
    rules: Mapping[str, pacing.Rule]
    known: bool  # whether there is a reader's row


def build(now: datetime, zone: ZoneInfo) -> int:
    """Queue every message that is due; return how many."""
    if pacing.quiet(now, zone):
        return 0
    session, until, made = db.session(), now - SETTLE, 0
    stock = things(session, until)
    last = UUID(int=0)
    while True:
        ids = _next(session, last, until)
        if not ids:
            return made
        if any(True for _ in _plans(session, ids, stock, now, zone)):
            made += _write(ids, stock, now, zone)
        session.commit()
        last = ids[-1]


def things(session: Session, until: datetime) -> Stock:
    """What happened lately, by the thing it is about; per thing and lane in the order of time."""
    once = {topic.key for topic in telling.topics() if topic.at_once}
    query = (
        sa.select(
            col(NewsItem.kind), col(NewsItem.ref), col(NewsItem.topic), col(NewsItem.urgent),
            col(NewsItem.at), col(NewsItem.but_id),
        )
        .where(
            col(NewsItem.account_id).is_(None), col(NewsItem.kind).is_not(None),
            col(NewsItem.at) > until - pacing.STALE, col(NewsItem.at) <= until,
        )
        .order_by(col(NewsItem.at))
    )  # fmt: skip
    found: Stock = defaultdict(lambda: defaultdict(list))
    for kind, ref, topic, urgent, at, but in session.execute(query):
        found[kind, ref][pacing.lane(topic, urgent, topic in once)].append((at, but))
    return found


def _next(session: Session, last: UUID, until: datetime) -> list[UUID]:
    """The next people who may have something to hear, and an address to hear it at."""
    recent = sa.and_(col(NewsItem.at) > until - pacing.STALE, col(NewsItem.at) <= until)
    thing = sa.exists().where(
        col(NewsItem.kind) == col(Follow.kind), col(NewsItem.ref) == col(Follow.ref), recent
    )
    follows = sa.exists().where(
        col(Follow.account_id) == col(Account.id), col(Follow.muted).is_(False), thing
    )
    told = sa.exists().where(col(NewsItem.account_id) == col(Account.id), recent)
    takes = sa.exists().where(
        col(NewsChoice.account_id) == col(Account.id),
        col(NewsChoice.topic) == choices.NEWSLETTER, col(NewsChoice.pace) != Pace.NONE,
    )  # fmt: skip
    address = sa.func.coalesce(col(Account.email), col(Reader.contact))
    query = (
        sa.select(col(Account.id))
        .outerjoin(Reader, col(Reader.account_id) == col(Account.id))
        .where(
            col(Account.id) > last, col(Account.disabled).is_(False),
            col(Account.leaves_at).is_(None), address.is_not(None),
            sa.func.coalesce(col(Reader.bounces), 0) < BOUNCES,
            sa.or_(follows, told, takes),
        )
        .order_by(col(Account.id))
        .limit(AT_A_TIME)
    )  # fmt: skip
    return list(session.scalars(query))


def _plans(
    session: Session, ids: list[UUID], stock: Stock, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[One, pacing.Plan]]:
    until = now - SETTLE
    for one in _batch(session, ids, stock, until):
        waiting = pacing.pending(one.person, one.heard, until)
        wanted = {name: at for name, at in waiting.items() if name in one.rules}
        plan = pacing.plan(one.person, wanted, one.rules, now, zone)
        if plan.pressing or plan.gathered:
            yield one, plan


def _batch(session: Session, ids: list[UUID], stock: Stock, until: datetime) -> Iterator[One]:
    """The people of a batch, each kind of their rows asked for once."""
    chosen: dict[UUID, dict[str, Pace]] = defaultdict(dict)
    for account, topic, pace in session.execute(
        sa.select(col(NewsChoice.account_id), col(NewsChoice.topic), col(NewsChoice.pace)).where(
            col(NewsChoice.account_id).between(ids[0], ids[-1])
        )
    ):
        chosen[account][topic] = pace
    heard: dict[UUID, list[tuple[Mapping[str, list[pacing.Entry]], datetime]]] = defaultdict(list)
    for account, kind, ref, since in session.execute(
        sa.select(
            col(Follow.account_id), col(Follow.kind), col(Follow.ref), col(Follow.since)
        ).where(col(Follow.account_id).between(ids[0], ids[-1]), col(Follow.muted).is_(False))
    ):
        if (kind, ref) in stock:
            heard[account].append((stock[kind, ref], since))
    for account, lanes in _personal(session, ids, until).items():
        heard[account].append((lanes, until - pacing.STALE))
    plain = choices.rules({})
    for account, told, at, urgent_at, known in _readers(session, ids):
        rules = choices.rules(chosen[account.id]) if account.id in chosen else plain
        if choices.NEWSLETTER in rules:
            for group in reading.audiences(account):
                if (reading.AUDIENCE, group) in stock:
                    heard[account.id].append((stock[reading.AUDIENCE, group], until - pacing.STALE))
        yield One(
            pacing.Person(account.id, told, at, urgent_at), heard.get(account.id, []), rules, known
        )


def _personal(session: Session, ids: list[UUID], until: datetime) -> dict[UUID, Lanes]:
    once = {topic.key for topic in telling.topics() if topic.at_once}
    query = (
        sa.select(
            col(NewsItem.account_id), col(NewsItem.topic), col(NewsItem.urgent), col(NewsItem.at)
        )
        .where(
            col(NewsItem.account_id).between(ids[0], ids[-1]),
            col(NewsItem.at) > until - pacing.STALE, col(NewsItem.at) <= until,
        )
        .order_by(col(NewsItem.at))
    )  # fmt: skip
    found: dict[UUID, Lanes] = defaultdict(lambda: defaultdict(list))
    for account, topic, urgent, at in session.execute(query):
        found[account][pacing.lane(topic, urgent, topic in once)].append((at, None))
    return found


def _readers(session: Session, ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    query = (
        sa.select(
            col(Account.id), col(Account.language), col(Account.district),
            col(Reader.told), col(Reader.digest_at), col(Reader.urgent_at),
            col(Reader.account_id).label("reader"),
        )
        .outerjoin(Reader, col(Reader.account_id) == col(Account.id))
        .where(col(Account.id).in_(ids))
        .order_by(col(Account.id))
    )  # fmt: skip
    for row in session.execute(query):
        told = {name: datetime.fromisoformat(at) for name, at in (row.told or {}).items()}
        yield row, told, row.digest_at, row.urgent_at, row.reader is not None


def _write(ids: list[UUID], stock: Stock, now: datetime, zone: ZoneInfo) -> int:
    """Write a batch's messages, decided anew now that nobody else can write."""
    with db.transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        until = (now - SETTLE).isoformat()
        messages: list[dict[str, Any]] = []
        work: list[dict[str, Any]] = []
        told: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        for one, plan in _plans(session, ids, stock, now, zone):
            day = now.astimezone(zone).date().isoformat()
            for lanes, slot, rank in (
                (plan.pressing, now.isoformat(), PRESSING_RANK),
                (plan.gathered, day, GATHERED_RANK),
            ):
                if lanes:
                    key = uuid4()
                    covers = {name: [since.isoformat(), until] for name, since in lanes.items()}
                    messages.append(
                        {"id": key, "account_id": one.person.id, "slot": slot, "covers": covers,
                         "at": now}
                    )  # fmt: skip
                    work.append(_job(key, now, rank))
            told[one.known].append(_told(one.person, plan, until, now))
        _add(session, messages, work, told)
        return len(messages)


def _job(key: UUID, now: datetime, rank: int) -> dict[str, Any]:
    payload = {"writer": "news", "message": str(key), "ref": str(key)}
    return {"id": key, "kind": mail.KIND, "payload": payload, "due": now, "rank": rank}


def _told(
    person: pacing.Person, plan: pacing.Plan, until: str, now: datetime
) -> dict[str, Any]:  # fmt: skip
    told = {name: at.isoformat() for name, at in person.told.items()}
    told |= dict.fromkeys((*plan.pressing, *plan.gathered), until)
    return {
        "account_id": person.id,
        "told": told,
        "digest_at": now if plan.gathered else person.digest_at,
        "urgent_at": now if plan.pressing else person.urgent_at,
    }


def _add(
    session: Session,
    messages: list[dict[str, Any]],
    work: list[dict[str, Any]],
    told: dict[bool, list[dict[str, Any]]],
) -> None:
    if messages:
        session.execute(sa.insert(NewsMessage), messages)
        session.execute(sa.insert(Job), work)
    if told[False]:
        session.execute(sa.insert(Reader), told[False])
    if told[True]:
        session.execute(sa.update(Reader), told[True])
