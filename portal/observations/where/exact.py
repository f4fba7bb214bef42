"""Exact points, where a campaign keeps them: deleted when their hour comes, and from the disk too.

A deleted row stays readable in SQLite's file and its log, and in PostgreSQL's table, until they
are written over. SQLite is told to do so always (`secure_delete` in db.py: switched on for the
deletion alone it leaves copies behind, where pages were split before), and its log is emptied;
PostgreSQL writes the table anew. Its own log and backups go when their time is over.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from portal import audit, db, jobs
from portal.observations.models import ObservationExact

OFTEN = timedelta(minutes=10)
ON_SQLITE = "PRAGMA wal_checkpoint(TRUNCATE)"
ON_POSTGRESQL = "VACUUM (FULL) {}"


@jobs.regularly(OFTEN)
def forget_due() -> int:
    """Delete every exact point whose hour has come; how many there were."""
    return forget(datetime.now(UTC))


def forget(now: datetime) -> int:
    """Delete the exact points due by a moment, and what is left of them on the disk."""
    due = col(ObservationExact.delete_after) <= now
    if db.session().execute(sa.select(sa.func.count()).where(due)).scalar_one() == 0:
        return 0
    with db.transaction() as session:
        gone = sa.delete(ObservationExact).where(due)
        found: Any = session.execute(gone, execution_options={"synchronize_session": False})
        n = int(found.rowcount)
        audit.record(session, action="exact_points.deleted", kind="campaign", ref="", now=now, n=n)
    wipe(str(ObservationExact.__tablename__))
    return n


def wipe(table: str) -> None:
    """Leave nothing on the disk of what was deleted from a table; outside any transaction."""
    db.session().close()  # a reader would keep the log from being emptied
    on_postgres = db.engine().dialect.name == "postgresql"
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(ON_POSTGRESQL.format(table) if on_postgres else ON_SQLITE)
