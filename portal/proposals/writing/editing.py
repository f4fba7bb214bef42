"""Changing one's own proposal a short while after, as long as nobody relies on it."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.proposals import from_draft, lifecycle, told
from portal.proposals.alike import already_said
from portal.proposals.answer_models import ProposalAnswer
from portal.proposals.comments.models import Comment
from portal.proposals.models import Proposal, State
from portal.proposals.refusals import NotEditable, NotYours
from portal.proposals.writing.draft import Draft

WINDOW = timedelta(minutes=30)
STATES = (State.PUBLISHED, State.WAITING)


def editable(
    session: Session, consultation: Consultation, proposal: Proposal, reader: UUID | None,
    now: datetime,
) -> bool:  # fmt: skip
    """Whether this reader may still change a proposal."""
    return (
        reader is not None
        and reader == proposal.author_id
        and abilities.open_now("edit", consultation, now)
        and _untouched(session, proposal, now)
    )


def _untouched(session: Session, proposal: Proposal, now: datetime) -> bool:
    """In time, and nobody supported it, commented on it or answered it."""
    if proposal.state not in STATES or now - proposal.created_at > WINDOW:
        return False
    if proposal.supports_count:
        return False
    others = (Comment, ProposalAnswer)
    return not any(
        session.execute(
            sa.select(sa.literal(1)).where(col(table.proposal_id) == proposal.id).limit(1)
        ).first()
        for table in others
    )


def must_be_editable(
    session: Session, consultation: Consultation, proposal: Proposal, author: Account,
    now: datetime,
) -> None:  # fmt: skip
    """Refuse whoever did not write it, and changes that come too late."""
    if proposal.author_id != author.id:
        raise NotYours
    lifecycle.must_allow("edit", consultation, now)
    if not _untouched(session, proposal, now):
        raise NotEditable


def edit(
    session: Session,
    consultation: Consultation,
    proposal: Proposal,
    author: Account,
    draft: Draft,
    *,
    now: datetime,
    pictures_changed: bool = False,
) -> None:
    """Put new words, theme and place in the place of the old ones; the change is marked."""
    session.refresh(proposal, with_for_update=True)
    must_be_editable(session, consultation, proposal, author, now)
    wanted = from_draft.published(consultation, author, draft, now)
    changed = {
        name: getattr(wanted, name)
        for name in from_draft.WRITTEN
        if getattr(wanted, name) != getattr(proposal, name)
    }
    if not changed and not pictures_changed:
        return
    for name, value in changed.items():
        setattr(proposal, name, value)
    proposal.edited_at = now
    session.add(proposal)
    already_said.index(session, proposal)
    lifecycle.hold(session, proposal, now=now, edited=True)
    told.edited(session, proposal, now=now)
