"""The demonstration's news: people who follow things, newsletters, and two messages to look at."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, col

from portal import db, mail
from portal.accounts import codes
from portal.accounts.models import Account, Role
from portal.news import choices, letters, newsletters, reading, telling
from portal.news.models import Follow, NewsItem, Newsletter, Pace

PEOPLE = {1: ("it", "citizen1@example.org"), 2: ("en", "citizen2@example.org"), 3: ("it", None)}
MANAGERS = {1: "manager1@example.org", 2: "manager2@example.org"}
MOST = {"consultation": 4, "proposal": 6, "meeting": 2}
OUTBOX = UUID("6e657773-0000-4000-8000-000000000000")

WELCOME = {
    "subject": {"it": "Trentamila alberi: si vota", "en": "Thirty thousand trees: voting is open"},
    "text": {
        "it": "La consultazione sui nuovi alberi è aperta. Quattro criteri, quattro città diverse: "
        "il gemello digitale mostra che cosa cambia, zona per zona.\n\nSi vota una volta, e fino "
        "alla chiusura si può cambiare idea.\n\nChi non ha lo SPID può votare agli sportelli di "
        "quartiere.",
        "en": "The consultation on new trees is open. Four criteria, four different cities: the "
        "digital twin shows what changes, area by area.\n\nEveryone votes once, and can change "
        "their mind until the end.\n\nWithout SPID you can vote at the district desks.",
    },
}
WALKS = {
    "subject": {"it": "Passeggiate tra gli alberi", "en": "Walks among the trees"},
    "text": {
        "it": "Sabato mattina tre passeggiate nei luoghi dove si propone di piantare. Portate le "
        "vostre proposte: le scriviamo insieme.",
        "en": "On Saturday morning three walks where trees could be planted. Bring your proposals: "
        "we write them down together.",
    },
}


def seed(app: Flask) -> None:
    """People with an address and their choices; one newsletter sent, one waiting."""
    now = datetime.now(UTC)
    with db.transaction() as session:
        for number, (language, contact) in PEOPLE.items():
            account = codes.demonstration_person(session, Role.CITIZEN, number, now.date())
            account.language = language
            choices.reader(session, account.id).contact = contact
            choices.choose(
                session, account.id, {choices.NEWSLETTER: Pace.WEEKLY}, now=now - timedelta(days=60)
            )
        staff = [_manager(session, number, now) for number in MANAGERS]
        _newsletter(session, WELCOME, "all", staff, now - timedelta(days=6), sent=True)
        _newsletter(session, WALKS, "language:it", staff, now - timedelta(hours=3), sent=False)


def _manager(session: Session, number: int, now: datetime) -> Account:
    account = codes.demonstration_person(session, Role.COMMUNITY_MANAGER, number, now.date())
    choices.reader(session, account.id).contact = MANAGERS[number]
    return account


def _newsletter(
    session: Session, words: dict[str, dict[str, str]], audience: str, staff: list[Account],
    at: datetime, *, sent: bool,
) -> Newsletter:  # fmt: skip
    made = newsletters.save(
        session, None, subject=words["subject"], text=words["text"], audience=audience,
        by=staff[0], now=at,
    )  # fmt: skip
    made.demonstration = True
    newsletters.ask(session, made, list(words["subject"]), by=staff[0], now=at)
    if sent:
        newsletters.send(session, made, by=staff[1], now=at)
    return made


def finish(app: Flask) -> None:
    """Once every room is made up: let people follow what there are news of, and write to two."""
    now = datetime.now(UTC)
    with db.transaction() as session:
        for number in PEOPLE:
            account = codes.demonstration_person(session, Role.CITIZEN, number, now.date())
            _follow(session, account, number - 1, now)
        session.flush()
        for number, (_language, contact) in PEOPLE.items():
            account = codes.demonstration_person(session, Role.CITIZEN, number, now.date())
            if contact:
                _write(app, session, account, contact, now)


def _follow(session: Session, account: Account, turn: int, now: datetime) -> None:
    """Each follows other things, as people do: in turn, what there was news of lately."""
    latest = sa.func.max(col(NewsItem.at))
    for kind, most in MOST.items():
        query = (
            sa.select(col(NewsItem.ref))
            .where(col(NewsItem.kind) == kind)
            .group_by(col(NewsItem.ref))
            .order_by(latest.desc(), col(NewsItem.ref))
            .limit(most * len(PEOPLE))
        )
        for ref in session.scalars(query).all()[turn :: len(PEOPLE)]:
            telling.follow(session, account.id, kind, ref, now=now - timedelta(days=120))
    mine = sa.update(Follow).where(col(Follow.account_id) == account.id)
    session.execute(mine.values(since=now - timedelta(days=120)))


def _write(app: Flask, session: Session, account: Account, to: str, now: datetime) -> None:
    """Put the message this person would get into the outbox."""
    rows = reading.inbox(session, account, now=now, before=None, most=12)
    if rows:
        letter = letters.compose(session, account, rows[::-1], to)
        ref = str(uuid5(OUTBOX, to))
        mail.keep(app.config["DATA"] / "outbox", ref, mail.compose(letter, ref))
