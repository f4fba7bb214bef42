"""Which parts of a photo are to be covered: squares that were ticked, lines of percentages."""

from collections.abc import Iterable

from portal.i18n import N_
from portal.observations.photos.photo_checks import MOST, Part
from portal.refusal import Problem, Refusal

COLUMNS, ROWS = "ABCDEF", "123456"
SQUARES = tuple(column + row for row in ROWS for column in COLUMNS)
UNREADABLE = N_(
    "Please write one part in each line: left, top, width, height in percent, like 10 20 15 8."
)
TOO_MANY = N_("At most 40 parts can be covered.")
NO_SQUARE = N_("There is no such square. Please tick those on the photo.")


class Unclear(Refusal):
    """What is to be covered cannot be read."""

    title = N_("Please check the parts to cover")


def read(text: str, squares: Iterable[str] = ()) -> list[Part]:
    """The squares, and lines of four percentages; what reaches over the edge is cut there."""
    lines = text.replace(",", ".").replace("%", " ").splitlines()
    parts = [*map(_square, dict.fromkeys(squares)), *(_part(one) for one in lines if one.strip())]
    if len(parts) > MOST:
        raise Unclear([Problem("parts", TOO_MANY)])
    return parts


def _square(name: str) -> Part:
    if name not in SQUARES:
        raise Unclear([Problem("parts", NO_SQUARE)])
    wide, high = 100 / len(COLUMNS), 100 / len(ROWS)
    return Part(COLUMNS.index(name[0]) * wide, ROWS.index(name[1]) * high, wide, high)


def _part(line: str) -> Part:
    try:
        left, top, width, height = map(float, line.split())
    except ValueError:
        raise Unclear([Problem("parts", UNREADABLE)]) from None
    if not (0 <= left < 100 and 0 <= top < 100 and 0 < width <= 100 and 0 < height <= 100):
        raise Unclear([Problem("parts", UNREADABLE)])
    return Part(left, top, min(width, 100 - left), min(height, 100 - top))
