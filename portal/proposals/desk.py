"""The community managers' desk for proposals: reported, without an answer, hidden; deciding."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

from flask import Response, flash
from pydantic import Field

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, query, read
from portal.i18n import N_, gettext
from portal.proposals import moderation, pages
from portal.proposals.draft import Reason
from portal.proposals.models import State
from portal.proposals.views import HERE, at, bp, whole

MOST = 20


class Decision(Enum):
    """What a manager may do about a report."""

    HIDE = "hide"
    RESTORE = "restore"
    KEEP = "keep"


class DeskFilter(Form):
    """From which proposal on to list those without an answer."""

    created_at: datetime | None = None
    last: UUID | None = None

    @property
    def after(self) -> tuple[datetime, UUID] | None:
        """The place of the last proposal seen."""
        at = self.created_at
        if at is None or at.tzinfo is None or self.last is None:
            return None
        return at, self.last


class DecisionForm(Form):
    """A decision and why."""

    decision: Annotated[Decision, Field(title=N_("Decision"))]
    grounds: Annotated[Reason, Field(title=N_("Reason"))]


class AnswerForm(Form):
    """What becomes of a proposal and why."""

    state: Annotated[State, Field(title=N_("What becomes of it"))]
    answer: Annotated[Reason, Field(title=N_("Answer and reasons"))]


VERBS = {
    Decision.HIDE: moderation.hide,
    Decision.RESTORE: moderation.restore,
    Decision.KEEP: moderation.keep,
}


@bp.get("/manage/proposals")
@requires("moderate")
def desk(account: Account) -> Response:
    """What waits for a decision: reported proposals, then those without an answer."""
    session = db.session()
    wanted = query(DeskFilter)
    found = moderation.unanswered(session, MOST + 1, wanted.after)
    return web.render(
        "proposals/desk.html",
        waiting=pages.desk_lines(moderation.waiting(session)),
        unanswered=pages.desk_lines(found[:MOST]),
        next_url=_next(found),
        hidden=pages.desk_lines(moderation.hidden(session)),
    )


def _next(found: Sequence[moderation.Line]) -> str | None:
    if len(found) <= MOST:
        return None
    last = found[MOST - 1]
    return web.url_here(created_at=last.at.isoformat(), last=str(last.id)) + "#unanswered"


@bp.post(f"{HERE}/<uuid:proposal_id>/decisions")
@requires("moderate")
def decide(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Hide, restore or keep a proposal."""
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", opened="decide", **whole(consultation, proposal))
    form = read(DecisionForm)
    with db.transaction() as session:
        VERBS[form.decision](session, proposal, account, form.grounds, now=web.now())
    flash(gettext("The decision is recorded."), "success")
    return web.see_other(pages.address(consultation, proposal.id))


@bp.post(f"{HERE}/<uuid:proposal_id>/answers")
@requires("reply")
def answer(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Answer a proposal officially."""
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", opened="answer", **whole(consultation, proposal))
    form = read(AnswerForm)
    with db.transaction() as session:
        moderation.answer(session, proposal, account, form.state, form.answer, now=web.now())
    flash(gettext("The answer is published."), "success")
    return web.see_other(pages.address(consultation, proposal.id))
