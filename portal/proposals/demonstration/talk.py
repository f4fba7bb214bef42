"""Made-up talk below the made-up proposals: comments with replies and stances, and one draft."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.accounts.codes import demonstration_person
from portal.accounts.models import Account, Role
from portal.consultations.models import Consultation
from portal.proposals import told
from portal.proposals.alike import already_said
from portal.proposals.comments.models import Comment, CommentState, Stance
from portal.proposals.models import Proposal
from portal.proposals.writing import drafts

WORDS = Path(__file__).with_name("talk.json")
REPLY_AFTER = timedelta(hours=5)


def seed(session: Session, people: list[Account], now: datetime) -> None:
    """Let people talk about the proposals there are; every proposal can be found as alike."""
    chance = random.Random("talk")
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    proposals = {one.title: one for one in session.exec(select(Proposal))}
    for proposal in proposals.values():
        already_said.index(session, proposal)
        told.author_follows(session, proposal, now=proposal.created_at)
    for text in words["talk"]:
        below = proposals.get(text["proposal"])
        if below is not None:
            at = max(now - timedelta(hours=text["hours"]), below.created_at + REPLY_AFTER)
            _thread(session, below, people, text, at, chance)
    _count(session)
    _put_off(session, words["draft"], now)


def _thread(
    session: Session, proposal: Proposal, people: list[Account], text: dict[str, Any],
    at: datetime, chance: random.Random,
) -> None:  # fmt: skip
    root = _comment(session, proposal, chance.choice(people).id, text, at, chance)
    for number, reply in enumerate(text.get("replies", []), 1):
        author = proposal.author_id if reply.get("author") else chance.choice(people).id
        _comment(session, proposal, author, reply, at + number * REPLY_AFTER, chance, root.id)


def _comment(
    session: Session, proposal: Proposal, author: UUID | None, text: dict[str, Any],
    at: datetime, chance: random.Random, parent: UUID | None = None,
) -> Comment:  # fmt: skip
    comment = Comment(
        id=UUID(int=chance.getrandbits(128), version=4), proposal_id=proposal.id,
        parent_id=parent, author_id=author, body=text["body"], stance=Stance(text["stance"]),
        language=text.get("language", "it"), created_at=at, demonstration=True,
        state=CommentState.REMOVED if text.get("removed") else CommentState.PUBLISHED,
    )  # fmt: skip
    session.add(comment)
    session.flush()
    return comment


def _count(session: Session) -> None:
    """Every proposal's kept count says what its comments say."""
    said = sa.select(sa.func.count()).where(
        col(Comment.proposal_id) == col(Proposal.id),
        col(Comment.state) == CommentState.PUBLISHED,
    )
    session.execute(sa.update(Proposal).values(comments_count=said.scalar_subquery()))


def _put_off(session: Session, text: dict[str, Any], now: datetime) -> None:
    """The first made-up citizen has begun to write something that others said already."""
    slug = text.pop("consultation")
    consultation = session.exec(select(Consultation).where(Consultation.slug == slug)).first()
    if consultation is not None:
        citizen = demonstration_person(session, Role.CITIZEN, 1, now.date())
        drafts.save(session, consultation, citizen, text, now=now - timedelta(days=2))
