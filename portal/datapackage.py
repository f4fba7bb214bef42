"""Data Packages: write files that survive a power cut, name each by its hash, read them back."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
DESCRIPTOR = "datapackage.json"
PIECE = 1024 * 1024


def canonical(value: Any) -> bytes:
    """The one way to write a value as JSON: sorted keys, no blanks, no NaN; for hashing."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def sha256(data: bytes) -> str:
    """The hash of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """The hash of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def resource(folder: Path, relative: str, **facts: Any) -> dict[str, Any]:
    """The descriptor's entry of a file that is there: its path, size and hash, and what is told."""
    path = folder / relative
    return {
        "path": relative,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        **facts,
    }


def write(folder: Path, descriptor: Mapping[str, Any]) -> str:
    """Write the descriptor and return its hash, which through its resources covers every byte."""
    text = json.dumps(descriptor, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (folder / DESCRIPTOR).write_text(text, "utf-8")
    return sha256(text.encode())


def read(folder: Path) -> dict[str, Any]:
    """A package's descriptor."""
    found: dict[str, Any] = json.loads((folder / DESCRIPTOR).read_bytes())
    return found


@contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """A folder to write into beside the published ones; what is not `put` in place disappears."""
    parent.mkdir(parents=True, exist_ok=True)
    for forgotten in parent.glob(".staging-*"):  # of a killed process; the caller holds a lock
        shutil.rmtree(forgotten, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".staging-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(folder: Path, target: Path) -> None:
    """Make a finished folder appear at `target` in one step, on disk and whole."""
    folder.chmod(0o755)
    for path in [*folder.rglob("*"), folder]:
        _sync(path)
    folder.rename(target)
    _sync(target.parent)


@contextmanager
def locked(parent: Path) -> Iterator[None]:
    """One writer at a time, among all processes of this machine."""
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
