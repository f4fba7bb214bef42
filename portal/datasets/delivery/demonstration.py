"""The demonstration's deliveries: every release went to the folder beside the portal."""

from contextlib import suppress
from datetime import timedelta

from sqlmodel import col, select

from portal import db, jobs
from portal.datasets.delivery import work
from portal.datasets.delivery_models import Delivery
from portal.datasets.models import Release

AFTER = timedelta(minutes=2)


def seed() -> None:
    """Deliver what is released, as if it had been done right after."""
    found = (
        select(Delivery.id, Release.created_at)
        .join(Release, col(Release.id) == col(Delivery.release_id))
        .order_by(col(Release.dataset), col(Release.number))
    )
    for id, released in db.session().exec(found).all():
        with db.transaction() as session:
            session.get_one(Delivery, id).asked_at = released
        with suppress(jobs.Later, jobs.GiveUp):
            work.carry(id, now=released + AFTER)
