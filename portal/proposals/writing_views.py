"""Pages: writing a proposal."""

from typing import Annotated, Any

from flask import Response, flash
from pydantic import Field

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form, query, read
from portal.i18n import gettext
from portal.proposals import labels, lifecycle, pages
from portal.proposals.draft import Draft
from portal.proposals.views import HERE, bp


class Prefill(Form):
    """What a link to the form may already say."""

    scenario: Annotated[str, Field(max_length=120)] = ""
    indicator: Annotated[str, Field(max_length=80)] = ""
    district: Annotated[str, Field(max_length=40)] = ""


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
