"""Pages of the vote: the ballot and its review."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from flask import Response, flash, request, url_for
from flask import session as browser
from pydantic import Field

from portal import db, web
from portal.accounts import identity
from portal.accounts.access import current_sign_in, requires
from portal.accounts.identity import Subject
from portal.accounts.models import Account
from portal.consultations import listing, phases, standing
from portal.consultations.models import Consultation, ConsultationOption
from portal.forms import Form, read
from portal.i18n import gettext
from portal.voting import ballots, marking, offers, receipts
from portal.voting.ballots import Offer, Sent

bp = web.room("voting", __name__)


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
    consultation, options = listing.find_with_options(db.session(), slug, web.now())
    subject = identity.subject_of(account, sign_in)
    ballots.admit(consultation, subject, web.now())
    standing.admit(consultation)
    return Booth(consultation, options, offers.offer(consultation, options), subject)


@bp.get("/consultations/<slug>/vote")
@web.untimed
@requires("vote")
def vote(slug: str, account: Account) -> Response:
    """The ballot."""
    booth = _enter(slug, account)
    return web.render("voting/vote.html", **_page(BallotPage(booth, secrets.token_urlsafe(16))))


@bp.post("/consultations/<slug>/vote")
@web.untimed
@requires("vote")
def cast(slug: str, account: Account) -> Response:
    """Review a ballot, or with `confirm=1` cast it and show its receipt."""
    booth = _enter(slug, account)
    web.redisplay("voting/vote.html", **_page(_as_sent(booth)))
    form = read(BallotForm)
    sent = _sent(form)
    if form.edit:
        return web.render("voting/vote.html", **_page(_as_sent(booth)))
    if form.confirm != "1":
        ballots.check(booth.offer, sent)
        return web.render("voting/review.html", **_review(booth, sent))
    receipt = ballots.cast(booth.consultation, booth.offer, booth.subject, sent, now=web.now())
    if receipt.other_choice:
        flash(gettext("This form had been sent before with another choice, which stands. "
                      "To change your vote, open the ballot again."), "warning")  # fmt: skip
    return web.see_other(
        url_for("voting.receipt", slug=slug, tracker=receipts.written(receipt.tracker))
    )


def _sent(form: BallotForm) -> Sent:
    attributes = {"district": form.district} if form.district else {}
    return Sent(form.idempotency_key, tuple(form.choice), tuple(form.reason), attributes, _marks())


def _marks() -> tuple[tuple[str, str], ...]:
    """The fields of the other rules, each as often as it was sent."""
    return tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name.startswith(marking.FIELDS)
    )


def _as_sent(booth: Booth) -> "BallotPage":
    """The ballot with what was sent, whatever it was."""
    return BallotPage(
        booth,
        request.form.get("idempotency_key", "")[:200] or secrets.token_urlsafe(16),
        request.form.getlist("choice")[:50],
        request.form.getlist("reason")[:50],
        {"district": request.form.get("district", "")},
    )


@dataclass(frozen=True)
class BallotPage:
    """What the ballot's page shows, gathered only when it is drawn."""

    booth: Booth
    key: str
    chosen: Sequence[str] = ()
    reasons: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def consultation(self) -> Consultation:
        """What is voted on."""
        return self.booth.consultation

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The options in this browser's order."""
        seed = browser.setdefault("order", secrets.token_urlsafe(9))
        return offers.cards(self.consultation, self.booth.options, seed)

    @property
    def reason_options(self) -> list[dict[str, str]]:
        """The reasons one may name."""
        known = offers.reasons(self.consultation)
        return [{"value": id, "label": name} for id, name in known.items()]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The optional questions about the voter."""
        return offers.questions(self.consultation)

    @property
    def voted(self) -> bool:
        """Whether there is a vote that this one would replace."""
        return ballots.voted(self.consultation, self.booth.subject) is not None


def _page(ballot: BallotPage) -> dict[str, Any]:
    return {
        "ballot": ballot,
        "consultation": ballot.consultation,
        "demonstration": ballot.consultation.demonstration,
        "foreign": phases.foreign,
        "most_reasons": ballots.MOST_REASONS,
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
