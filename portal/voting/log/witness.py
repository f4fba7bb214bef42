"""A witness: somebody else who looks at a log again and again, and signs that it only grew.

Partners run it where they like: what it saw rests in their own folder.
"""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nacl.signing import SigningKey

from portal import secret
from portal.voting.log import notes, tree
from portal.voting.log.notes import Checkpoint, Key
from portal.voting.log.signer import replace
from portal.voting.log.tree import Edge

Fetch = Callable[[str], bytes]


class Suspicious(Exception):
    """The log is not what it was: tell everybody."""


@dataclass(frozen=True)
class Seen:
    """What a witness saw and signed."""

    checkpoint: Checkpoint
    cosigned: str
    new: int  # entries since the last time


def fetch(address: str) -> bytes:
    """A file of a log."""
    if not address.startswith(("https://", "http://")):
        raise Suspicious(f"{address} is not a web address")
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - checked above
        content: bytes = answer.read()
        return content


def look(base: str, folder: Path, name: str, fetch: Fetch = fetch) -> Seen:
    """Look at a log: it must be signed by the key seen first, and hold all it held. Cosign it.

    Raises Suspicious.
    """
    base = base.rstrip("/")
    key = Key.read(_remembered(folder, base, fetch))
    note = fetch(f"{base}/checkpoint").decode()
    try:
        checkpoint = Checkpoint.read(note)
        signed = notes.signed_by(note, key)
    except notes.Malformed as problem:
        raise Suspicious(f"the checkpoint cannot be read: {problem}") from None
    if not signed or checkpoint.origin != key.name:
        raise Suspicious("the checkpoint is not signed by the log")
    before = _last(folder, base)
    _must_extend(before, checkpoint, fetch(f"{base}/entries.jsonl").split(b"\n")[:-1])
    cosigned = note + notes.cosign(note, name, _seed(folder), int(time.time()))
    replace(_path(folder, base, "seen"), cosigned.encode())
    return Seen(checkpoint, cosigned, checkpoint.size - (before.size if before else 0))


def key_of(folder: Path, name: str) -> Key:
    """The witness's own public key."""
    return Key(name, bytes(SigningKey(_seed(folder)).verify_key), notes.COSIGNED)


def _must_extend(before: Checkpoint | None, now: Checkpoint, lines: list[bytes]) -> None:
    if before is not None and now.size < before.size:
        raise Suspicious(f"the log shrank from {before.size} to {now.size} entries")
    if len(lines) < now.size:
        raise Suspicious(f"{now.size} entries are signed, {len(lines)} are published")
    hashes = [tree.leaf(line) for line in lines[: now.size]]
    edge = Edge()
    if before is not None:
        edge = edge.added(hashes[: before.size])
        if edge.root != before.root:
            raise Suspicious(f"the first {before.size} entries are not those seen before")
    if edge.added(hashes[edge.size :]).root != now.root:
        raise Suspicious(f"the {now.size} entries do not have the signed root")


def _remembered(folder: Path, base: str, fetch: Fetch) -> str:
    """The log's key, as it was the first time."""
    path = _path(folder, base, "key")
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        replace(path, json.loads(fetch(f"{base}/config.json"))["log"]["key"].encode())
    return path.read_text(encoding="utf-8")


def _last(folder: Path, base: str) -> Checkpoint | None:
    path = _path(folder, base, "seen")
    return Checkpoint.read(path.read_text(encoding="utf-8")) if path.exists() else None


def _path(folder: Path, base: str, ending: str) -> Path:
    return folder / f"{sha256(base.encode()).hexdigest()[:16]}.{ending}"


def _seed(folder: Path) -> bytes:
    return secret.keep(folder / "witness.key")
