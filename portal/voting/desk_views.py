"""The managers' desk of the vote: counting after the close."""

from flask import Response, flash, url_for

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import listing
from portal.i18n import gettext
from portal.voting import counting
from portal.voting.views import bp


@bp.post("/manage/consultations/<slug>/count")
@requires("count")
def count(slug: str, account: Account) -> Response:
    """Close the box, count, publish."""
    with db.transaction() as session:
        consultation = listing.find(session, slug, web.now())
        options = listing.options_of(session, consultation)
        counting.count(session, consultation, options, now=web.now(), actor=account.id)
    flash(gettext("The votes were counted and the result is published."), "success")
    return web.see_other(url_for("voting.results", slug=slug))
