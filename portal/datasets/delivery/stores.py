"""Where files are put: the few things a delivery asks of a store, and a folder that does them."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from portal.datasets.delivery.trouble import Away, Refused, Why

PIECE = 1024 * 1024
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Store(Protocol):
    """A place of files by name. Each `put` is seen whole or not at all."""

    def put(self, key: str, path: Path, mediatype: str) -> None:
        """Write a file, replacing what has its name."""

    def pieces(self, key: str) -> Iterator[bytes]:
        """What is there under a name. Raises KeyError where nothing is."""

    def remove(self, key: str) -> None:
        """Delete what has a name, if anything has."""


def sha256_at(store: Store, key: str) -> str | None:
    """The hash of what a store gives back; None where it has nothing."""
    digest = hashlib.sha256()
    try:
        for piece in store.pieces(key):
            digest.update(piece)
    except KeyError:
        return None
    return digest.hexdigest()


class FolderStore:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, path: Path, mediatype: str) -> None:
        target = self._root / key
        with _told():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(prefix=".sending-", dir=target.parent)
            try:
                _copy(path, handle)
                Path(made).chmod(0o644)
                Path(made).rename(target)
            except BaseException:
                with suppress(OSError):
                    Path(made).unlink()
                raise

    def pieces(self, key: str) -> Iterator[bytes]:
        with _told():
            try:
                file = (self._root / key).open("rb")
            except FileNotFoundError:
                raise KeyError(key) from None
            with file:
                while piece := file.read(PIECE):
                    yield piece

    def remove(self, key: str) -> None:
        with _told():
            (self._root / key).unlink(missing_ok=True)


def _copy(path: Path, handle: int) -> None:
    with path.open("rb") as source, os.fdopen(handle, "wb") as file:
        while piece := source.read(PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _told() -> Iterator[None]:
    """What the system says, as a reason."""
    try:
        yield
    except PermissionError:
        raise Refused(Why.NOT_ALLOWED) from None
    except (NotADirectoryError, IsADirectoryError):
        raise Refused(Why.NO_PLACE) from None
    except OSError as error:
        raise Away(Why.FULL if error.errno in FULL else Why.NOT_REACHED) from None
