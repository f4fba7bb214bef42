"""Places of a starting package that wait for their author: recognised, and told once each."""

from collections.abc import Iterator
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.faults import Fault, Faults

MARK = "TO FILL"
STILL = N_("Still to fill: %(text)s.")


def waiting(text: Any) -> bool:
    """Whether a text is a placeholder."""
    return isinstance(text, str) and text.lstrip().startswith(MARK)


def check_json(content: Any, shown: str, faults: Faults) -> None:
    """Note every placeholder of a JSON file."""
    for place, text in _places(content):
        _note(faults, shown, text, column=place)


def check_csv(text: str, shown: str, faults: Faults) -> None:
    """Note every placeholder of a table: plain cells, as the starting folder writes them."""
    if MARK not in text:
        return
    header, *rows = text.split("\n")
    names = header.split(",")
    for row, line in enumerate(rows, start=2):
        for name, cell in zip(names, line.split(","), strict=False):
            if waiting(cell.strip('"')):
                _note(faults, shown, cell.strip('"'), row=row, column=name)


def settled(faults: list[Fault]) -> list[Fault]:
    """Faults without those that only say again that a placeholder is not what belongs there."""
    cells = {(f.file, f.row, f.column) for f in faults if f.reason == STILL and f.row}
    places = {(f.file, f.column) for f in faults if f.reason == STILL and not f.row}
    return [
        f
        for f in faults
        if f.reason == STILL
        or not ((f.file, f.row, f.column) in cells or _within(f.file, f.column, places))
    ]


def _within(file: str, column: str | None, places: set[tuple[str, str | None]]) -> bool:
    if not column or not places:
        return False
    parts = column.split(".")
    return any((file, ".".join(parts[:n])) in places for n in range(1, len(parts) + 1))


def _note(faults: Faults, shown: str, text: str, **place: Any) -> None:
    hint = text.lstrip().removeprefix(MARK).lstrip(": ")
    faults.add(
        shown,
        STILL,
        N_("Put it in place of the text that begins with TO FILL."),
        text=hint or MARK,
        **place,
    )


def _places(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    if waiting(value):
        yield at, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _places(part, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _places(part, f"{at}.{index}" if at else str(index))
