"""Signing in with SPID, CIE or another identity provider: the way out and the way back."""

from datetime import datetime
from typing import Any

from flask import Response, current_app, g, jsonify, request
from flask import session as browser

from portal import db, i18n, web
from portal.accounts import entry, identity, oidc, oidc_keys, person_keys, providers
from portal.accounts.oidc_tokens import Unbelievable
from portal.accounts.providers import Provider
from portal.accounts.views import bp
from portal.refusal import NotFound

machine = web.machine("accounts", __name__)
MOST_AT_ONCE = 3  # windows in which one person begins to sign in
LONGEST_NEXT = 500


def _provider(key: str) -> Provider:
    found = providers.known().by_key(key)
    if found is None:
        raise NotFound
    return found


def _redirect_uri(provider: Provider) -> str:
    return web.whole_url("accounts_machine.answer", key=provider.key)


@bp.get("/sign-in/with/<key>")
@web.public
def sign_in_with(key: str) -> Response:
    """Send the browser to a provider. It changes nothing here but the browser's own cookie."""
    g.personal = True
    provider = _provider(key)
    target = entry.after(request.args.get("next", ""))
    web.redisplay("accounts/sign_in.html", **entry.page(target))
    state = oidc.new_state()
    place = oidc.address(
        provider, state, secret=current_app.config["SECRET_KEY"],
        redirect_uri=_redirect_uri(provider), language=i18n.language(),
        again=request.args.get("again") == "1",
    )  # fmt: skip
    begun = list(browser.get("oidc", {}).items())[-MOST_AT_ONCE + 1 :]
    target = target if len(target) <= LONGEST_NEXT else ""
    browser["oidc"] = dict(
        [*begun, (state, [provider.key, target, i18n.language(), web.now().isoformat()])]
    )
    return web.see_other(place)


@machine.get("/sign-in/<key>/answer")
@web.public
def answer(key: str) -> Response:
    """Take a provider's answer: for this browser, once, within a quarter of an hour."""
    g.personal = True
    provider = _provider(key)
    sent = request.args.to_dict()
    begun = _begun(sent.get("state", ""))
    g.language = begun["language"]
    web.redisplay("accounts/sign_in.html", **entry.page(begun["next"]))
    _check(provider, begun)
    with db.transaction() as session:
        try:
            oidc.spend(session, sent["state"], web.now())
        except Unbelievable as doubt:
            raise oidc.refused(provider, doubt) from None
    proven = oidc.proven(
        provider, providers.known(), sent, secret=current_app.config["SECRET_KEY"],
        redirect_uri=_redirect_uri(provider), city=current_app.config["CITY"],
        key=person_keys.key(), today=web.now().astimezone(current_app.config["ZONE"]).date(),
    )  # fmt: skip
    with db.transaction() as session:
        account = identity.enter(session, proven, i18n.language(), web.now())
        token = entry.begin(session, account, proven.tier, provider.key, proven.facts)
    return entry.done(token, begun["next"], account)


def _begun(state: str) -> dict[str, Any]:
    """What this browser began under a state; a state is taken out, so it cannot come back."""
    kept = dict(browser.get("oidc", {}))
    found = kept.pop(state, None)
    offered = current_app.config["LANGUAGES"]
    if not isinstance(found, list) or len(found) != 4:
        wanted = [code for code, _quality in request.accept_languages]
        return {"key": None, "next": "", "language": i18n.best_language(wanted, offered)}
    browser["oidc"] = kept
    key, target, language, at = found
    return {
        "key": key, "next": target, "at": datetime.fromisoformat(at),
        "language": language if language in offered else offered[0],
    }  # fmt: skip


def _check(provider: Provider, begun: dict[str, Any]) -> None:
    doubt = None
    if any(len(values) > 1 for _name, values in request.args.lists()):
        doubt = "parameter twice"
    elif begun["key"] is None:
        doubt = "state unknown to this browser"
    elif begun["key"] != provider.key:
        doubt = "state of another provider"
    elif web.now() - begun["at"] > oidc.LIFETIME:
        doubt = "answer too late"
    if doubt is not None:
        raise oidc.refused(provider, Unbelievable(doubt))


@machine.get("/sign-in/keys.json")
@web.public
def keys() -> Response:
    """The portal's public keys, for the providers that write to it."""
    if not any(p.client_auth == "private_key_jwt" for p in providers.known().providers):
        raise NotFound
    return jsonify(oidc_keys.published())
