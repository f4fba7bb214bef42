"""The portal's own keys towards identity providers: one to sign with, one to be written to."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app

from portal import secret

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

NAMES = {"sig": "oidc-signing.pem", "enc": "oidc-encryption.pem"}
ALGORITHMS = {"sig": "RS256", "enc": "RSA-OAEP-256"}


def signing() -> "RSAKey":
    """What requests and client assertions are signed with."""
    return _key(current_app.config["DATA"] / "keys" / NAMES["sig"], "sig")


def encryption() -> "RSAKey":
    """What providers encrypt their answers to."""
    return _key(current_app.config["DATA"] / "keys" / NAMES["enc"], "enc")


def published() -> dict[str, Any]:
    """Both public halves, as a key set."""
    return {"keys": [key.as_dict(private=False) for key in (signing(), encryption())]}


@cache
def _key(path: Path, use: str) -> "RSAKey":
    from joserfc.jwk import RSAKey

    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    pem = secret.keep_made(path, lambda: RSAKey.generate_key(2048).as_pem(private=True))
    key = RSAKey.import_key(pem, {"use": use, "alg": ALGORITHMS[use]})
    key.ensure_kid()
    return key
