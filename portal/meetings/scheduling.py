"""What staff do with meetings: plan, publish, change, cancel, write down what came of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.meetings import attendance, telling
from portal.meetings.models import Attendance, Meeting
from portal.meetings.plan import Plan
from portal.meetings.refusals import (
    AlreadyCancelled,
    AlreadyHeld,
    ChangedMeanwhile,
    DoesNotAddUp,
    NotPublished,
    NotYetHeld,
    UnknownMeeting,
)
from portal.refusal import Problem

MATTERS = ("starts_at", "ends_at", "place", "address", "online", "lat", "lon")
TOO_MANY = N_("The bands have %(n)s people, but only %(total)s came.")


def locked(session: Session, meeting_id: UUID, revision: int) -> Meeting:
    """A meeting to change, as its reader saw it. Raises ChangedMeanwhile."""
    query = select(Meeting).where(Meeting.id == meeting_id).with_for_update()
    meeting = session.exec(query).first()
    if meeting is None:
        raise UnknownMeeting
    if meeting.revision != revision:
        raise ChangedMeanwhile
    meeting.revision += 1
    return meeting


def plan(
    session: Session, consultation_id: UUID, values: Plan, *, actor: UUID, now: datetime
) -> Meeting:
    """A new meeting, for staff alone until it is published."""
    meeting = Meeting(
        consultation_id=consultation_id,
        slug=_free_slug(session, consultation_id, values.slug),
        created_at=now,
        **values.columns(),
    )
    session.add(meeting)
    session.flush()
    audit.record(session, action="meeting.planned", kind="meeting", ref=meeting.id, actor=actor,
                 now=now)  # fmt: skip
    return meeting


def _free_slug(session: Session, consultation_id: UUID, wanted: str) -> str:
    in_turn = select(Consultation.id).where(Consultation.id == consultation_id)
    session.exec(in_turn.with_for_update(key_share=True)).one()  # two of the same name at once
    query = select(Meeting.slug).where(Meeting.consultation_id == consultation_id)
    taken = set(session.exec(query))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def change(
    session: Session, meeting: Meeting, values: Plan, *, actor: UUID, now: datetime
) -> tuple[str, ...]:
    """Write a meeting anew; followers hear of another time or place. Returns what changed."""
    _must_stand(meeting)
    columns = values.columns()
    changed = tuple(name for name, value in columns.items() if getattr(meeting, name) != value)
    meeting.sqlmodel_update(columns)
    if "starts_at" in changed:
        meeting.reminded_at = None
    session.add(meeting)
    session.flush()
    audit.record(session, action="meeting.changed", kind="meeting", ref=meeting.id, actor=actor,
                 now=now, fields=list(changed))  # fmt: skip
    if meeting.public and set(changed) & set(MATTERS) and not meeting.over(now):
        telling.changed(session, meeting, now=now)
    return changed


def publish(session: Session, meeting: Meeting, *, actor: UUID, now: datetime) -> None:
    """Let everybody see a meeting. Done twice it stays done."""
    _must_stand(meeting)
    if meeting.public:
        return
    meeting.published_at = now
    session.add(meeting)
    audit.record(session, action="meeting.published", kind="meeting", ref=meeting.id, actor=actor,
                 now=now)  # fmt: skip
    if not meeting.over(now):
        telling.new(session, meeting, now=now)


def cancel(
    session: Session, meeting: Meeting, because: Mapping[str, str], *, actor: UUID, now: datetime
) -> None:
    """Call a meeting off; it stays in the list with the reason."""
    _must_stand(meeting)
    if meeting.over(now):
        raise AlreadyHeld
    meeting.cancelled_at, meeting.cancelled_because = now, dict(because)
    session.add(meeting)
    reason = next(iter(because.values()), "")
    audit.record(session, action="meeting.cancelled", kind="meeting", ref=meeting.id, actor=actor,
                 now=now, reason=reason)  # fmt: skip
    if meeting.public:
        telling.cancelled(session, meeting, now=now)


def write_minutes(
    session: Session,
    meeting: Meeting,
    said: Mapping[str, str],
    decided: Mapping[str, str],
    *,
    actor: UUID,
    now: datetime,
) -> None:
    """Publish what was said and decided; followers hear of the first publication."""
    _must_be_held(meeting, now)
    first = meeting.minutes_at is None
    meeting.minutes, meeting.decided, meeting.minutes_at = dict(said), dict(decided), now
    session.add(meeting)
    audit.record(session, action="meeting.minutes", kind="meeting", ref=meeting.id, actor=actor,
                 now=now)  # fmt: skip
    if first:
        telling.minutes(session, meeting, now=now)


def count_people(
    session: Session,
    meeting: Meeting,
    total: int,
    bands: Mapping[str, Mapping[str, int]],
    *,
    actor: UUID,
    now: datetime,
) -> None:
    """Keep how many came, in all and by band; those left over did not say."""
    _must_be_held(meeting, now)
    problems = [
        Problem(f"{attribute}.{next(iter(counts))}", TOO_MANY,
                (("n", sum(counts.values())), ("total", total)))
        for attribute, counts in bands.items() if sum(counts.values()) > total
    ]  # fmt: skip
    if problems:
        raise DoesNotAddUp(problems)
    session.execute(sa.delete(Attendance).where(col(Attendance.meeting_id) == meeting.id))
    for attribute, counts in bands.items():
        for band, people in attendance.complete(dict(counts), total).items():
            session.add(Attendance(meeting_id=meeting.id, attribute=attribute, band=band,
                                   people=people))  # fmt: skip
    meeting.attended = total
    session.add(meeting)
    session.flush()
    audit.record(session, action="meeting.attendance", kind="meeting", ref=meeting.id,
                 actor=actor, now=now, total=total)  # fmt: skip


def _must_stand(meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise AlreadyCancelled


def _must_be_held(meeting: Meeting, now: datetime) -> None:
    _must_stand(meeting)
    if not meeting.public:
        raise NotPublished
    if now < meeting.starts_at:
        raise NotYetHeld


def found(session: Session, meeting_id: UUID) -> Meeting:
    """A meeting by its id, drafts too: for staff. Raises UnknownMeeting."""
    meeting: Any = session.get(Meeting, meeting_id)
    if meeting is None:
        raise UnknownMeeting
    return meeting  # type: ignore[no-any-return]
