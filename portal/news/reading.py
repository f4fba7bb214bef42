"""What there is to read for one person, in their language: on their page and in messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import i18n
from portal.accounts.models import Account
from portal.mail import one_line
from portal.news import choices, pacing, telling
from portal.news.models import Follow, NewsItem, Pace

AUDIENCE = "audience"  # the kind of what is told to a group nobody has to follow
KEPT = timedelta(days=90)
LONGEST_GAP = 300

Row = Any  # a row of the columns below

COLUMNS = (
    col(NewsItem.id),
    col(NewsItem.topic),
    col(NewsItem.kind),
    col(NewsItem.ref),
    col(NewsItem.sentence),
    col(NewsItem.gaps),
    col(NewsItem.path),
    col(NewsItem.urgent),
    col(NewsItem.at),
)


@dataclass(frozen=True)
class Place:
    """Where a list goes on: after this moment and item, backwards in time."""

    at: datetime
    id: UUID


def audiences(account: Account) -> list[str]:
    """The groups a person belongs to without having chosen each."""
    found = ["all", f"language:{account.language}"]
    return [*found, f"district:{account.district}"] if account.district else found


def heard(account: Account, pace: Mapping[str, Pace], *, muted_too: bool) -> sa.CompoundSelect[Any]:
    """Everything a person hears of: told to them, to followers of their things, to their groups."""
    not_mine = sa.or_(col(NewsItem.but_id).is_(None), col(NewsItem.but_id) != account.id)
    personal = sa.select(*COLUMNS).where(col(NewsItem.account_id) == account.id)
    followed = (
        sa.select(*COLUMNS)
        .join(
            Follow,
            sa.and_(
                col(Follow.kind) == col(NewsItem.kind),
                col(Follow.ref) == col(NewsItem.ref),
                col(Follow.since) < col(NewsItem.at),
            ),
        )
        .where(
            col(Follow.account_id) == account.id, col(NewsItem.account_id).is_(None), not_mine
        )
    )  # fmt: skip
    if not muted_too:
        followed = followed.where(col(Follow.muted).is_(False))
    parts = [personal, followed]
    if pace.get(choices.NEWSLETTER, Pace.NONE) is not Pace.NONE:
        group = sa.select(*COLUMNS).where(
            col(NewsItem.kind) == AUDIENCE, col(NewsItem.ref).in_(audiences(account))
        )
        parts.append(group)
    return sa.union_all(*parts)


def inbox(
    session: Session, account: Account, *, now: datetime, before: Place | None, most: int
) -> list[Row]:
    """A page of what a person may read, the latest first; nobody notes what was read."""
    everything = heard(account, choices.of(session, account.id), muted_too=True).subquery()
    query = sa.select(everything).where(everything.c.at > now - KEPT, everything.c.at <= now)
    if before is not None:
        earlier = sa.and_(everything.c.at == before.at, everything.c.id < before.id)
        query = query.where(sa.or_(everything.c.at < before.at, earlier))
    query = query.order_by(everything.c.at.desc(), everything.c.id.desc()).limit(most)
    return list(session.execute(query))


def stretch(
    session: Session, account: Account, covers: Mapping[str, list[str]], *, most: int
) -> list[Row]:
    """What a message covers and the person still wants, the earliest first."""
    pace = choices.of(session, account.id)
    once = {topic.key for topic in telling.topics() if topic.at_once}
    everything = heard(account, pace, muted_too=False).subquery()
    parts = []
    for name, (since, until) in covers.items():
        topic = pacing.topic_of(name)
        if pace.get(topic, Pace.NONE) is Pace.NONE:
            continue
        fits = [
            everything.c.topic == topic,
            everything.c.at > datetime.fromisoformat(since),
            everything.c.at <= datetime.fromisoformat(until),
        ]
        if topic not in once:
            fits.append(everything.c.urgent.is_(name.endswith(pacing.PRESSING)))
        parts.append(sa.and_(*fits))
    if not parts:
        return []
    query = sa.select(everything).where(sa.or_(*parts))
    return list(session.execute(query.order_by(everything.c.at, everything.c.id).limit(most)))


def sentence(words: str, gaps: Mapping[str, Any] | None) -> str:
    """What happened, in the reader's language: one line, whatever the gaps hold."""
    filled = _Gaps({name: _gap(value) for name, value in (gaps or {}).items()})
    for known in (i18n.gettext(words) if words else "", words):
        try:
            return one_line(known % filled)
        except (ValueError, TypeError):
            continue
    return one_line(words)


class _Gaps(dict[str, str]):
    """Values of gaps; one that is missing does not hold the sentence back."""

    def __missing__(self, name: str) -> str:
        return "…"


def _gap(value: Any) -> str:
    if isinstance(value, Mapping):
        value = i18n.text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return i18n.number(value)
    words = one_line("" if value is None else str(value))
    return words if len(words) <= LONGEST_GAP else words[: LONGEST_GAP - 1].rstrip() + "…"
