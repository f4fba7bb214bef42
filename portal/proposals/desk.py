"""The community managers' desk for proposals: what was reported, what is new, what was decided."""

from enum import Enum
from uuid import UUID

from flask import Response, flash

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, read
from portal.i18n import gettext
from portal.proposals import moderation, pages
from portal.proposals.draft import Reason
from portal.proposals.models import State
from portal.proposals.views import HERE, at, bp, whole


class Decision(Enum):
    """What a manager may do about a report."""

    HIDE = "hide"
    RESTORE = "restore"
    KEEP = "keep"


class DecisionForm(Form):
    """A decision and why."""

    decision: Decision
    grounds: Reason


class AnswerForm(Form):
    """What becomes of a proposal and why."""

    state: State
    answer: Reason


VERBS = {
    Decision.HIDE: moderation.hide,
    Decision.RESTORE: moderation.restore,
    Decision.KEEP: moderation.keep,
}


@bp.get("/manage/proposals")
@requires("moderate")
def desk(account: Account) -> Response:
    """What waits for a look: reported proposals, then the newest ones."""
    session = db.session()
    return web.render(
        "proposals/desk.html",
        waiting=pages.desk_lines(moderation.waiting(session)),
        newest=pages.desk_lines(moderation.newest(session)),
    )


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
