"""Signing in and out, and one's own page."""

import secrets
from typing import Annotated
from uuid import UUID

from flask import Response, abort, current_app, flash, g, request, url_for
from flask import session as browser
from pydantic import Field

from portal import db, i18n, mail, web
from portal.accounts import codes, entry, my_sessions, sessions
from portal.accounts.access import cookie, forget_cookie, requires
from portal.accounts.models import Account, Role, Tier
from portal.forms import Form, read
from portal.refusal import NotFound

bp = web.room("accounts", __name__)

# Plain letters only: a mail header also knows encoded words, which would name another mailbox than
# the one whose limits were looked at. Without `=` and `?` there are none.
EMAIL = r"^[A-Za-z0-9.!#$%&'*+/^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$"


class EmailForm(Form):
    """Where to send the code."""

    email: Annotated[str, Field(max_length=254, pattern=EMAIL)]
    next: str = ""


class CodeForm(Form):
    """The code that came by mail."""

    code: Annotated[str, Field(min_length=6, max_length=20)]
    next: str = ""


class DemoForm(Form):
    """Which made-up person to be."""

    role: Role
    n: Annotated[int, Field(ge=1, le=100_000)] = 1
    next: str = ""


class ProfileForm(Form):
    """What a person may say of themselves."""

    name: Annotated[str, Field(max_length=80)] = ""


@bp.get("/sign-in")
@web.public
def sign_in() -> Response:
    """The ways in."""
    g.personal = True
    return web.render("accounts/sign_in.html", **entry.page(request.args.get("next")))


@bp.post("/sign-in")
@web.public
def send_code() -> Response:
    """Send a code to an address; the answer is the same whoever owns it."""
    web.redisplay("accounts/sign_in.html", **entry.page(request.form.get("next")))
    form = read(EmailForm)
    browser.setdefault("id", secrets.token_urlsafe(16))
    with db.transaction() as session:
        code_id, code = codes.ask(
            session,
            email=form.email.lower(),
            browser=browser["id"],
            network=request.remote_addr or "",
            key=current_app.config["SECRET_KEY"],
            now=web.now(),
        )
        mail.send(
            session,
            to=form.email,
            language=i18n.language(),
            template="accounts/mail/code.txt",
            until=web.now() + codes.LIFETIME,
            code=code,
        )
    browser["code_id"] = str(code_id)
    return web.see_other(url_for(".enter_code", next=entry.after(form.next)))


@bp.get("/sign-in/code")
@web.public
def enter_code() -> Response:
    """Where the code is typed or pasted."""
    g.personal = True
    return web.render("accounts/code.html", next=entry.after(request.args.get("next", "")))


@bp.post("/sign-in/code")
@web.public
def redeem_code() -> Response:
    """Check the code and open a session under a new token."""
    web.redisplay("accounts/code.html", next=entry.after(request.form.get("next", "")))
    form = read(CodeForm)
    code_id = UUID(browser["code_id"]) if "code_id" in browser else UUID(int=0)
    with db.transaction() as session:
        codes.count_try(session, code_id)
    with db.transaction() as session:
        account = codes.redeem(
            session,
            code_id=code_id,
            code=form.code,
            browser=browser.get("id", ""),
            key=current_app.config["SECRET_KEY"],
            language=i18n.language(),
            now=web.now(),
        )
        token = entry.begin(session, account, Tier.EMAIL, "email")
    return entry.done(token, form.next, account)


@bp.post("/sign-in/demo")
@web.public
def sign_in_demo() -> Response:
    """Be a made-up person. There is no such page outside a demonstration."""
    if not current_app.config["DEMO"]:
        abort(404)
    web.redisplay("accounts/sign_in.html", **entry.page(request.form.get("next")))
    form = read(DemoForm)
    if form.role is Role.ADMINISTRATOR:
        abort(403)
    with db.transaction() as session:
        account = codes.demonstration_person(session, form.role, form.n, web.now().date())
        token = entry.begin(session, account, Tier.VERIFIED, "demo")
    return entry.done(token, form.next, account)


@bp.post("/sign-out")
@web.public
def sign_out() -> Response:
    """Close the session."""
    with db.transaction() as session:
        sessions.end(session, cookie())
    browser.clear()
    return forget_cookie(web.see_other(url_for("house.home")))


@bp.get("/account")
@requires("account")
def show(account: Account) -> Response:
    """One's own page: name, sessions, contributions."""
    return web.render("accounts/account.html", **my_sessions.page(account))


@bp.post("/account")
@requires("account")
def rename(account: Account) -> Response:
    """Change the name shown beside one's contributions."""
    web.redisplay("accounts/account.html", **my_sessions.page(account))
    form = read(ProfileForm)
    with db.transaction() as session:
        account.name = form.name
        account.language = i18n.language()
        session.add(account)
    return web.see_other(url_for(".show"))


@bp.post("/account/sign-out-everywhere")
@requires("account")
def sign_out_everywhere(account: Account) -> Response:
    """Close every session of the account, this one too."""
    with db.transaction() as session:
        sessions.end_all(session, account)
    return forget_cookie(web.see_other(url_for("house.home")))


@bp.post("/account/sign-out-others")
@requires("account")
def sign_out_others(account: Account) -> Response:
    """Close every session but this one."""
    with db.transaction() as session:
        sessions.end_others(session, account, cookie())
    flash(i18n.gettext("You are signed out on all other devices."), "success")
    return web.see_other(url_for(".show") + "#sessions")


@bp.post("/account/sessions/<handle>/end")
@requires("account")
def end_session(handle: str, account: Account) -> Response:
    """Close one of one's own sessions."""
    with db.transaction() as session:
        if not sessions.end_one(session, account, handle):
            raise NotFound
    flash(i18n.gettext("That device is signed out."), "success")
    return web.see_other(url_for(".show") + "#sessions")
