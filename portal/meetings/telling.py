"""News of meetings: new, changed, cancelled, tomorrow, minutes published; nobody hears it twice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlmodel import Session, col, select

from portal import db, i18n, jobs
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.meetings.models import Meeting
from portal.news import telling
from portal.news.models import Follow

TOPIC = "meetings"
KIND = "meeting"
SOON = timedelta(hours=48)
DAY = timedelta(hours=24)

NEW = N_("A meeting is planned: “%(title)s”, %(at)s.")
CHANGED = N_("The meeting “%(title)s” has another time or place: %(at)s.")
CANCELLED = N_("The meeting “%(title)s” of %(at)s is cancelled: %(reason)s")
TOMORROW = N_("Within a day: the meeting “%(title)s”, %(at)s.")
MINUTES = N_("The minutes of the meeting “%(title)s” are published.")


def new(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Tell who follows the consultation."""
    _tell(session, meeting, NEW, now)


def changed(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Tell who may have noted another time or place."""
    _tell(session, meeting, CHANGED, now, urgent=meeting.starts_at - now < SOON)


def cancelled(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Tell who may be about to come."""
    _tell(session, meeting, CANCELLED, now, urgent=meeting.starts_at - now < SOON)


def minutes(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Tell that what was said and decided can be read."""
    _tell(session, meeting, MINUTES, now)


def remind(now: datetime) -> int:
    """Tell followers of the meetings that begin within a day, once; return of how many."""
    with db.transaction() as session:
        query = select(Meeting).where(
            col(Meeting.published_at).is_not(None),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.reminded_at).is_(None),
            Meeting.starts_at > now,
            Meeting.starts_at <= now + DAY,
        )
        found = session.exec(query.with_for_update(skip_locked=True)).all()
        for meeting in found:
            meeting.reminded_at = now
            session.add(meeting)
            telling.tell(
                session, TOPIC, TOMORROW, path(session, meeting), now=now,
                about=(KIND, meeting.id), urgent=True, gaps=_gaps(meeting),
            )  # fmt: skip
        return len(found)


@jobs.regularly(timedelta(minutes=15))
def remind_of_tomorrow() -> None:
    """Look for meetings that begin within a day."""
    remind(datetime.now(UTC))


def path(session: Session, meeting: Meeting) -> str:
    """The meeting's page, without its language."""
    slug = session.get_one(Consultation, meeting.consultation_id).slug
    return f"/consultations/{slug}/meetings/{meeting.slug}"


def _gaps(meeting: Meeting) -> dict[str, object]:
    return {
        "title": dict(meeting.title),
        "at": _in_every_language(meeting.starts_at),
        "reason": dict(meeting.cancelled_because),
    }


def _in_every_language(at: datetime) -> dict[str, str]:
    found = {}
    for code in current_app.config["LANGUAGES"]:
        with i18n.in_language(code):
            found[code] = i18n.moment(at)
    return found


def _tell(
    session: Session, meeting: Meeting, sentence: str, now: datetime, *, urgent: bool = False
) -> None:
    """To the consultation's followers once, and to each who follows the meeting alone."""
    page, gaps = path(session, meeting), _gaps(meeting)
    telling.tell(session, TOPIC, sentence, page, now=now, urgent=urgent, gaps=gaps,
                 about=("consultation", meeting.consultation_id))  # fmt: skip
    for one in _only_following_it(session, meeting):
        telling.tell(session, TOPIC, sentence, page, now=now, urgent=urgent, gaps=gaps, to=one)


def _only_following_it(session: Session, meeting: Meeting) -> list[UUID]:
    whole = select(Follow.account_id).where(
        Follow.kind == "consultation", Follow.ref == str(meeting.consultation_id)
    )
    query = select(Follow.account_id).where(
        Follow.kind == KIND, Follow.ref == str(meeting.id), col(Follow.account_id).not_in(whole)
    )
    return list(session.exec(query))
