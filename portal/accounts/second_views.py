"""Pages of the second factor: enrol at the first sign-in, type a code at each."""

from typing import Annotated, Any

from flask import Response, current_app, flash, g, request, url_for
from pydantic import Field

from portal import audit, db, i18n, web
from portal.accounts import entry, person_keys, second_factor, sessions, totp
from portal.accounts.access import (
    cookie,
    current_account,
    half_signed_in,
    lately,
    person_name,
    requires,
    set_cookie,
)
from portal.accounts.identity import is_staff
from portal.accounts.models import Account
from portal.accounts.views import bp
from portal.forms import Form, read
from portal.refusal import NotFound


class SecondForm(Form):
    """A code of the app, or a recovery code."""

    code: Annotated[str, Field(min_length=6, max_length=30)]
    next: str = ""


@bp.get("/sign-in/second")
@web.public
def second() -> Response:
    """Where staff type the second code; at the first sign-in, with the picture to enrol."""
    g.personal = True
    found = half_signed_in()
    target = entry.after(request.args.get("next", ""))
    if found is None:
        return web.see_other(target if current_account() else url_for(".sign_in", next=target))
    return web.render("accounts/second.html", **_page(found[0], target))


def _page(account: Account, target: str) -> dict[str, Any]:
    secret = second_factor.secret_of(db.session(), account, person_keys.key())
    if secret is None:
        return {"next": target, "enrolling": False}
    city = current_app.config["CITY"]
    name = account.email or person_name(account)
    address = totp.address(secret, issuer=i18n.gettext("Portal of %(city)s", city=city), name=name)
    return {
        "next": target,
        "enrolling": True,
        "picture": _picture(address),
        "address": address,
        "written": totp.written(secret),
    }


def _picture(address: str) -> tuple[int, str]:
    """A QR code as one path of unit squares, drawn by the page itself."""
    import segno  # only enrolment needs it

    matrix = segno.make(address, error="m", micro=False).matrix
    squares = [
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix, 4) for x, dark in enumerate(row, 4)
        if dark
    ]  # fmt: skip
    return len(matrix) + 8, "".join(squares)


@bp.post("/sign-in/second")
@web.public
def second_code() -> Response:
    """Take the second code and open the whole session, under a new token."""
    g.personal = True
    found = half_signed_in()
    target = entry.after(request.form.get("next", ""))
    if found is None:
        return web.see_other(target if current_account() else url_for(".sign_in", next=target))
    account, key = found[0], person_keys.key()
    web.redisplay("accounts/second.html", **_page(account, target))
    form = read(SecondForm)
    with db.transaction() as session:
        second_factor.count_try(session, account.id, web.now())
    with db.transaction() as session:
        codes = second_factor.confirm(session, account, form.code, key, web.now())
        token = sessions.complete(session, cookie(), web.now())
        if token is None:  # two equal posts: the other one was quicker
            raise second_factor.WrongSecondCode
        _note(session, account, "enrolled" if codes else "signed_in")
    if not codes:
        return set_cookie(web.see_other(target), token)
    g.account = account  # from here on the page knows its reader
    return set_cookie(web.render("accounts/recovery.html", codes=codes, next=target), token)


def _note(session: Any, account: Account, what: str) -> None:
    audit.record(
        session, action=f"account.second_factor.{what}", kind="account", ref=account.id,
        actor=account.id, now=web.now(),
    )  # fmt: skip


def _only_with_phone(account: Account) -> None:
    if account.demonstration or not is_staff(account):
        raise NotFound


@bp.post("/account/recovery-codes")
@requires("account")
@lately
def recovery_codes(account: Account) -> Response:
    """New recovery codes in place of the old ones."""
    _only_with_phone(account)
    with db.transaction() as session:
        codes = second_factor.new_recovery_codes(session, account, person_keys.key())
        _note(session, account, "recovery_codes")
    return web.render("accounts/recovery.html", codes=codes, next=url_for(".show"))


@bp.post("/account/second-factor")
@requires("account")
@lately
def another_phone(account: Account) -> Response:
    """Forget the present phone and enrol another at the next sign-in, which is now."""
    _only_with_phone(account)
    with db.transaction() as session:
        second_factor.forget(session, account.id)
        sessions.end_all(session, account)
        _note(session, account, "forgotten")
    flash(i18n.gettext("Sign in again to set up the new phone."), "success")
    return web.see_other(url_for(".sign_in", next=url_for(".show")))
