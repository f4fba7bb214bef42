"""Keys that rest in files: made once, readable by their owner only."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from portal.config import Settings, UnsafeSettings


def secret_key(settings: Settings) -> str:
    """The key that signs cookies: from the setting, else the one kept in the data folder."""
    try:
        settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return settings.secret_key or keep(settings.folder / "secret.key").hex()
    except OSError as error:
        raise UnsafeSettings(
            {"PORTAL_DATA": f"{settings.folder} cannot be written: {error.strerror}"}
        ) from None


def keep(path: Path, size: int = 32) -> bytes:
    """The random bytes kept at `path`, made on first use; two processes agree on them."""
    return keep_made(path, lambda: secrets.token_bytes(size))


def keep_made(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is kept at `path`, made by `make` on first use; two processes agree on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was quicker: its key is the key
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
