"""What a provider signed: opened only by its own key, and believed only if it answers our question.

Everything here fails closed: any doubt raises `Unbelievable` with a short reason for the log.
Reasons never hold a value out of a token.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from joserfc.jwk import Key

SLACK = 60  # seconds two clocks may differ
OLDEST = 600  # an ID token is made for this very sign-in
LONGEST = 100_000
KEY_WRAPS = ("RSA-OAEP-256", "RSA-OAEP")
CIPHERS = ("A256CBC-HS512", "A128CBC-HS256", "A256GCM", "A128GCM")


class Unbelievable(Exception):
    """The answer is not what was asked for, or not from whom it says; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownKey(Unbelievable):
    """Signed with a key the provider had not published when its keys were last read."""


class TooWeak(Unbelievable):
    """The person signed in below the level asked for."""


@dataclass(frozen=True)
class Question:
    """What was asked, so that only its answer is taken."""

    issuer: str
    client_id: str
    nonce: str
    acr: Sequence[str]
    algorithms: Sequence[str]


def opened(token: Any, keys: Sequence["Key"], algorithms: Sequence[str]) -> dict[str, Any]:
    """The claims of a signed token. The algorithm is ours to choose, the key the provider's."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    header = _header(token, parts=3)
    if header.get("alg") not in algorithms:
        raise Unbelievable("algorithm not allowed")
    if "crit" in header:
        raise Unbelievable("critical header")
    key = _key(keys, header)
    try:
        claims = jwt.decode(token, key, algorithms=list(algorithms)).claims
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unbelievable("bad signature") from None
    if not isinstance(claims, dict):
        raise Unbelievable("not an object")
    return claims


def _header(token: Any, parts: int) -> dict[str, Any]:
    if not isinstance(token, str) or len(token) > LONGEST or token.count(".") != parts - 1:
        raise Unbelievable("not a token")
    first = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError):
        raise Unbelievable("not a token") from None
    if not isinstance(header, dict):
        raise Unbelievable("not a token")
    return header


def _key(keys: Sequence["Key"], header: Mapping[str, Any]) -> "Key":
    """The one published signing key the token names; without a name, there must be only one."""
    wanted = {"R": "RSA", "P": "RSA", "E": "EC"}[str(header["alg"])[0]]
    fitting = [
        key
        for key in keys
        if key.key_type == wanted
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.kid == header["kid"])
    ]
    if not fitting:
        raise UnknownKey("unknown key")
    if len(fitting) > 1:
        raise Unbelievable("key not named")
    return fitting[0]


def check_id_token(claims: Mapping[str, Any], asked: Question, access_token: str, now: int) -> None:
    """Raise Unbelievable unless these claims answer this very question, now, for us."""
    if not _same(claims.get("iss"), asked.issuer):
        raise Unbelievable("issuer")
    if claims.get("aud") not in (asked.client_id, [asked.client_id]):
        raise Unbelievable("audience")
    if claims.get("azp", asked.client_id) != asked.client_id:
        raise Unbelievable("authorised party")
    _check_times(claims, now)
    if not _same(claims.get("nonce"), asked.nonce):
        raise Unbelievable("nonce")
    if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
        raise Unbelievable("subject")
    if "at_hash" in claims and not _same(claims["at_hash"], _half_hash(access_token)):
        raise Unbelievable("access token hash")
    if asked.acr and claims.get("acr") not in asked.acr:
        raise TooWeak("level of assurance")


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    ends, made = claims.get("exp"), claims.get("iat")
    if not _number(ends) or not _number(made):
        raise Unbelievable("no times")
    if ends <= now - SLACK:
        raise Unbelievable("expired")
    if made > now + SLACK or made < now - OLDEST:
        raise Unbelievable("made at another time")
    if "nbf" in claims and not (_number(claims["nbf"]) and claims["nbf"] <= now + SLACK):
        raise Unbelievable("not valid yet")


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(given: Any, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())


def _half_hash(access_token: str) -> str:
    half = hashlib.sha256(access_token.encode("utf-8", "replace")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def userinfo(
    body: str,
    form: str,
    asked: Question,
    subject: str,
    keys: Sequence["Key"],
    own: Sequence["Key"],
    now: int,
) -> dict[str, Any]:
    """The claims of a user-info answer in the form that was agreed, about the same person."""
    if form == "plain":
        claims = _json(body)
    else:
        token = _decrypted(body.strip(), own) if form == "encrypted" else body.strip()
        claims = opened(token, keys, asked.algorithms)
        if not _same(claims.get("iss"), asked.issuer):
            raise Unbelievable("user info: issuer")
        if claims.get("aud") not in (asked.client_id, [asked.client_id]):
            raise Unbelievable("user info: audience")
        if "exp" in claims and not (_number(claims["exp"]) and claims["exp"] > now - SLACK):
            raise Unbelievable("user info: expired")
    if not _same(claims.get("sub"), subject):
        raise Unbelievable("user info: another subject")
    return claims


def _decrypted(body: str, own: Sequence["Key"]) -> str:
    from joserfc import jwe
    from joserfc.errors import JoseError

    header = _header(body, parts=5)
    if "zip" in header or "crit" in header:
        raise Unbelievable("user info: header")
    fitting = [key for key in own if "kid" not in header or key.kid == header["kid"]]
    if len(fitting) != 1:
        raise Unbelievable("user info: not for our key")
    # members such as `iss` beside the algorithms are allowed by the standard and used in Italy
    registry = jwe.JWERegistry(algorithms=[*KEY_WRAPS, *CIPHERS], strict_check_header=False)
    try:
        content = jwe.decrypt_compact(body, fitting[0], registry=registry).plaintext
        return (content or b"").decode("ascii")
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unbelievable("user info: cannot be decrypted") from None


def _json(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unbelievable("user info: not JSON") from None
    if not isinstance(found, dict):
        raise Unbelievable("user info: not an object")
    return found
