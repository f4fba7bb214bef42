"""The signer: signs a log's checkpoints, and remembers the last one outside every database.

What it signed last rests in a file of its own. A log that does not extend it is refused, whatever
the database says: then a backup was put back, or somebody rewrote the log.
"""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from nacl.signing import SigningKey

from portal import secret
from portal.voting.log import notes, tree
from portal.voting.log.notes import Checkpoint, Key

log = logging.getLogger(__name__)


class Refused(Exception):
    """The log does not extend what was signed before."""


class Signer:
    """The signer of one log."""

    def __init__(self, folder: Path, consultation_id: UUID) -> None:
        self.folder = folder
        self._name = str(consultation_id)

    def _path(self, ending: str) -> Path:
        return self.folder / f"{self._name}.{ending}"

    @property
    def _seed(self) -> bytes:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        return secret.keep(self._path("key"))

    def key(self, origin: str) -> Key:
        """The public key, made on first use."""
        return Key(origin, bytes(SigningKey(self._seed).verify_key))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One checkpoint at a time, whichever process makes it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path("lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def last(self) -> Checkpoint | None:
        """What was signed last. Raises Refused where the file was touched by another hand."""
        try:
            note = self._path("last").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            checkpoint = Checkpoint.read(note)
            good = notes.signed_by(note, self.key(checkpoint.origin))
        except notes.Malformed:
            good = False
        if not good:
            raise Refused("the signer's own memory is damaged")
        return checkpoint

    def sign(self, checkpoint: Checkpoint, proof: Sequence[bytes]) -> str:
        """Sign what extends the last checkpoint, and remember it first. Raises Refused.

        Whoever calls holds the signer's turn.
        """
        last = self.last()
        if last is not None:
            _must_extend(last, checkpoint, proof)
        note = notes.sign(checkpoint.text(), checkpoint.origin, self._seed)
        if last != checkpoint:
            replace(self._path("last"), note.encode())
        return note

    # --- the alarm ---

    def raise_alarm(self, reason: str) -> None:
        """Pause the vote until someone has looked."""
        log.critical("the log of consultation %s is refused: %s", self._name, reason)
        replace(self._path("alarm"), reason.encode())

    def calm(self) -> None:
        """Go on: the log extends again what was signed."""
        if self._path("alarm").exists():
            self._path("alarm").unlink()
            log.warning("the log of consultation %s is in order again", self._name)

    @property
    def alarm(self) -> str | None:
        """Why the vote is paused, if it is."""
        path = f"{self.folder}/{self._name}.alarm"
        if not os.path.exists(path):  # noqa: PTH110 - asked for every vote
            return None
        try:
            return Path(path).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None


def _must_extend(last: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    if new.origin != last.origin:
        raise Refused("the log has another name")
    if new.size < last.size:
        raise Refused(f"{new.size} entries, where {last.size} were signed")
    if not tree.consistent(last.size, new.size, last.root, new.root, proof):
        raise Refused(f"the first {last.size} entries are not those that were signed")


def replace(path: Path, content: bytes) -> None:
    """Put a file in place whole and for good, readable by its owner only."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
