"""What a release rests on, read from the database: kept observations and honest counts."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.datasets.anonymise import Kept
from portal.datasets.models import Release, ReleaseItem
from portal.observations import counts
from portal.observations.models import KEPT, Campaign, Grade, Observation
from portal.observations.review_models import Review

BY_A_PERSON = "review"  # rejected although every automatic check passed


def kept(session: Session, campaign: Campaign) -> list[Kept]:
    """Every accepted observation of a campaign, columns only."""
    found = sa.select(
        col(Observation.id),
        col(Observation.contributor_id),
        col(Observation.result),
        col(Observation.phenomenon_time),
        col(Observation.cell),
        col(Observation.district),
        col(Observation.grade) == Grade.CAVEAT,
    ).where(col(Observation.campaign_id) == campaign.id, col(Observation.grade).in_(KEPT))
    return [Kept(*row) for row in session.execute(found)]


def items(session: Session, release: Release | None) -> frozenset[UUID]:
    """The observations a release holds."""
    if release is None:
        return frozenset()
    found = sa.select(col(ReleaseItem.observation_id)).where(
        col(ReleaseItem.release_id) == release.id
    )
    return frozenset(session.execute(found).scalars())


def unreleased(session: Session, campaign: Campaign, newest: Release | None) -> int:
    """How many decisions the newest release does not show: accepted since, or rejected since.

    What it withheld, because too few people measured there, is not counted again.
    """
    here = col(Observation.campaign_id) == campaign.id
    is_kept = col(Observation.grade).in_(KEPT)
    if newest is None:
        return _count(session, here, is_kept)
    held = sa.select(col(ReleaseItem.observation_id)).where(
        col(ReleaseItem.release_id) == newest.id,
        col(ReleaseItem.observation_id) == col(Observation.id),
    )
    added = _count(session, here, is_kept, ~held.exists()) - int(newest.counts["withheld"])
    return max(0, added) + _count(session, here, ~is_kept, held.exists())


def undecided_since(
    session: Session, campaign: Campaign, newest: Release | None
) -> datetime | None:
    """When the first of those decisions was taken."""
    held = sa.select(col(ReleaseItem.observation_id)).where(
        col(ReleaseItem.release_id) == (newest.id if newest else None),
        col(ReleaseItem.observation_id) == col(Observation.id),
    )
    shown = col(Observation.grade).in_(KEPT) == held.exists()
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


def tell(session: Session, campaign: Campaign, published: int, withheld: int) -> dict[str, Any]:
    """How many came, how many left, and what became of the others."""
    grades = counts.by_grade(session, campaign.id)
    refused = {
        rate.check_id: rate.failed
        for rate in counts.pass_rates(session, campaign.id)
        if rate.check_id in ("inside_area", "inside_range", "plausible_time")
    }
    return {
        "received": sum(grades.values()),
        "waiting": grades[Grade.RECEIVED] + grades[Grade.CHECKED],
        "accepted": published + withheld,
        "accepted_with_caveat": grades[Grade.CAVEAT],
        "rejected": grades[Grade.REJECTED],
        "rejected_by_rule": _rejected(session, campaign),
        "refused_by_rule": refused,
        "withheld": withheld,
        "published": published,
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
