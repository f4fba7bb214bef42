"""One's own news: to read, to choose, to stop from a message without signing in."""

import secrets
from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app, flash, g, request, url_for
from flask import session as browser
from pydantic import Field, create_model

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.accounts.views import EmailForm
from portal.forms import Form, read
from portal.i18n import gettext
from portal.news import address, audiences, choices, pages, telling
from portal.news.models import Pace
from portal.refusal import NotFound

bp = web.room("news", __name__)


class FollowForm(Form):
    """What to do with one of the things one follows."""

    kind: Annotated[str, Field(max_length=24)]
    ref: Annotated[str, Field(max_length=80)]
    act: Annotated[str, Field(pattern="^(mute|unmute|unfollow)$")]


class ContactCodeForm(Form):
    """The code that came to the address for news."""

    code: Annotated[str, Field(min_length=6, max_length=20)]


def _choices_form() -> type[Form]:
    """The form of paces: a field for each topic that can be chosen."""
    fields: dict[str, Any] = {
        f"pace_{topic.key}": (Pace | None, Field(None, alias=f"pace.{topic.key}"))
        for topic in telling.topics()
        if not topic.at_once
    }
    fields["district"] = (str, Field("", max_length=40))
    return create_model("ChoicesForm", __base__=Form, **fields)


def _again(account: Account) -> None:
    web.redisplay("news/show.html", **pages.page(db.session(), account))


@bp.get("/account/news")
@requires("account")
def show(account: Account) -> Response:
    """What there is to read, what one follows, and how often messages come."""
    return web.render("news/show.html", **pages.page(db.session(), account))


@bp.post("/account/news")
@requires("account")
def choose(account: Account) -> Response:
    """Choose how often to hear of each topic."""
    _again(account)
    form = read(_choices_form())
    wanted: dict[str, Pace] = {
        name.removeprefix("pace_"): pace
        for name, pace in form.model_dump().items()
        if name.startswith("pace_") and pace is not None
    }
    district = form.model_dump()["district"]
    with db.transaction() as session:
        choices.choose(session, account.id, wanted, now=web.now())
        if "district" in request.form:
            account.district = district if district in audiences.districts() else None
        account.language = i18n.language()
        session.add(account)
    flash(gettext("Your choice is kept. Messages come in the language of this page."), "success")
    return web.see_other(url_for(".show") + "#choices")


@bp.post("/account/news/follows")
@requires("account")
def change_follow(account: Account) -> Response:
    """Mute one of the things one follows, hear of it again, or follow it no more."""
    form = read(FollowForm)
    with db.transaction() as session:
        if form.act == "unfollow":
            telling.unfollow(session, account.id, form.kind, form.ref)
        elif not choices.mute(session, account.id, form.kind, form.ref, form.act == "mute"):
            raise NotFound
    page = url_for(".show") + "#follows"
    if not web.wants_fragment():
        return web.see_other(page)
    return web.changed("news/_follows.html", page, **pages.followed(db.session(), account))


@bp.post("/account/news/address")
@requires("account")
def ask_for_address(account: Account) -> Response:
    """Send a code to the address news shall go to."""
    _again(account)
    form = read(EmailForm)
    browser.setdefault("id", secrets.token_urlsafe(16))
    with db.transaction() as session:
        code_id = address.ask(
            session, account, form.email, language=i18n.language(), browser=browser["id"],
            network=request.remote_addr or "", key=current_app.config["SECRET_KEY"],
            now=web.now(),
        )  # fmt: skip
    browser["contact_code"] = str(code_id)
    flash(gettext("A code was sent there. Type it below."), "success")
    return web.see_other(url_for(".show") + "#address")


@bp.post("/account/news/address/code")
@requires("account")
def confirm_address(account: Account) -> Response:
    """Keep the address for news, once its code was typed."""
    _again(account)
    form = read(ContactCodeForm)
    code_id = UUID(browser.get("contact_code", UUID(int=0).hex))
    address.count_try(code_id)
    with db.transaction() as session:
        address.confirm(
            session, account, code_id=code_id, code=form.code, browser=browser.get("id", ""),
            key=current_app.config["SECRET_KEY"], now=web.now(),
        )  # fmt: skip
    browser.pop("contact_code", None)
    flash(gettext("News will be sent to that address."), "success")
    return web.see_other(url_for(".show") + "#address")


@bp.post("/account/news/address/forget")
@requires("account")
def forget_address(account: Account) -> Response:
    """Forget the address for news."""
    with db.transaction() as session:
        address.forget(session, account)
    browser.pop("contact_code", None)
    flash(gettext("The address is forgotten. Your news stay readable here."), "success")
    return web.see_other(url_for(".show") + "#address")


@bp.post("/account/news/address/again")
@requires("account")
def try_address_again(account: Account) -> Response:
    """Send to the same address again, after it refused messages."""
    with db.transaction() as session:
        address.try_again(session, account)
    flash(gettext("Messages will be sent to your address again."), "success")
    return web.see_other(url_for(".show") + "#address")


@bp.get("/news/stop/<token>")
@web.public
def stop(token: str) -> Response:
    """A page with a button: programs that only look at links must not switch anything off."""
    g.personal = True
    try:
        _account, topic = choices.read_token(token)
    except choices.WrongLink:
        raise NotFound from None
    return web.render("news/stop.html", token=token, label=_label(topic), done=False)


@bp.post("/news/stop/<token>")
@web.public
def stop_now(token: str) -> Response:
    """Switch a topic off, by a mail program's one click (RFC 8058) or the page's button."""
    account, topic = choices.read_token(token)
    with db.transaction() as session:
        if session.get(Account, account) is not None:
            choices.stop(session, account, topic, now=web.now())
    return web.render("news/stop.html", token=token, label=_label(topic), done=True)


def _label(topic: str) -> str:
    known = {one.key: one.label for one in telling.topics()}
    return gettext(known[topic]) if topic in known else ""
