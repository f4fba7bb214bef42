"""Where the index of a release lies, what it tells of itself, and opening it for reading."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import current_app

from portal.datasets import catalogue
from portal.datasets.models import Release
from portal.datasets.reading import building, crs
from portal.datasets.reading.columns import Column
from portal.datasets.reading.crs import Crs
from portal.i18n import N_
from portal.refusal import Refusal

AT_ONCE = 50_000  # rows a page may wait for; a larger release's index is made by the worker
LONGEST = 5.0  # seconds one question may take
STEPS = 20_000  # of SQLite's machine between two looks at the clock


class NotYet(Refusal):
    """The index of a large release is still being made."""

    status = 503
    title = N_("Not available now")
    message = N_("This release is being prepared for reading. Please try again in a minute.")


class TooLong(Refusal):
    """The question would take longer than a page may."""

    status = 503
    title = N_("Not available now")
    message = N_("This question takes too long to answer. Please ask for a smaller area or period.")


@dataclass(frozen=True)
class Index:
    """A release's rows, ready to be read: numbered 1 to `total`, those with a place first."""

    path: Path
    total: int
    located: int
    box: tuple[float, float, float, float] | None
    time: tuple[str, str] | None
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {one.name: one for one in self.columns}

    @cached_property
    def systems(self) -> dict[str, Crs]:
        """The coordinate reference systems offered, by address; places are kept in the first."""
        west, _south, east, _north = self.box or (0.0, 0.0, 0.0, 0.0)
        return crs.offered(crs.zone_of((west + east) / 2))

    def _in_box(self, x: float | None, y: float | None, uri: str, *box: float) -> bool:
        """Whether a place lies in a box of another system; filters call it."""
        if x is None or y is None:
            return False
        a, b = self.systems[uri].forward(x, y)
        return box[0] <= a <= box[2] and box[1] <= b <= box[3]

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """The file for reading; it never changes, so nothing needs to be locked."""
        address = f"file:{quote(str(self.path))}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
        until = time.monotonic() + LONGEST
        connection.create_function("in_box", 7, self._in_box, deterministic=True)
        connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
        try:
            yield connection
        except sqlite3.OperationalError as problem:
            if str(problem) != "interrupted":
                raise
            raise TooLong from None
        finally:
            connection.close()


def path_of(release: Release) -> Path:
    """Where the index lies; its name changes with the release's content and our layout."""
    data: Path = current_app.config["DATA"]
    name = f"{release.version}-{release.sha256[:16]}.{building.FORMAT}.sqlite"
    return data / "reading" / release.dataset / name


def of(release: Release) -> Index:
    """The index of a release, made now if it is missing and small."""
    path = path_of(release)
    if path.is_file():
        return _read(path)
    if int(release.counts.get("published", 0)) > AT_ONCE:
        raise NotYet
    make(release)
    return _read(path)


def make(release: Release) -> Path:
    """Make the index of a release unless it is there."""
    path = path_of(release)
    if not path.is_file():
        building.build(catalogue.folder_of(release), path)
    return path


@lru_cache(maxsize=64)
def _read(path: Path) -> Index:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    try:
        told: dict[str, Any] = json.loads(connection.execute("SELECT text FROM told").fetchone()[0])
    finally:
        connection.close()
    return Index(
        path,
        told["total"],
        told["located"],
        told["box"] and tuple(told["box"]),
        told["time"] and tuple(told["time"]),
        tuple(Column(*one) for one in told["columns"]),
    )
