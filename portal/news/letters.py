"""A message of news, written when it goes: grouped, in the person's language, easy to stop."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, render_template
from sqlmodel import Session, col

from portal import db, i18n, mail
from portal.accounts.models import Account
from portal.i18n import gettext, ngettext
from portal.mail import Letter
from portal.news import choices, reading, telling
from portal.news.models import Newsletter, NewsMessage, Reader
from portal.news.styles import LOOK

MOST = 100  # things in one message; the rest is on the page


@dataclass(frozen=True)
class Group:
    """The news of one topic, those about one thing together."""

    label: str
    stop_url: str | None
    entries: list[dict[str, Any]]


@mail.writer("news")
def write(message: str) -> Letter | None:
    """The letter of a message, or None when nothing of it is left to say."""
    session = db.session()
    found = session.get(NewsMessage, UUID(message))
    account = session.get(Account, found.account_id) if found else None
    if found is None or account is None or account.disabled or account.leaves_at:
        return None
    to = address_of(session, account)
    if to is None:
        return None
    rows = reading.stretch(session, account, found.covers, most=MOST + 1)
    if not rows:
        return None
    return compose(session, account, rows, to)


def address_of(session: Session, account: Account) -> str | None:
    """Where a person's news go: their own address, else the one they gave for news."""
    reader = session.get(Reader, account.id)
    return account.email or (reader.contact if reader else None)


def language_of(account: Account) -> str:
    """The person's language, as far as the portal speaks it."""
    offered: list[str] = current_app.config["LANGUAGES"]
    return account.language if account.language in offered else offered[0]


def compose(session: Session, account: Account, rows: list[Any], to: str) -> Letter:
    """The letter for these rows."""
    language = language_of(account)
    with i18n.in_language(language):
        context = _context(session, account, rows)
        text = render_template("news/mail/digest.txt", **context)
        html = render_template("news/mail/digest.html", **context, look=LOOK, lang=language)
        return Letter(
            to=to, subject=_subject(context), text=text.strip() + "\n", html=html,
            language=language, headers=_headers(account, context),
            accepted=partial(_accepted, account.id), refused=partial(_refused, account.id),
        )  # fmt: skip


def _context(session: Session, account: Account, rows: list[Any]) -> dict[str, Any]:
    shown = rows[:MOST]
    letters = list(_newsletters(session, shown))
    groups = list(_groups(account, [row for row in shown if not _is_letter(row)]))
    once = {topic.key for topic in telling.topics() if topic.at_once}
    topics = {row.topic for row in shown} - once
    stop = next(iter(topics)) if len(topics) == 1 else choices.EVERYTHING
    return {
        "letters": letters,
        "groups": groups,
        "more": len(rows) > MOST,
        "count": len(shown),
        "choices_url": page("news.show") + "#choices",
        "inbox_url": page("news.show"),
        "stop_url": stop_url(account.id, stop) if topics else None,
        "topics": sorted(topics or once),
        "city": current_app.config["CITY"],
        "demonstration": current_app.config["DEMO"],
    }


def _groups(account: Account, rows: list[Any]) -> Iterator[Group]:
    for topic in telling.topics():
        mine = [row for row in rows if row.topic == topic.key]
        if mine:
            first = {_thing(row): at for at, row in reversed(list(enumerate(mine)))}
            mine.sort(key=lambda row: (first[_thing(row)], row.at))
            stop = None if topic.at_once else stop_url(account.id, topic.key)
            yield Group(gettext(topic.label), stop, [_entry(row) for row in mine])


def _thing(row: Any) -> tuple[str, str]:
    """What an item is about, so that what belongs together stands together."""
    return (row.kind, row.ref) if row.kind else ("", row.path.partition("?")[0].partition("#")[0])


def _is_letter(row: Any) -> bool:
    return str(row.path).startswith("/newsletters/")


def _entry(row: Any) -> dict[str, Any]:
    return {
        "text": reading.sentence(row.sentence, row.gaps),
        "url": whole(f"/{i18n.language()}{row.path}"),
        "when": i18n.moment(row.at),
    }


def _newsletters(session: Session, rows: list[Any]) -> Iterator[dict[str, Any]]:
    ids = [UUID(row.path.rpartition("/")[2]) for row in rows if _is_letter(row)]
    query = sa.select(Newsletter).where(col(Newsletter.id).in_(ids))
    for found in session.scalars(query.order_by(col(Newsletter.sent_at))):
        words = i18n.text(found.text)
        yield {
            "subject": i18n.text(found.subject),
            "lang": i18n.text_lang(found.text),
            "paragraphs": [part.strip() for part in words.split("\n\n") if part.strip()],
            "url": page("news.newsletter", newsletter_id=found.id),
        }


def _subject(context: Mapping[str, Any]) -> str:
    entries = [entry["text"] for group in context["groups"] for entry in group.entries]
    if context["letters"]:
        return str(context["letters"][0]["subject"])
    if len(entries) == 1:
        return str(entries[0])
    return ngettext(
        "%(n)s piece of news from the participation portal of %(city)s",
        "%(n)s pieces of news from the participation portal of %(city)s",
        len(entries), city=context["city"],
    )  # fmt: skip


def _headers(account: Account, context: Mapping[str, Any]) -> dict[str, str]:
    name = context["topics"][0] if len(context["topics"]) == 1 else "news"
    host = mail.domain()
    headers = {"List-Id": f"<{name.replace('_', '-')}.{host}>", "Precedence": "list"}
    if context["stop_url"]:
        token = context["stop_url"].rpartition("/")[2]
        to = mail.sender()
        headers["List-Unsubscribe"] = (
            f"<{context['stop_url']}>, <mailto:{quote(to, safe='@')}?subject=stop%20{token}>"
        )
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def page(endpoint: str, **values: Any) -> str:
    """A page's whole address in the present language; the worker knows no request."""
    adapter = current_app.url_map.bind("portal")
    return whole(adapter.build(endpoint, {"lang": i18n.language(), **values}))


def whole(path: str) -> str:
    """An address with the portal's own name; what a header or a link must not hold is quoted."""
    return str(current_app.config["BASE_URL"]) + quote(path, safe="/?#=&%+,:@!$'()*;~-._")


def stop_url(account: UUID, topic: str) -> str:
    """Where a topic is switched off without signing in."""
    return page("news.stop", token=choices.stop_token(account, topic))


def _accepted(account: UUID) -> None:
    _count(account, 0)


def _refused(account: UUID) -> None:
    _count(account, col(Reader.bounces) + 1)


def _count(account: UUID, bounces: Any) -> None:
    with db.transaction() as session:
        mine = sa.update(Reader).where(col(Reader.account_id) == account)
        if bounces == 0:
            mine = mine.where(col(Reader.bounces) > 0)
        session.execute(mine.values(bounces=bounces))
