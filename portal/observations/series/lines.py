"""The lines of a text file: its encoding found out, no line longer than a row can be."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from portal.observations.series.tables import (
    DOCUMENT,
    EMPTY,
    ENCODING,
    LINE_TOO_LONG,
    LONGEST_LINE,
    NO_TEXT,
    NOT_TEXT,
    PACKED,
    PICTURE,
    Unreadable,
)

BLOCK = 64 * 1024
LOOKED_AT = 512  # bytes in which a file that is no text shows it
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PACKS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!",
         b"\xd0\xcf\x11\xe0", b"\x28\xb5\x2f\xfd")  # fmt: skip
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*")
NOWHERE_IN_TEXT = frozenset(range(32)) - frozenset(b"\t\n\x0b\x0c\r\x1a\x1b")
OLD = "cp1252"  # what spreadsheets on Windows write


def beginning(path: Path) -> bytes:
    """The first bytes of a file; refuses what is empty, packed, a document, a picture, no text."""
    with path.open("rb") as file:
        start = file.read(1024)
    if start.startswith(PACKS):
        raise Unreadable(PACKED)
    if b"%PDF-" in start[:64]:
        raise Unreadable(DOCUMENT)
    if start.startswith(PICTURES) or start[4:8] == b"ftyp" or start[8:12] == b"WEBP":
        raise Unreadable(PICTURE)
    if not start.strip(b"\xef\xbb\xbf\xfe\xff \t\r\n\x00"):
        raise Unreadable(EMPTY)
    marked = start.startswith(tuple(mark for mark, _name in MARKS))
    if not marked and any(byte in NOWHERE_IN_TEXT for byte in start[:LOOKED_AT] if byte):
        raise Unreadable(NO_TEXT)
    return start


def encoding_of(path: Path) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8 if every byte fits, else Windows' Latin letters."""
    start = beginning(path)
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    for name in ("utf-8", OLD):
        if _fits(path, name):
            return name
    raise Unreadable(ENCODING)


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                if b"\x00" in block:
                    line += block[: block.index(b"\x00")].count(b"\n")
                    raise Unreadable(NOT_TEXT, line=line)
                line += block.count(b"\n")
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def lines(path: Path, encoding: str) -> Iterator[str]:
    """Every line with its end, one at a time."""
    with path.open(encoding=encoding) as file:
        for number in range(1, 1 << 40):
            try:
                line = file.readline(LONGEST_LINE + 1)
            except UnicodeError:
                raise Unreadable(ENCODING) from None
            if not line:
                return
            if len(line) > LONGEST_LINE:
                raise Unreadable(LINE_TOO_LONG, line=number)
            if "\x00" in line:
                raise Unreadable(NOT_TEXT, line=number)
            yield line
