"""What followed consultations are called, on people's pages of news."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.consultations.models import Consultation
from portal.consultations.telling import KIND, NEW
from portal.i18n import N_, gettext
from portal.news import telling
from portal.news.telling import Thing


def enter() -> None:
    """Register how they are named."""
    telling.things(KIND, N_("Consultation"), names)


def names(session: Session, refs: list[str]) -> Mapping[str, Thing]:
    """Titles and pages of announced consultations, and of the wish to hear of every new one."""
    found = {NEW: Thing(gettext("Every new consultation"), "/consultations")} if NEW in refs else {}
    query = sa.select(col(Consultation.id), col(Consultation.slug), col(Consultation.title)).where(
        col(Consultation.id).in_([UUID(ref) for ref in refs if ref != NEW]),
        col(Consultation.announced_at).is_not(None),
    )
    for row in session.execute(query):
        found[str(row.id)] = Thing(row.title, f"/consultations/{row.slug}")
    return found
