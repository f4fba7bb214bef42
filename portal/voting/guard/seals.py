"""What the guard keeps is under a key of the box: without it, neither names nor signs can be read.

Everything of one kind is equally long, so that length tells nothing either.
"""

import hmac
import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from portal.voting.box import keys
from portal.voting.box.receipts import LETTERS

ROOM = 256  # bytes that sealed content is a multiple of


class Seals:
    """Hashes and seals of one consultation's guard."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"guard", "sha256")
        self._box = SecretBox(self._key)

    def hash(self, purpose: str, value: str | bytes) -> bytes:
        """A name that nobody without the key can make or understand."""
        plain = value.encode() if isinstance(value, str) else value
        return hmac.digest(self._key, purpose.encode() + b"|" + plain, "sha256")

    def code(self, purpose: str, value: str | bytes, length: int) -> str:
        """A short name for people to read out: letters and digits that look like no others."""
        number = int.from_bytes(self.hash(purpose, value)[:8], "big")
        return "".join(LETTERS[number >> 5 * place & 31] for place in range(length))

    def close(self, content: Any) -> bytes:
        """Lock something away."""
        plain = json.dumps(content, separators=(",", ":")).encode()
        return bytes(self._box.encrypt(plain.ljust(-(-len(plain) // ROOM) * ROOM)))

    def open(self, sealed: bytes) -> Any:
        """What was locked away; None where it was not, or by another key."""
        try:
            return json.loads(self._box.decrypt(sealed))
        except (CryptoError, ValueError):
            return None


@lru_cache(maxsize=64)
def under(key: bytes) -> Seals:
    """The seals under a consultation's key."""
    return Seals(key)


def of(consultation_id: UUID) -> Seals | None:
    """The seals of a consultation; None where nobody voted yet, or the key was destroyed."""
    path = keys.path_of(current_app.config["DATA"], consultation_id)
    return under(path.read_bytes()) if path.exists() else None
