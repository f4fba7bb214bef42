"""The columns of a released table: what they hold, and how a word from an address becomes one."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

SQL = {"string": "TEXT", "number": "REAL", "integer": "INTEGER", "date": "TEXT", "datetime": "TEXT"}
JSON = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}
NUMBERS = ("number", "integer")
TIMES = ("date", "datetime")
MOMENT = "phenomenon_time"  # the column `datetime` asks for
DAY = "date"  # where it asks for days: they are the city's
GUARDED = {"'=", "'+", "'-", "'@"}  # by table.guarded
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII
)
_NUMBER = re.compile(r"[+-]?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Column:
    """A column of the table; `kind` is its Table Schema type."""

    name: str
    kind: str
    meaning: str = ""

    @property
    def quoted(self) -> str:
        """Its name in SQL."""
        return '"' + self.name.replace('"', '""') + '"'

    @property
    def schema(self) -> dict[str, Any]:
        """Its values in JSON Schema."""
        return {
            "title": self.name.replace("_", " "),
            "description": self.meaning,
            **JSON[self.kind],
        }


class Unreadable(ValueError):
    """A value is not of its column's kind."""


def of_schema(fields: Sequence[dict[str, Any]]) -> tuple[Column, ...]:
    """The columns a Table Schema describes; kinds we do not compare are taken as text."""
    return tuple(
        Column(
            field["name"],
            field["type"] if field.get("type") in SQL else "string",
            field.get("description", ""),
        )
        for field in fields
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _text(cell: str) -> str | None:
    """The guard against formulas is for spreadsheets: here it is taken off."""
    return cell[1:] if cell[:2] in GUARDED else cell or None


def _as_it_is(cell: str) -> str | None:
    return cell or None


# a cell of the CSV file by the kind of its column; nothing where it is empty
READERS: dict[str, Callable[[str], Any]] = {
    "string": _text, "number": _number, "integer": _whole, "date": _as_it_is,
    "datetime": _as_it_is,
}  # fmt: skip


def asked(kind: str, word: str) -> Any:
    """A word from an address as the index keeps such values."""
    if kind in NUMBERS:
        return number(word)
    return day(word) if kind == "date" else moment(word)[0] if kind == "datetime" else word


def number(word: str) -> float:
    """A finite number."""
    if not _NUMBER.fullmatch(word) or not math.isfinite(found := float(word)):
        raise Unreadable(word)
    return found


def day(word: str) -> str:
    """A day, YYYY-MM-DD; of a moment, the day it lies in."""
    return moment(word)[0][:10]


def moment(word: str) -> tuple[str, str]:
    """The first and last instant a date or moment of RFC 3339 means, in UTC, so that they sort."""
    match = _MOMENT.fullmatch(word)
    if match is None:
        raise Unreadable(word)
    whole, clock, fraction, zone = match.groups()
    try:
        if clock is None:
            date.fromisoformat(whole)
            return f"{whole}T00:00:00", f"{whole}T23:59:59.999999999"
        clock = clock if len(clock) == 8 else f"{clock}:00"
        clock = clock.replace(":60", ":59") if clock.endswith(":60") else clock  # a leap second
        offset = "+00:00" if zone is None or zone in "Zz" else zone
        found = datetime.fromisoformat(f"{whole}T{clock}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(word) from None
    text = found.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + (fraction or "").rstrip("0.")
    return text, text


def beside(word: str, days: int) -> str:
    """A day some days away from a known one; at the ends of the calendar the same."""
    try:
        return (date.fromisoformat(word) + timedelta(days=days)).isoformat()
    except OverflowError:
        return word
