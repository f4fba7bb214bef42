"""What was decided on an observation so far, as the desk shows it, and undoing the last of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlmodel import Session

from portal import i18n
from portal.accounts.models import Account
from portal.i18n import gettext, ngettext
from portal.observations import labels
from portal.observations.desk import review, undoing
from portal.observations.models import Grade
from portal.observations.review_models import Act, Review


def told(row: Review, account: Account, *, hide: bool) -> dict[str, Any]:
    """One row of the history; an opinion is shown once somebody else has decided."""
    mine = row.reviewer_id == account.id
    if row.act is Act.UNDONE:
        what = gettext("Undone")
    elif row.act is Act.DECIDED:
        what = labels.grade(row.decision)
    elif hide and not mine:
        what = gettext("Passed on; the opinion is shown after your decision")
    else:
        what = gettext("Passed on, with the opinion: %(grade)s", grade=labels.grade(row.decision))
    return {
        "grade": what,
        "reason": row.reason,
        "at": i18n.moment(row.at),
        "by": gettext("you") if mine else gettext("a colleague"),
        "together": row.together is not None,
    }


def disagreement(history: Sequence[Review]) -> str | None:
    """Two people who saw it differently, in a sentence; nothing while one of them is to come."""
    views: dict[UUID, Grade] = {}
    for row in history:
        if row.act is Act.UNDONE:
            views.pop(row.reviewer_id, None)
        else:
            views[row.reviewer_id] = row.decision
    decided_ = any(row.act is Act.DECIDED for row in history)
    if not decided_ or len(set(views.values())) < 2:
        return None
    said = " · ".join(labels.grade(one) for one in dict.fromkeys(views.values()))
    return gettext("Not everybody sees it alike: %(said)s. The last decision counts.", said=said)


def undo_bar(session: Session, account: Account, now: datetime) -> dict[str, Any] | None:
    """One's last decision while it can be undone."""
    last = undoing.undoable(session, account, now)
    if last is None:
        return None
    what = labels.grade(last.decision)
    if last.act is Act.PASSED_ON:
        what = gettext("second opinion asked for")
    elif last.together is not None:
        n = undoing.size_of(session, last)
        what = ngettext("%(n)s decision: %(what)s", "%(n)s decisions: %(what)s", n, what=what)
    return {
        "url": url_for("observations.undo", review_id=last.id),
        "what": what,
        "until": i18n.moment(last.at + review.UNDO),
    }
