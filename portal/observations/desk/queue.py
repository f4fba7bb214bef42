"""The review queue: what waits for a decision, by doubt; one filter for list, walk and many."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col, select

from portal.accounts.models import Account
from portal.forms import Form
from portal.observations.desk import claims, review
from portal.observations.models import UNDECIDED, Campaign, Observation
from portal.observations.review_models import ObservationDoubt

PER_PAGE = 25
COUNTED = 500  # beyond this a page says "more than"
KEPT = ("campaign", "check", "district", "cell", "device", "batch")

Place = tuple[int, datetime, UUID]


class Whose(Enum):
    """Which cases, seen from the reviewer."""

    PASSED_ON = "passed_on"


class Filter(Form):
    """What a reviewer asks of the queue."""

    campaign: Annotated[str, Field(max_length=80)] = ""
    check: Annotated[str, Field(max_length=40)] = ""
    district: Annotated[str, Field(max_length=60)] = ""
    cell: Annotated[str, Field(max_length=16)] = ""
    device: UUID | None = None
    batch: UUID | None = None
    whose: Whose | None = None
    confidence: Annotated[int, Field(ge=-100, le=0)] | None = None
    received_at: datetime | None = None
    last: UUID | None = None

    @property
    def after(self) -> Place | None:
        """The row before the first one wanted."""
        at = self.received_at
        if self.confidence is None or self.last is None or at is None or at.tzinfo is None:
            return None
        return self.confidence, at, self.last

    @property
    def kept(self) -> dict[str, Any]:
        """What every address of the walk carries along."""
        named = {name: str(getattr(self, name)) for name in KEPT if getattr(self, name)}
        return named | ({"whose": self.whose.value} if self.whose else {})

    @property
    def common(self) -> bool:
        """Whether what is asked for has more in common than a campaign."""
        return bool(self.check or self.district or self.cell or self.device or self.batch)


def _order(wanted: Filter) -> tuple[Any, ...]:
    """Most doubtful first, then longest waiting; by the index that narrows most."""
    if wanted.check:
        doubt = ObservationDoubt
        return col(doubt.confidence), col(doubt.received_at), col(doubt.observation_id)
    return col(Observation.confidence), col(Observation.received_at), col(Observation.id)


def narrowed(query: Any, wanted: Filter) -> Any:
    """Only what waits, and only what is asked for."""
    query = query.where(sa.text(f"observation.{UNDECIDED}"))
    if wanted.check:
        query = query.join(
            ObservationDoubt, col(ObservationDoubt.observation_id) == col(Observation.id)
        ).where(col(ObservationDoubt.check_id) == wanted.check)
    if wanted.campaign:
        named = sa.select(col(Campaign.id)).where(col(Campaign.slug) == wanted.campaign)
        query = query.where(col(Observation.campaign_id) == named.scalar_subquery())
    for name, value in (
        ("district", wanted.district),
        ("cell", wanted.cell),
        ("device_id", wanted.device),
        ("batch_id", wanted.batch),
    ):
        if value:
            query = query.where(getattr(Observation, name) == value)
    if wanted.whose is Whose.PASSED_ON:
        query = query.where(col(Observation.passed_on_by).is_not(None))
    return query


def for_me(account: Account) -> tuple[Any, ...]:
    """What a person may decide: nothing of their own, nothing they passed on."""
    return tuple(
        sa.func.coalesce(col(column) != account.id, sa.true())
        for column in (Observation.contributor_id, Observation.passed_on_by)
    )


def page(session: Session, wanted: Filter, most: int = PER_PAGE) -> Sequence[Observation]:
    """The next of the queue, one more than asked for where there are more."""
    order = _order(wanted)
    query = narrowed(select(Observation), wanted)
    if wanted.after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, wanted.after)))
    found: Sequence[Observation] = session.exec(query.order_by(*order).limit(most + 1)).all()
    return found


def count(session: Session, wanted: Filter) -> int:
    """How many wait: exactly for all or a campaign, up to a bound where narrowed further."""
    if not wanted.common and wanted.whose is None:
        campaign = select(Campaign.id).where(Campaign.slug == wanted.campaign)
        found = session.exec(campaign).first() if wanted.campaign else None
        return review.waiting(session, found) if found or not wanted.campaign else 0
    some = narrowed(sa.select(sa.literal(1)).select_from(Observation), wanted).limit(COUNTED + 1)
    return int(
        session.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()
    )


def place_of(observation: Observation) -> Place:
    """Where an observation stands in the queue."""
    return observation.confidence, observation.received_at, observation.id


def beside(
    session: Session, here: Place | None, wanted: Filter, account: Account, *, now: datetime,
    back: bool = False,
) -> UUID | None:  # fmt: skip
    """The case after (or before) this one that this person may decide and no colleague has open."""
    order = _order(wanted)
    query = narrowed(sa.select(col(Observation.id)), wanted)
    query = query.where(*for_me(account), claims.free_for(account, now))
    if here is not None:
        key, place = sa.tuple_(*order), sa.tuple_(*map(sa.literal, here))
        query = query.where(key < place if back else key > place)
    if back:
        order = tuple(one.desc() for one in order)
    found: UUID | None = session.execute(query.order_by(*order).limit(1)).scalar_one_or_none()
    return found
