"""Lists of proposals: one filter for page, map and files; pages by key, never by offset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.proposals.models import LISTED, SHUFFLED, Proposal
from portal.proposals.searching import search, search_tables
from portal.proposals.searching.filters import Filter, Sort, read_key, write_key

__all__ = ["LISTED", "Filter", "Page", "Sort", "count", "every", "page", "read_key"]

PER_PAGE = 20
COUNTED = (
    search.FEW
)  # beyond this a page says "more than": counting everything costs with the whole
CHUNK = 500  # rows a file takes from the database at a time
LARGEST = 2**31 - 1  # that a count's column can be compared with
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kept = Sequence[tuple[UUID, Any]]  # ids with what they are sorted by

assert search_tables  # imported so that tables are made together with it

COLUMNS: dict[Sort, tuple[Any, str]] = {
    Sort.NEWEST: (col(Proposal.created_at), "ix_proposal_newest"),
    Sort.SUPPORTED: (col(Proposal.supports_count), "ix_proposal_most_supported"),
    Sort.DISCUSSED: (col(Proposal.comments_count), "ix_proposal_most_talked"),
    Sort.RANDOM: (col(Proposal.shuffle), "ix_proposal_shuffled"),
}
BRIEF = tuple(
    col(getattr(Proposal, name))
    for name in (
        "id", "title", "language", "theme", "district", "state", "supports_count",
        "comments_count", "created_at", "demonstration", "family_id",
    )
)  # fmt: skip
WHOLE = tuple(
    col(getattr(Proposal, name))
    for name in (
        "id", "title", "body", "language", "theme", "lat", "lon", "district", "area", "place_name",
        "indicator", "direction", "scenario", "state", "state_reason", "state_since", "origin",
        "family_id", "supports_count", "comments_count", "created_at", "edited_at", "demonstration",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Some rows of a list, the keys of the pages beside it, and how many there are in all."""

    rows: Sequence[Any]
    before: str | None
    after: str | None
    count: int  # at most one beyond COUNTED


def page(session: Session, consultation_id: UUID, wanted: Filter) -> Page:
    """The page of the list that the filter's keys name; the first one without a key."""
    backwards = bool(wanted.before) and not wanted.after
    key = wanted.before if backwards else wanted.after
    there = _Source(session, consultation_id, wanted)
    found = there.some(key, backwards, PER_PAGE + 1)
    more = len(found) > PER_PAGE
    found = found[:PER_PAGE][::-1] if backwards else found[:PER_PAGE]
    if not found:
        return Page([], None, None, there.count)
    earlier, later = (more, True) if backwards else (bool(key), more)
    return Page(
        _rows(session, found, (*BRIEF, sa.func.substr(col(Proposal.body), 1, 300).label("body"))),
        _key_of(found[0]) if earlier else None,
        _key_of(found[-1]) if later else None,
        there.count,
    )


def count(session: Session, consultation_id: UUID, wanted: Filter) -> int:
    """How many the filter leaves, counted up to one beyond COUNTED."""
    return search.count(session, search.tokens(session, consultation_id, wanted), COUNTED)


def every(
    session: Session,
    consultation_id: UUID,
    wanted: Filter,
    *,
    placed: bool = False,
    columns: Sequence[Any] = WHOLE,
) -> Iterator[Sequence[Any]]:
    """All rows of the filter, a chunk at a time; `placed` leaves out those without a point."""
    key, there = "", _Source(session, consultation_id, wanted, placed=placed)
    while found := there.some(key, False, CHUNK):
        yield _rows(session, found, columns)
        if len(found) < CHUNK:
            return
        key = _key_of(found[-1])


def _rows(session: Session, found: Kept, columns: Sequence[Any]) -> list[Any]:
    """The columns of these proposals, in their order."""
    query = sa.select(*columns).where(col(Proposal.id).in_([one for one, _ in found]))
    rows = {row.id: row for row in session.execute(query)}
    return [rows[one] for one, _ in found if one in rows]


class _Source:
    """Where the ids of a list come from: few from the index, many from a walk in their order."""

    def __init__(
        self, session: Session, consultation_id: UUID, wanted: Filter, *, placed: bool = False
    ) -> None:
        tokens = search.tokens(session, consultation_id, wanted)
        self.session, self.wanted = session, wanted
        numbers = search.few(session, tokens, COUNTED)
        self.count = COUNTED + 1 if numbers is None else len(numbers)
        self.few = numbers is not None
        self.key, index = COLUMNS[wanted.sort]
        query: Any = sa.select(col(Proposal.id), self.key.label("key"))
        if placed:
            query = query.where(col(Proposal.lat).is_not(None))
        table = sa.inspect(Proposal).local_table
        if numbers is not None:
            query = query.where(search.among(session, numbers))
            query = query.with_hint(table, "INDEXED BY ix_proposal_dot", "sqlite")
            self.kept = query.cte("kept").prefix_with("MATERIALIZED")
        else:
            self.query = query.where(*search.walking(session, consultation_id, wanted))
            self.query = self.query.with_hint(table, f"INDEXED BY {index}", "sqlite")

    def some(self, key: str, backwards: bool, most: int) -> list[Any]:
        """Ids and keys from a place on, in the list's order or against it."""
        found: list[Any] = []
        with search.by_index(self.session):
            for first, last, falling in self._stretches(key, backwards):
                if len(found) < most:
                    query = self._ordered(first, last, falling).limit(most - len(found))
                    found += self.session.execute(query).all()
        return found

    def _ordered(self, first: Any, last: Any, falling: bool) -> Any:
        """From beyond one place up to another, rising or falling."""
        column: Any
        row: Any = col(Proposal.id)
        if self.few:
            query = sa.select(self.kept.c.id, self.kept.c.key)
            column, row = self.kept.c.key, self.kept.c.id
        else:
            query, column = self.query, self.key
        here = sa.tuple_(column, row)
        if first is not None:
            query = query.where(here < first if falling else here > first)
        if last is not None:
            query = query.where(column >= last if falling else column < last)
        order = (column.desc(), row.desc()) if falling else (column, row)
        return query.order_by(*order)

    def _stretches(self, key: str, backwards: bool) -> list[tuple[Any, Any, bool]]:
        """The parts of the order to go through: one, or two where it goes round."""
        if self.wanted.sort is not Sort.RANDOM:
            return [(self._place(key), None, not backwards)]
        start, at = beginning(self.wanted.seed), self._place(key)
        beyond = not key or read_key(key)[0] >= start  # in the part before it goes round
        if backwards:
            return [(at, start, True)] if beyond else [(at, None, True), (None, start, True)]
        low = self._place(write_key(max(0, start - 1), UUID(int=2**128 - 1)))
        first = low if at is None else at
        return [(first, None, False), (None, start, False)] if beyond else [(at, start, False)]

    def _place(self, key: str) -> Any:
        if not key:
            return None
        number, row = read_key(key)
        edge: Any = number
        if self.wanted.sort is Sort.NEWEST:
            edge = _moment(number)
        elif self.wanted.sort is not Sort.RANDOM:
            edge = min(number, LARGEST)
        return sa.tuple_(sa.literal(edge, self.key.type), sa.literal(row, sa.Uuid()))


def beginning(seed: str) -> int:
    """Where a seed's round through all proposals begins."""
    digest = blake2b(seed.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % SHUFFLED


def _key_of(found: Any) -> str:
    row, key = found
    if isinstance(key, datetime):
        key = (key - EPOCH) // timedelta(microseconds=1)
    return write_key(key, row)


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=min(micros, 10**16))
