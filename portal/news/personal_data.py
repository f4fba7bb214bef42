"""What the room keeps about a person: handed out with the export, let go when they leave."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.i18n import N_
from portal.jobs import Job
from portal.news.models import Follow, NewsChoice, NewsItem, Newsletter, NewsMessage, Reader

Rows = Iterable[Mapping[str, Any]]


def enter() -> None:
    """Register the room's parts."""
    personal.part("follows", N_("what you follow"), follows, let_go)
    personal.part("news-choices", N_("how often you want to hear of what"), paces)
    personal.part("news-address", N_("the address you gave for news"), addresses)
    personal.part("news", N_("what you were told of things of your own"), told)
    personal.part("messages", N_("messages that were sent to you: when, and of which topics"), sent)


def follows(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What the person follows."""
    query = sa.select(Follow).where(col(Follow.account_id) == account.id)
    for one in session.scalars(query.order_by(col(Follow.since))):
        yield {"kind": one.kind, "of": one.ref, "since": one.since, "muted": one.muted}


def paces(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What the person chose; other topics come weekly."""
    for one in session.scalars(
        sa.select(NewsChoice).where(col(NewsChoice.account_id) == account.id)
    ):
        yield {"topic": one.topic, "pace": one.pace}


def addresses(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """The address for news, and how often it refused messages."""
    one = session.get(Reader, account.id)
    if one is not None:
        yield {"address": one.contact, "refused": one.bounces}


def told(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """News told to this person alone."""
    query = sa.select(NewsItem).where(col(NewsItem.account_id) == account.id)
    for one in session.scalars(query.order_by(col(NewsItem.at))):
        yield {"at": one.at, "topic": one.topic, "sentence": one.sentence, "gaps": dict(one.gaps)}


def sent(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """Messages of the last 90 days; their words are not kept."""
    query = (
        sa.select(NewsMessage, col(Job.done_at))
        .outerjoin(Job, col(Job.id) == col(NewsMessage.id))
        .where(col(NewsMessage.account_id) == account.id)
        .order_by(col(NewsMessage.at))
    )
    for one, done_at in session.execute(query):
        yield {"queued_at": one.at, "sent_at": done_at, "topics": sorted(one.covers)}


def let_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Forget all of it; what is queued finds nobody, and is not sent."""
    for table in (Follow, NewsChoice, Reader, NewsMessage):
        session.execute(sa.delete(table).where(col(table.account_id) == account.id))
    session.execute(sa.delete(NewsItem).where(col(NewsItem.account_id) == account.id))
    session.execute(
        sa.update(NewsItem).where(col(NewsItem.but_id) == account.id).values(but_id=None)
    )
    for name in ("author_id", "asked_by", "confirmed_by"):
        column = getattr(Newsletter, name)
        session.execute(sa.update(Newsletter).where(column == account.id).values({name: None}))
