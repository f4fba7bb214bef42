"""Joining a proposal with others that ask for the same, and letting it go again."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal.accounts.models import Account
from portal.moderation.refusals import NotPossible
from portal.moderation.things import Thing
from portal.proposals.families import families
from portal.proposals.models import Proposal


def join(
    session: Session, thing: Thing, other_id: UUID | None, by: Account, reason: str, *,
    now: datetime,
) -> None:  # fmt: skip
    """Link it with another proposal of the same consultation."""
    other = session.get(Proposal, other_id) if other_id else None
    if other is None or other.consultation_id != thing.proposal.consultation_id:
        raise NotPossible
    families.link(
        session, [thing.proposal, other], by, reason, now=now, told_already=thing.proposal
    )


def leave(session: Session, thing: Thing, by: Account, reason: str, *, now: datetime) -> None:
    """Take it out of the family again, unless somebody did so already."""
    session.refresh(thing.proposal, ["family_id"])
    if thing.proposal.family_id is not None:
        families.leave(session, thing.proposal, by, reason, now=now)
