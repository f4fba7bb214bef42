"""“Already said?”: proposals of the same theme that are near by or say nearly the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from portal.proposals.alike import likeness
from portal.proposals.alike.models import Difference, WordPair
from portal.proposals.models import LISTED, Proposal

MOST = 5  # cards to look at
PER_KEY = 40  # proposals one pair of words may bring: a popular pair must not bring the city
AROUND = 120  # proposals near by that are looked at
LATER = 60  # of those that share words
SHORTEST = 8  # letters of a title before it is compared
WORDS = (3, 500)  # shortest and longest reason why one's own differs


@dataclass(frozen=True)
class Asked:
    """What somebody is writing, as far as it is there."""

    consultation_id: UUID
    theme: str
    title: str = ""
    body: str = ""
    lat: float | None = None
    lon: float | None = None
    but: UUID | None = None  # itself, when it is edited


@dataclass(frozen=True)
class Said:
    """A proposal that may say the same: how alike its text is, and how far away it is."""

    id: UUID
    title: str
    body: str
    language: str
    district: str | None
    state: Any
    supports_count: int
    likeness: float
    metres: float | None

    @property
    def rank(self) -> float:
        """Likeness of the text first, nearness a little."""
        near = 0.0 if self.metres is None else 0.3 * (1 - self.metres / likeness.NEAR)
        return self.likeness + near


_columns: tuple[Any, ...] = (
    col(Proposal.id), col(Proposal.title), col(Proposal.body), col(Proposal.language),
    col(Proposal.district), col(Proposal.state), col(Proposal.supports_count),
    col(Proposal.lat), col(Proposal.lon),
)  # fmt: skip


def find(session: Session, asked: Asked) -> list[Said]:
    """At most five proposals that may say the same, the most alike first."""
    rows = {row.id: row for row in [*_around(session, asked), *_sharing(session, asked)]}
    found = [said for row in rows.values() if (said := _judged(row, asked)) is not None]
    return sorted(found, key=lambda said: (-said.rank, str(said.id)))[:MOST]


def _around(session: Session, asked: Asked) -> Iterable[Any]:
    if asked.lat is None or asked.lon is None:
        return []
    south, north, west, east = likeness.box(asked.lat, asked.lon)
    query = sa.select(*_columns).where(
        col(Proposal.consultation_id) == asked.consultation_id,
        col(Proposal.theme) == asked.theme,
        col(Proposal.lat).between(south, north),
        col(Proposal.lon).between(west, east),
        col(Proposal.state).in_(LISTED),
    )
    return session.execute(query.limit(AROUND)).all()


def _sharing(session: Session, asked: Asked) -> Iterable[Any]:
    """Those that share most pairs of words; each pair brings only so many."""
    if len(asked.title) < SHORTEST:
        return []
    wanted = likeness.keys(asked.consultation_id, asked.theme, asked.title)
    if not wanted:
        return []
    parts = [
        sa.select(
            sa.select(col(WordPair.proposal_id)).where(col(WordPair.key) == key).limit(PER_KEY)
            .subquery()
        )
        for key in wanted
    ]  # fmt: skip
    each = sa.union_all(*parts).subquery()
    most = (
        sa.select(each.c.proposal_id)
        .group_by(each.c.proposal_id)
        .order_by(sa.func.count().desc(), each.c.proposal_id)
        .limit(LATER)
    )
    ids = session.execute(most).scalars().all()
    shown = sa.select(*_columns).where(col(Proposal.id).in_(ids), col(Proposal.state).in_(LISTED))
    return session.execute(shown).all() if ids else []


def _judged(row: Any, asked: Asked) -> Said | None:
    """The row as a card; None where it is neither near nor alike."""
    if row.id == asked.but:
        return None
    text = (
        likeness.text_likeness(asked.title, asked.body, row.title, row.body) if asked.title else 0.0
    )
    away = None
    if asked.lat is not None and asked.lon is not None and row.lat is not None:
        far = likeness.metres(asked.lat, asked.lon, row.lat, row.lon)
        away = far if far <= likeness.NEAR else None
    if text < likeness.ALIKE and away is None:
        return None
    return Said(
        row.id, row.title, row.body, row.language, row.district, row.state,
        row.supports_count, text, away,
    )  # fmt: skip


def index(session: Session, proposal: Proposal) -> None:
    """Note the words of a proposal, or note them again after an edit."""
    session.flush()
    session.execute(sa.delete(WordPair).where(col(WordPair.proposal_id) == proposal.id))
    rows = [
        {"key": key, "proposal_id": proposal.id}
        for key in set(likeness.keys(proposal.consultation_id, proposal.theme, proposal.title))
    ]
    if rows:
        session.execute(sa.insert(WordPair), rows)


# --- why mine differs --------------------------------------------------------------------------


def keep_differences(
    session: Session, proposal: Proposal, reasons: Mapping[UUID, str], *, now: datetime
) -> None:
    """Keep why the author says theirs is not the same; unknown proposals are left out."""
    for other_id, words in list(reasons.items())[:MOST]:
        other = session.get(Proposal, other_id)
        if other is None or other.consultation_id != proposal.consultation_id:
            continue
        try:
            with session.begin_nested():
                session.add(
                    Difference(proposal_id=proposal.id, other_id=other_id, words=words, at=now)
                )
        except IntegrityError:  # said before
            continue


def differences(session: Session, proposal: Proposal) -> list[Any]:
    """What the author said of others: `id, title, language, words`, those anyone may see."""
    query = (
        sa.select(
            col(Proposal.id), col(Proposal.title), col(Proposal.language), col(Difference.words)
        )
        .join(Proposal, col(Proposal.id) == col(Difference.other_id))
        .where(col(Difference.proposal_id) == proposal.id, col(Proposal.state).in_(LISTED))
        .order_by(col(Difference.at), col(Difference.other_id))
    )
    return list(session.execute(query))


def family_hints(session: Session, proposal: Proposal) -> list[tuple[Said, str]]:
    """For those who look at a proposal: what it may belong with, and what its author says to it."""
    asked = Asked(
        proposal.consultation_id, proposal.theme, proposal.title, proposal.body,
        proposal.lat, proposal.lon, proposal.id,
    )  # fmt: skip
    query = sa.select(col(Difference.other_id), col(Difference.words)).where(
        col(Difference.proposal_id) == proposal.id
    )
    said: dict[UUID, str] = {row.other_id: row.words for row in session.execute(query)}
    found = {one.id: one for one in find(session, asked)}
    missing = [other for other in said if other not in found]
    if missing:
        shown = sa.select(*_columns).where(col(Proposal.id).in_(missing))
        for row in session.execute(shown):
            found[row.id] = Said(
                row.id, row.title, row.body, row.language, row.district, row.state,
                row.supports_count,
                likeness.text_likeness(proposal.title, proposal.body, row.title, row.body), None,
            )  # fmt: skip
    return [(one, said.get(one.id, "")) for one in found.values()]
