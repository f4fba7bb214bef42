"""A proposal's words in several languages: the author's own, and what others made of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.proposals.models import Proposal, ProposalText, TextStatus
from portal.proposals.searching import stems

_columns = tuple(
    col(getattr(ProposalText, name))
    for name in ("proposal_id", "language", "status", "title", "body", "at")
)


@dataclass(frozen=True)
class Shown:
    """The words a reader gets: whose, in which language, and which others there are."""

    title: str
    body: str
    language: str
    status: TextStatus
    others: tuple[str, ...]


def keep(
    session: Session, proposal: Proposal, language: str, title: str, body: str,
    status: TextStatus, *, now: datetime,
) -> None:  # fmt: skip
    """Add or replace the words in one language; searches find the proposal by them too."""
    if language == proposal.language:
        return
    session.merge(
        ProposalText(
            proposal_id=proposal.id, language=language, title=title, body=body, status=status,
            at=now,
        )
    )  # fmt: skip
    session.flush()
    index(session, proposal)


def index(session: Session, proposal: Proposal) -> None:
    """Make a proposal findable by all its words."""
    found = session.execute(sa.select(*_columns).where(_columns[0] == proposal.id)).all()
    words = dict.fromkeys(stems.stems(f"{proposal.title} {proposal.body}", (proposal.language,)))
    for row in found:
        words |= dict.fromkeys(stems.stems(f"{row.title} {row.body}", (row.language,)))
    most = Proposal.__table__.c.search.type.length  # type: ignore[attr-defined]
    proposal.search = stems.bounded(words, most)
    session.add(proposal)
    session.flush()


def shown(session: Session, proposal: Proposal, reader: str, asked: str = "") -> Shown:
    """The words in the language asked for, else the reader's, else the author's own."""
    found = {
        row.language: row
        for row in session.execute(sa.select(*_columns).where(_columns[0] == proposal.id))
    }
    known = (proposal.language, *sorted(found))
    for wanted in (asked, reader):
        if wanted == proposal.language:
            break
        if wanted in found:
            row = found[wanted]
            others = tuple(code for code in known if code != wanted)
            return Shown(row.title, row.body, wanted, row.status, others)
    return Shown(
        proposal.title, proposal.body, proposal.language, TextStatus.ORIGINAL, tuple(sorted(found))
    )


def of(session: Session, proposals: Iterable[UUID]) -> dict[UUID, list[Any]]:
    """Translations of several proposals at once."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    query = sa.select(*_columns).where(_columns[0].in_(list(proposals)))
    for row in session.execute(query.order_by(*_columns[:2])):
        found[row.proposal_id].append(row)
    return found


@dataclass(frozen=True)
class _Original:
    proposal_id: UUID
    language: str
    status: TextStatus
    title: str
    body: str
    at: datetime


def every(session: Session, chunks: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Each proposal's own words, then its translations, some at a time."""
    for rows in chunks:
        others = of(session, [row.id for row in rows])
        texts: list[Any] = []
        for row in rows:
            at = row.edited_at or row.created_at
            texts.append(
                _Original(row.id, row.language, TextStatus.ORIGINAL, row.title, row.body, at)
            )
            texts += others.get(row.id, ())
        yield texts
