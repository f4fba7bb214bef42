"""What followed proposals are called, on people's pages of news; hidden ones are not named."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.news import telling
from portal.news.telling import Thing
from portal.proposals import told
from portal.proposals.models import LISTED, Proposal, State


def enter() -> None:
    """Register how they are named."""
    telling.things(told.KIND, N_("Proposal"), names)


def names(session: Session, refs: list[str]) -> Mapping[str, Thing]:
    """Titles and pages of the proposals anyone may see."""
    query = (
        sa.select(col(Proposal.id), col(Proposal.title), col(Consultation.slug))
        .join(Consultation, col(Consultation.id) == col(Proposal.consultation_id))
        .where(
            col(Proposal.id).in_([UUID(ref) for ref in refs]),
            col(Proposal.state).in_((*LISTED, State.WITHDRAWN)),
        )
    )
    return {
        str(row.id): Thing(row.title, told.path(row.slug, row.id)) for row in session.execute(query)
    }
