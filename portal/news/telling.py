"""What other rooms call: follow a thing, stop, ask, and say that something happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.news.models import Follow, NewsItem, Pace


@dataclass(frozen=True)
class Topic:
    """A kind of news a person may choose the pace of."""

    key: str
    label: str  # a message id
    at_once: bool = False  # what cannot wait and cannot be switched off: “you were answered”
    default: Pace = Pace.WEEKLY
    why: str = ""  # a message id: why it cannot be switched off


@dataclass(frozen=True)
class Thing:
    """What a followed thing is called (a text or texts by language), and its page."""

    title: Mapping[str, Any] | str
    path: str


Names = Callable[[Session, list[str]], Mapping[str, Thing]]

_topics: dict[str, Topic] = {}
_names: dict[str, tuple[str, Names]] = {}


def topic(
    key: str, label: str, *, at_once: bool = False, default: Pace = Pace.WEEKLY, why: str = ""
) -> Topic:
    """Register a topic; rooms do so where they enter."""
    return _topics.setdefault(key, Topic(key, label, at_once, default, why))


def topics() -> list[Topic]:
    """Every registered topic, in the order of the rooms."""
    return list(_topics.values())


def things(kind: str, label: str, names: Names) -> None:
    """Register a kind of thing people follow: its name, and what names things of it by id.

    What nobody may see any more is left out by `names`.
    """
    _names[kind] = (label, names)


def kind_label(kind: str) -> str:
    """What a kind of thing is called (a message id); nothing where it is not registered."""
    return _names[kind][0] if kind in _names else ""


def named(session: Session, kind: str, refs: list[str]) -> Mapping[str, Thing]:
    """The names of things that may be seen."""
    return _names[kind][1](session, refs) if kind in _names and refs else {}


def follow(session: Session, account: UUID, kind: str, ref: object, *, now: datetime) -> None:
    """Let a person hear of a thing; asked twice it stays one row."""
    if session.get(Follow, (account, kind, str(ref))) is None:
        session.add(Follow(account_id=account, kind=kind, ref=str(ref), since=now))
        session.flush()


def unfollow(session: Session, account: UUID, kind: str, ref: object) -> None:
    """Let a person hear of a thing no more."""
    mine = sa.delete(Follow).where(col(Follow.account_id) == account)
    session.execute(mine.where(col(Follow.kind) == kind, col(Follow.ref) == str(ref)))


def follows(session: Session, account: UUID, kind: str, ref: object) -> bool:
    """Whether a person follows a thing."""
    return session.get(Follow, (account, kind, str(ref))) is not None


def followers(session: Session, kind: str, ref: object) -> int:
    """How many people follow a thing."""
    query = sa.select(sa.func.count()).select_from(Follow)
    found = query.where(col(Follow.kind) == kind, col(Follow.ref) == str(ref))
    return int(session.execute(found).scalar_one())


def tell(
    session: Session,
    topic: str,
    sentence: str,
    path: str,
    *,
    now: datetime,
    about: tuple[str, object] | None = None,
    to: UUID | None = None,
    but: UUID | None = None,
    urgent: bool = False,
    gaps: Mapping[str, Any] | None = None,
) -> NewsItem:
    """Say in the caller's transaction that something happened.

    Goes to one person (`to`) or to the followers of a thing (`about`, kind and id), never to `but`.
    `sentence` is a marked message id with named gaps; `path` the page without its language.
    """
    kind, ref = about or (None, None)
    item = NewsItem(
        topic=topic, sentence=sentence, path=path, kind=kind,
        ref=None if ref is None else str(ref), account_id=to, but_id=but,
        gaps=dict(gaps or {}), urgent=urgent, at=now,
    )  # fmt: skip
    session.add(item)
    return item


def retitle(session: Session, kind: str, ref: object, title: str) -> None:
    """Let news already told name a thing by its present title: words may have been taken out."""
    told = sa.select(NewsItem).where(col(NewsItem.kind) == kind, col(NewsItem.ref) == str(ref))
    for item in session.scalars(told):
        if "title" in item.gaps:
            item.gaps["title"] = title


def withdraw(session: Session, kind: str, ref: object) -> None:
    """Take back what followers of a thing were told or would be: it may no longer be seen.

    Messages not sent yet are written without it. What one person was told of it stays theirs.
    """
    gone = sa.delete(NewsItem).where(col(NewsItem.kind) == kind, col(NewsItem.ref) == str(ref))
    session.execute(gone.where(col(NewsItem.account_id).is_(None)))
