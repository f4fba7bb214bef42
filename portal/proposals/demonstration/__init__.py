"""Made-up proposals about real places of the city, and made-up people who support them."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, select

from portal import db
from portal.accounts.codes import NAMES
from portal.accounts.models import Account, Role
from portal.consultations.models import Consultation
from portal.proposals import from_draft, lifecycle
from portal.proposals.demonstration import families, sources, talk
from portal.proposals.models import SHUFFLED, Proposal, ReportReason, State, Support
from portal.proposals.writing.draft import Draft

TEXTS = Path(__file__).with_name("proposals.json")
FIRST, PEOPLE = 3001, 300  # the made-up citizens of this room
DECIDED_AFTER = timedelta(hours=12)


def seed(app: Flask) -> None:
    """Fill the demonstration's consultations with proposals in every state."""
    chance = random.Random("proposals")
    now = datetime.now(UTC)
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    with db.transaction() as session:
        consultations = {one.slug: one for one in session.exec(select(Consultation))}
        people = _people(session, chance, now)
        for author, text in zip(people, texts, strict=False):
            consultation = consultations.get(text["consultation"])
            if consultation is not None:
                proposal = _proposal(session, consultation, author, text, chance, now)
                _support(session, proposal, chance.sample(people, text["supports"]))
                _withdraw(session, proposal, author, text)
        _report(session, people, now)
        talk.seed(session, people, now)
        families.seed(session, now)
        sources.seed(session, app.config["SECRET_KEY"], now)


def _people(session: Session, chance: random.Random, now: datetime) -> list[Account]:
    people = [
        Account(id=UUID(int=chance.getrandbits(128), version=4), role=Role.CITIZEN,
                number=number, name=f"{NAMES[number % len(NAMES)]} {number}",
                created_on=now.date())
        for number in range(FIRST, FIRST + PEOPLE)
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    return people


def _proposal(
    session: Session,
    consultation: Consultation,
    author: Account,
    text: dict[str, Any],
    chance: random.Random,
    now: datetime,
) -> Proposal:
    """Under the rules of the form, but at any time of the consultation's past."""
    draft = Draft.model_validate({"district": "" if "lat" in text else "city", **text})
    proposal = from_draft.published(consultation, author, draft, now - timedelta(days=text["days"]))
    proposal.id = UUID(int=chance.getrandbits(128), version=4)
    proposal.shuffle = chance.randrange(SHUFFLED)
    session.add(proposal)
    session.flush()
    return proposal


def _support(session: Session, proposal: Proposal, supporters: list[Account]) -> None:
    if supporters:
        rows = [{"proposal_id": proposal.id, "account_id": one.id} for one in supporters]
        session.execute(sa.insert(Support), rows)
    proposal.supports_count = len(supporters)
    session.add(proposal)
    session.flush()


def _withdraw(session: Session, proposal: Proposal, author: Account, text: dict[str, Any]) -> None:
    """Answers and decisions come from the room of moderation."""
    if text.get("state") == State.WITHDRAWN.value:
        at = proposal.created_at + DECIDED_AFTER
        lifecycle.withdraw(session, proposal, author, text["reason"], now=at)


def _report(session: Session, people: list[Account], now: datetime) -> None:
    """Two reports wait on the staff desk."""
    query = select(Proposal).where(Proposal.state == State.PUBLISHED)
    newest = session.exec(query.order_by(sa.desc("created_at")).limit(2)).all()
    for reporter, proposal in zip(people[-2:], newest, strict=False):
        lifecycle.report(
            session, proposal, reporter, ReportReason.OFF_TOPIC,
            "Mi pare che riguardi un'altra consultazione.", now=now - timedelta(hours=3),
        )  # fmt: skip
