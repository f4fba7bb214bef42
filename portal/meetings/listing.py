"""Finding meetings: by address, upcoming, past, of a consultation, to be shown on a map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col, select

from portal.consultations.models import Consultation
from portal.forms import Form
from portal.meetings.models import Attendance, Meeting
from portal.meetings.refusals import UnknownMeeting

MOST = 20
Rows = Sequence[tuple[Meeting, Consultation]]


class When(Enum):
    """Which meetings to list."""

    UPCOMING = "upcoming"
    PAST = "past"


class Filter(Form):
    """What part of the meetings to list, and from where on."""

    when: When = When.UPCOMING
    consultation: Annotated[str, Field(max_length=80)] = ""
    district: Annotated[str, Field(max_length=40)] = ""
    language: Annotated[str, Field(max_length=8)] = ""
    starts_at: datetime | None = None
    last: UUID | None = None

    @property
    def after(self) -> tuple[datetime, UUID] | None:
        """The place of the last meeting seen."""
        at = self.starts_at
        return None if at is None or at.tzinfo is None or self.last is None else (at, self.last)

    @property
    def narrowed(self) -> bool:
        """Whether it leaves any meeting of its time out."""
        return bool(self.consultation or self.district or self.language)


@dataclass(frozen=True)
class Page:
    """Some rows, and where to go on."""

    rows: Rows
    next: tuple[datetime, UUID] | None


def find(session: Session, consultation: Consultation, slug: str) -> Meeting:
    """A public meeting of a consultation. Raises UnknownMeeting."""
    query = select(Meeting).where(
        Meeting.consultation_id == consultation.id,
        Meeting.slug == slug,
        col(Meeting.published_at).is_not(None),
    )
    meeting = session.exec(query).first()
    if meeting is None:
        raise UnknownMeeting
    return meeting


def page(session: Session, wanted: Filter, now: datetime, most: int = MOST) -> Page:
    """One page of the list: what comes first, or what was last."""
    coming = wanted.when is When.UPCOMING
    query = _public(wanted, now)
    order: tuple[Any, ...] = (col(Meeting.starts_at), col(Meeting.id))
    if wanted.after is not None:
        here = sa.tuple_(*order)
        edges = zip(wanted.after, order, strict=True)
        there = sa.tuple_(*(sa.literal(value, column.type) for value, column in edges))
        query = query.where(here > there if coming else here < there)
    query = query.order_by(*(order if coming else (one.desc() for one in order)))
    rows = _rows(session, query.limit(most + 1))
    more = rows[most - 1][0] if len(rows) > most else None
    return Page(rows[:most], (more.starts_at, more.id) if more else None)


def every(session: Session, wanted: Filter, now: datetime, most: int = 2000) -> Rows:
    """Every meeting of a filter, of either time, for calendars and maps."""
    query = _public(wanted, None)
    if wanted.when is When.UPCOMING:
        query = query.where(col(Meeting.ends_at) > now)
    return _rows(session, query.order_by(col(Meeting.starts_at).desc()).limit(most))


def _public(wanted: Filter, now: datetime | None) -> Any:
    query = (
        sa.select(Meeting, Consultation)
        .join(Consultation, col(Consultation.id) == col(Meeting.consultation_id))
        .where(col(Meeting.published_at).is_not(None))
    )
    if now is not None:
        ends = col(Meeting.ends_at)
        query = query.where(ends > now if wanted.when is When.UPCOMING else ends <= now)
    if wanted.consultation:
        query = query.where(col(Consultation.slug) == wanted.consultation)
    if wanted.district:
        query = query.where(col(Meeting.district) == wanted.district)
    if wanted.language:
        written = sa.cast(col(Meeting.languages), sa.String)
        query = query.where(written.contains(f'"{wanted.language}"', autoescape=True))
    return query


def _rows(session: Session, query: Any) -> Rows:
    return [(row[0], row[1]) for row in session.execute(query)]


def for_staff(session: Session, most: int = 200) -> Rows:
    """Every meeting, drafts and cancelled ones too, the latest first."""
    query = sa.select(Meeting, Consultation).join(
        Consultation, col(Consultation.id) == col(Meeting.consultation_id)
    )
    return _rows(session, query.order_by(col(Meeting.starts_at).desc()).limit(most))


def attended(session: Session, ids: Iterable[UUID]) -> dict[UUID, dict[str, dict[str, int]]]:
    """The counts of some meetings, by attribute and band."""
    found: dict[UUID, dict[str, dict[str, int]]] = {}
    query = select(Attendance).where(col(Attendance.meeting_id).in_(list(ids)))
    for row in session.exec(query):
        found.setdefault(row.meeting_id, {}).setdefault(row.attribute, {})[row.band] = row.people
    return found


def without_minutes(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many public meetings are over and have no minutes, and when the first of them ended."""
    query = sa.select(sa.func.count(), sa.func.min(col(Meeting.ends_at))).where(
        col(Meeting.published_at).is_not(None),
        col(Meeting.cancelled_at).is_(None),
        col(Meeting.minutes_at).is_(None),
        col(Meeting.ends_at) <= now,
    )
    n, first = session.execute(query).one()
    return int(n), first


def begun_in(session: Session, consultations: Iterable[UUID], now: datetime) -> list[Meeting]:
    """The public meetings of some consultations that have begun, the latest first."""
    query = select(Meeting).where(
        col(Meeting.consultation_id).in_(list(consultations)),
        col(Meeting.published_at).is_not(None),
        col(Meeting.cancelled_at).is_(None),
        Meeting.starts_at <= now,
    )
    return list(session.exec(query.order_by(col(Meeting.starts_at).desc()).limit(50)))
