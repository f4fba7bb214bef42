"""Deciding from a proposal's own page, as programs did before there were cases."""

from uuid import UUID

from flask import Response, flash

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import read
from portal.moderation import case_page, cases, claims, deciding
from portal.moderation.answer_views import HERE, proposal_at
from portal.moderation.desk import bp
from portal.moderation.forms import OldDecisionForm
from portal.moderation.models import Why
from portal.moderation.things import Thing
from portal.proposals import pages


@bp.post(f"{HERE}/<uuid:proposal_id>/decisions")
@requires("moderate")
def decide_here(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Open the proposal's case and decide it at once."""
    consultation, proposal = proposal_at(slug, proposal_id)
    ruling = read(OldDecisionForm).ruling
    with db.transaction() as session:
        case = cases.start(session, Thing(proposal), Why.STAFF, now=web.now())
        claims.claim(session, case, account, now=web.now())
        decision = deciding.decide(session, case.id, account, ruling, now=web.now())
    flash(case_page.done(decision), "success")
    return web.see_other(pages.address(consultation, proposal.id))
