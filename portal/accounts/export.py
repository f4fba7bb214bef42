"""One's own data as a ZIP of JSON and CSV, written while it is read: never whole in memory."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import IO, Any, cast
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, g
from sqlmodel import Session

from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.i18n import gettext

PIECE = 16_384
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


class _Pipe(io.RawIOBase):
    """Takes what the ZIP writes, and hands it on in pieces."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def drain(self) -> bytes:
        """What came since the last time."""
        content, self.pieces, self.size = b"".join(self.pieces), [], 0
        return content


def streamed(app: Flask, language: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces for a server to send: each is made inside the portal, none is held there.

    A context kept open between two pieces would be met by whatever the thread does next.
    """
    while True:
        with app.app_context():
            g.language = language
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def written(engine: sa.Engine, person: UUID, token_hash: str, now: datetime) -> Iterator[bytes]:
    """The archive, piece by piece: for each part a JSON and a CSV file, and a text about them.

    It reads by a session of its own, for the request's may be closed before the last piece.
    """
    pipe = _Pipe()
    with (
        Session(engine) as session,
        zipfile.ZipFile(cast("IO[bytes]", pipe), "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        account, sign_in = session.get_one(Account, person), session.get_one(SignIn, token_hash)
        with archive.open(_file("README.txt", now), "w") as file:
            file.write(_explained().encode())
        for part in personal.parts():
            for ending, lines in (("json", _json), ("csv", _csv)):
                rows = part.gather(session, account, sign_in)
                with archive.open(_file(f"{part.name}.{ending}", now), "w") as file:
                    for line in lines(rows):
                        file.write(line.encode())
                        if pipe.size > PIECE:
                            yield pipe.drain()
                yield pipe.drain()
    yield pipe.drain()


def _file(name: str, now: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _explained() -> str:
    lines = [
        gettext("Everything this portal keeps about you, as tables (CSV) and for programs (JSON)."),
        "",
        *(f"{part.name}: {gettext(part.about)}" for part in personal.parts()),
        "",
        gettext("Times are in UTC. What you voted is not here: ballots lie apart from your account "
                "and nobody can look them up, we neither."),
    ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n"


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _json(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    start = "[\n"
    for row in rows:
        yield start + json.dumps(plain(row), ensure_ascii=False)
        start = ",\n"
    yield "[]\n" if start == "[\n" else "\n]\n"


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    heads: list[str] = []
    for row in rows:
        line = io.StringIO()
        writer = csv.writer(line, lineterminator="\r\n")
        if not heads:
            heads = list(row)
            writer.writerow(heads)
        writer.writerow([_cell(plain(row[name])) for name in heads])
        yield line.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value
