"""Noting which observations a release tells, so that later ones tell them alike."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import db
from portal.datasets.bulk import Bulk
from portal.datasets.models import Release, ReleaseItem
from portal.observations.models import Observation

PIECE = 10_000  # rows of one transaction: people who write meanwhile must not wait long

# Ids pass through as the database gave them: a million of them are not made anew.
PLAIN = sa.table("release_item", *map(sa.column, ("observation_id", "level", "place", "since")))
ON_SQLITE = "INSERT INTO release_item (observation_id, level, place, since) VALUES (?, ?, ?, ?)"


def keep(bulk: Bulk, release: Release) -> None:
    """Note what is told for the first time, in short transactions.

    Until the release's row is written nobody finds these: its number is not known yet.
    """
    with db.transaction() as session:
        _forget(session, release)
    for piece in bulk.added(PIECE):
        with db.transaction() as session:
            _note(session, piece, release.number)


def _note(session: Session, piece: Sequence[tuple[str, str, str]], number: int) -> None:
    """A piece of the items; SQLite takes the rows as they are, which halves the time."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql(ON_SQLITE, [(*one, number) for one in piece])
        return
    names = ("observation_id", "level", "place", "since")
    rows = [dict(zip(names, (*one, number), strict=True)) for one in piece]
    session.execute(sa.insert(PLAIN), rows)


def _forget(session: Session, release: Release) -> None:
    """What a killed run noted of a release that never was."""
    here = sa.select(col(Observation.id)).where(col(Observation.campaign_id) == release.campaign_id)
    session.execute(
        sa.delete(ReleaseItem)
        .where(col(ReleaseItem.since) >= release.number, col(ReleaseItem.observation_id).in_(here))
        .execution_options(synchronize_session=False)
    )


def end(session: Session, bulk: Bulk, number: int) -> None:
    """Note what this release tells no more; it never comes back."""
    left = list(map(UUID, bulk.left()))
    for start in range(0, len(left), PIECE):
        session.execute(
            sa.update(ReleaseItem)
            .where(col(ReleaseItem.observation_id).in_(left[start : start + PIECE]))
            .values(until=number)
            .execution_options(synchronize_session=False)
        )
