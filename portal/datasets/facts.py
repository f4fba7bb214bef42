"""What a release rests on, read from the database: kept observations and honest counts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.datasets.bulk import SLOT
from portal.datasets.models import Release, ReleaseItem
from portal.observations import counts
from portal.observations.desk import undoing
from portal.observations.models import KEPT, Campaign, Grade, Observation
from portal.observations.review_models import Review

BY_A_PERSON = "review"  # rejected although every automatic check passed
PATIENCE = timedelta(days=30)  # how long a row waits for others nearby before it goes further up
PIECE = 5_000  # rows fetched at once


def stream(
    session: Session, campaign: Campaign, number: int, now: datetime
) -> Iterator[Sequence[Any]]:
    """Everything the release of this number decides on, as `bulk.read` takes it.

    All accepted observations, once that can no longer be undone, and what the release before
    holds; not what left earlier.
    """
    is_kept = col(Observation.grade).in_(KEPT)
    told = sa.and_(
        col(ReleaseItem.observation_id) == col(Observation.id), col(ReleaseItem.since) < number
    )
    held = col(ReleaseItem.observation_id).is_not(None)
    settled = col(Observation.id).not_in(undoing.unsettled(now))
    over = sa.literal(now >= campaign.closes_at)
    found = (
        sa.select(
            sa.cast(col(Observation.id), sa.Text),
            sa.cast(col(Observation.contributor_id), sa.Text),
            col(Observation.result),
            col(Observation.category),
            _slot(session),
            col(Observation.cell),
            col(Observation.district),
            col(Observation.grade) == Grade.CAVEAT,
            sa.or_(over, col(Observation.received_at) <= now - PATIENCE),
            is_kept,
            col(ReleaseItem.level),
            col(ReleaseItem.place),
            col(ReleaseItem.since),
        )
        .join(ReleaseItem, told, isouter=True)
        .where(
            col(Observation.campaign_id) == campaign.id,
            sa.or_(sa.and_(is_kept, settled), held),
            col(ReleaseItem.until).is_(None),
        )
    )
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        yield from connection.execute(found, execution_options={"yield_per": PIECE})
        return
    cursor: Any = connection.execute(found).cursor
    yield from cursor  # SQLite's own, which reads row by row: nothing is made anew for each


def _slot(session: Session) -> Any:
    """The quarter of an hour of an observation, as a number."""
    at = col(Observation.phenomenon_time)
    if session.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.floor(sa.extract("epoch", at) / SLOT), sa.BigInteger)
    return sa.cast(sa.func.strftime("%s", at), sa.BigInteger).op("/")(sa.literal(SLOT))


def items(session: Session, release: Release | None) -> frozenset[UUID]:
    """The observations a release holds."""
    if release is None:
        return frozenset()
    found = (
        sa.select(col(ReleaseItem.observation_id))
        .join(Observation, col(Observation.id) == col(ReleaseItem.observation_id))
        .where(col(Observation.campaign_id) == release.campaign_id, in_number(release.number))
    )
    return frozenset(session.execute(found).scalars())


def in_number(number: Any) -> Any:
    """Whether an item is in the release of this number."""
    until = col(ReleaseItem.until)
    return sa.and_(col(ReleaseItem.since) <= number, sa.or_(until.is_(None), until > number))


def unreleased(session: Session, campaign: Campaign, newest: Release | None) -> int:
    """How many decisions the newest release does not show: accepted since, or gone since.

    What it withheld, because too few people measured there, is not counted again.
    """
    here = col(Observation.campaign_id) == campaign.id
    if newest is None:
        return _count(session, here, col(Observation.grade).in_(KEPT))
    added = _count(session, here, _stays(), ~_ever_told().exists())
    gone = _count(session, here, ~_stays(), _told().exists())
    return max(0, added - int(newest.counts["alone"])) + gone


def _stays() -> Any:
    """Accepted, and whoever measured is still here."""
    return sa.and_(col(Observation.grade).in_(KEPT), col(Observation.contributor_id).is_not(None))


def _ever_told() -> Any:
    return sa.select(col(ReleaseItem.observation_id)).where(
        col(ReleaseItem.observation_id) == col(Observation.id)
    )


def _told() -> Any:
    return _ever_told().where(col(ReleaseItem.until).is_(None))


def undecided_since(
    session: Session, campaign: Campaign, newest: Release | None
) -> datetime | None:
    """When the first of those decisions was taken."""
    shown = col(Observation.grade).in_(KEPT) == _told().exists()
    after = [] if newest is None else [col(Review.at) > newest.created_at]
    found = (
        sa.select(sa.func.min(col(Review.at)))
        .join(Observation, col(Observation.id) == col(Review.observation_id))
        .where(col(Observation.campaign_id) == campaign.id, sa.not_(shown), *after)
    )
    first: datetime | None = session.execute(found).scalar_one()
    return first


def _count(session: Session, *conditions: Any) -> int:
    found = sa.select(sa.func.count()).select_from(Observation).where(*conditions)
    return int(session.execute(found).scalar_one())


def tell(session: Session, campaign: Campaign, published: int, alone: int) -> dict[str, Any]:
    """How many came, how many left, and what became of the others.

    `alone` are those that wait for company. It is never told, nor `withheld`: see `ledger.py`.
    """
    grades = counts.by_grade(session, campaign.id)
    refused = {
        rate.check_id: rate.failed
        for rate in counts.pass_rates(session, campaign.id)
        if rate.check_id in ("inside_area", "inside_range", "plausible_time")
    }
    accepted = grades[Grade.ACCEPTED] + grades[Grade.CAVEAT]
    return {
        "received": sum(grades.values()),
        "waiting": grades[Grade.RECEIVED] + grades[Grade.CHECKED],
        "accepted": accepted,
        "accepted_with_caveat": grades[Grade.CAVEAT],
        "rejected": grades[Grade.REJECTED],
        "rejected_by_rule": _rejected(session, campaign),
        "refused_by_rule": refused,
        "withheld": max(0, accepted - published),
        "published": published,
        "alone": alone,
    }


def _rejected(session: Session, campaign: Campaign) -> dict[str, int]:
    """Rejected observations by the automatic check they failed; one may have failed several."""
    found = sa.select(col(Observation.checks)).where(
        col(Observation.campaign_id) == campaign.id, col(Observation.grade) == Grade.REJECTED
    )
    rules: Counter[str] = Counter()
    for checks in session.execute(found).scalars():
        failed = [check["id"] for check in checks if not check["passed"]]
        rules.update(failed or [BY_A_PERSON])
    return dict(sorted(rules.items()))
