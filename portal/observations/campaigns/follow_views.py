"""Following campaigns: to hear when one opens."""

from typing import Annotated

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, read
from portal.i18n import gettext
from portal.news import telling
from portal.observations.campaigns import telling as campaign_news
from portal.observations.campaigns.telling import KIND, NEW
from portal.observations.views import bp


class FollowForm(Form):
    """Whether to follow (the usual) or to stop."""

    stop: Annotated[str, Field(max_length=1)] = ""


@bp.post("/observations/follow")
@requires("account")
def follow(account: Account) -> Response:
    """Hear of every campaign that opens, or no more."""
    form, now = read(FollowForm), web.now()
    with db.transaction() as session:
        if form.stop:
            telling.unfollow(session, account.id, KIND, NEW)
        else:
            telling.follow(session, account.id, KIND, NEW, now=now)
    done = gettext("You follow this now. How often you hear of it you choose in your account.")
    flash(gettext("You do not follow this any more.") if form.stop else done, "success")
    return web.changed(
        "observations/_follow.html", url_for(".index"), follow=campaign_news.button(not form.stop)
    )
