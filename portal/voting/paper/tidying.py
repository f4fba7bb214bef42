"""What paper leaves behind for a while is forgotten: wrong tries, vote sessions that ended."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from portal import db, jobs
from portal.voting.paper import redeeming
from portal.voting.paper_models import PaperTry, VotePass


@jobs.regularly(timedelta(minutes=10))
def forget_the_old() -> None:
    """Remove ended vote sessions, and tries of yesterday."""
    now = datetime.now(UTC)
    with db.transaction() as session:
        session.execute(sa.delete(VotePass).where(col(VotePass.expires_at) <= now))
        session.execute(sa.delete(PaperTry).where(col(PaperTry.since) < now - redeeming.KEPT))
