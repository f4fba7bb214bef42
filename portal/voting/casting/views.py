"""Pages of the vote: the ballot and its review."""

from typing import Annotated

from flask import Response, flash, url_for
from pydantic import Field

from portal import web
from portal.accounts import identity
from portal.accounts.access import current_sign_in, requires
from portal.accounts.models import Account
from portal.consultations import standing
from portal.forms import Form, read
from portal.i18n import gettext
from portal.voting.box import receipts, writer
from portal.voting.casting import ballots, known, offers, pages
from portal.voting.casting.ballots import Sent
from portal.voting.casting.pages import Booth
from portal.voting.guard import entrance

bp = web.room("voting", __name__)


class BallotForm(Form):
    """A ballot as it is sent."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)]
    choice: list[str] = []
    reason: list[str] = []
    district: str = ""
    age_band: str = ""
    edition: str = ""
    confirm: str = ""
    edit: str = ""


def _enter(slug: str, account: Account) -> Booth:
    """The booth of a consultation that takes this person's vote now; refuses otherwise."""
    sign_in = current_sign_in()
    assert sign_in is not None
    consultation, options = known.find_with_options(slug, web.now())
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
    return web.render("voting/vote.html", **pages.context(pages.new(booth)))


@bp.post("/consultations/<slug>/vote")
@web.untimed
@requires("vote")
def cast(slug: str, account: Account) -> Response:
    """Review a ballot, or with `confirm=1` cast it and show its receipt."""
    booth = _enter(slug, account)
    door = entrance.door(booth.subject)  # before this very page draws a ballot
    sent = confirmed(booth)
    if isinstance(sent, Response):
        return sent
    receipt = ballots.cast(booth.consultation, booth.offer, booth.subject, sent, now=web.now(),
                           door=door)  # fmt: skip
    if receipt.other_choice:
        flash(gettext("This form had been sent before with another choice, which stands. "
                      "To change your vote, open the ballot again."), "warning")  # fmt: skip
    return web.see_other(
        url_for("voting.receipt", slug=slug, tracker=receipts.written(receipt.tracker))
    )


def confirmed(booth: Booth) -> Sent | Response:
    """The posted ballot once it is confirmed; before that, the review or the ballot again."""
    ballot = pages.context(pages.as_sent(booth))
    web.redisplay("voting/vote.html", **ballot)
    form = read(BallotForm)
    sent = _sent(form)
    if form.edit:
        return web.render("voting/vote.html", **ballot)
    must_be_seen(booth, form.edition)
    if form.confirm == "1" and entrance.door(booth.subject) is None:
        return sent
    review = pages.review(booth, sent, ballots.check(booth.offer, sent))
    if form.confirm != "1":
        return web.render("voting/review.html", **review)
    web.redisplay("voting/review.html", **review)  # a minute may still have to pass
    return sent


def must_be_seen(booth: Booth, edition: str) -> None:
    """Refuse a ballot whose page showed other versions of packages; one sent by a program may pass.

    What was chosen then is shown again, beside the figures as they are now.
    """
    if edition and edition != booth.offer.edition:
        raise writer.OtherFigures


class KeepForm(Form):
    """That one's choice stands though figures changed."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)]
    edition: str = ""


@bp.post("/consultations/<slug>/vote/keep")
@web.untimed
@requires("vote")
def keep(slug: str, account: Account) -> Response:
    """Confirm one's vote after figures changed, without saying or seeing what it was."""
    booth = _enter(slug, account)
    form = read(KeepForm)
    must_be_seen(booth, form.edition)
    receipt = ballots.keep(
        booth.consultation, booth.offer, booth.subject, form.idempotency_key, now=web.now()
    )
    flash(gettext("Your choice stands, now on the new figures. This is its new check number."),
          "success")  # fmt: skip
    return web.see_other(
        url_for("voting.receipt", slug=slug, tracker=receipts.written(receipt.tracker))
    )


def _sent(form: BallotForm) -> Sent:
    said = {"district": form.district, "age_band": form.age_band}
    attributes = {name: value for name, value in said.items() if value}
    return Sent(
        form.idempotency_key, tuple(form.choice), tuple(form.reason), attributes,
        pages.sent_marks(),
    )  # fmt: skip
