"""Calls to an identity provider: its description, its keys, the code for a token, the user info.

Only configured addresses and what their own description names are called; nothing is followed
elsewhere, and no answer is waited for or read beyond a limit.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

from portal.accounts import oidc_keys
from portal.accounts.oidc_tokens import Unbelievable
from portal.accounts.providers import Provider, safe_address

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session
    from joserfc.jwk import Key

SECONDS = 6.0  # to connect, and between two pieces of an answer
MOST_BYTES = 262_144
DESCRIPTION_KEPT = 3600.0
AWAY_KEPT = 10.0  # a provider that was away is not asked again for this long
KEYS_AGAIN = 60.0  # unknown keys are asked for at most this often
ASSERTION_SECONDS = 120


class Away(Exception):
    """The provider does not answer, or not sensibly."""


@dataclass
class Described:
    """What a provider says of itself."""

    facts: Mapping[str, Any]
    keys: list["Key"]
    read_at: float
    keys_at: float


def describe(provider: Provider) -> Described:
    """The provider's description and keys, read once an hour. Raises Away or Unbelievable."""
    shelf: dict[str, Described] = current_app.extensions["described"]
    away: dict[str, float] = current_app.extensions["away"]
    found = shelf.get(provider.key)
    if found is None or time.monotonic() - found.read_at > DESCRIPTION_KEPT:
        if time.monotonic() < away.get(provider.key, 0):
            raise Away("a moment ago")  # else every visitor would wait for it, and hold a place
        try:
            found = shelf[provider.key] = _description(provider)
        except Away:
            away[provider.key] = time.monotonic() + AWAY_KEPT
            raise
    return found


def _description(provider: Provider) -> Described:
    facts = _read(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if facts.get("issuer") != provider.issuer:
        raise Unbelievable("description of another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(facts.get(name), str) or not safe_address(facts[name]):
            raise Unbelievable(f"description: {name}")
    moment = time.monotonic()
    return Described(facts, _keys(facts), moment, moment)


def fresh_keys(described: Described) -> bool:
    """Read the keys again, unless that was done a moment ago; whether they were read."""
    if time.monotonic() - described.keys_at < current_app.config.get("KEYS_AGAIN", KEYS_AGAIN):
        return False
    described.keys_at = time.monotonic()
    described.keys = _keys(described.facts)
    return True


def _keys(facts: Mapping[str, Any]) -> list["Key"]:
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    entries = _read(facts["jwks_uri"]).get("keys")
    found: list[Key] = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("kty") in ("RSA", "EC"):
            try:
                found.append(import_key(entry))
            except (JoseError, ValueError, TypeError, KeyError):
                continue  # a key of a kind we do not know is not ours to use
    return found


def exchange(
    provider: Provider, described: Described, code: str, verifier: str, redirect_uri: str
) -> dict[str, Any]:
    """The code for tokens. Raises Away, or Unbelievable where the provider refuses the code."""
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    with _session(provider, described) as session:
        try:
            found = session.fetch_token(
                described.facts["token_endpoint"], grant_type="authorization_code", code=code,
                code_verifier=verifier, redirect_uri=redirect_uri, allow_redirects=False,
            )  # fmt: skip
        except AuthlibBaseError:
            raise Unbelievable("code refused") from None
        except (RequestException, ValueError, TypeError) as error:
            raise Away(type(error).__name__) from None
    if not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
        raise Unbelievable("no access token")
    return dict(found)


def user_info(described: Described, access_token: str) -> str:
    """The user-info answer as it came."""
    address = described.facts.get("userinfo_endpoint")
    if not isinstance(address, str) or not safe_address(address):
        raise Unbelievable("description: userinfo_endpoint")
    return _get(address, {"Authorization": f"Bearer {access_token}"})


def _session(provider: Provider, described: Described) -> "OAuth2Session":
    from authlib.integrations.requests_client import OAuth2Session
    from authlib.oauth2.rfc7523 import PrivateKeyJWT

    secret: Any = provider.client_secret or None
    if provider.client_auth == "private_key_jwt":
        secret = oidc_keys.signing()
    session = OAuth2Session(
        provider.client_id, secret, token_endpoint_auth_method=provider.client_auth,
        default_timeout=_seconds(),
    )  # fmt: skip
    if provider.client_auth == "private_key_jwt":
        ends = int(time.time()) + ASSERTION_SECONDS
        session.register_client_auth_method(
            PrivateKeyJWT(
                described.facts["token_endpoint"], claims={"exp": ends}, headers={"kid": secret.kid}
            )
        )
    return session


def _read(address: str) -> dict[str, Any]:
    try:
        found = json.loads(_get(address, {"Accept": "application/json"}))
    except (ValueError, RecursionError):
        raise Away("not JSON") from None
    if not isinstance(found, dict):
        raise Away("not an object")
    return found


def _get(address: str, headers: Mapping[str, str]) -> str:
    import requests
    from urllib3.exceptions import HTTPError

    until = time.monotonic() + 2 * _seconds()
    try:
        with requests.get(
            address, headers=dict(headers), timeout=_seconds(), allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code != 200:
                raise Away(f"status {answer.status_code}")
            body = b""
            for piece in answer.raw.stream(8192, decode_content=True):
                body += piece
                if len(body) > MOST_BYTES or time.monotonic() > until:
                    raise Away("answer too long")
    except (requests.RequestException, OSError) as error:
        raise Away(type(error).__name__) from None
    except HTTPError as error:
        raise Away(type(error).__name__) from None
    return body.decode("utf-8", "replace")


def _seconds() -> float:
    return float(current_app.config.get("PROVIDER_SECONDS", SECONDS))
