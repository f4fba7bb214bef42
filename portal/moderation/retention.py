"""What goes by itself: originals after the time for appeals, settled reports, old cases."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import db, jobs
from portal.moderation.models import ModerationAppeal, ModerationCase, ModerationOriginal
from portal.proposals.comments.models import CommentReport
from portal.proposals.models import Report

REPORTS_KEPT = timedelta(days=60)  # longer than an appeal takes to arrive
CASES_KEPT = timedelta(days=730)


@jobs.regularly(timedelta(hours=6))
def tidy() -> None:
    """Delete what has been kept long enough."""
    with db.transaction() as session:
        delete(session, datetime.now(UTC))


def delete(session: Session, now: datetime) -> dict[str, int]:
    """Delete what is past its time and return how many rows of each kind went."""
    appealed = sa.select(col(ModerationAppeal.decision_id)).where(
        col(ModerationAppeal.outcome).is_(None)
    )
    statements = {
        "originals": sa.delete(ModerationOriginal).where(
            col(ModerationOriginal.keep_until) <= now,
            col(ModerationOriginal.decision_id).not_in(appealed),
        ),
        "reports": sa.delete(Report).where(col(Report.settled_at) <= now - REPORTS_KEPT),
        "comment_reports": sa.delete(CommentReport).where(
            col(CommentReport.settled_at) <= now - REPORTS_KEPT
        ),
        "cases": sa.delete(ModerationCase).where(
            col(ModerationCase.settled_at) <= now - CASES_KEPT
        ),
    }
    gone = {}
    for name, statement in statements.items():
        done = session.execute(statement.execution_options(synchronize_session=False))
        gone[name] = int(getattr(done, "rowcount", 0))
    return gone
