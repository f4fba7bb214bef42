"""Fills a portal of its own with any number of proposals, always from the same chance."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session

from portal import db
from portal.accounts.models import Account, Role
from portal.consultations.models import Consultation
from portal.proposals import lifecycle
from portal.proposals.models import (
    LISTED,
    Direction,
    Origin,
    Proposal,
    ProposalText,
    State,
    Support,
    TextStatus,
)
from portal.scenarios import store

PEOPLE, SUPPORTS_EACH = 20_000, 10
SLUG = "alberi"
WEST, SOUTH, EAST, NORTH = 11.25, 44.44, 11.42, 44.55
# a rare word stands in thirty proposals however many there are, a common one in three of ten
RARE, COMMON = "glicine", "alberi"
DISTRICTS: list[str] = []
INDICATORS: list[str] = []
SENTENCES = (
    "strada scuola parco autobus marciapiede fontana bambini anziani ombra estate pioggia mercato",
    "piscina biblioteca cortile asfalto tetto lampione rotonda incrocio binario tram fermata",
    "quartiere portico giardino orto compostiera cestino rumore traffico velocità bicicletta",
)
WORDS = [word for sentence in SENTENCES for word in sentence.split()]


def fill(portal: Flask, count: int, supports: int, languages: int = 0) -> None:
    """Proposals of every kind, from the same chance in every portal, and who supports them."""
    chance = random.Random("proposals")
    with portal.app_context():
        DISTRICTS[:] = sorted(store().districts().areas)  # type: ignore[union-attr]
        INDICATORS[:] = sorted(store().indicators())[:20]
        with db.transaction() as session:
            consultation = _consultation(session)
            people = _people(session, PEOPLE if supports else 1)
        for start in range(0, count, 5_000):
            with db.transaction() as session:
                rows = [
                    _row(chance, consultation, number)
                    for number in range(start, min(start + 5_000, count))
                ]
                session.execute(sa.insert(Proposal), sorted(rows, key=lambda row: row["shuffle"]))
                if languages:
                    session.execute(sa.insert(ProposalText), list(_texts(rows, languages)))
                if supports:
                    session.execute(sa.insert(Support), list(_supports(chance, rows, people)))
        with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if languages else "ANALYZE proposal")
            if db.engine().dialect.name == "postgresql":
                connection.exec_driver_sql("VACUUM ANALYZE proposal")


def _consultation(session: Session) -> UUID:
    now = datetime.now(UTC)
    words = {"it": "Dove gli alberi?", "en": "Where should trees go?"}
    made = Consultation(
        slug=SLUG, family="verde", announced_at=now - timedelta(days=9),
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9),
        title=words, question=words, summary=words,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id


def _people(session: Session, count: int) -> list[UUID]:
    today = datetime.now(UTC).date()
    rows = [
        {"id": uuid4(), "role": Role.CITIZEN, "created_on": today, "email": f"p{n}@example.org"}
        for n in range(count)
    ]
    session.execute(sa.insert(Account), rows)
    return [row["id"] for row in rows]  # type: ignore[misc]


def _row(chance: random.Random, consultation: UUID, number: int) -> dict[str, Any]:
    words = chance.choices(WORDS, k=60)
    words += [COMMON] if chance.random() < 0.3 else []
    words += ["panchine"] if chance.random() < 0.05 else []
    words += [RARE] if number < 30 else []
    title, body = " ".join(words[:8]).capitalize(), " ".join(words[8:])
    at = datetime.now(UTC) - timedelta(minutes=number)
    placed, wish = chance.random() < 0.8, chance.random() < 0.4
    district = chance.choice(DISTRICTS)
    return {
        "id": UUID(int=chance.getrandbits(128), version=4),
        "consultation_id": consultation,
        "title": title,
        "body": body,
        "search": lifecycle.searchable(title, body, "it"),
        "language": "en" if chance.random() < 0.1 else "it",
        "theme": chance.choice(("verde", "casa", "energia", "mobilita")),
        "lat": chance.uniform(SOUTH, NORTH) if placed else None,
        "lon": chance.uniform(WEST, EAST) if placed else None,
        "district": district if placed or chance.random() < 0.5 else None,
        "indicator": chance.choice(INDICATORS) if wish else None,
        "direction": Direction.UP if wish else None,
        "state": chance.choices((*LISTED, State.WITHDRAWN), (70, 8, 8, 8, 3, 3))[0],
        "state_since": at,
        "created_at": at,
        "origin": chance.choices(tuple(Origin), (90, 5, 3, 2))[0],
        "supports_count": SUPPORTS_EACH,
        "comments_count": chance.randrange(30),
        "shuffle": chance.getrandbits(53),
    }


def _supports(
    chance: random.Random, rows: list[dict[str, Any]], people: list[UUID]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        for person in chance.sample(people, row["supports_count"]):
            yield {"proposal_id": row["id"], "account_id": person}


def _texts(rows: list[dict[str, Any]], languages: int) -> Iterator[dict[str, Any]]:
    codes = ("en", "fr", "de", "es", "pt", "ro", "pl", "sq", "ar", "zh", "bn", "ur", "uk", "tr")
    for row in rows:
        for code in codes[: languages - 1]:
            yield {
                "proposal_id": row["id"],
                "language": code if code != row["language"] else "it",
                "title": row["title"],
                "body": row["body"],
                "status": TextStatus.MACHINE,
                "at": row["created_at"],
            }
