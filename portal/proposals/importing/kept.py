"""A file between its check and its import: one per manager, private, for a few hours only."""

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

KEPT_FOR = timedelta(hours=6)
LARGEST = 9 * 2**20  # what a form may send


def keep(folder: Path, account_id: UUID, name: str, data: bytes) -> str:
    """Keep a checked file in place of the one before; return what it is known by."""
    folder.mkdir(mode=0o700, exist_ok=True)
    fresh = folder / f"{account_id.hex}.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(name.encode()[:200].replace(b"\n", b" ") + b"\n" + data[:LARGEST])
    fresh.replace(folder / account_id.hex)
    return sha256(data).hexdigest()


def read(folder: Path, account_id: UUID, known_by: str) -> tuple[str, bytes] | None:
    """The name and the bytes of one's own file, if it still is the one that was checked."""
    try:
        name, _, data = (folder / account_id.hex).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if sha256(data).hexdigest() != known_by:
        return None
    return name.decode("utf-8", "replace"), data


def forget(folder: Path, account_id: UUID) -> None:
    """Delete one's own file."""
    (folder / account_id.hex).unlink(missing_ok=True)


def tidy(folder: Path, before: float) -> None:
    """Delete the files nobody imported."""
    for file in folder.glob("*"):
        if file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
