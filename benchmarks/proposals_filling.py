"""Fills a portal of its own with any number of proposals, always from the same chance."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session

from benchmarks import bulk
from portal import db
from portal.accounts.models import Account, Role
from portal.consultations.models import Consultation
from portal.proposals import from_draft
from portal.proposals.alike import likeness
from portal.proposals.alike.models import WordPair
from portal.proposals.mapping.cells import Cell
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
PAGE = f"/it/consultations/{SLUG}/proposals"
TEXT = ("proposal_id", "language", "title", "body", "status", "at")
WEST, SOUTH, EAST, NORTH = 11.25, 44.44, 11.42, 44.55
# a common word stands in three of ten proposals. What few have, some dozens have however many
# there are: so that a page draws as many rows among a thousand as among a hundred thousand.
RARE, COMMON, SECOND = "glicine", "alberi", "panchine"
SQUARE = Cell.at(15, 44.49, 11.34)
NEAR_BY = (11.33, 44.49, 11.345, 44.5)
DISTRICTS: list[str] = []
INDICATORS: list[str] = []
SENTENCES = (
    "strada scuola parco autobus marciapiede fontana bambini anziani ombra estate pioggia mercato",
    "piscina biblioteca cortile asfalto tetto lampione rotonda incrocio binario tram fermata",
    "quartiere portico giardino orto compostiera cestino rumore traffico velocità bicicletta",
)
WORDS = [word for sentence in SENTENCES for word in sentence.split()]


def clock_of(kind: str) -> Callable[[], float]:
    """The processor's time where the database works in the request; else that of the clock."""
    return time.thread_time if kind == "sqlite" else time.perf_counter


def fill(portal: Flask, count: int, supports: int, languages: int = 0) -> None:
    """Proposals of every kind, from the same chance in every portal, and who supports them."""
    chance = random.Random("proposals")
    with portal.app_context():
        DISTRICTS[:] = sorted(store().districts().areas)  # type: ignore[union-attr]
        INDICATORS[:] = sorted(store().indicators())[:20]
        with db.transaction() as session:
            consultation = _consultation(session)
            people = _people(session, PEOPLE if supports else 1)
        rows = sorted(
            (_row(chance, consultation, number) for number in range(count)),
            key=lambda row: row["shuffle"],
        )
        with bulk.bare(db.engine(), Proposal, Support, ProposalText, WordPair) as connection:
            names = list(rows[0])
            bulk.insert(connection, Proposal, names, (list(row.values()) for row in rows))
            rows.sort(key=lambda row: row["id"])
            bulk.insert(connection, WordPair, ("key", "proposal_id"), _pairs(rows))
            if languages:
                bulk.insert(connection, ProposalText, TEXT, _texts(rows, languages))
            if supports:
                both = ("proposal_id", "account_id")
                bulk.insert(connection, Support, both, _supports(chance, rows, people))


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
    both = 30 <= number < 60
    words += [COMMON] if chance.random() < 0.3 or both else []
    words += [SECOND] if chance.random() < 0.05 or both else []
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
        "search": from_draft.searchable(title, body, "it"),
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
    } | _same_everywhere(chance, number)


def _same_everywhere(chance: random.Random, number: int) -> dict[str, Any]:
    """What some dozens have in every portal: three marks together, or a place in one spot."""
    if 60 <= number < 90:
        return {"theme": "verde", "district": DISTRICTS[0], "language": "en"}
    if 90 <= number < 120:
        south, west, north, east = SQUARE.bounds
    elif 120 <= number < 320:
        west, south, east, north = NEAR_BY
    else:
        return {}
    place = {"lat": chance.uniform(south, north), "lon": chance.uniform(west, east)}
    return place | {"district": DISTRICTS[0], "state": State.PUBLISHED}


def _supports(
    chance: random.Random, rows: list[dict[str, Any]], people: list[UUID]
) -> Iterator[tuple[UUID, UUID]]:
    for row in rows:
        first = chance.randrange(len(people))
        for step in range(row["supports_count"]):
            yield row["id"], people[(first + 1_009 * step) % len(people)]


def _pairs(rows: list[dict[str, Any]]) -> list[tuple[int, UUID]]:
    """The pairs of words of every title, as writing would have noted them."""
    return sorted(
        (key, row["id"])
        for row in rows
        for key in set(likeness.keys(row["consultation_id"], row["theme"], row["title"]))
    )


def _texts(rows: list[dict[str, Any]], languages: int) -> Iterator[tuple[Any, ...]]:
    codes = ("en", "fr", "de", "es", "pt", "ro", "pl", "sq", "ar", "zh", "bn", "ur", "uk", "tr")
    for row in rows:
        for code in codes[: languages - 1]:
            language = code if code != row["language"] else "it"
            yield (
                row["id"], language, row["title"], row["body"], TextStatus.MACHINE,
                row["created_at"],
            )  # fmt: skip
