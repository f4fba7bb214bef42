"""Lists of answers: proposals that wait for one, and promises with the dates they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.consultations.models import Consultation
from portal.proposals.answer_models import ProposalAnswer
from portal.proposals.models import Proposal, State

PER_PAGE = 20
OPEN = (State.EVALUATING, State.ACCEPTED)  # in these a due date is a promise still to be kept


@dataclass(frozen=True)
class Place:
    """A place in a list: a moment and a row."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place an address names; anything else is the beginning."""
        moment, _, ident = text.partition("~")
        try:
            place = cls(datetime.fromisoformat(moment), UUID(hex=ident))
        except ValueError:
            return None
        return place if place.at.tzinfo is not None else None

    def write(self) -> str:
        """For an address."""
        return f"{self.at.isoformat()}~{self.id.hex}"


def unanswered(session: Session, after: Place | None, most: int = PER_PAGE) -> Sequence[Any]:
    """Proposals without an answer, the longest waiting first."""
    place = (col(Proposal.created_at), col(Proposal.id))
    query: Any = (
        sa.select(
            col(Proposal.id), col(Proposal.title), col(Proposal.language),
            col(Proposal.created_at), col(Proposal.supports_count), col(Consultation.slug),
            col(Consultation.title).label("consultation"),
        )
        .join(Consultation, col(Consultation.id) == col(Proposal.consultation_id))
        .where(col(Proposal.state) == State.PUBLISHED)
        .order_by(*place)
        .limit(most + 1)
    )  # fmt: skip
    if after is not None:
        here = sa.tuple_(sa.literal(after.at), sa.literal(after.id))
        query = query.where(sa.tuple_(*place) > here)
    return session.execute(query).all()


def count_unanswered(session: Session, most: int = 500) -> int:
    """How many proposals wait for an answer, up to a bound."""
    some = sa.select(col(Proposal.id)).where(col(Proposal.state) == State.PUBLISHED).limit(most)
    return int(
        session.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()
    )


def of_consultation(
    session: Session, consultation: Consultation, after: Place | None, most: int = PER_PAGE
) -> Sequence[Any]:
    """The latest answer to each answered proposal of a consultation, the newest first."""
    place = (col(ProposalAnswer.at), col(ProposalAnswer.id))
    query = (
        sa.select(
            ProposalAnswer, col(Proposal.title), col(Proposal.language), col(Proposal.state),
            col(Proposal.supports_count),
        )
        .join(Proposal, col(Proposal.id) == col(ProposalAnswer.proposal_id))
        .where(
            col(Proposal.consultation_id) == consultation.id,
            col(Proposal.state) != State.HIDDEN,
            ~_newer().exists(),
        )
        .order_by(*(one.desc() for one in place))
        .limit(most + 1)
    )  # fmt: skip
    if after is not None:
        here = sa.tuple_(sa.literal(after.at), sa.literal(after.id))
        query = query.where(sa.tuple_(*place) < here)
    return session.execute(query).all()


def late(answer: ProposalAnswer, state: State, today: date) -> bool:
    """Whether a promised day has passed and nothing newer was said."""
    return answer.due is not None and answer.due < today and state in OPEN


def overdue(session: Session, today: date, most: int = 50) -> Sequence[Any]:
    """Promises to proposals whose day has passed, in every consultation, the oldest first."""
    query: Any = (
        sa.select(
            col(Proposal.id), col(Proposal.title), col(Proposal.language),
            col(Proposal.demonstration), col(ProposalAnswer.due), col(ProposalAnswer.at),
            col(ProposalAnswer.state), col(Consultation.slug),
            col(Consultation.title).label("consultation"),
        )
        .join(ProposalAnswer, col(ProposalAnswer.proposal_id) == col(Proposal.id))
        .join(Consultation, col(Consultation.id) == col(Proposal.consultation_id))
        .where(col(ProposalAnswer.due) < today, col(Proposal.state).in_(OPEN), ~_newer().exists())
        .order_by(col(ProposalAnswer.due), col(Proposal.id))
        .limit(most)
    )  # fmt: skip
    return session.execute(query).all()


def _newer() -> Any:
    """Answers given after the one at hand."""
    later = sa.orm.aliased(ProposalAnswer)
    return sa.select(col(later.id)).where(
        col(later.proposal_id) == col(ProposalAnswer.proposal_id),
        sa.tuple_(col(later.at), col(later.id))
        > sa.tuple_(col(ProposalAnswer.at), col(ProposalAnswer.id)),
    )


def of_package(session: Session, name: str, version: str | None, most: int = 20) -> Sequence[Any]:
    """Proposals of which an answer says that this scenario computes them."""
    query = (
        sa.select(
            col(Proposal.id), col(Proposal.title), col(Proposal.language),
            col(Proposal.supports_count), col(Proposal.state), col(Proposal.district),
            col(Proposal.created_at), col(Consultation.slug), col(ProposalAnswer.version),
            sa.func.max(col(ProposalAnswer.at)).label("said_at"),
        )
        .join(ProposalAnswer, col(ProposalAnswer.proposal_id) == col(Proposal.id))
        .join(Consultation, col(Consultation.id) == col(Proposal.consultation_id))
        .where(col(ProposalAnswer.package) == name, col(Proposal.state) != State.HIDDEN)
        .group_by(col(Proposal.id), col(Consultation.id), col(ProposalAnswer.version))
        .order_by(sa.desc("said_at"))
        .limit(most)
    )  # fmt: skip
    if version is not None:
        query = query.where(col(ProposalAnswer.version) == version)
    return session.execute(query).all()
