"""The page that tells a reader whether they may vote, and takes what they declare."""

from typing import Any

from flask import Response, current_app, url_for

from portal import db, web
from portal.accounts import identity
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import abilities, listing, standing
from portal.consultations.eligibility import rules_of
from portal.consultations.models import Consultation
from portal.consultations.views import bp
from portal.forms import Form, read
from portal.i18n import N_
from portal.refusal import Problem, Refusal


class DeclarationForm(Form):
    """What a person says of themselves."""

    fact: list[str] = []


class BadDeclaration(Refusal):
    """Nothing was declared, or something that is not asked here."""

    title = N_("Please check what you declare")
    message = N_("Nothing was changed. Please tick at least one of the sentences.")


def _page(consultation: Consultation) -> dict[str, Any]:
    facts = standing.reader()
    assert facts is not None
    return standing.page(consultation, facts)


@bp.get("/consultations/<slug>/eligibility")
@requires("vote")
def eligibility(slug: str, account: Account) -> Response:
    """Whether the reader may vote, why, and what to do where not yet."""
    consultation = listing.find(db.session(), slug, web.now())
    return web.render("consultations/eligibility.html", **_page(consultation))


@bp.post("/consultations/<slug>/eligibility")
@requires("vote")
def declare(slug: str, account: Account) -> Response:
    """Take the reader's word, where this consultation takes it."""
    consultation = listing.find(db.session(), slug, web.now())
    web.redisplay("consultations/eligibility.html", **_page(consultation))
    facts = read(DeclarationForm).fact
    if not facts or not set(facts) <= set(rules_of(consultation.eligibility).declarable):
        raise BadDeclaration([Problem("fact", BadDeclaration.message)])
    today = web.now().astimezone(current_app.config["ZONE"]).date()
    with db.transaction() as session:
        identity.declare(session, account, facts, today)
    return web.see_other(_onward(consultation, slug))


def _onward(consultation: Consultation, slug: str) -> str:
    """To the ballot where one may vote now; else to the page that says what is still missing."""
    facts = standing.reader()
    assert facts is not None
    decision = standing.page(consultation, facts)["decision"]
    ballot = web.link_to("voting.vote", slug=slug)
    if decision.eligible and ballot and abilities.open_now("vote", consultation, web.now()):
        return ballot
    return url_for(".eligibility", slug=slug)
