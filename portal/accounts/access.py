"""Who is reading, and what they may enter."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, has_request_context, request, url_for

from portal import db, web
from portal.accounts import sessions
from portal.accounts.models import Account, SignIn
from portal.accounts.roles import ABILITIES, may
from portal.i18n import gettext
from portal.refusal import Forbidden

LATELY = timedelta(minutes=15)


def cookie_name() -> str:
    """The session cookie; under TLS the browser binds it to this host."""
    return "__Host-session" if current_app.config["SECURE"] else "session"


def current_account() -> Account | None:
    """The reader's account, or None for a visitor."""
    if "account" not in g:
        g.account, g.sign_in = _find()
    found: Account | None = g.account
    return found


def current_sign_in() -> SignIn | None:
    """The reader's open session, which says how they proved who they are."""
    current_account()
    found: SignIn | None = g.sign_in
    return found


def _find() -> tuple[Account | None, SignIn | None]:
    token = cookie()
    if not token:
        return None, None
    g.personal = True
    found = sessions.find(db.session(), token, web.now())
    if found is None or (found[0].demonstration and not current_app.config["DEMO"]):
        return None, None
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "untimed", False):
        return found
    if sessions.untouched_for_long(*found, web.now()):
        with db.transaction() as session:
            sessions.touch(session, found[1], web.now())
    return found


def cookie() -> str:
    """The session token the browser sent, or nothing; the worker, who writes mail, has none."""
    if not has_request_context():
        return ""
    token = request.cookies.get(cookie_name(), "")
    return token if 20 <= len(token) <= 100 else ""


def half_signed_in() -> sessions.Found | None:
    """Who showed the first factor and still owes the second."""
    token = cookie()
    return sessions.find_half(db.session(), token, web.now()) if token else None


def reader_may(ability: str) -> bool:
    """Whether the reader has an ability; for templates that offer a link or not."""
    account = current_account()
    return may(account.role if account else None, ability)


def person_name(account: Account | None) -> str:
    """How a person is named in public; nameless people by four characters, gone ones by a word."""
    if account is None:
        return gettext("Participant removed")
    return account.name or gettext("Participant %(code)s", code=account.code)


def requires(ability: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only people with an ability enter a view, which gets `account=`.

    A visitor is sent to sign in and back again; anyone else is refused with 403.
    """
    if ability not in ABILITIES:
        raise ValueError(f"unknown ability: {ability}")

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def enter(**values: Any) -> Any:
            account = current_account()
            if account is None:
                return _sign_in_first()
            if not may(account.role, ability):
                raise Forbidden
            return view(account=account, **values)

        enter.permission = ability  # type: ignore[attr-defined]
        return enter

    return guard


def _sign_in_first() -> Response:
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_before()
    page = "accounts.second" if half_signed_in() else "accounts.sign_in"
    return web.see_other(url_for(page, next=back))


def lately(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let only someone enter who signed in a moment ago; others do so again and come back.

    For what cannot be taken back, or hands everything out: a browser left open is not enough.
    """

    @wraps(view)
    def enter(**values: Any) -> Any:
        sign_in = current_sign_in()
        if sign_in is None or web.now() - sign_in.created_at > LATELY:
            back = request.full_path.rstrip("?") if request.method == "GET" else _page_before()
            return web.see_other(url_for("accounts.sign_in", next=back, again=1))
        return view(**values)

    return enter


def _page_before() -> str:
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:  # not an address at all
        return "/"
    if before.netloc != request.host:
        return "/"
    return web.safe_next(before.path + (f"?{before.query}" if before.query else ""), "/")


def set_cookie(response: Response, token: str) -> Response:
    """Hand the session's token to the browser, where scripts cannot read it."""
    response.set_cookie(
        cookie_name(),
        token,
        httponly=True,
        samesite="Lax",
        path="/",
        secure=current_app.config["SECURE"],
    )
    return response


def forget_cookie(response: Response) -> Response:
    """Take the token from the browser."""
    response.delete_cookie(
        cookie_name(), path="/", secure=current_app.config["SECURE"], httponly=True, samesite="Lax"
    )
    return response


def enter(app: Flask) -> None:
    """Let every template know the reader."""

    @app.context_processor
    def reader() -> dict[str, Any]:
        return {"account": current_account(), "may": reader_may, "person_name": person_name}
