"""What people are told of decisions about their measurements: each soon, many in the evening."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import db, jobs
from portal.i18n import N_
from portal.moderation.notices import in_every_language
from portal.news import telling
from portal.observations import labels
from portal.observations.deciding import pieces
from portal.observations.models import Campaign, Grade, Observation
from portal.observations.review_models import Review, ReviewNews

TOPIC = "answers"
AT_ONCE = 500  # told in one transaction
REASONS = 3  # of a day's, named in one message
ONE = {
    Grade.ACCEPTED: N_(
        "Your measurement %(value)s in “%(title)s” was accepted: it is released where enough "
        "people measured."
    ),
    Grade.CAVEAT: N_(
        "Your measurement %(value)s in “%(title)s” was accepted with a caveat: %(reason)s"
    ),
    Grade.REJECTED: N_("Your measurement %(value)s in “%(title)s” was rejected: %(reason)s"),
}
MANY = N_(
    "Your measurements in “%(title)s” were looked at: %(accepted)s accepted, %(caveat)s accepted "
    "with a caveat, %(rejected)s rejected. %(reason)s"
)


def tell(session: Session, now: datetime) -> int:
    """Tell whoever is to be told by now; how many decisions that were."""
    due = (
        sa.select(
            col(ReviewNews.observation_id), col(ReviewNews.bundled), col(Review.decision),
            col(Review.reason), col(Observation.contributor_id), col(Observation.campaign_id),
            col(Observation.result),
        )
        .join(Review, col(Review.id) == col(ReviewNews.review_id))
        .join(Observation, col(Observation.id) == col(ReviewNews.observation_id))
        .where(col(ReviewNews.due_at) <= now)
    )  # fmt: skip
    first = session.execute(due.where(col(ReviewNews.bundled).is_(False)).limit(AT_ONCE)).all()
    for row in first:
        if row.contributor_id is not None:
            _tell_one(session, session.get_one(Campaign, row.campaign_id), row, now)
    days: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    rest = session.execute(due.where(col(ReviewNews.bundled).is_(True))).all()
    for row in rest:
        if row.contributor_id is not None:
            days[row.contributor_id, row.campaign_id].append(row)
    for (who, campaign_id), rows in days.items():
        _tell_many(session, session.get_one(Campaign, campaign_id), who, rows, now)
    _told(session, [row.observation_id for row in [*first, *rest]])
    return len(first) + len(rest)


def _tell_one(session: Session, campaign: Campaign, row: Any, now: datetime) -> None:
    path = f"/observations/{campaign.slug}/{row.observation_id}"
    gaps = {
        "value": in_every_language(lambda: labels.value(campaign, row.result)),
        "title": dict(campaign.title),
        "reason": row.reason,
    }
    telling.tell(session, TOPIC, ONE[row.decision], path, to=row.contributor_id, now=now, gaps=gaps)


def _tell_many(
    session: Session, campaign: Campaign, who: UUID, rows: Sequence[Any], now: datetime
) -> None:
    n = Counter(row.decision for row in rows)
    reasons = list(dict.fromkeys(row.reason for row in rows if row.reason))[:REASONS]
    gaps = {
        "title": dict(campaign.title),
        "accepted": n[Grade.ACCEPTED],
        "caveat": n[Grade.CAVEAT],
        "rejected": n[Grade.REJECTED],
        "reason": " · ".join(reasons),
    }
    path = f"/observations/{campaign.slug}/mine"
    telling.tell(session, TOPIC, MANY, path, to=who, now=now, gaps=gaps)


def _told(session: Session, ids: Sequence[UUID]) -> None:
    for piece in pieces(ids):
        gone = sa.delete(ReviewNews).where(col(ReviewNews.observation_id).in_(piece))
        session.execute(gone, execution_options={"synchronize_session": False})


@jobs.regularly(timedelta(minutes=2))
def tell_who_waits() -> int:
    """Tell people of decisions that can no longer be undone."""
    now = datetime.now(UTC)
    waits = sa.select(col(ReviewNews.observation_id)).where(col(ReviewNews.due_at) <= now).limit(1)
    if db.session().execute(waits).first() is None:
        return 0
    with db.transaction() as session:
        return tell(session, now)
