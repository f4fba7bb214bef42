"""Sealing: a ballot is locked with the box's public key, and opened with its secret one only.

Every sealed ballot of a consultation is equally long, so that its length tells nothing either.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from portal import secret

NONCE = 32
STEP = 256  # sealed ballots are as long as a multiple of this


class Unreadable(Exception):
    """A sealed ballot that the key does not open."""


def seal(public: bytes, payload: bytes, nonce: bytes, room: int) -> bytes:
    """Lock a ballot's content and its random bytes. Blanks behind the content fill the room."""
    whole = nonce + payload
    length = room if len(whole) <= room else -(-len(whole) // STEP) * STEP
    return _locked(public).encrypt(whole.ljust(length))


def opener(private: bytes) -> SealedBox[PrivateKey]:
    """What opens ballots sealed to this key's public half."""
    return SealedBox(PrivateKey(private))


def opened(box: SealedBox[PrivateKey], sealed: bytes) -> tuple[bytes, bytes]:
    """A sealed ballot's content and random bytes. Raises Unreadable."""
    try:
        whole = box.decrypt(sealed)
    except (CryptoError, ValueError):
        raise Unreadable from None
    return whole[NONCE:].rstrip(b" "), whole[:NONCE]


@lru_cache(maxsize=64)
def _locked(public: bytes) -> SealedBox[PublicKey]:
    return SealedBox(PublicKey(public))


def room(options: Mapping[str, int], more: int) -> int:
    """How long sealed content is: enough for the longest ballot by any rule."""
    longest = 200 + more + sum(len(key.encode()) + extra for key, extra in options.items())
    return -(-(NONCE + longest) // STEP) * STEP


# --- the operator's key ---------------------------------------------------------------------


def path_of(data: Path, consultation_id: UUID) -> Path:
    """Where the operator's secret half rests, where no trustees hold it."""
    return data / "keys" / f"{consultation_id}.seal"


def made(data: Path, consultation_id: UUID) -> bytes:
    """The operator's secret key, made on first use."""
    return secret.keep(path_of(data, consultation_id))


def kept(data: Path, consultation_id: UUID) -> bytes | None:
    """The operator's secret key, if there is one."""
    path = path_of(data, consultation_id)
    return path.read_bytes() if path.exists() else None


def public_of(private: bytes) -> bytes:
    """The half that seals."""
    return bytes(PrivateKey(private).public_key)
