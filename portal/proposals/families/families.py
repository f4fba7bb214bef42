"""Families: proposals that ask for the same are linked, never merged; supports stay where they are.

Whoever supports several of a family counts once. Each link and each leaving is recorded with its
reason, which everybody can read, and can be undone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit
from portal.accounts.models import Account
from portal.i18n import N_
from portal.proposals import told
from portal.proposals.models import Proposal, ProposalFamily, Support
from portal.refusal import Refusal

LINKED, LEFT = "family.linked", "family.left"
LARGEST = 50  # members: more would be a theme and not a family


class TooFew(Refusal):
    """A family has two members at least."""

    status = 422
    message = N_("Choose at least one other proposal of this consultation.")


class TooMany(Refusal):
    """A family is not a theme."""

    status = 422
    message = N_("A family holds at most %(most)s proposals.")


class AlreadyFamily(Refusal):
    """Somebody was quicker."""

    status = 409
    message = N_("These proposals are already in one family.")


class NoFamily(Refusal):
    """There is nothing to leave."""

    status = 409
    message = N_("This proposal is in no family.")


def link(
    session: Session, proposals: Sequence[Proposal], by: Account, reason: str, *, now: datetime,
    told_already: Proposal | None = None,
) -> ProposalFamily:  # fmt: skip
    """Make proposals one family, with the families some of them are in already.

    Authors and followers of those that join hear of it, but for an author who is told elsewhere.
    """
    members = _locked(session, proposals)
    if len(members) < 2 or len({one.consultation_id for one in members}) > 1:
        raise TooFew
    if len(members) > LARGEST:
        raise TooMany(most=LARGEST)
    there = sorted({one.family_id for one in members if one.family_id})
    if len(there) == 1 and all(one.family_id for one in members):
        raise AlreadyFamily
    family = _kept(session, there, members[0].consultation_id, now)
    joining = [one for one in members if one.family_id is None]
    for one in members:
        one.family_id = family.id
        session.add(one)
    session.flush()
    session.execute(sa.delete(ProposalFamily).where(col(ProposalFamily.id).in_(there[1:])))
    recount(session, [family.id])
    _record(session, LINKED, family.id, by, reason, now, members)
    for one in joining:
        told.joined_family(session, one, now=now, author=one is not told_already)
    return family


def leave(session: Session, proposal: Proposal, by: Account, reason: str, *, now: datetime) -> None:
    """Take a proposal out of its family; one left alone is a family no more."""
    if proposal.family_id is None:
        raise NoFamily
    members = _locked(session, [proposal])
    family = proposal.family_id
    if family is None:
        raise NoFamily
    going = members if len(members) == 2 else [proposal]
    for one in going:
        one.family_id = None
        session.add(one)
    session.flush()
    _record(session, LEFT, family, by, reason, now, [proposal])
    recount(session, [family])


def supported(session: Session, proposal_id: UUID, account_id: UUID, change: int) -> None:
    """Count a support just added (1) or taken back (-1), unless its giver supports a sibling.

    The proposal's row is locked by whoever changed its own count; the family's is locked here, so
    that one person's supports for two siblings at one moment are looked at one after the other.
    """
    own = sa.select(col(Proposal.family_id)).where(col(Proposal.id) == proposal_id)
    family: UUID | None = session.execute(own).scalar()
    if family is None:
        return
    session.execute(
        sa.select(col(ProposalFamily.id)).where(col(ProposalFamily.id) == family).with_for_update()
    )
    sibling = (
        sa.select(col(Support.proposal_id))
        .join(Proposal, col(Proposal.id) == col(Support.proposal_id))
        .where(col(Proposal.family_id) == family, col(Proposal.id) != proposal_id)
        .where(col(Support.account_id) == account_id)
    )
    if session.execute(sibling.limit(1)).first() is None:
        session.execute(
            sa.update(ProposalFamily)
            .where(col(ProposalFamily.id) == family)
            .values(supporters_count=ProposalFamily.supporters_count + change)
        )


def recount(session: Session, families: Iterable[UUID]) -> None:
    """Count the people behind families anew; those with fewer than two members end."""
    for family in sorted(set(families)):
        kept = sa.select(col(ProposalFamily.id)).where(col(ProposalFamily.id) == family)
        session.execute(kept.with_for_update())
        here = col(Proposal.family_id) == family
        n = session.execute(
            sa.select(sa.func.count()).select_from(Proposal).where(here)
        ).scalar_one()
        if n < 2:
            alone = sa.update(Proposal).where(here).values(family_id=None)
            session.execute(alone.execution_options(synchronize_session="fetch"))
            session.execute(sa.delete(ProposalFamily).where(col(ProposalFamily.id) == family))
            continue
        people = (
            sa.select(sa.func.count(sa.distinct(col(Support.account_id))))
            .join(Proposal, col(Proposal.id) == col(Support.proposal_id))
            .where(here)
        )
        session.execute(
            sa.update(ProposalFamily)
            .where(col(ProposalFamily.id) == family)
            .values(supporters_count=people.scalar_subquery())
        )


def _locked(session: Session, proposals: Sequence[Proposal]) -> list[Proposal]:
    """These and all their siblings, locked in one order: nobody else can move them meanwhile."""
    session.flush()
    ids = [one.id for one in proposals]
    families = sa.select(col(Proposal.family_id)).where(col(Proposal.id).in_(ids))
    kin = sa.or_(col(Proposal.id).in_(ids), col(Proposal.family_id).in_(families))
    query = select(Proposal).where(kin).order_by(col(Proposal.id)).with_for_update()
    return list(session.exec(query.execution_options(populate_existing=True)))


def _kept(
    session: Session, there: Sequence[UUID], consultation_id: UUID, now: datetime
) -> ProposalFamily:
    found = session.get(ProposalFamily, there[0]) if there else None
    if found is None:
        found = ProposalFamily(consultation_id=consultation_id, created_at=now)
        session.add(found)
        session.flush()
    return found


def _record(
    session: Session, action: str, family: UUID, by: Account, reason: str, now: datetime,
    proposals: Sequence[Proposal],
) -> None:  # fmt: skip
    audit.record(
        session, action=action, kind="proposal_family", ref=family, actor=by.id, reason=reason,
        now=now, proposals=[str(one.id) for one in proposals],
    )  # fmt: skip
