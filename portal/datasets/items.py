"""Noting which observations a release tells, so that later ones tell them alike."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import db
from portal.datasets.bulk import Bulk
from portal.datasets.models import Release, ReleaseItem
from portal.observations.models import Observation

PIECE = 10_000  # rows of one transaction: people who write meanwhile must not wait long

NAMES = "release_item (observation_id, level, place, since)"
ON_SQLITE = f"INSERT INTO {NAMES} VALUES (?, ?, ?, ?)"  # noqa: S608 - names of ours
ON_POSTGRESQL = f"COPY {NAMES} FROM STDIN"


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
    """A piece of the items; ids pass as they are: a million of them are not made anew."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(ON_SQLITE, [(*one, number) for one in piece])
        return
    cursor: Any = connection.connection.cursor()
    with cursor.copy(ON_POSTGRESQL) as copy:
        for one in piece:
            copy.write_row((*one, number))


def _forget(session: Session, release: Release) -> None:
    """What a killed run noted of a release that never was."""
    here = sa.exists().where(  # asked of the few items that are new, not of all observations
        col(Observation.id) == col(ReleaseItem.observation_id),
        col(Observation.campaign_id) == release.campaign_id,
    )
    session.execute(
        sa.delete(ReleaseItem)
        .where(col(ReleaseItem.since) >= release.number, here)
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
