"""The queue: open cases by doubt and waiting time, one filter for list and walk, pages by key."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col

from portal.accounts.models import Account, Role
from portal.consultations.models import Consultation
from portal.forms import Form
from portal.moderation.models import Kind, Level, ModerationCase, Why
from portal.proposals.comments.models import Comment
from portal.proposals.models import Proposal

PER_PAGE = 25
COUNTED = 500  # beyond this a page says "more than"


class Whose(Enum):
    """Which cases, seen from the manager."""

    MINE = "mine"
    ESCALATED = "escalated"


class Filter(Form):
    """What a manager asks of the queue."""

    kind: Kind | None = None
    why: Why | None = None
    consultation: Annotated[str, Field(max_length=80)] = ""
    whose: Whose | None = None
    at: datetime | None = None
    last: UUID | None = None

    @property
    def after(self) -> tuple[datetime, UUID] | None:
        """The place of the last case seen."""
        if self.at is None or self.at.tzinfo is None or self.last is None:
            return None
        return self.at, self.last

    @property
    def kept(self) -> dict[str, Any]:
        """What every address of the walk carries along."""
        named = {"kind": self.kind, "why": self.why, "whose": self.whose}
        values = {name: one.value for name, one in named.items() if one is not None}
        return values | ({"consultation": self.consultation} if self.consultation else {})


case = ModerationCase
_line: tuple[Any, ...] = (
    col(case.id), col(case.kind), col(case.why), col(case.held), col(case.reports),
    col(case.edited), col(case.hints), col(case.doubt), col(case.opened_at), col(case.place),
    col(case.claimed_by), col(case.claimed_until), col(case.escalated), col(case.author_id),
    col(Proposal.title), col(Proposal.language), col(Consultation.slug),
    col(Consultation.title).label("consultation"),
    sa.func.substr(sa.func.coalesce(col(Comment.body), col(Proposal.body)), 1, 200).label("text"),
)  # fmt: skip


def page(
    session: Session, wanted: Filter, account: Account, *, now: datetime, most: int = PER_PAGE
) -> Sequence[Any]:
    """The next cases of the queue, one more than asked for where there are more."""
    query = (
        sa.select(*_line)
        .join(Proposal, col(Proposal.id) == col(case.proposal_id))
        .join(Consultation, col(Consultation.id) == col(case.consultation_id))
        .outerjoin(Comment, col(Comment.id) == col(case.comment_id))
        .where(*conditions(wanted, account, now))
    )
    if wanted.after is not None:
        query = query.where(_key() > sa.tuple_(*map(sa.literal, wanted.after)))
    return session.execute(query.order_by(col(case.place), col(case.id)).limit(most + 1)).all()


def _key() -> Any:
    return sa.tuple_(col(case.place), col(case.id))


def conditions(wanted: Filter, account: Account, now: datetime) -> list[Any]:
    """What narrows the queue; open cases only."""
    found: list[Any] = [col(case.settled_at).is_(None)]
    if wanted.kind is not None:
        found.append(col(case.kind) == wanted.kind)
    if wanted.why is not None:
        found.append(_why(wanted.why))
    if wanted.consultation:
        slug = sa.select(col(Consultation.id)).where(col(Consultation.slug) == wanted.consultation)
        found.append(col(case.consultation_id).in_(slug))
    if wanted.whose is Whose.MINE:
        found += [col(case.claimed_by) == account.id, col(case.claimed_until) > now]
    elif wanted.whose is Whose.ESCALATED:
        found.append(col(case.escalated).is_not(None))
    return found


def _why(why: Why) -> Any:
    """A case has all the causes that came together, not only the one that opened it."""
    opened = col(case.why) == why
    if why is Why.REPORT:
        return sa.or_(opened, col(case.reports) > 0)
    if why is Why.EDIT:
        return sa.or_(opened, col(case.edited).is_(sa.true()))
    if why is Why.HINT:
        return sa.or_(opened, sa.cast(col(case.hints), sa.Text) != "{}")
    return opened


def count(session: Session, wanted: Filter, account: Account, *, now: datetime) -> int:
    """How many cases wait, up to a bound."""
    some = sa.select(col(case.id)).where(*conditions(wanted, account, now)).limit(COUNTED + 1)
    return int(
        session.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()
    )


def oldest(session: Session, wanted: Filter, account: Account, *, now: datetime) -> datetime | None:
    """Since when the case waits that waits longest."""
    query = sa.select(sa.func.min(col(case.opened_at))).where(*conditions(wanted, account, now))
    first: datetime | None = session.execute(query).scalar_one()
    return first


def beside(
    session: Session, here: ModerationCase | None, wanted: Filter, account: Account, *,
    now: datetime, back: bool = False,
) -> UUID | None:  # fmt: skip
    """The case after (or before) this one that this person may decide and nobody has open."""
    query = sa.select(col(case.id)).where(*conditions(wanted, account, now), *for_me(account, now))
    order = (col(case.place), col(case.id))
    if here is not None:
        place = sa.tuple_(sa.literal(here.place), sa.literal(here.id))
        query = query.where(_key() < place if back else _key() > place)
    if back:
        order = tuple(one.desc() for one in order)  # type: ignore[assignment]
    found: UUID | None = session.execute(query.order_by(*order).limit(1)).scalar_one_or_none()
    return found


def for_me(account: Account, now: datetime) -> list[Any]:
    """Cases a person may decide: not their own, not passed on by them, with nobody else's hand."""
    free = sa.or_(
        col(case.claimed_until).is_(None), col(case.claimed_until) <= now,
        col(case.claimed_by) == account.id,
    )  # fmt: skip
    own = sa.func.coalesce(col(case.author_id) == account.id, sa.false())
    passed = sa.func.coalesce(col(case.escalated_by) == account.id, sa.false())
    found = [free, sa.not_(own), sa.not_(passed)]
    if account.role is not Role.ADMINISTRATOR:
        found.append(sa.func.coalesce(col(case.escalated) != Level.ADMINISTRATOR, sa.true()))
    return found
