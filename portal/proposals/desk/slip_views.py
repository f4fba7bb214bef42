"""Pages: what the code on a slip opens, and what may be done with it."""

from typing import Annotated, Any

from flask import Response, flash, request, url_for
from pydantic import Field

from portal import db, forms, web
from portal.accounts.access import requires
from portal.accounts.codes import network_of
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form
from portal.i18n import N_, gettext
from portal.proposals import labels, lifecycle, pages
from portal.proposals.comments import saying
from portal.proposals.comments.models import Comment
from portal.proposals.desk import assisted, guesses, spoken
from portal.proposals.desk.views import secret
from portal.proposals.models import Proposal
from portal.proposals.views import bp
from portal.proposals.words import excerpt
from portal.proposals.writing.draft import Reason

SLIP = "/slip"
PAGE = "proposals/slip_code.html"


class CodeForm(Form):
    """The code on a slip."""

    code: Annotated[str, Field(title=N_("Code"), max_length=40)] = ""


class BackForm(CodeForm):
    """The code, and why the proposal is taken back."""

    reason: Reason


@bp.get(SLIP)
@web.public
def slip() -> Response:
    """Where the code of a slip is typed."""
    return web.render(PAGE, found=None)


@bp.post(SLIP)
@web.public
def slip_open() -> Response:
    """What a slip's code belongs to, and what may be done with it."""
    web.redisplay(PAGE, found=None)
    form = forms.read(CodeForm)
    return web.render(PAGE, **_opened(form.code, _find(form.code)))


def _find(typed: str) -> Proposal | Comment:
    with guesses.counted(network_of(request.remote_addr or ""), web.now()):
        comment = spoken.find(db.session(), typed, secret())
        return comment or assisted.find(db.session(), typed, secret())[1]


def _opened(code: str, thing: Proposal | Comment) -> dict[str, Any]:
    spoken_words = isinstance(thing, Comment)
    found = {
        "title": excerpt(thing.body, 80) if isinstance(thing, Comment) else thing.title,
        "lang": thing.language,
        "url": _address(thing),
        "badge": None if isinstance(thing, Comment) else labels.state_badge(thing.state),
    }
    withdrawable = spoken_words or thing.state in lifecycle.WITHDRAWABLE
    return {"found": found, "code": code, "comment": spoken_words, "withdrawable": withdrawable}


def _address(thing: Proposal | Comment) -> str:
    """The page of a proposal, or of the place in its talk."""
    session = db.session()
    of = thing.proposal_id if isinstance(thing, Comment) else thing.id
    proposal = session.get_one(Proposal, of)
    consultation = session.get_one(Consultation, proposal.consultation_id)
    page = pages.address(consultation, of)
    if not isinstance(thing, Comment):
        return page
    talk = url_for(".talk", slug=consultation.slug, proposal_id=of, comment=thing.id)
    return f"{talk}#comment-{thing.id}"


@bp.post(f"{SLIP}/withdrawal")
@web.public
def slip_withdraw() -> Response:
    """Take a proposal back, which stays readable with the reason; or the words of a comment."""
    typed = request.form.get("code", "")[:40]
    thing = _find(typed)
    web.redisplay(PAGE, **_opened(typed, thing))
    if isinstance(thing, Comment):
        return _take_words_back(typed)
    form = forms.read(BackForm)
    with db.transaction() as session:
        proposal = assisted.withdraw(session, form.code, form.reason, secret=secret(),
                                     now=web.now())  # fmt: skip
    flash(gettext("The proposal is withdrawn. It stays readable, with your reason."), "success")
    return web.see_other(_address(proposal))


def _take_words_back(typed: str) -> Response:
    with db.transaction() as session:
        comment = spoken.find(session, typed, secret())
        if comment is None:  # a second press
            raise assisted.UnknownCode
        page = _address(session.get_one(Proposal, comment.proposal_id))
        saying.take_away(session, comment)
    flash(gettext("The comment is removed."), "success")
    return web.see_other(page)


@bp.post(f"{SLIP}/account")
@requires("propose")
def slip_take_over(account: Account) -> Response:
    """Make the proposal or the comment one's own."""
    web.redisplay(PAGE, found=None)
    form = forms.read(CodeForm)
    _find(form.code)
    with db.transaction() as session:
        comment = spoken.find(session, form.code, secret())
        if comment is not None:
            spoken.take_over(session, comment, account, now=web.now())
            said, page = gettext("This comment is yours now."), _address(comment)
        else:
            proposal = assisted.take_over(session, form.code, account, secret=secret(),
                                          now=web.now())  # fmt: skip
            said = gettext("This proposal is yours now: you find it in your account.")
            page = _address(proposal)
    flash(said, "success")
    return web.see_other(page)
