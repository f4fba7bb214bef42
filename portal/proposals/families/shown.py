"""A family as its members' pages show it: the others, what all share, how they differ, its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import audit
from portal.proposals.alike.models import Difference
from portal.proposals.models import LISTED, Proposal, ProposalFamily, State

SHOWN = (*LISTED, State.WITHDRAWN)


@dataclass(frozen=True)
class Family:
    """A family as its members' pages show it."""

    id: UUID
    supporters: int
    members: Sequence[Any]  # the others, the most supported first
    shared: Sequence[str]  # names of columns in which all are alike
    differences: dict[UUID, str]  # by member: how it differs, or how this one differs from it
    log: Sequence[Any]  # action, reason, moment


_member = tuple(
    col(getattr(Proposal, name))
    for name in (
        "id", "title", "language", "supports_count", "state", "theme", "district", "indicator",
        "direction",
    )
)  # fmt: skip


def of(session: Session, proposal: Proposal) -> Family | None:
    """The family of a proposal, None where it has none."""
    family = session.get(ProposalFamily, proposal.family_id) if proposal.family_id else None
    if family is None:
        return None
    query = sa.select(*_member).where(
        col(Proposal.family_id) == family.id, col(Proposal.state).in_(SHOWN)
    )
    best_first = query.order_by(col(Proposal.supports_count).desc(), col(Proposal.id))
    rows = session.execute(best_first).all()
    others = [row for row in rows if row.id != proposal.id]
    return Family(
        family.id, family.supporters_count, others, _shared(rows),
        _differences(session, proposal.id, [row.id for row in others]), _log(session, family.id),
    )  # fmt: skip


def _shared(rows: Sequence[Any]) -> list[str]:
    return [
        name
        for name in ("theme", "district", "indicator")
        if rows and getattr(rows[0], name) and len({getattr(row, name) for row in rows}) == 1
    ]


def _differences(session: Session, mine: UUID, others: Sequence[UUID]) -> dict[UUID, str]:
    query = sa.select(Difference).where(
        sa.or_(
            sa.and_(col(Difference.proposal_id) == mine, col(Difference.other_id).in_(others)),
            sa.and_(col(Difference.other_id) == mine, col(Difference.proposal_id).in_(others)),
        )
    )
    found: dict[UUID, str] = {}
    for row in session.execute(query).scalars():
        found.setdefault(row.other_id if row.proposal_id == mine else row.proposal_id, row.words)
    return found


def _log(session: Session, family: UUID) -> Sequence[Any]:
    entry = audit.AuditEntry
    query = sa.select(col(entry.action), col(entry.reason), col(entry.at)).where(
        col(entry.kind) == "proposal_family", col(entry.ref) == str(family)
    )
    return session.execute(query.order_by(col(entry.at))).all()
