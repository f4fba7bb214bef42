"""Keys about people, outside every database: for hashes of who they are, and for sealed secrets.

With `identity.key` gone, a new one would let every proven person in a second time as someone new;
so none is made while the tables hold hashes of an old one.
"""

import base64
import hmac
import logging
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app
from sqlmodel import col

from portal import db, secret
from portal.accounts.models import Account, SecondFactor
from portal.i18n import N_
from portal.refusal import Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

log = logging.getLogger(__name__)


class KeyMissing(Refusal):
    """The key that recognises people is gone."""

    status = 503
    title = N_("This way in is closed for now")
    message = N_(
        "The portal cannot recognise people by this way in at the moment. Nothing was changed. "
        "Those who run the portal have been told."
    )


_keys: dict[Path, bytes] = {}


def key() -> bytes:
    """The key of hashes about people, made on first use. Raises KeyMissing where it was lost."""
    path = current_app.config["DATA"] / "keys" / "identity.key"
    if path not in _keys:
        if not path.exists() and _in_use() and not path.exists():
            log.critical("the key that recognises people is missing: %s", path.name)
            raise KeyMissing
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        _keys[path] = secret.keep(path)
    return _keys[path]


def _in_use() -> bool:
    known = sa.select(sa.literal(1)).where(col(Account.person).is_not(None)).limit(1)
    sealed = sa.select(sa.literal(1)).select_from(SecondFactor).limit(1)
    return any(db.session().execute(query).first() for query in (known, sealed))


def keyed(key: bytes, purpose: str, value: str) -> str:
    """A hash nobody can search for without the key."""
    return hmac.digest(key, f"{purpose}|{value}".encode(), "sha256").hex()


def seal(key: bytes, purpose: str, content: bytes) -> str:
    """Encrypt a secret for the table."""
    nonce = secrets.token_bytes(12)
    sealed = _cipher(key, purpose).encrypt(nonce, content, purpose.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(key: bytes, purpose: str, sealed: str) -> bytes:
    """Decrypt what `seal` made for the same purpose."""
    content = base64.b64decode(sealed)
    opened: bytes = _cipher(key, purpose).decrypt(content[:12], content[12:], purpose.encode())
    return opened


def _cipher(key: bytes, purpose: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hmac.digest(key, f"seal|{purpose.partition('|')[0]}".encode(), "sha256"))
