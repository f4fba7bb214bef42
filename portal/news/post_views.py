"""What became of messages: counts, and those nobody knows to have arrived. Never an address."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, flash, url_for
from sqlmodel import col

from portal import audit, db, i18n, jobs, mail, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.i18n import N_, gettext
from portal.jobs import Job
from portal.news.models import NewsMessage
from portal.news.views import bp
from portal.refusal import NotFound, Refusal

MOST = 50
LATELY = timedelta(days=7)


class NothingToSend(Refusal):
    """The words of a code are gone, and it is too old anyway."""

    status = 409
    message = N_("This message cannot be sent again: its words are not kept.")


@bp.get("/manage/post")
@requires("manage")
def post(account: Account) -> Response:
    """How the sending goes, and what a person has to decide."""
    session, since = db.session(), web.now() - LATELY
    ours = col(Job.kind) == mail.KIND
    open_ones = sa.and_(col(Job.done_at).is_(None), col(Job.failed_at).is_(None))
    count = sa.func.count
    waiting, sent, given_up, uncertain = session.execute(
        sa.select(
            count().filter(open_ones),
            count().filter(col(Job.done_at) > since),
            count().filter(col(Job.failed_at) > since, col(Job.error) != jobs.UNCERTAIN),
            count().filter(col(Job.failed_at).is_not(None), col(Job.error) == jobs.UNCERTAIN),
        ).where(ours)
    ).one()
    return web.render(
        "news/post.html",
        waiting=waiting, sent_lately=sent, given_up=given_up, uncertain=uncertain,
        trouble=_trouble(ours, open_ones), rows=[_row(job) for job in _failed(ours)],
    )  # fmt: skip


def _trouble(*which: Any) -> str:
    """What the server said last to a message that still waits."""
    last = sa.select(col(Job.error)).where(*which, col(Job.error) != "").order_by(col(Job.due))
    return str(db.session().execute(last.limit(1)).scalar_one_or_none() or "")


def _failed(ours: Any) -> list[Any]:
    query: Any = (
        sa.select(col(Job.id), col(Job.failed_at), col(Job.error), col(NewsMessage.id).label("of"))
        .outerjoin(NewsMessage, col(NewsMessage.id) == col(Job.id))
        .where(ours, col(Job.failed_at).is_not(None))
        .order_by(col(Job.failed_at).desc(), col(Job.id))
        .limit(MOST)
    )
    return list(db.session().execute(query))


def _row(job: Any) -> dict[str, Any]:
    uncertain = job.error == jobs.UNCERTAIN
    return {
        "id": job.id,
        "kind": gettext("News") if job.of else gettext("Code or notice"),
        "at": i18n.moment(job.failed_at),
        "state": gettext("Nobody knows whether it arrived") if uncertain else gettext("Given up"),
        "error": "" if uncertain else job.error,
        "again": job.of is not None,
    }


@bp.post("/manage/post/<uuid:job_id>/again")
@requires("manage")
def send_again(job_id: UUID, account: Account) -> Response:
    """Send a message again that may or may not have arrived."""
    with db.transaction() as session:
        job = session.get(Job, job_id, with_for_update=True)
        if job is None or job.kind != mail.KIND or job.failed_at is None:
            raise NotFound
        if "message" not in job.payload:
            raise NothingToSend
        job.failed_at = job.handed_at = None
        job.error, job.tries, job.due = "", 0, web.now()
        session.add(job)
        audit.record(session, action="message.again", kind="message", ref=job_id,
                     actor=account.id, now=web.now())  # fmt: skip
    flash(gettext("It will be sent again."), "success")
    return web.see_other(url_for(".post"))
