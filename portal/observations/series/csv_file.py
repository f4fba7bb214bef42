"""CSV of home sensors: which sign parts the columns, whether the first row names them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from portal.i18n import N_
from portal.observations.series import cells
from portal.observations.series.lines import encoding_of, lines
from portal.observations.series.tables import (
    EMPTY,
    LONGEST_CELL,
    MOST_COLUMNS,
    TOO_MANY_COLUMNS,
    Row,
    Table,
    Unreadable,
)

SIGNS = ";\t,|"
LOOKED_AT = 30  # lines from which the sign between columns is told
BROKEN = N_("Line %(line)s cannot be read as a row of a table. Is a quotation mark open?")
SAID = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # how Excel tells the sign


def open_table(path: Path) -> Table:
    """The table of a CSV file. Raises Unreadable."""
    encoding = encoding_of(path)
    first = list(islice(lines(path, encoding), LOOKED_AT))
    said = SAID.fullmatch(first[0]) if first else None
    skipped = 1 if said else 0
    while skipped < len(first) and (not first[skipped].strip() or first[skipped].startswith("#")):
        skipped += 1
    if skipped == len(first):
        raise Unreadable(EMPTY)
    sign = said.group(1) if said and said.group(1) in SIGNS else _sign(first[skipped:])

    def records() -> Iterator[Row]:
        return _records(path, encoding, sign, skipped)

    begun = next(records(), None)
    if begun is None:
        raise Unreadable(EMPTY)
    head = begun.cells
    named = _names_columns(head)
    columns = tuple(_names(head)) if named else ("",) * len(head)

    def rows() -> Iterator[Row]:
        return islice(records(), 1 if named else 0, None)

    return Table("csv", columns, rows)


def _records(path: Path, encoding: str, sign: str, skipped: int) -> Iterator[Row]:
    """Every row that is not blank; `skipped` lines come before the first."""
    found = csv.reader(islice(lines(path, encoding), skipped, None), delimiter=sign)
    line = skipped + 1
    while True:
        try:
            record = next(found)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable(BROKEN, line=line) from None
        if len(record) > MOST_COLUMNS:
            raise Unreadable(TOO_MANY_COLUMNS, most=MOST_COLUMNS)
        if any(map(str.strip, record)):
            if max(map(len, record)) > LONGEST_CELL:
                raise Unreadable(BROKEN, line=line)
            yield Row(line, record)
        line = skipped + found.line_num + 1


def _sign(first: Sequence[str]) -> str:
    """The sign that parts the lines into the same number of columns most steadily."""
    return max(SIGNS, key=lambda sign: (*_steadiness(first, sign), -SIGNS.index(sign)))


def _steadiness(first: Sequence[str], sign: str) -> tuple[bool, int, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(first, delimiter=sign) if row)
    except csv.Error:
        return False, 0, 0
    width, often = widths.most_common(1)[0] if widths else (0, 0)
    return width > 1, often, width


def _names_columns(head: Sequence[str]) -> bool:
    """Whether a row holds words only: no number, no time."""
    return not any(cells.looks_like_value(cell) for cell in head)


def _names(head: Sequence[str]) -> Iterator[str]:
    """The columns' names, short and without what cannot be seen."""
    for name in head:
        yield " ".join("".join(c if c.isprintable() else " " for c in name).split())[:60]
