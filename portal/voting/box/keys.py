"""One key per consultation, kept outside every database, and the keyed hashes made with it.

Without the key nobody can tell which right belongs to which ballot, or either to a person.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from portal import secret
from portal.accounts.identity import Subject
from portal.i18n import N_
from portal.refusal import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hashes:
    """A person as the box knows them: two names that share nothing without the key."""

    right: bytes
    alias: bytes


def path_of(data: Path, consultation_id: UUID) -> Path:
    """Where a consultation's key rests."""
    return data / "keys" / f"{consultation_id}.key"


class KeyMissing(Refusal):
    """The key of a box in use is gone. A new one would let everybody vote a second time."""

    status = 503
    title = N_("Voting is paused")
    message = N_(
        "Votes cannot be recorded at the moment, and none was changed. Those who run the portal "
        "have been told."
    )


_keys: dict[Path, bytes] = {}


def key(data: Path, consultation_id: UUID, unused: Callable[[], bool]) -> bytes:
    """A consultation's key, readable by its owner only; made while its box is `unused`.

    Raises KeyMissing where the box is in use and its key is gone.
    """
    path = path_of(data, consultation_id)
    if path not in _keys:
        # looked at again: the first voters come together, and one of them makes it meanwhile
        if not path.exists() and not unused() and not path.exists():
            log.critical("the key of consultation %s is missing", consultation_id)
            raise KeyMissing
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        _keys[path] = secret.keep(path)
    return _keys[path]


def forget(data: Path, consultation_id: UUID) -> None:
    """Let go of a key that was destroyed."""
    _keys.pop(path_of(data, consultation_id), None)


def hashes(key: bytes, subject: Subject) -> Hashes:
    """The two names of a subject in one box."""
    return Hashes(_keyed(key, "right", subject.value), _keyed(key, "alias", subject.value))


def idempotency(key: bytes, sent: str) -> bytes:
    """What the box keeps of an idempotency key."""
    return _keyed(key, "idem", sent)


def mask(key: bytes, alias: bytes, idem: bytes) -> bytes:
    """What hides a ballot's commitment in the box: only with the key can it be told which it is."""
    return hmac.digest(key, b"mask|" + alias + idem, "sha256")


def masked(mask: bytes, commitment: bytes) -> bytes:
    """A commitment under its mask; once more, and it is the commitment again."""
    return bytes(a ^ b for a, b in zip(mask, commitment, strict=True))


def same(sent: str, payload: bytes) -> bytes:
    """Whether a form came again with the same choice, for whoever knows the form's own key only.

    The form's key is random and kept nowhere, so nobody can try out choices against this.
    """
    return hmac.digest(hashlib.sha256(sent.encode()).digest(), payload, "sha256")


def _keyed(key: bytes, purpose: str, value: str) -> bytes:
    return hmac.digest(key, f"{purpose}|{value}".encode(), "sha256")
