"""Tables from foreign hands: encodings, separators, quotes and widths made sure of."""

import csv
import io
from collections.abc import Iterator

from portal.i18n import N_
from portal.proposals.importing.source import ROWS, Content

COLUMNS = 400  # more are no table of proposals
CELL = 200_000  # characters
HEAD = 64_000  # characters of the first line

NOT_UTF8 = N_("The file is not UTF-8. Open it in a spreadsheet and save it as “CSV UTF-8”.")
BINARY = N_("This is not a table of text. A spreadsheet must be saved as “CSV UTF-8” first.")
EMPTY = N_("The file is empty.")
TOO_WIDE = N_("The first line names more than %(most)s columns. Is this the right file?")
TOO_LONG = N_("The file has more than %(most)s rows. Divide it.")
TWICE = N_("The column “%(name)s” is there twice. Remove one of them.")
BROKEN = N_("This row cannot be read: %(why)s. Check the quotation marks of this row.")
UNEVEN = N_("This row has %(n)s cells, the first line %(width)s. Check its quotation marks.")


def rows(data: bytes, content: Content) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its number in the file (the head is 1), as `{column: cell}`.

    What cannot be read is noted in `content`; rows that can are read on.
    """
    text = _decoded(data, content)
    if text is None:
        return
    first = text[:HEAD].split("\n", 1)[0]
    if len(first) >= HEAD:
        content.fault(1, "", TOO_WIDE, most=COLUMNS)
        return
    separator = max(";,\t", key=first.count)
    csv.field_size_limit(CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    names = _head(reader, content)
    if names is not None:
        yield from _body(reader, names, content)


def _decoded(data: bytes, content: Content) -> str | None:
    if not data.strip():
        content.fault(None, "", EMPTY)
        return None
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")):
        content.fault(None, "", BINARY)
        return None
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        content.fault(None, "", NOT_UTF8)
        return None
    if "\x00" in text:
        content.fault(None, "", BINARY)
        return None
    return text


def _head(reader: Iterator[list[str]], content: Content) -> list[str] | None:
    try:
        names = [name.strip() for name in next(reader)]
    except (csv.Error, StopIteration) as error:
        content.fault(1, "", BROKEN, why=str(error) or "empty")
        return None
    if len(names) > COLUMNS:
        content.fault(1, "", TOO_WIDE, most=COLUMNS)
        return None
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        content.fault(1, name, TWICE, name=name[:80])
    return names


def _body(
    reader: Iterator[list[str]], names: list[str], content: Content
) -> Iterator[tuple[int, dict[str, str]]]:
    row = 1
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # where a quotation mark is lost, all that follows is too
            content.fault(row, "", BROKEN, why=str(error))
            return
        if row - 1 > ROWS:
            content.fault(row, "", TOO_LONG, most=ROWS)
            return
        if not any(cells):
            continue
        if len(cells) != len(names):
            content.fault(row, "", UNEVEN, n=len(cells), width=len(names))
            continue
        yield row, dict(zip(names, cells, strict=True))
