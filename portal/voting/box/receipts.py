"""Receipts: a number that finds a ballot and tells nothing of its choice.

The number is the beginning of the ballot's commitment, a hash over the ballot and 32 random
bytes, written in letters and digits that cannot be mistaken for each other.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 12
_LOOKALIKES = str.maketrans("OIL", "011")
_GIVEN = re.compile(f"[{LETTERS}]{{{LENGTH}}}")


@dataclass(frozen=True)
class Receipt:
    """What a voter gets: the tracker, and whether this very form had been recorded before."""

    tracker: str
    version: int
    repeated: bool = False
    other_choice: bool = False  # the repeated form came with another choice, which was not kept


@dataclass(frozen=True)
class Commitment:
    """A ballot's content, the random bytes that hide it, and the hash that binds both."""

    payload: bytes
    nonce: bytes
    digest: bytes

    @property
    def tracker(self) -> str:
        """The receipt's number, without hyphens."""
        return tracker_of(self.digest)


def commit(
    consultation: UUID, content: Mapping[str, Any], nonce: bytes | None = None
) -> Commitment:
    """Bind a ballot's content: `SHA-256("ballot-v1" 0 consultation 0 payload nonce)`."""
    payload = canonical(content)
    nonce = secrets.token_bytes(32) if nonce is None else nonce
    return Commitment(payload, nonce, digest(consultation, payload, nonce))


def digest(consultation: UUID, payload: bytes, nonce: bytes) -> bytes:
    """The commitment of a ballot's bytes."""
    head = b"ballot-v1\0" + consultation.hex.encode() + b"\0"
    return hashlib.sha256(head + payload + nonce).digest()


def content(
    consultation: UUID,
    tier: str,
    choice: bytes,
    attributes: Mapping[str, str],
    reasons: Sequence[str],
    edition: int = 1,
) -> dict[str, Any]:
    """A ballot as it is kept: `v` is the format's version, `choice` as `choice.canonical` says.

    `edition` counts the versions of packages people voted on: the log tells which they were.
    """
    return {
        "c": consultation.hex, "v": 3, "tier": tier, "choice": choice.decode(),
        "attrs": dict(attributes), "reasons": list(reasons), "edition": edition,
    }  # fmt: skip


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way to write a ballot as bytes (RFC 8785, for the texts and lists it holds)."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def tracker_of(digest: bytes) -> str:
    """The number of a commitment: its first 60 bits."""
    number = int.from_bytes(digest[:8], "big") >> 4
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def written(tracker: str) -> str:
    """A tracker for people: `7QK3-92MF-XA8D`."""
    return "-".join(tracker[start : start + 4] for start in range(0, LENGTH, 4))


def read(given: str) -> str | None:
    """A tracker as a person typed it, forgiving hyphens, blanks and look-alikes; None if none."""
    plain = re.sub(r"[\s\-–—]", "", given[:60]).upper().translate(_LOOKALIKES)
    return plain if _GIVEN.fullmatch(plain) else None


def span(tracker: str) -> tuple[bytes, bytes]:
    """The least and the greatest commitment that has this number."""
    number = 0
    for letter in tracker:
        number = number << 5 | LETTERS.index(letter)
    first = (number << 4).to_bytes(8, "big")
    last = (number << 4 | 15).to_bytes(8, "big")
    return first + bytes(24), last + b"\xff" * 24


def digits(tracker: str) -> str:
    """The hexadecimal digits a commitment with this number begins with."""
    return span(tracker)[0].hex()[:15]
