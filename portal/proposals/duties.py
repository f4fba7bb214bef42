"""What the room does regularly: old drafts go, and pictures nobody uses."""

from datetime import UTC, datetime, timedelta

from portal import db, jobs
from portal.proposals.importing import kept
from portal.proposals.importing.views import kept_files
from portal.proposals.writing import attachments, drafts
from portal.proposals.writing.sheet import shelf

UNUSED_FOR = timedelta(hours=6)  # a form may stay open that long


@jobs.regularly(timedelta(hours=6))
def throw_away_drafts() -> None:
    """Drafts nobody touched for a month."""
    with db.transaction() as session:
        drafts.throw_away_old(session, now=datetime.now(UTC))


@jobs.regularly(timedelta(hours=1))
def tidy_pictures() -> None:
    """Files of proposals that are gone, and of forms that were never sent."""
    before = datetime.now(UTC) - UNUSED_FOR
    attachments.tidy(db.session(), shelf(), before.timestamp())


@jobs.regularly(timedelta(hours=1))
def forget_checked_files() -> None:
    """Files of other platforms that were checked and never imported."""
    kept.tidy(kept_files(), (datetime.now(UTC) - kept.KEPT_FOR).timestamp())


@jobs.handler("proposals.pictures")
def remove_pictures() -> None:
    """The same at once, after a proposal was deleted."""
    attachments.tidy(db.session(), shelf(), datetime.now(UTC).timestamp() - 600)
