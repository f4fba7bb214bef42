"""Pages: list and map, one proposal."""

from typing import Any
from uuid import UUID

from flask import Response

from portal import db, web
from portal.accounts.access import current_account
from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.forms import query
from portal.proposals import beside, labels, lifecycle, pages, showing
from portal.proposals.models import Origin, Proposal
from portal.proposals.searching import lists
from portal.proposals.searching.filters import Filter

bp = web.room("proposals", __name__)

HERE = "/consultations/<slug>/proposals"


@bp.get(HERE)
@web.public
def index(slug: str) -> Response:
    """Proposals of a consultation: list and map of the same filter."""
    consultation = pages.consultation_at(slug)
    wanted = query(Filter)
    return web.render(
        "proposals/index.html", "proposals/_list.html",
        breadcrumbs_items=pages.crumbs(consultation),
        **lists.facts(consultation, wanted), **lists.options(consultation, wanted),
    )  # fmt: skip


@bp.get(f"{HERE}/<uuid:proposal_id>")
@web.public
def show(slug: str, proposal_id: UUID) -> Response:
    """One proposal."""
    consultation, proposal = at(slug, proposal_id)
    return web.render("proposals/show.html", refusal=None, sent={}, **whole(consultation, proposal))


def at(slug: str, proposal_id: UUID) -> tuple[Consultation, Proposal]:
    """The proposal of an address, unless it is hidden from the reader."""
    consultation = pages.consultation_at(slug)
    proposal = lifecycle.find(db.session(), consultation, proposal_id)
    pages.must_be_shown(proposal)
    return consultation, proposal


def whole(consultation: Consultation, proposal: Proposal) -> dict[str, Any]:
    """Everything a proposal's page shows."""
    reader = current_account()
    session = db.session()
    author = session.get(Account, proposal.author_id) if proposal.author_id else None
    return {
        "consultation": consultation,
        "breadcrumbs_items": pages.crumbs(consultation, {"label": proposal.title}),
        "proposal": proposal,
        "author": labels.author(author) if author or proposal.origin is Origin.WEB else None,
        "badge": labels.state_badge(proposal.state),
        "place": labels.place(proposal.district),
        "theme": labels.theme(proposal.theme),
        "scenario": labels.scenario_link(proposal.scenario),
        "map": pages.place_map(proposal),
        "mine": reader is not None and reader.id == proposal.author_id,
        "withdrawable": proposal.state in lifecycle.WITHDRAWABLE,
        "report_reasons": labels.report_options(),
        "demonstration": proposal.demonstration,
        **supporting(consultation, proposal, reader),
        **beside.facts(consultation, proposal, reader),
        **showing.facts(consultation, proposal),
    }


def supporting(
    consultation: Consultation, proposal: Proposal, reader: Account | None
) -> dict[str, Any]:
    """What the support button needs to know."""
    collecting = abilities.open_now("support", consultation, web.now())
    return {
        "consultation": consultation,
        "proposal": proposal,
        "supported": reader is not None and lifecycle.supports(db.session(), proposal, reader),
        "supportable": collecting and proposal.state in lifecycle.SUPPORTABLE,
        "page_url": pages.address(consultation, proposal.id),
    }
