"""Whoever asked for it hears that a campaign opened: once, and soon after."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlmodel import Session, col

from portal import db, jobs
from portal.i18n import N_, gettext
from portal.news import telling
from portal.news.telling import Thing
from portal.observations.models import Campaign

TOPIC = "campaigns"
KIND = "campaign"
NEW = "new"  # what people follow who want to hear of every campaign
OPENED = N_("You can measure now: %(title)s")
STALE = timedelta(days=3)  # older openings are noted, not told: nobody needs last month's news


def enter() -> None:
    """Register the topic, and what one follows."""
    telling.topic(TOPIC, N_("Campaigns of measurements that open"))
    telling.things(KIND, N_("Campaign"), names)


def names(session: Session, refs: list[str]) -> Mapping[str, Thing]:
    """The wish to hear of every campaign."""
    return {NEW: Thing(gettext("Every new campaign"), "/observations")} if NEW in refs else {}


def button(follows: bool) -> dict[str, Any]:
    """What the button beside the list of campaigns shows."""
    return {"url": url_for("observations.follow"), "follows": follows}


@jobs.regularly(timedelta(minutes=5))
def tell_of_openings() -> int:
    """Tell of campaigns that opened since the last time."""
    now = datetime.now(UTC)
    if db.session().execute(_opened(now).limit(1)).first() is None:
        return 0
    with db.transaction() as session:
        return tell(session, now)


def tell(session: Session, now: datetime) -> int:
    """Tell of what opened and nobody was told of; how many campaigns those were."""
    held = _opened(now).order_by(col(Campaign.slug)).with_for_update()
    found = session.scalars(held.execution_options(populate_existing=True)).all()
    for campaign in found:
        campaign.told_at = now
        if now - campaign.opens_at < STALE and now < campaign.closes_at:
            telling.tell(session, TOPIC, OPENED, f"/observations/{campaign.slug}", now=now,
                         about=(KIND, NEW), gaps={"title": dict(campaign.title)})  # fmt: skip
    session.flush()
    return len(found)


def _opened(now: datetime) -> sa.Select[Campaign]:
    return sa.select(Campaign).where(
        col(Campaign.draft).is_(False), col(Campaign.opens_at) <= now,
        col(Campaign.told_at).is_(None),
    )  # fmt: skip
