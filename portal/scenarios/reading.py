"""Read small JSON files of the store through a cache bounded by bytes; safe paths; versions."""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

Text = Mapping[str, str]  # words by language: {"it": …, "en": …}
CACHE_BYTES = 3_000_000  # of JSON text; parsed it takes about five times as much memory

_SEMVER = re.compile(
    r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)


def semver(version: str) -> tuple[Any, ...]:
    """Sort key of a semantic version (a pre-release comes before its release).

    Raises ValueError for anything else.
    """
    match = _SEMVER.fullmatch(version)
    if match is None:
        raise ValueError(version)
    major, minor, patch, pre = match.groups()
    parts = tuple(
        (0, int(p), "") if p.isdigit() else (1, 0, p) for p in (pre or "").split(".") if p
    )
    return (int(major), int(minor), int(patch), pre is None, parts)


def safe_child(folder: Path, relative: str) -> Path | None:
    """The file at a relative address inside a folder; None if it is not there or leads outside."""
    parts = relative.split("/")
    if (
        not relative
        or "\\" in relative
        or "\0" in relative
        or any(p in ("", ".", "..") for p in parts)
    ):
        return None
    path = folder.joinpath(*parts)
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        return path if inside and path.is_file() else None
    except OSError:  # a name too long for the file system is a name that is not there
        return None


class JsonCache:
    """Parsed JSON files, the least recently used dropped first."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        """`limit` bounds the bytes of the files kept."""
        self._limit = limit
        self._held = 0
        self._kept: OrderedDict[tuple[Path, Any], tuple[Any, int, Any]] = OrderedDict()
        self._lock = Lock()

    def read(
        self, path: Path, *, changes: bool = False, build: Callable[[Any], Any] | None = None
    ) -> Any:
        """The file's JSON, made into something by `build` if given.

        Files are taken never to change, except with `changes=True`: then their size and time are
        looked at on every read.
        """
        stamp = None
        if changes:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        key = (path, build)
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] == stamp:
                self._kept.move_to_end(key)
                return found[2]
        text = path.read_bytes()
        value = json.loads(text)
        if build is not None:
            value = build(value)
        self._keep(key, stamp, len(text), value)
        return value

    def _keep(self, key: tuple[Path, Any], stamp: Any, size: int, value: Any) -> None:
        with self._lock:
            old = self._kept.pop(key, None)
            self._held += size - (old[1] if old else 0)
            self._kept[key] = (stamp, size, value)
            while self._held > self._limit and len(self._kept) > 1:
                _, (_, dropped, _) = self._kept.popitem(last=False)
                self._held -= dropped
