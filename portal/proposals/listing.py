"""Lists of proposals: one filter for page, map and files; pages by key, never by offset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import field_validator
from sqlmodel import Session, col

from portal.forms import Form
from portal.proposals.models import Proposal, State
from portal.proposals.words import terms

PER_PAGE = 20
COUNTED = 100  # beyond this a page says "more than": counting everything costs with the whole
CHUNK = 500  # rows a file takes from the database at a time
LISTED = (State.PUBLISHED, State.EVALUATING, State.ACCEPTED, State.REJECTED, State.MODELLED)
LARGEST = 2**31 - 1  # that the count's column can be compared with
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[int, UUID]


class Sort(Enum):
    """The orders a list may have."""

    NEWEST = "newest"
    SUPPORTED = "supported"


class Filter(Form):
    """What a reader asks of a list. What cannot be read is left out, and the page says so."""

    q: str = ""
    theme: str = ""
    district: str = ""
    state: State | None = None
    sort: Sort = Sort.NEWEST
    after: str = ""
    before: str = ""

    @field_validator("q")
    @classmethod
    def _short(cls, value: str) -> str:
        return value[:200]

    @field_validator("state")
    @classmethod
    def _public(cls, value: State | None) -> State | None:
        if value is State.HIDDEN:
            raise ValueError
        return value

    @field_validator("after", "before")
    @classmethod
    def _a_key(cls, value: str) -> str:
        if value:
            read_key(value)
        return value

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.q or self.theme or self.district or self.state)


def write_key(number: int, row: UUID) -> str:
    """A place in a list, for an address."""
    return f"{number}.{row.hex}"


def read_key(text: str) -> Key:
    """The place an address names. Raises ValueError for anything else."""
    number, _, row = text.partition(".")
    if not number.isdecimal() or not number.isascii() or len(number) > 17:
        raise ValueError(text)
    return int(number), UUID(hex=row)


@dataclass(frozen=True)
class Page:
    """Some rows of a list and the keys of the pages beside it."""

    rows: Sequence[Any]
    before: str | None
    after: str | None


_brief = (
    col(Proposal.id),
    col(Proposal.title),
    sa.func.substr(col(Proposal.body), 1, 300).label("body"),
    col(Proposal.language),
    col(Proposal.theme),
    col(Proposal.district),
    col(Proposal.state),
    col(Proposal.supports_count),
    col(Proposal.created_at),
    col(Proposal.demonstration),
)
_whole = (
    *(
        col(getattr(Proposal, name))
        for name in (
            "id",
            "title",
            "body",
            "language",
            "theme",
            "lat",
            "lon",
            "district",
            "area",
            "indicator",
            "direction",
            "scenario",
            "state",
            "state_reason",
            "state_since",
            "supports_count",
            "created_at",
            "demonstration",
        )
    ),
)


def page(session: Session, consultation_id: UUID, wanted: Filter) -> Page:
    """The page of the list that the filter's keys name; the first one without a key."""
    backwards = bool(wanted.before) and not wanted.after
    key = wanted.before if backwards else wanted.after
    query = _ordered(_narrowed(_brief, consultation_id, wanted), wanted.sort, key, backwards)
    rows = list(session.execute(query.limit(PER_PAGE + 1)))
    more = len(rows) > PER_PAGE
    rows = rows[:PER_PAGE][::-1] if backwards else rows[:PER_PAGE]
    if not rows:
        return Page(rows, None, None)
    earlier, later = (more, True) if backwards else (bool(key), more)
    return Page(
        rows,
        _key_of(rows[0], wanted.sort) if earlier else None,
        _key_of(rows[-1], wanted.sort) if later else None,
    )


def count(session: Session, consultation_id: UUID, wanted: Filter) -> int:
    """How many the filter leaves, counted up to one beyond COUNTED."""
    some = _narrowed((col(Proposal.id),), consultation_id, wanted).limit(COUNTED + 1).subquery()
    return int(session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def every(
    session: Session,
    consultation_id: UUID,
    wanted: Filter,
    *,
    placed: bool = False,
    most: int | None = None,
) -> Iterator[Any]:
    """All rows of the filter with all their public columns, some at a time.

    `placed` leaves out those without a point.
    """
    key, given = "", 0
    while most is None or given < most:
        query = _narrowed(_whole, consultation_id, wanted)
        if placed:
            query = query.where(col(Proposal.lat).is_not(None))
        size = CHUNK if most is None else min(CHUNK, most - given)
        rows = list(session.execute(_ordered(query, wanted.sort, key, False).limit(size)))
        yield from rows
        given += len(rows)
        if len(rows) < size:
            return
        key = _key_of(rows[-1], wanted.sort)


def _narrowed(columns: Sequence[Any], consultation_id: UUID, wanted: Filter) -> sa.Select[Any]:
    query = sa.select(*columns).where(col(Proposal.consultation_id) == consultation_id)
    states = [wanted.state] if wanted.state else LISTED
    query = query.where(col(Proposal.state).in_(states))
    if wanted.theme:
        query = query.where(col(Proposal.theme) == wanted.theme)
    if wanted.district:
        query = query.where(col(Proposal.district) == wanted.district)
    for term in terms(wanted.q):
        query = query.where(col(Proposal.search).contains(term, autoescape=True))
    return query


def _ordered(query: sa.Select[Any], sort: Sort, key: str, backwards: bool) -> sa.Select[Any]:
    """In the list's order (or against it), from a key on."""
    column: Any = col(Proposal.created_at) if sort is Sort.NEWEST else col(Proposal.supports_count)
    row: Any = col(Proposal.id)
    if key:
        number, last = read_key(key)
        edge: Any = _moment(number) if sort is Sort.NEWEST else min(number, LARGEST)
        here = sa.tuple_(column, row)
        there = sa.tuple_(sa.literal(edge, column.type), sa.literal(last, row.type))
        query = query.where(here > there if backwards else here < there)
    if backwards:
        return query.order_by(column, row)
    return query.order_by(column.desc(), row.desc())


def _key_of(row: Any, sort: Sort) -> str:
    if sort is Sort.SUPPORTED:
        return write_key(row.supports_count, row.id)
    return write_key((row.created_at - EPOCH) // timedelta(microseconds=1), row.id)


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=min(micros, 10**16))
