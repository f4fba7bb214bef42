"""What the worker does for the news, again and again."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlmodel import col

from portal import db, jobs
from portal.news import building, pacing, reading
from portal.news.models import NewsItem, NewsMessage

ANEW = timedelta(minutes=15)  # even where nothing happened: somebody's slot has come

_seen: dict[str, tuple[datetime | None, datetime]] = {}


@jobs.regularly(timedelta(minutes=1))
def queue_messages() -> int:
    """Queue the messages that are due: at once after something happened, else now and then."""
    now, zone = datetime.now(UTC), current_app.config["ZONE"]
    if pacing.quiet(now, zone):
        return 0
    newest = sa.select(sa.func.max(col(NewsItem.at))).where(
        col(NewsItem.at) <= now - building.SETTLE
    )
    latest = db.session().execute(newest).scalar_one()
    before = _seen.get(str(db.engine().url))
    if before is not None and before[0] == latest and now - before[1] < ANEW:
        return 0
    made = building.build(now, zone)
    _seen[str(db.engine().url)] = (latest, now)
    return made


@jobs.regularly(timedelta(hours=6))
def forget_old_news() -> None:
    """Remove what happened, and what was sent, longer ago than people can read it."""
    before = datetime.now(UTC) - reading.KEPT
    with db.transaction() as session:
        session.execute(sa.delete(NewsItem).where(col(NewsItem.at) < before))
        session.execute(sa.delete(NewsMessage).where(col(NewsMessage.at) < before))
