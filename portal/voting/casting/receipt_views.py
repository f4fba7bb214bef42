"""After the vote: the receipt and “find my vote”. Neither ever shows a choice."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, url_for

from portal import db, forms, web
from portal.accounts import identity
from portal.accounts.access import current_account, current_sign_in
from portal.accounts.identity import Subject
from portal.consultations import following, listing, phases
from portal.consultations.models import Consultation, Phase
from portal.forms import Form
from portal.i18n import N_, gettext
from portal.refusal import Refusal
from portal.voting.box import boxes, envelope, receipts
from portal.voting.casting import ballots, changed
from portal.voting.casting.views import bp
from portal.voting.guard import pages as guarded
from portal.voting.log import keeping


class UnknownTracker(Refusal):
    """No ballot has this number."""

    status = 404
    title = N_("No vote with this number")
    message = N_(
        "There is no vote with this number in this consultation. Check the number on your receipt: "
        "it has twelve letters and digits, like 7QK3-92MF-XA8D."
    )


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
    address = web.whole_url(".receipt", slug=slug, tracker=written)
    place = keeping.folder_of(consultation).find(receipts.digits(found.tracker))
    return web.render(
        "voting/receipt.html",
        **_about(consultation),
        found=found,
        tracker=written,
        address=address,
        picture=picture(address),
        place=place[0] if place else None,
        size=keeping.folder_of(consultation).size(),
        mail=_mail(written, address),
        **_changes(consultation, found),
        held=guarded.own(consultation, reader_subject()) if found.own and found.latest else None,
    )


def _changes(consultation: Consultation, found: ballots.Found) -> dict[str, Any]:
    """What changed since the vote: to its voter with a way to confirm it, to others as it is."""
    account, now = current_account(), web.now()
    own = found.own and found.latest and consultation.phase(now) is Phase.OPEN
    commitment = envelope.commitment(boxes.of(consultation.id), found.tracker)
    return {
        "paused": consultation.paused_at is not None,
        "changed": changed.of(consultation, reader_subject()) if own else None,
        "since": changed.since(consultation, commitment) if commitment and not found.own else [],
        "follow": following.button(consultation, account, now),
    }


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


def _mail(tracker: str, address: str) -> str:
    """The address of a letter to oneself: it is written and sent without us, so we keep nothing."""
    subject = gettext("My vote: check number %(tracker)s", tracker=tracker)
    text = gettext("With this number I can find my vote: %(tracker)s", tracker=tracker)
    body = f"{text}\n{address}"
    return "mailto:?" + urlencode({"subject": subject, "body": body}, quote_via=quote)


def picture(address: str) -> str:
    """A QR code as a picture's address."""
    import segno  # only receipts need it

    code = segno.make(address, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=2))
