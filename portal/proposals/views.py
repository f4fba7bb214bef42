"""Pages: list and map, one proposal, writing, supporting, withdrawing, reporting."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, flash, g, request, url_for
from pydantic import BeforeValidator, Field

from portal import db, i18n, web
from portal.accounts.access import current_account, reader_may, requires
from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.forms import Form, query, read
from portal.i18n import gettext
from portal.proposals import labels, lifecycle, listing, moderation, pages
from portal.proposals.draft import Draft, Reason
from portal.proposals.models import Proposal, ReportReason, State
from portal.proposals.words import clean, paragraphs

bp = web.room("proposals", __name__)

HERE = "/consultations/<slug>/proposals"


class WithdrawForm(Form):
    """Why the author takes a proposal back."""

    reason: Reason


class ReportForm(Form):
    """What is wrong with a proposal."""

    about: ReportReason
    note: Annotated[str, Field(max_length=500), BeforeValidator(clean)] = ""


class Prefill(Form):
    """What a link to the form may already say."""

    scenario: Annotated[str, Field(max_length=120)] = ""
    indicator: Annotated[str, Field(max_length=80)] = ""
    district: Annotated[str, Field(max_length=40)] = ""


@bp.get(HERE)
@web.public
def index(slug: str) -> Response:
    """Proposals of a consultation: list and map of the same filter."""
    consultation = pages.consultation_at(slug)
    wanted = query(listing.Filter)
    return web.render("proposals/index.html", "proposals/_list.html", **_list(consultation, wanted))


def _list(consultation: Consultation, wanted: listing.Filter) -> dict[str, Any]:
    session = db.session()
    page = listing.page(session, consultation.id, wanted)
    return {
        "consultation": consultation,
        "breadcrumbs_items": pages.crumbs(consultation),
        "wanted": wanted,
        "unread": g.get("unread", []),
        "rows": pages.in_rows(page.rows, consultation),
        "count": listing.count(session, consultation.id, wanted),
        "most": listing.COUNTED,
        "previous_url": page.before and web.url_here(before=page.before, after=None),
        "next_url": page.after and web.url_here(after=page.after, before=None),
        "map": pages.list_map(_file("map_points", consultation)),
        "files": {kind: _file(f"list_{kind}", consultation) for kind in ("csv", "geojson", "json")},
        "themes": labels.theme_options(),
        "districts": labels.district_options(),
        "states": labels.state_options((*listing.LISTED, State.WITHDRAWN)),
        "collecting": abilities.allowed("propose", consultation.phase(web.now())),
        "demonstration": consultation.demonstration,
    }


def _file(endpoint: str, consultation: Consultation) -> str:
    asked = {k: v for k, v in request.args.items() if v and k not in ("before", "after")}
    page = url_for(f"proposals.{endpoint}", slug=consultation.slug)
    return f"{page}?{urlencode(asked)}" if asked else page


@bp.get(f"{HERE}/new")
@requires("propose")
def new(slug: str, account: Account) -> Response:
    """The form for a proposal, with what the link already says."""
    consultation = pages.consultation_at(slug)
    lifecycle.must_allow("propose", consultation, web.now())
    return web.render(
        "proposals/new.html", sent=query(Prefill).model_dump(), refusal=None, **_form(consultation)
    )


def _form(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "breadcrumbs_items": pages.crumbs(consultation, {"label": gettext("New proposal")}),
        "map": pages.pick_map(),
        "theme": lifecycle.theme_of(consultation),
        "themes": labels.theme_options(),
        "districts": labels.district_options(),
        "indicators": labels.indicator_options(consultation.family),
        "scenarios": labels.scenario_options(consultation.family),
        "languages_offered": labels.language_options(),
        "demonstration": consultation.demonstration,
    }


@bp.post(HERE)
@requires("propose")
def create(slug: str, account: Account) -> Response:
    """Publish a proposal."""
    consultation = pages.consultation_at(slug)
    web.redisplay("proposals/new.html", **_form(consultation))
    draft = read(Draft)
    with db.transaction() as session:
        proposal = lifecycle.propose(session, consultation, account, draft, now=web.now())
    flash(gettext("Your proposal is published. Share its address to find supporters."), "success")
    return web.see_other(pages.address(consultation, proposal.id))


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
        "foreign": proposal.language if proposal.language != i18n.language() else None,
        "paragraphs": paragraphs(proposal.body),
        "author": labels.author(author),
        "badge": labels.state_badge(proposal.state),
        "place": labels.place(proposal.district),
        "theme": labels.theme(proposal.theme),
        "wish": labels.wish(proposal.indicator, proposal.direction, consultation.family),
        "scenario": labels.scenario_link(proposal.scenario),
        "map": pages.place_map(proposal),
        "mine": reader is not None and reader.id == proposal.author_id,
        "withdrawable": proposal.state in lifecycle.WITHDRAWABLE,
        "report_reasons": labels.report_options(),
        "steps": labels.state_options(moderation.steps(proposal.state)),
        **(_moderation(proposal) if reader_may("moderate") else {}),
        "demonstration": proposal.demonstration,
        **_support(consultation, proposal, reader),
    }


def _moderation(proposal: Proposal) -> dict[str, Any]:
    """What staff need to decide: the reports, what was decided so far, what may be decided."""
    reports = labels.reports(moderation.reports_on(db.session(), proposal))
    return {
        "reports": reports,
        "decided": labels.decisions(moderation.decisions_on(db.session(), proposal)),
        "decisions": labels.decision_options(proposal.state, bool(reports)),
    }


def _support(
    consultation: Consultation, proposal: Proposal, reader: Account | None
) -> dict[str, Any]:
    """What the support button needs to know."""
    collecting = abilities.allowed("support", consultation.phase(web.now()))
    return {
        "consultation": consultation,
        "proposal": proposal,
        "supported": reader is not None and lifecycle.supports(db.session(), proposal, reader),
        "supportable": collecting and proposal.state in lifecycle.SUPPORTABLE,
        "page_url": pages.address(consultation, proposal.id),
    }


@bp.post(f"{HERE}/<uuid:proposal_id>/supports")
@requires("support")
def support(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Add the reader's support and show the new count."""
    return _change_support(slug, proposal_id, account, lifecycle.support)


@bp.post(f"{HERE}/<uuid:proposal_id>/supports/removal")
@requires("support")
def unsupport(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Take the reader's support back and show the new count."""
    return _change_support(slug, proposal_id, account, lifecycle.unsupport)


def _change_support(slug: str, proposal_id: UUID, account: Account, verb: Any) -> Response:
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", "proposals/_support.html", **whole(consultation, proposal))
    with db.transaction() as session:
        verb(session, consultation, proposal, account, now=web.now())
    return web.changed(
        "proposals/_support.html",
        pages.address(consultation, proposal.id),
        refusal=None,
        **_support(consultation, proposal, account),
    )


@bp.post(f"{HERE}/<uuid:proposal_id>/withdrawal")
@requires("propose")
def withdraw(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Take one's own proposal back."""
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", opened="withdraw", **whole(consultation, proposal))
    form = read(WithdrawForm)
    with db.transaction() as session:
        lifecycle.withdraw(session, proposal, account, form.reason, now=web.now())
    flash(gettext("Your proposal is withdrawn. It stays readable, with your reason."), "success")
    return web.see_other(pages.address(consultation, proposal.id))


@bp.post(f"{HERE}/<uuid:proposal_id>/reports")
@requires("support")
def report(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Tell the community managers that a proposal needs a look."""
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", opened="report", **whole(consultation, proposal))
    form = read(ReportForm)
    with db.transaction() as session:
        lifecycle.report(session, proposal, account, form.about, form.note, now=web.now())
    flash(gettext("Thank you. A community manager will look at this proposal."), "success")
    return web.see_other(pages.address(consultation, proposal.id))
