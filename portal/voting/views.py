"""Pages of the vote: the ballot, its review, the receipt, find my vote."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Response, current_app, flash, request, url_for
from flask import session as browser
from pydantic import Field

from portal import db, forms, web
from portal.accounts import identity
from portal.accounts.access import current_account, current_sign_in, requires
from portal.accounts.identity import Subject
from portal.accounts.models import Account
from portal.consultations import listing, phases
from portal.consultations.models import Consultation, ConsultationOption
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.refusal import Refusal
from portal.voting import ballots, offers, receipts
from portal.voting.ballots import Offer, Sent

bp = web.room("voting", __name__)

OTHER_RULES = ("score.", "rank.", "grade.", "fund.")


class UnknownTracker(Refusal):
    """No ballot has this number."""

    status = 404
    title = N_("No vote with this number")
    message = N_(
        "There is no vote with this number in this consultation. Check the number on your receipt: "
        "it has twelve letters and digits, like 7QK3-92MF-XA8D."
    )


class BallotForm(Form):
    """A ballot as it is sent."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)]
    choice: list[str] = []
    reason: list[str] = []
    district: str = ""
    confirm: str = ""
    edit: str = ""


@dataclass(frozen=True)
class Booth:
    """What every step of a vote needs."""

    consultation: Consultation
    options: list[ConsultationOption]
    offer: Offer
    subject: Subject


def _enter(slug: str, account: Account) -> Booth:
    """The booth of a consultation that takes this person's vote now; refuses otherwise."""
    sign_in = current_sign_in()
    assert sign_in is not None
    consultation = listing.find(db.session(), slug, web.now())
    subject = identity.subject_of(account, sign_in)
    ballots.admit(consultation, subject, web.now())
    options = listing.options_of(db.session(), consultation)
    return Booth(consultation, options, offers.offer(consultation, options), subject)


@bp.get("/consultations/<slug>/vote")
@web.untimed
@requires("vote")
def vote(slug: str, account: Account) -> Response:
    """The ballot."""
    booth = _enter(slug, account)
    return web.render("voting/vote.html", **_ballot(booth, key=secrets.token_urlsafe(16)))


@bp.post("/consultations/<slug>/vote")
@web.untimed
@requires("vote")
def cast(slug: str, account: Account) -> Response:
    """Review a ballot, or with `confirm=1` cast it and show its receipt."""
    booth = _enter(slug, account)
    web.redisplay("voting/vote.html", **_ballot(booth, **_as_sent()))
    form = read(BallotForm)
    sent = _sent(form)
    if form.edit:
        return web.render("voting/vote.html", **_ballot(booth, **_as_sent()))
    if form.confirm != "1":
        ballots.check(booth.offer, sent)
        return web.render("voting/review.html", **_review(booth, sent))
    receipt = ballots.cast(booth.consultation, booth.offer, booth.subject, sent, now=web.now())
    if receipt.other_choice:
        flash(gettext("This form had been sent before with another choice, which stands. "
                      "To change your vote, open the ballot again."), "warning")  # fmt: skip
    return web.see_other(url_for(".receipt", slug=slug, tracker=receipts.written(receipt.tracker)))


def _sent(form: BallotForm) -> Sent:
    attributes = {"district": form.district} if form.district else {}
    others = tuple(name for name in request.form if name.startswith(OTHER_RULES))
    return Sent(form.idempotency_key, tuple(form.choice), tuple(form.reason), attributes, others)


def _as_sent() -> dict[str, Any]:
    """What to show again, whatever was sent."""
    return {
        "key": request.form.get("idempotency_key", "")[:200] or secrets.token_urlsafe(16),
        "chosen": request.form.getlist("choice")[:50],
        "reasons": request.form.getlist("reason")[:50],
        "answers": {"district": request.form.get("district", "")},
    }


def _ballot(booth: Booth, **sent: Any) -> dict[str, Any]:
    consultation = booth.consultation
    seed = browser.setdefault("order", secrets.token_urlsafe(9))
    return {
        "consultation": consultation,
        "demonstration": consultation.demonstration,
        "cards": offers.cards(consultation, booth.options, seed),
        "reason_options": [
            {"value": id, "label": name} for id, name in offers.reasons(consultation).items()
        ],
        "most_reasons": ballots.MOST_REASONS,
        "questions": offers.questions(consultation),
        "voted": ballots.voted(consultation, booth.subject) is not None,
        "foreign": phases.foreign,
        "chosen": [],
        "reasons": [],
        "answers": {},
        **sent,
    }


def _review(booth: Booth, sent: Sent) -> dict[str, Any]:
    named = offers.titles(booth.options)
    why = offers.reasons(booth.consultation)
    return {
        "consultation": booth.consultation,
        "demonstration": booth.consultation.demonstration,
        "foreign": phases.foreign,
        "sent": sent,
        "choice": [title for key, title in named.items() if key in sent.choice],
        "reasons": [why[id] for id in sent.reasons],
        "answers": [
            {"label": gettext(offers.ATTRIBUTES[name]), "value": offers.value_name(name, value)}
            for name, value in sent.attributes.items()
        ],
        "voted": ballots.voted(booth.consultation, booth.subject) is not None,
    }


# --- after the vote -------------------------------------------------------------------------


class TrackerForm(Form):
    """The number on a receipt."""

    tracker: str = ""


@bp.get("/consultations/<slug>/receipt")
@web.untimed
@web.public
def find(slug: str) -> Response:
    """Find my vote: by the number on the receipt."""
    consultation = listing.find(db.session(), slug, web.now())
    given = forms.query(TrackerForm).tracker
    if not given:
        return web.render("voting/find.html", **_about(consultation))
    _must_find(consultation, given)
    tracker = receipts.written(receipts.read(given) or "")
    return web.see_other(url_for(".receipt", slug=slug, tracker=tracker))


@bp.get("/consultations/<slug>/receipt/<tracker>")
@web.untimed
@web.public
def receipt(slug: str, tracker: str) -> Response:
    """That a vote is in the box, never what it says."""
    consultation = listing.find(db.session(), slug, web.now())
    found = _must_find(consultation, tracker)
    written = receipts.written(found.tracker)
    if written != tracker:
        return web.see_other(url_for(".receipt", slug=slug, tracker=written))
    page = url_for(".receipt", slug=slug, tracker=written)
    return web.render(
        "voting/receipt.html",
        **_about(consultation),
        found=found,
        tracker=written,
        address=current_app.config["BASE_URL"] + page,
        picture=_picture(current_app.config["BASE_URL"] + page),
    )


def _about(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "demonstration": consultation.demonstration,
        "phase": consultation.phase(web.now()).value,
        "foreign": phases.foreign,
    }


def _must_find(consultation: Consultation, given: str) -> ballots.Found:
    web.redisplay("voting/find.html", **_about(consultation))
    tracker = receipts.read(given)
    found = ballots.find(consultation, tracker, reader_subject()) if tracker else None
    if found is None:
        raise UnknownTracker
    return found


def reader_subject() -> Subject | None:
    """The reader as ballot boxes know them; None for a visitor."""
    account, sign_in = current_account(), current_sign_in()
    return identity.subject_of(account, sign_in) if account and sign_in else None


def _picture(address: str) -> str:
    """A QR code as a picture's address."""
    import segno  # only receipts need it

    code = segno.make(address, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=2))
