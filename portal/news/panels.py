"""What earlier and later pages show of news."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlmodel import col

from portal import db, jobs, mail, web
from portal.accounts.models import Account
from portal.news import building, reading
from portal.news.models import Follow, Newsletter, Reader

BRIEF = 3
WEEK = timedelta(days=7)


@web.panel("account", "news/_account_panel.html", order=5)
def of_account(account: Account, **facts: Any) -> dict[str, Any]:
    """The latest news of a person, and where to choose."""
    session = db.session()
    rows = reading.inbox(session, account, now=web.now(), before=None, most=BRIEF)
    follows = sa.select(sa.func.count()).where(col(Follow.account_id) == account.id)
    reader = session.get(Reader, account.id)
    return {
        "latest": [
            {"text": reading.sentence(row.sentence, row.gaps), "path": row.path, "at": row.at}
            for row in rows
        ],
        "follows": session.execute(follows).scalar_one(),
        "bouncing": reader is not None and reader.bounces >= building.BOUNCES,
    }


@web.panel("manage", "news/_manage_panel.html", order=80)
def of_desk(**facts: Any) -> dict[str, Any]:
    """The way to newsletters and to what became of messages."""
    return {"newsletters_url": url_for("news.manage_newsletters"), "post_url": url_for("news.post")}


@web.panel("waiting", "news/_waiting_panel.html", order=80)
def waiting(**facts: Any) -> dict[str, Any] | None:
    """Newsletters that wait for a second person, and messages nobody knows to have arrived."""
    session = db.session()
    asked = sa.select(sa.func.count(), sa.func.min(col(Newsletter.asked_at))).where(
        col(Newsletter.asked_at).is_not(None), col(Newsletter.sent_at).is_(None)
    )  # fmt: skip
    lost = sa.select(sa.func.count()).select_from(jobs.Job).where(
        col(jobs.Job.kind) == mail.KIND, col(jobs.Job.failed_at).is_not(None),
        col(jobs.Job.error) == jobs.UNCERTAIN,
    )  # fmt: skip
    waiting, oldest = session.execute(asked).one()
    uncertain = session.execute(lost).scalar_one()
    if not waiting and not uncertain:
        return None
    return {"asked": waiting, "oldest": oldest, "uncertain": uncertain}
