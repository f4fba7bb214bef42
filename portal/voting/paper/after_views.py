"""After a vote with a code or at a desk: its receipt for some minutes, an appeal, the end."""

from datetime import datetime
from typing import Any

from flask import Response, current_app, flash, g, url_for
from flask import session as browser

from portal import db, web
from portal.consultations import listing
from portal.consultations.models import Consultation
from portal.forms import read
from portal.i18n import gettext
from portal.voting.casting.receipt_views import picture
from portal.voting.guard import pages as guarded
from portal.voting.guard import settling
from portal.voting.guard.views import WordsForm
from portal.voting.paper import passes
from portal.voting.paper.booth_views import bp, cookie, cookie_name, vote_session
from portal.voting.paper.passes import Ended, Pass


@bp.post("/paper/appeal")
@web.untimed
@web.public
def appeal() -> Response:
    """Say something for the held vote one came back to with its code."""
    found = vote_session()
    if found is None:
        raise Ended
    consultation = db.session().get_one(Consultation, found.held.consultation_id)
    settling.appeal(db.session(), consultation, found.held.subject, read(WordsForm).words)
    flash(gettext("Your words are with those who decide."), "success")
    return web.see_other(url_for("voting_paper.done" if found.spent else "voting_paper.vote",
                                 slug=None if found.spent else consultation.slug))  # fmt: skip


@bp.get("/paper/receipt")
@web.untimed
@web.public
def done() -> Response:
    """The receipt of the vote just cast here; gone when the session is ended, or in minutes."""
    g.personal = True
    kept = browser.get("receipt")
    if not kept or datetime.fromisoformat(kept["until"]) <= web.now():
        browser.pop("receipt", None)
        raise Ended
    consultation = listing.find(db.session(), kept["slug"], web.now())
    address = web.whole_url("voting.receipt", slug=kept["slug"], tracker=kept["tracker"])
    found = vote_session()
    held = guarded.own(consultation, found.held.subject) if found else None
    return web.render("voting/paper/done.html", consultation=consultation, kept=kept, held=held,
                      address=address, picture=picture(address),
                      demonstration=consultation.demonstration)  # fmt: skip


@bp.post("/paper/end")
@web.untimed
@web.public
def leave() -> Response:
    """End the vote session; whoever comes next finds nothing of it."""
    token, kept = cookie(), browser.pop("receipt", None)
    found = passes.find(db.session(), token, web.now())
    with db.transaction() as session:
        passes.end(session, token)
    answer = web.see_other(_after(found.held if found else None, kept))
    answer.delete_cookie(cookie_name(), path="/", httponly=True, samesite="Lax",
                         secure=current_app.config["SECURE"])  # fmt: skip
    flash(gettext("The vote session is over. Nothing of it is left on this device."), "success")
    return answer


def _after(held: Pass | None, kept: Any) -> str:
    """At a desk the next page is the operator's; elsewhere the front page."""
    at_desk = (held and held.vouched) or (kept and kept["desk"])
    return url_for("voting_paper.desk") if at_desk else url_for("house.home")
