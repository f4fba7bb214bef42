"""Signing in through an identity provider: the question we send, and what becomes of the answer.

OpenID Connect, authorization code with PKCE. The question's secrets are made from its state and a
key of ours, so that nothing about it rests in a table; only a spent state does.
"""

import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts import identity, oidc_calls, oidc_keys, oidc_tokens
from portal.accounts.identity import Incomplete, Proven
from portal.accounts.models import SpentState
from portal.accounts.oidc_calls import Described
from portal.accounts.oidc_tokens import Question, TooWeak, Unbelievable, UnknownKey
from portal.accounts.providers import Provider, Providers
from portal.i18n import N_
from portal.refusal import Refusal

log = logging.getLogger(__name__)
LIFETIME = timedelta(minutes=15)
REQUEST_SECONDS = 300


class NotBelieved(Refusal):
    """The answer was forged, mixed up, repeated, late or cut: one message for all of it."""

    status = 403
    title = N_("The sign-in was not completed")
    message = N_(
        "The answer of %(provider)s could not be accepted, so nobody was signed in. Please start "
        "again from this page; if it happens again, sign in another way."
    )


class LevelTooLow(Refusal):
    """The person signed in with less than the second level."""

    status = 403
    title = N_("A stronger sign-in is needed")
    message = N_(
        "%(provider)s says that you signed in with a level that is not enough here. Please start "
        "again and choose at least level 2: password and a code or app."
    )


class Stopped(Refusal):
    """The person said no, or the provider did."""

    status = 403
    title = N_("The sign-in was stopped")
    message = N_("You were not signed in with %(provider)s. Nothing was changed.")


class ProviderAway(Refusal):
    """The provider cannot be reached."""

    status = 503
    title = N_("This way in does not answer")
    message = N_(
        "%(provider)s cannot be reached at the moment. Please try again in some minutes, or sign "
        "in another way. Nothing was changed."
    )


def new_state() -> str:
    """What names one question; it cannot be guessed."""
    return secrets.token_urlsafe(32)


def _made_from(secret: str, purpose: str, state: str) -> str:
    return hmac.new(secret.encode(), f"oidc {purpose}|{state}".encode(), "sha256").hexdigest()


# --- the question ---------------------------------------------------------------------------


def address(
    provider: Provider, state: str, *, secret: str, redirect_uri: str, language: str, again: bool
) -> str:
    """Where to send the browser; `again` asks the person to sign in there anew.

    Raises ProviderAway, NotBelieved.
    """
    described = _described(provider)
    asked = _request(provider, state, secret, redirect_uri, language)
    if again or provider.prompt:
        asked["prompt"] = provider.prompt or "login"
    sent = asked
    if provider.signed_request:
        sent = {
            name: asked[name]
            for name in ("client_id", "response_type", "scope", "code_challenge",
                         "code_challenge_method")
        } | {"request": _signed(provider, asked)}  # fmt: skip
    endpoint = str(described.facts["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(sent)}"


def _request(
    provider: Provider, state: str, secret: str, redirect_uri: str, language: str
) -> dict[str, str]:
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    asked = {
        "client_id": provider.client_id,
        "response_type": "code",
        "scope": " ".join(provider.scopes),
        "redirect_uri": redirect_uri,
        "state": state,
        "nonce": _made_from(secret, "nonce", state),
        "code_challenge": create_s256_code_challenge(_made_from(secret, "verifier", state)),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    if provider.acr:
        asked["acr_values"] = " ".join(provider.acr)
    wanted = provider.claims.wanted()
    if wanted:
        place = "id_token" if provider.userinfo == "none" else "userinfo"
        asked["claims"] = json.dumps({place: {name: {"essential": True} for name in wanted}})
    return asked


def _signed(provider: Provider, asked: Mapping[str, str]) -> str:
    from joserfc import jwt

    key, now = oidc_keys.signing(), int(time.time())
    claims: dict[str, Any] = {
        **asked, "iss": provider.client_id, "aud": [provider.issuer], "iat": now,
        "exp": now + REQUEST_SECONDS, "jti": secrets.token_urlsafe(16),
    }  # fmt: skip
    if "claims" in asked:
        claims["claims"] = json.loads(asked["claims"])
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


# --- the answer -----------------------------------------------------------------------------


def spend(session: Session, state: str, now: datetime) -> None:
    """Note that a question was answered. Raises Unbelievable the second time."""
    session.execute(sa.delete(SpentState).where(col(SpentState.spent_at) < now - 2 * LIFETIME))
    digest = hashlib.sha256(state.encode()).hexdigest()
    if not identity.add_once(session, SpentState(state_hash=digest, spent_at=now)):
        raise Unbelievable("state used twice")


def proven(
    provider: Provider,
    known: Providers,
    answer: Mapping[str, str],
    *,
    secret: str,
    redirect_uri: str,
    city: str,
    key: bytes,
    today: date,
) -> Proven:
    """What an answer proves. Raises NotBelieved, LevelTooLow, Stopped, Incomplete, ProviderAway."""
    try:
        claims = _claims(provider, answer, secret, redirect_uri)
        return identity.decide(provider, known, claims, city, key, today)
    except Incomplete as doubt:
        log.warning("sign-in with %s refused: %s", provider.key, doubt.reason)
        raise
    except TooWeak as doubt:
        log.warning("sign-in with %s refused: %s", provider.key, doubt.reason)
        raise LevelTooLow(provider=provider.name) from None
    except Unbelievable as doubt:
        raise refused(provider, doubt) from None
    except oidc_calls.Away as trouble:
        log.warning("sign-in with %s failed: %s", provider.key, trouble)
        raise ProviderAway(provider=provider.name) from None


def refused(provider: Provider, doubt: Unbelievable) -> Refusal:
    """Log why an answer was refused, without a word out of it; return what to say."""
    log.warning("sign-in with %s refused: %s", provider.key, doubt.reason)
    return NotBelieved(provider=provider.name)


def _claims(
    provider: Provider, answer: Mapping[str, str], secret: str, redirect_uri: str
) -> dict[str, Any]:
    described = oidc_calls.describe(provider)
    _check_answer(provider, described, answer)
    state = answer["state"]
    asked = Question(
        provider.issuer, provider.client_id, _made_from(secret, "nonce", state), provider.acr,
        provider.algorithms,
    )  # fmt: skip
    verifier = _made_from(secret, "verifier", state)
    tokens = oidc_calls.exchange(provider, described, answer["code"], verifier, redirect_uri)
    claims = _opened(tokens.get("id_token"), described, asked)
    now = int(time.time())
    oidc_tokens.check_id_token(claims, asked, tokens["access_token"], now)
    if provider.userinfo == "none":
        return claims
    body = oidc_calls.user_info(described, tokens["access_token"])
    own = [oidc_keys.encryption()] if provider.userinfo == "encrypted" else []
    told = oidc_tokens.userinfo(
        body, provider.userinfo, asked, claims["sub"], described.keys, own, now
    )
    return {**claims, **told}


def _check_answer(provider: Provider, described: Described, answer: Mapping[str, str]) -> None:
    """Mix-up defence (RFC 9207): an answer that names its sender must name the one we asked."""
    always = described.facts.get("authorization_response_iss_parameter_supported") is True
    if ("iss" in answer or always) and answer.get("iss") != provider.issuer:
        raise Unbelievable("answer of another provider")
    if "error" in answer:
        log.info("sign-in with %s stopped by the provider", provider.key)
        raise Stopped(provider=provider.name)
    if not 0 < len(answer.get("code", "")) <= 4096:
        raise Unbelievable("no code")


def _opened(token: Any, described: Described, asked: Question) -> dict[str, Any]:
    try:
        return oidc_tokens.opened(token, described.keys, asked.algorithms)
    except UnknownKey:
        if not oidc_calls.fresh_keys(described):
            raise
        return oidc_tokens.opened(token, described.keys, asked.algorithms)


def _described(provider: Provider) -> Described:
    try:
        return oidc_calls.describe(provider)
    except Unbelievable as doubt:
        raise refused(provider, doubt) from None
    except oidc_calls.Away as trouble:
        log.warning("sign-in with %s failed: %s", provider.key, trouble)
        raise ProviderAway(provider=provider.name) from None
