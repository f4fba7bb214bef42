"""A file of readings as a table, whatever its kind; and why a file cannot be read at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal

LARGEST = 8 * 1024 * 1024  # bytes of a file
MOST_ROWS = 200_000
MOST_COLUMNS = 60
LONGEST_LINE = 10_000  # characters of a line, or of one observation
LONGEST_CELL = 1_000

EMPTY = N_("This file is empty.")
NO_ROWS = N_("This file holds no readings.")
TOO_LARGE = N_("This file is too large. It may have 8 MB: please send it in parts.")
TOO_MANY_ROWS = N_(
    "This file holds more than %(most)s readings. Please send it in parts: nothing counts twice."
)
TOO_MANY_COLUMNS = N_(
    "This file has more than %(most)s columns. Please leave out what is not needed."
)
LINE_TOO_LONG = N_("Line %(line)s is too long to be a row of readings.")
PACKED = N_(
    "This is a packed file or a spreadsheet. Please unpack it, or save the sheet as CSV, "
    "and send that."
)
DOCUMENT = N_(
    "This is a PDF, which holds pages and no table. Please export the readings as CSV, and send "
    "that."
)
PICTURE = N_("This is a picture or a film. We take readings as CSV, GPX or SensorThings JSON.")
NO_TEXT = N_("This file is no text. We take readings as CSV, GPX or SensorThings JSON.")
NOT_TEXT = N_("This file holds characters that no text has (line %(line)s). Is it a table at all?")
ENCODING = N_("The letters of this file cannot be read. Please save it as UTF-8.")


class Unreadable(Refusal):
    """The file as a whole cannot be read; the words say why."""

    title = N_("This file cannot be read")

    def __init__(self, message: str, **gaps: Any) -> None:
        super().__init__(**gaps)
        self.message = message


@dataclass(frozen=True, slots=True)
class Row:
    """One reading as it stands in the file, with the line it begins in."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Table:
    """The columns of a file and a way to read its rows again and again, one at a time."""

    kind: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


def bounded(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows, as long as there are not too many."""
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise Unreadable(TOO_MANY_ROWS, most=MOST_ROWS)
        yield row
