"""Pages: supporting a proposal, taking it back, withdrawing one's own, reporting another's."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, flash, url_for
from pydantic import BeforeValidator, Field

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form, read
from portal.i18n import gettext
from portal.news import telling
from portal.proposals import beside, lifecycle, pages, told, unseen
from portal.proposals.models import ReportReason, State
from portal.proposals.views import HERE, at, bp, supporting, whole
from portal.proposals.words import clean
from portal.proposals.writing.draft import Reason


class WithdrawForm(Form):
    """Why the author takes a proposal back."""

    reason: Reason


class ReportForm(Form):
    """What is wrong with a proposal."""

    about: ReportReason
    note: Annotated[str, Field(max_length=500), BeforeValidator(clean)] = ""


@bp.post(f"{HERE}/<uuid:proposal_id>/supports")
@requires("support")
def support(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Add the reader's support and show the new count."""
    return _change_support(slug, proposal_id, account, lifecycle.support)


@bp.post(f"{HERE}/<uuid:proposal_id>/supports/removal")
@requires("support")
def unsupport(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Take the reader's support back and show the new count."""
    return _change_support(slug, proposal_id, account, lifecycle.unsupport)


def _change_support(slug: str, proposal_id: UUID, account: Account, verb: Any) -> Response:
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", "proposals/_support.html", **whole(consultation, proposal))
    with db.transaction() as session:
        verb(session, consultation, proposal, account, now=web.now())
    return web.changed(
        "proposals/_support.html",
        pages.address(consultation, proposal.id),
        refusal=None,
        **supporting(consultation, proposal, account),
    )


@bp.post(f"{HERE}/<uuid:proposal_id>/withdrawal")
@requires("propose")
def withdraw(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Take one's own proposal back."""
    consultation, proposal = at(slug, proposal_id)
    if proposal.state is State.WAITING:
        return _taken_back(consultation, proposal_id, account)
    web.redisplay("proposals/show.html", opened="withdraw", **whole(consultation, proposal))
    form = read(WithdrawForm)
    with db.transaction() as session:
        lifecycle.withdraw(session, proposal, account, form.reason, now=web.now())
    flash(gettext("Your proposal is withdrawn. It stays readable, with your reason."), "success")
    return web.see_other(pages.address(consultation, proposal.id))


def _taken_back(consultation: Consultation, proposal_id: UUID, account: Account) -> Response:
    with db.transaction() as session:
        unseen.take_back(session, proposal_id, account)
    flash(gettext("Your proposal is withdrawn. Nothing of it stays here."), "success")
    return web.see_other(url_for("proposals.index", slug=consultation.slug))


@bp.post(f"{HERE}/<uuid:proposal_id>/reports")
@requires("support")
def report(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Tell the community managers that a proposal needs a look."""
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", opened="report", **whole(consultation, proposal))
    form = read(ReportForm)
    with db.transaction() as session:
        lifecycle.report(session, proposal, account, form.about, form.note, now=web.now())
    flash(gettext("Thank you. A community manager will look at this proposal."), "success")
    return web.see_other(pages.address(consultation, proposal.id))


@bp.post(f"{HERE}/<uuid:proposal_id>/follows")
@requires("account")
def follow(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Hear from now on what happens to a proposal."""
    return _change_following(slug, proposal_id, account, on=True)


@bp.post(f"{HERE}/<uuid:proposal_id>/follows/removal")
@requires("account")
def unfollow(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Hear no more of a proposal."""
    return _change_following(slug, proposal_id, account, on=False)


def _change_following(slug: str, proposal_id: UUID, account: Account, *, on: bool) -> Response:
    consultation, proposal = at(slug, proposal_id)
    now = web.now()
    with db.transaction() as session:
        if on:
            lifecycle.must_allow("follow", consultation, now)
            telling.follow(session, account.id, told.KIND, proposal.id, now=now)
        else:
            telling.unfollow(session, account.id, told.KIND, proposal.id)
    page = pages.address(consultation, proposal.id)
    if not web.wants_fragment():
        words = (
            gettext("You follow this proposal now.") if on else gettext("You follow it no more.")
        )
        flash(words, "success")
    facts = beside.following(consultation, proposal, account)
    return web.changed("proposals/_follow.html", page, page_url=page, **facts)
