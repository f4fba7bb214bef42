"""Send files as they lie on the disk: compressed twins, conditions, ranges, time to keep them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Response, request
from werkzeug.wrappers import Request

FOREVER = "public, max-age=31536000, immutable"
AGAIN = "public, no-cache"  # keep it, but ask each time whether it is still this
TWINS = (("br", ".br"), ("gzip", ".gz"))
BLOCK = 64 * 1024
TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".geojson": "application/geo+json",
    ".js": "text/javascript; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".pmtiles": "application/vnd.pmtiles",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}
_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


@dataclass(frozen=True)
class Span:
    """A stretch of a file: the first byte and how many."""

    first: int
    length: int

    def said(self, size: int) -> str:
        """As `Content-Range` says it."""
        return f"bytes {self.first}-{self.first + self.length - 1}/{size}"


def span(header: str | None, size: int) -> Span | None:
    """The stretch a `Range` header asks for; None where it is to be left aside (RFC 9110, 14.2).

    Left aside are other units, several stretches at once and what cannot be read.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    begin, end = match.groups()
    if not begin:
        length = min(int(end), size)
        if length == 0:
            raise Unsatisfiable
        return Span(size - length, length)
    first, last = int(begin), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, last - first + 1)


def send(
    path: Path,
    tag: str,
    *,
    cache: str = AGAIN,
    download: str | None = None,
    asked: Request | None = None,
) -> Response:
    """A file whose content `tag` names; `download` is the name to keep it under.

    `asked` is the request where it is not Flask's own. A compressed twin beside the file goes to
    those who read it, never when a stretch is asked for: it would be bytes of another file.
    """
    asked = asked or request
    wanted = asked.headers.get("Range") if asked.method == "GET" else None
    coding, body = ("", path) if wanted else _best(path, asked)
    size, mark = body.stat().st_size, f"{tag}.{coding}" if coding else tag
    answer = Response(_blocks(body, Span(0, size)), direct_passthrough=True)
    answer.headers["Content-Type"] = TYPES.get(path.suffix, "application/octet-stream")
    answer.headers["Cache-Control"] = cache
    answer.headers["Accept-Ranges"] = "bytes"
    answer.content_length = size
    answer.set_etag(mark)
    answer.vary.add("Accept-Encoding")
    if coding:
        answer.headers["Content-Encoding"] = coding
    if download:
        answer.headers.set("Content-Disposition", "attachment", filename=download)
    answer.make_conditional(asked)
    if answer.status_code == 412:
        answer.content_length, answer.response = 0, []
    if wanted and answer.status_code == 200 and _still(mark, asked):
        _narrow(answer, body, wanted, size)
    return answer


def _best(path: Path, asked: Request) -> tuple[str, Path]:
    """The smallest form of the file the reader takes: its coding and where it lies."""
    for coding, ending in TWINS:
        twin = path.with_name(path.name + ending)
        if asked.accept_encodings.quality(coding) and twin.is_file():
            return coding, twin
    return "", path


def _still(mark: str, asked: Request) -> bool:
    """Whether the stretch is of the file the reader has begun with; dates prove too little."""
    condition = asked.headers.get("If-Range")
    return condition is None or condition.strip() == f'"{mark}"'


def _narrow(answer: Response, body: Path, wanted: str, size: int) -> None:
    """Send a stretch only, or say that there is none."""
    try:
        found = span(wanted, size)
    except Unsatisfiable:
        answer.status_code, answer.content_length = 416, 0
        answer.headers["Content-Range"] = f"bytes */{size}"
        answer.headers["Cache-Control"] = "no-store"
        answer.response = []
        return
    if found is not None:
        answer.status_code, answer.content_length = 206, found.length
        answer.headers["Content-Range"] = found.said(size)
        answer.response = _blocks(body, found)


def _blocks(path: Path, found: Span) -> Iterator[bytes]:
    """The bytes of a stretch, a block at a time; nothing is opened before it is read."""
    left = found.length
    with path.open("rb") as file:
        file.seek(found.first)
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
