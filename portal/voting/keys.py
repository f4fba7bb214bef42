"""One key per consultation, kept outside every database, and the keyed hashes made with it.

Without the key nobody can tell which right belongs to which ballot, or either to a person.
"""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from portal import secret
from portal.accounts.identity import Subject


@dataclass(frozen=True)
class Hashes:
    """A person as the box knows them: two names that share nothing without the key."""

    right: bytes
    alias: bytes


def path_of(data: Path, consultation_id: UUID) -> Path:
    """Where a consultation's key rests."""
    return data / "keys" / f"{consultation_id}.key"


def key(data: Path, consultation_id: UUID) -> bytes:
    """A consultation's key, made on first use, readable by its owner only."""
    return _kept(path_of(data, consultation_id))


@lru_cache(maxsize=64)
def _kept(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    return secret.keep(path)


def hashes(key: bytes, subject: Subject) -> Hashes:
    """The two names of a subject in one box."""
    return Hashes(_keyed(key, "right", subject.value), _keyed(key, "alias", subject.value))


def idempotency(key: bytes, sent: str) -> bytes:
    """What the box keeps of an idempotency key."""
    return _keyed(key, "idem", sent)


def _keyed(key: bytes, purpose: str, value: str) -> bytes:
    return hmac.digest(key, f"{purpose}|{value}".encode(), "sha256")
