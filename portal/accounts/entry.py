"""The last step of every way in: a session is opened, or half of one before the second factor."""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, request, url_for
from flask import session as browser
from sqlmodel import Session

from portal import audit, web
from portal.accounts import devices, person_keys, providers, second_factor, sessions
from portal.accounts.access import set_cookie
from portal.accounts.identity import is_staff
from portal.accounts.models import Account, Tier


def begin(
    session: Session,
    account: Account,
    tier: Tier,
    channel: str,
    facts: Mapping[str, bool] | None = None,
) -> str:
    """Open a session for a person who showed the first factor; return its token."""
    if is_staff(account) and not account.demonstration:
        second_factor.prepare(session, account, person_keys.key(), web.now())
        audit.record(
            session, action="account.first_factor", kind="account", ref=account.id,
            actor=account.id, now=web.now(), channel=channel,
        )  # fmt: skip
    return sessions.begin(
        session, account, tier, web.now(), channel=channel, facts=facts,
        device=devices.words(request.user_agent.string),
    )  # fmt: skip


def done(token: str, target: str, account: Account) -> Response:
    """Hand over the cookie and lead on: to the second factor, or where the person was going."""
    browser.clear()
    page = url_for("accounts.show") if account.leaves_at else after(target)
    if is_staff(account) and not account.demonstration:
        page = url_for("accounts.second", next=page)
    return set_cookie(web.see_other(page), token)


def after(target: str | None) -> str:
    """Where to go after signing in; never off this portal."""
    return web.safe_next(target, url_for("house.home"))


def page(target: str | None) -> dict[str, Any]:
    """What the page with the ways in shows."""
    known = providers.known().providers
    return {
        "next": after(target),
        "again": request.args.get("again") == "1",
        "spid": [one for one in known if one.kind == "spid"],
        "cie": [one for one in known if one.kind == "cie"],
        "others": [one for one in known if one.kind == "oidc"],
        "city": current_app.config["CITY"],
    }
