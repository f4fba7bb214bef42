"""In which line of a JSON file a place like `scenario.model.owner` stands."""

import json
import re
from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path

from portal.scenarios.checking.faults import Fault, at_line

_BLANK = re.compile(r"[ \t\n\r]*")
_ATOM = re.compile(r"[-+.\w]+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
LARGEST = 1_000_000  # bytes; larger files are shapes, whose faults name the feature


def located(faults: list[Fault], files: Mapping[str, Path]) -> list[Fault]:
    """The faults, those of JSON files with the line; `files` are the real files by shown name."""
    known: dict[str, dict[str, int]] = {}
    return [_located(f, files, known) for f in faults]


def _located(fault: Fault, files: Mapping[str, Path], known: dict[str, dict[str, int]]) -> Fault:
    if fault.row is not None or not fault.column or fault.file not in files:
        return fault
    if fault.file not in known:
        known[fault.file] = _lines(files[fault.file])
    parts, lines = fault.column.split("."), known[fault.file]
    for n in range(len(parts), 0, -1):
        if (place := ".".join(parts[:n])) in lines:
            return at_line(fault, lines[place])
    return fault


def _lines(path: Path) -> dict[str, int]:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig") if len(data) <= LARGEST else ""
        return lines_of(text)
    except (OSError, ValueError, IndexError, RecursionError):
        return {}


def lines_of(text: str) -> dict[str, int]:
    """Line of every place in a JSON text. Raises ValueError or IndexError if it is none."""
    found: dict[str, int] = {}
    breaks = [m.start() for m in re.finditer("\n", text)]
    _value(text, _skip(text, 0), "", found)
    return _as_lines(found, breaks)


def _as_lines(found: dict[str, int], breaks: list[int]) -> dict[str, int]:
    return {place: bisect_left(breaks, at) + 1 for place, at in found.items()}


def _value(text: str, at: int, place: str, found: dict[str, int]) -> int:
    """Note where the parts of the value at `at` begin; the position after it."""
    if text[at] == "{":
        return _members(text, at, place, found)
    if text[at] == "[":
        return _items(text, at, place, found)
    return len(_match(_STRING if text[at] == '"' else _ATOM, text, at)) + at


def _members(text: str, at: int, place: str, found: dict[str, int]) -> int:
    at = _skip(text, at + 1)
    while text[at] != "}":
        start = at
        written = _match(_STRING, text, at)
        key, at = json.loads(written, strict=False), at + len(written)
        inside = f"{place}.{key}" if place else key
        found.setdefault(inside, start)
        at = _skip(text, _skip(text, at) + 1)  # over the colon
        at = _next(text, _value(text, at, inside, found))
    return at + 1


def _items(text: str, at: int, place: str, found: dict[str, int]) -> int:
    at, index = _skip(text, at + 1), 0
    while text[at] != "]":
        inside = f"{place}.{index}" if place else str(index)
        found.setdefault(inside, at)
        at = _next(text, _value(text, at, inside, found))
        index += 1
    return at + 1


def _next(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _match(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    if found is None:
        raise ValueError(at)
    return found.group()


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at
