"""Following a consultation, or every new one."""

from typing import Annotated

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import abilities, following, lifecycle, listing
from portal.consultations.telling import KIND, NEW
from portal.consultations.views import bp
from portal.forms import Form, read
from portal.i18n import gettext
from portal.news import telling


class FollowForm(Form):
    """Whether to follow (the usual) or to stop."""

    stop: Annotated[str, Field(max_length=1)] = ""


@bp.post("/consultations/<slug>/follow")
@requires("account")
def follow(slug: str, account: Account) -> Response:
    """Hear of what happens in a consultation, or no more."""
    form, now = read(FollowForm), web.now()
    with db.transaction() as session:
        consultation = listing.find(session, slug, now)
        if not abilities.open_now("follow", consultation, now):
            raise lifecycle.WrongPhase
        _set(account, str(consultation.id), bool(form.stop))
    page = url_for(".show", slug=slug)
    flash(_said(bool(form.stop)), "success")
    return web.changed(
        "consultations/_follow.html", page, follow=following.button(consultation, account, now)
    )


@bp.post("/consultations/follow")
@requires("account")
def follow_new(account: Account) -> Response:
    """Hear of every new consultation, or no more."""
    form = read(FollowForm)
    with db.transaction():
        _set(account, NEW, bool(form.stop))
    flash(_said(bool(form.stop)), "success")
    return web.changed(
        "consultations/_follow.html", url_for(".index"), follow=following.button_for_new(account)
    )


def _set(account: Account, ref: str, stop: bool) -> None:
    session, now = db.session(), web.now()
    if stop:
        telling.unfollow(session, account.id, KIND, ref)
    else:
        telling.follow(session, account.id, KIND, ref, now=now)


def _said(stop: bool) -> str:
    if stop:
        return gettext("You do not follow this any more.")
    return gettext("You follow this now. How often you hear of it you choose in your account.")
