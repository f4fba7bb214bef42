"""The lines of a text file: its encoding found out, no line longer than a row can be."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from portal.observations.series.tables import (
    EMPTY,
    ENCODING,
    LINE_TOO_LONG,
    LONGEST_LINE,
    NOT_TEXT,
    PACKED,
    Unreadable,
)

BLOCK = 64 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PACKS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!",
         b"\xd0\xcf\x11\xe0", b"%PDF", b"\x28\xb5\x2f\xfd")  # fmt: skip
OLD = "cp1252"  # what spreadsheets on Windows write


def beginning(path: Path) -> bytes:
    """The first bytes of a file; refuses what is empty or packed."""
    with path.open("rb") as file:
        start = file.read(1024)
    if start.startswith(PACKS):
        raise Unreadable(PACKED)
    if not start.strip(b"\xef\xbb\xbf\xfe\xff \t\r\n\x00"):
        raise Unreadable(EMPTY)
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
