"""What the account's page of news shows, as plain values."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import request, url_for
from flask import session as browser
from sqlmodel import Session, col

from portal import i18n, web
from portal.accounts.models import Account
from portal.i18n import N_, gettext
from portal.news import audiences, building, choices, letters, reading, telling
from portal.news.models import Follow, Pace, Reader

INBOX_PAGE = 20
FOLLOWS_PAGE = 50
PACES = {
    Pace.NONE: N_("Nothing by e-mail"),
    Pace.AT_ONCE: N_("At once, never twice a day"),
    Pace.DAILY: N_("Once a day"),
    Pace.WEEKLY: N_("Every Thursday"),
}
WHY = N_("It answers what you did yourself, or keeps your account safe.")


def page(session: Session, account: Account) -> dict[str, Any]:
    """Everything on the page."""
    reader = session.get(Reader, account.id)
    return {
        "person": account,
        **inbox(session, account),
        **followed(session, account),
        "topics": _topics(session, account),
        "fixed": _fixed(),
        "paces": [{"value": pace.value, "label": gettext(label)} for pace, label in PACES.items()],
        "districts": [{"value": k, "label": v} for k, v in audiences.districts().items()],
        "address": letters.address_of(session, account),
        "contact": reader.contact if reader else None,
        "bouncing": reader is not None and reader.bounces >= building.BOUNCES,
        "code_sent": "contact_code" in browser,
    }


def inbox(session: Session, account: Account) -> dict[str, Any]:
    """A page of news of the last 90 days."""
    rows = reading.inbox(
        session, account, now=web.now(), before=_before(), most=INBOX_PAGE + 1
    )  # fmt: skip
    labels = {topic.key: topic.label for topic in telling.topics()}
    shown, more = rows[:INBOX_PAGE], len(rows) > INBOX_PAGE
    last = shown[-1] if shown else None
    return {
        "news": [
            {
                "text": reading.sentence(row.sentence, row.gaps),
                "url": f"/{i18n.language()}{row.path}",
                "at": row.at,
                "topic": gettext(labels[row.topic]) if row.topic in labels else "",
            }
            for row in shown
        ],
        "older_url": url_for(".show", before=_mark(last)) if more and last else None,
        "newest_url": url_for(".show") if request.args.get("before") else None,
    }


def _mark(row: Any) -> str:
    return f"{row.at.timestamp():.6f}~{row.id.hex}"


def _before() -> reading.Place | None:
    """Where the reader's list goes on; an address that was tampered with begins anew."""
    at, _, key = request.args.get("before", "").partition("~")
    try:
        return reading.Place(datetime.fromtimestamp(float(at), UTC), UUID(key))
    except (ValueError, OverflowError, OSError):
        return None


def followed(session: Session, account: Account) -> dict[str, Any]:
    """A page of what the person follows, each with its name where it may be seen."""
    after = request.args.get("after", "")
    kind_after, _, ref_after = after.partition("~")
    query = (
        sa.select(col(Follow.kind), col(Follow.ref), col(Follow.muted), col(Follow.since))
        .where(col(Follow.account_id) == account.id)
        .order_by(col(Follow.kind), col(Follow.ref))
        .limit(FOLLOWS_PAGE + 1)
    )
    if ref_after:
        same = sa.and_(col(Follow.kind) == kind_after, col(Follow.ref) > ref_after)
        query = query.where(sa.or_(col(Follow.kind) > kind_after, same))
    rows = session.execute(query).all()
    shown = rows[:FOLLOWS_PAGE]
    names: dict[tuple[str, str], telling.Thing] = {}
    for kind in {row.kind for row in shown}:
        refs = [row.ref for row in shown if row.kind == kind]
        names |= {(kind, ref): t for ref, t in telling.named(session, kind, refs).items()}
    more = len(rows) > FOLLOWS_PAGE
    next_url = url_for(".show", after=f"{shown[-1].kind}~{shown[-1].ref}") if more else None
    return {
        "follows": [_follow(row, names.get((row.kind, row.ref))) for row in shown],
        "more_follows_url": next_url + "#follows" if next_url else None,
    }


def _follow(row: Any, thing: telling.Thing | None) -> dict[str, Any]:
    kind = telling.kind_label(row.kind)
    return {
        "kind": row.kind,
        "ref": row.ref,
        "muted": row.muted,
        "kind_label": gettext(kind) if kind else "",
        "title": i18n.text(thing.title) if thing else gettext("Something no longer shown"),
        "url": f"/{i18n.language()}{thing.path}" if thing and thing.path else None,
    }


def _topics(session: Session, account: Account) -> list[dict[str, Any]]:
    pace = choices.of(session, account.id)
    return [
        {"key": topic.key, "label": gettext(topic.label), "pace": pace[topic.key].value}
        for topic in telling.topics()
        if not topic.at_once
    ]


def _fixed() -> list[dict[str, str]]:
    return [
        {"label": gettext(topic.label), "why": gettext(topic.why or WHY)}
        for topic in telling.topics()
        if topic.at_once
    ]
