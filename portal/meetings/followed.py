"""What followed meetings are called, on people's pages of news."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.meetings.models import Meeting
from portal.meetings.telling import KIND
from portal.news import telling
from portal.news.telling import Thing


def enter() -> None:
    """Register how they are named."""
    telling.things(KIND, N_("Meeting"), names)


def names(session: Session, refs: list[str]) -> Mapping[str, Thing]:
    """Titles and pages of published meetings."""
    query = (
        sa.select(
            col(Meeting.id), col(Meeting.slug), col(Meeting.title),
            col(Consultation.slug).label("consultation"),
        )
        .join(Consultation, col(Consultation.id) == col(Meeting.consultation_id))
        .where(
            col(Meeting.id).in_([UUID(ref) for ref in refs]), col(Meeting.published_at).is_not(None)
        )
    )  # fmt: skip
    return {
        str(row.id): Thing(row.title, f"/consultations/{row.consultation}/meetings/{row.slug}")
        for row in session.execute(query)
    }
