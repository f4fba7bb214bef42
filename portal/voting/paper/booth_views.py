"""The door for codes, and the vote behind it: a session of its own, with no account in it."""

from datetime import timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from flask import Response, current_app, g, make_response, redirect, request, url_for
from flask import session as browser
from pydantic import Field
from sqlmodel import col

from portal import db, web
from portal.accounts.identity import Subject
from portal.consultations import listing
from portal.consultations.models import Consultation
from portal.forms import Form, read
from portal.i18n import N_
from portal.refusal import NotFound
from portal.voting.box import receipts
from portal.voting.box.receipts import Receipt
from portal.voting.box.writer import Vouched
from portal.voting.casting import ballots, offers, pages
from portal.voting.casting.pages import Booth
from portal.voting.casting.views import KeepForm, confirmed, must_be_seen
from portal.voting.guard import entrance
from portal.voting.paper import demonstration, handover, passes, printing, redeeming
from portal.voting.paper.passes import Ended, Open
from portal.voting.paper_models import PaperKind, PaperSlip

bp = web.room("voting_paper", __name__)
machine = web.machine("voting_paper", __name__)
SHOWN = timedelta(minutes=5)  # so long a receipt stays on a device that others use


class CodeForm(Form):
    """The code on a slip."""

    code: Annotated[str, Field(title=N_("Code"), max_length=80)] = ""


@machine.get("/paper")
@web.public
def door() -> Response:
    """The short address printed on slips; browsers keep what stands behind the #."""
    code = request.accept_languages.best_match(current_app.config["LANGUAGES"])
    lang = code or current_app.config["LANGUAGES"][0]
    answer = make_response(redirect(url_for("voting_paper.enter", lang=lang), 302))
    answer.vary.add("Accept-Language")
    return answer


@bp.get("/paper")
@web.untimed
@web.public
def enter() -> Response:
    """Where a code is typed; a scanned one fills itself in."""
    return web.render("voting/paper/enter.html", **_door())


def _door() -> dict[str, Any]:
    examples = demonstration.examples() if current_app.config["DEMO"] else []
    return {"examples": examples, "demonstration": bool(examples)}


@bp.get("/paper/example.pdf")
@web.public
def example() -> Response:
    """A sheet of the demonstration, to be looked at and tried."""
    found = _door()["examples"]
    if not found:
        raise NotFound
    consultation, options = listing.find_with_options(db.session(), demonstration.SLUG, web.now())
    content = printing.printed(consultation, options, PaperKind.CODES, demonstration.codes_made(),
                               label=demonstration.LABEL, until=consultation.closes_at)  # fmt: skip
    return Response(content, mimetype="application/pdf")


@bp.post("/paper")
@web.untimed
@web.public
def redeem() -> Response:
    """Open a vote session with a code."""
    web.redisplay("voting/paper/enter.html", **_door())
    typed, now = read(CodeForm).code, web.now()
    network, carried = request.remote_addr or "", handover.read(typed)
    held = redeeming.carried(carried, network, now=now) if carried else \
        redeeming.redeem(typed, network, now=now)  # fmt: skip
    consultation = db.session().get_one(Consultation, held.consultation_id)
    ballots.admit(consultation, held.subject, now)
    with db.transaction() as session:
        token = passes.begin(session, held, now)
    return hand_over(token, consultation)


# --- the session's cookie -------------------------------------------------------------------


def cookie_name() -> str:
    """The vote session's cookie; the account's is another one."""
    return "__Host-booth" if current_app.config["SECURE"] else "booth"


def hand_over(token: str, consultation: Consultation) -> Response:
    """Give the browser a vote session and lead to its ballot."""
    browser.pop("receipt", None)
    answer = web.see_other(url_for("voting_paper.vote", slug=consultation.slug))
    answer.set_cookie(cookie_name(), token, httponly=True, samesite="Lax", path="/",
                      secure=current_app.config["SECURE"])  # fmt: skip
    return answer


def cookie() -> str:
    """The vote session's key, as the browser sent it."""
    g.personal = True  # such a page is never kept, neither by the browser nor on the way
    token = request.cookies.get(cookie_name(), "")
    return token if 20 <= len(token) <= 100 else ""


def vote_session() -> Open | None:
    """The vote session of this browser."""
    return passes.find(db.session(), cookie(), web.now())


def _booth(slug: str, found: Open) -> Booth:
    consultation, options = listing.find_with_options(db.session(), slug, web.now())
    if consultation.id != found.held.consultation_id:
        raise Ended
    address = url_for("voting_paper.vote", slug=slug)
    return Booth(consultation, options, offers.offer(consultation, options), found.held.subject,
                 address, found.seed)  # fmt: skip


# --- ballot and receipt ---------------------------------------------------------------------


@bp.get("/consultations/<slug>/booth")
@web.untimed
@web.public
def vote(slug: str) -> Response:
    """The ballot of a vote session; after the vote, its receipt."""
    found = vote_session()
    if found is None:
        raise Ended
    if found.spent:
        return web.see_other(url_for("voting_paper.done"))
    booth = _booth(slug, found)
    ballots.admit(booth.consultation, booth.subject, web.now())
    return web.render("voting/vote.html", **pages.context(pages.new(booth)))


@bp.post("/consultations/<slug>/booth")
@web.untimed
@web.public
def cast(slug: str) -> Response:
    """Review a ballot, or cast it; the session takes one vote, however often its form is sent."""
    found = vote_session()
    if found is None:
        raise Ended
    form = request.form.get("idempotency_key", "")
    if found.spent and found.spent != passes.form_name(cookie(), form):
        raise Ended
    booth = _booth(slug, found)
    ballots.admit(booth.consultation, booth.subject, web.now())
    by = found.held.vouched
    door = None if by else entrance.door(booth.subject, _batch(booth.subject))
    sent = confirmed(booth)
    if isinstance(sent, Response):
        return sent
    receipt = ballots.cast(booth.consultation, booth.offer, booth.subject, sent, now=web.now(),
                           vouched=by, door=door)  # fmt: skip
    return _voted(slug, receipt, form, by)


@bp.post("/consultations/<slug>/booth/keep")
@web.untimed
@web.public
def keep(slug: str) -> Response:
    """Confirm one's vote after figures changed, without saying or seeing what it was."""
    found = vote_session()
    if found is None:
        raise Ended
    form = read(KeepForm)
    if found.spent and found.spent != passes.form_name(cookie(), form.idempotency_key):
        raise Ended
    booth, by = _booth(slug, found), found.held.vouched
    must_be_seen(booth, form.edition)
    receipt = ballots.keep(booth.consultation, booth.offer, booth.subject, form.idempotency_key,
                           now=web.now(), vouched=by)  # fmt: skip
    return _voted(slug, receipt, form.idempotency_key, by)


def _voted(slug: str, receipt: Receipt, form: str, by: Vouched | None) -> Response:
    with db.transaction() as session:
        passes.spend(session, cookie(), form)
    browser["receipt"] = {
        "slug": slug, "tracker": receipts.written(receipt.tracker),
        "desk": by is not None, "final": bool(by and by.final),
        "until": (web.now() + SHOWN).isoformat(),
    }  # fmt: skip
    return web.see_other(url_for("voting_paper.done"))


def _batch(subject: Subject) -> str:
    """The batch of the slip somebody votes with."""
    serial = subject.value.partition(":")[2]
    query = sa.select(col(PaperSlip.batch_id)).where(col(PaperSlip.serial) == serial)
    return str(db.session().scalar(query) or "")
