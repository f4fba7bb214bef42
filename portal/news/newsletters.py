"""Words of the city to a group: written, tried, asked for, confirmed by a second person, told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import audit
from portal.accounts.models import Account
from portal.i18n import N_
from portal.news import choices, reading, telling
from portal.news.models import Follow, NewsChoice, NewsItem, Newsletter, Pace
from portal.refusal import NotFound, Problem, Refusal

FEW = 10  # groups smaller than this are not counted exactly


class AlreadySent(Refusal):
    """What was sent stays as it was."""

    status = 409
    message = N_("This newsletter was sent already. Nothing was changed.")


class NotAsked(Refusal):
    """Nobody asked for it to be sent, or it was changed since."""

    status = 409
    message = N_("This newsletter does not wait for a second person. It may have been changed.")


class SamePerson(Refusal):
    """Two persons decide, not one twice."""

    status = 409
    message = N_("A second person has to send it: not who wrote it, and not who asked for it.")


class Incomplete(Refusal):
    """Something is missing in a language the city owes to everybody."""

    message = N_("The newsletter is not complete yet.")


def find(session: Session, newsletter_id: UUID) -> Newsletter:
    """One newsletter, locked against others until the end of the transaction."""
    found = session.get(Newsletter, newsletter_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def save(
    session: Session,
    newsletter: Newsletter | None,
    *,
    subject: Mapping[str, str],
    text: Mapping[str, str],
    audience: str,
    by: Account,
    now: datetime,
) -> Newsletter:
    """Write it, or write it anew; whoever was asked to send it has to be asked again."""
    if newsletter is not None and newsletter.sent_at:
        raise AlreadySent
    if newsletter is None:
        newsletter = Newsletter(changed_at=now)
    newsletter.subject, newsletter.text = dict(subject), dict(text)
    newsletter.audience, newsletter.author_id, newsletter.changed_at = audience, by.id, now
    newsletter.asked_by = newsletter.asked_at = None
    session.add(newsletter)
    session.flush()
    _record(session, "saved", newsletter, by, now)
    return newsletter


def missing(newsletter: Newsletter, languages: list[str]) -> list[Problem]:
    """What has to be written before it can be sent, in every language."""
    found = []
    for code in languages:
        if not newsletter.subject.get(code):
            found.append(Problem(f"subject.{code}", N_("The subject is missing in one language.")))
        if not newsletter.text.get(code):
            found.append(Problem(f"text.{code}", N_("The text is missing in one language.")))
    return found


def ask(
    session: Session, newsletter: Newsletter, languages: list[str], *, by: Account, now: datetime
) -> None:
    """Say that it is ready, for a second person to send it."""
    if newsletter.sent_at:
        raise AlreadySent
    problems = missing(newsletter, languages)
    if problems:
        raise Incomplete(problems)
    newsletter.asked_by, newsletter.asked_at = by.id, now
    session.add(newsletter)
    _record(session, "asked", newsletter, by, now)


def must_be_as_seen(newsletter: Newsletter, seen: str) -> None:
    """Refuse to send what was changed and asked for anew since the second person read it."""
    if seen and newsletter.asked_at and seen != newsletter.asked_at.isoformat():
        raise NotAsked


def send(session: Session, newsletter: Newsletter, *, by: Account, now: datetime) -> None:
    """Tell it to its group: it goes out with each person's other news, at their pace."""
    if newsletter.sent_at:
        raise AlreadySent
    if newsletter.asked_at is None:
        raise NotAsked
    if by.id in (newsletter.author_id, newsletter.asked_by):
        raise SamePerson
    newsletter.confirmed_by, newsletter.sent_at = by.id, now
    newsletter.reached = count(session, newsletter.audience)
    session.add(newsletter)
    _tell(session, newsletter, now)
    _record(session, "sent", newsletter, by, now, audience=newsletter.audience)


def _tell(session: Session, newsletter: Newsletter, now: datetime) -> NewsItem:
    topic, about = choices.NEWSLETTER, (reading.AUDIENCE, newsletter.audience)
    if newsletter.audience.startswith("follow:"):
        _, kind, ref = newsletter.audience.split(":", 2)
        topic, about = topic_of_followers(kind), (kind, ref)
    return telling.tell(
        session, topic, N_("Newsletter: %(subject)s"), f"/newsletters/{newsletter.id}", now=now,
        about=about, gaps={"subject": dict(newsletter.subject)},
    )  # fmt: skip


def topic_of_followers(kind: str) -> str:
    """The topic under which followers of a kind of thing hear of it."""
    known = {topic.key for topic in telling.topics()}
    return f"{kind}s" if f"{kind}s" in known else choices.NEWSLETTER


def remove(session: Session, newsletter: Newsletter, *, by: Account, now: datetime) -> None:
    """Throw a draft away."""
    if newsletter.sent_at:
        raise AlreadySent
    session.delete(newsletter)
    _record(session, "removed", newsletter, by, now)


def count(session: Session, audience: str) -> int:
    """How many people it would reach."""
    if audience.startswith("follow:"):
        _, kind, ref = audience.split(":", 2)
        off = sa.select(col(NewsChoice.account_id)).where(
            col(NewsChoice.topic) == topic_of_followers(kind), col(NewsChoice.pace) == Pace.NONE
        )
        query = sa.select(sa.func.count()).select_from(Follow).where(
            col(Follow.kind) == kind, col(Follow.ref) == ref, col(Follow.muted).is_(False),
            col(Follow.account_id).not_in(off),
        )  # fmt: skip
        return int(session.execute(query).scalar_one())
    query = (
        sa.select(sa.func.count())
        .select_from(NewsChoice)
        .join(Account, col(Account.id) == col(NewsChoice.account_id))
        .where(
            col(NewsChoice.topic) == choices.NEWSLETTER, col(NewsChoice.pace) != Pace.NONE,
            col(Account.disabled).is_(False), col(Account.leaves_at).is_(None),
        )
    )  # fmt: skip
    kind, _, value = audience.partition(":")
    if kind == "district":
        query = query.where(col(Account.district) == value)
    if kind == "language":
        query = query.where(col(Account.language) == value)
    return int(session.execute(query).scalar_one())


def _record(
    session: Session, act: str, newsletter: Newsletter, by: Account, now: datetime, **details: Any
) -> None:
    audit.record(session, action=f"newsletter.{act}", kind="newsletter", ref=newsletter.id,
                 actor=by.id, now=now, **details)  # fmt: skip
