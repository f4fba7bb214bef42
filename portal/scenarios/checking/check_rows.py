"""Recognise rows that are certainly right, quickly; every other one is looked at closely."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal.scenarios.checking.check_figures import AT, FARTHEST, Known

PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII).fullmatch
COUNTS = ("n", "residents")
INTERVALS = (("value", "low", "high"), ("delta", "delta_low", "delta_high"))
Quick = Callable[[Sequence[str]], bool]


class Keys:
    """Which row has which key. Texts are numbered, so that a million keys stay small."""

    def __init__(self, columns: Sequence[int]) -> None:
        """`columns` are the places of the key's cells in a row."""
        self._columns = columns
        self._texts: dict[str, int] = {}
        self._rows: dict[int, int] = {}

    def first(self, cells: Sequence[str], row: int) -> int | None:
        """The earlier row with the same key, if there is one."""
        key, texts = 0, self._texts
        for column in self._columns:
            key = (key << 24) + texts.setdefault(cells[column], len(texts))
        found = self._rows.setdefault(key, row)
        return None if found == row else found


def quick(
    header: Sequence[str], needed: Sequence[str], resource: Mapping[str, Any], known: Known
) -> Quick:
    """A test that is true only of rows in which nothing can be wrong but their key."""
    place = {name: index for index, name in enumerate(header)}
    numbers = [name for pair in INTERVALS for name in pair if name in place]
    filled = [place[name] for name in needed]
    counts = [place[name] for name in COUNTS if name in place]
    groups = [
        tuple(place.get(name, -1) for name in names) for names in INTERVALS if names[0] in place
    ]
    strange = [name for pair in INTERVALS for name in pair[1:] if name in place]
    stray = any(pair[0] not in place and set(pair) & set(strange) for pair in INTERVALS)
    differences = [place[n] for n in INTERVALS[1] if n in place] if known.baseline else []
    memberships = _memberships(place, resource, known)
    at = re.compile(AT[resource["axis"]], re.ASCII).fullmatch if _timed(place, resource) else None
    moment = place.get("at", -1)

    def right(cells: Sequence[str]) -> bool:
        for index in filled:
            if not cells[index] or cells[index].isspace():
                return False
        for index, allowed in memberships:
            if cells[index] not in allowed:
                return False
        if at is not None and not at(cells[moment]):
            return False
        for index in counts:
            if not _count(cells[index]):
                return False
        for index in differences:
            if cells[index]:
                return False
        return all(_holds(cells, *group) for group in groups)

    return (lambda cells: False) if stray or (not numbers and not counts) else right


def _holds(cells: Sequence[str], value: int, low: int, high: int) -> bool:
    """Whether a figure is a plain number inside its interval, if it has one."""
    text = cells[value]
    least = cells[low] if low >= 0 else ""
    most = cells[high] if high >= 0 else ""
    if not least and not most:
        return not text or _plain(text)
    if not (text and least and most and PLAIN(text) and PLAIN(least) and PLAIN(most)):
        return False
    return -FARTHEST <= float(least) <= float(text) <= float(most) <= FARTHEST


def _count(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 16)


def _plain(text: str) -> bool:
    return bool(PLAIN(text)) and abs(float(text)) <= FARTHEST


def _memberships(
    place: Mapping[str, int], resource: Mapping[str, Any], known: Known
) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    if "indicator" in place:
        found.append((place["indicator"], known.indicators))
    if resource["role"] == "areas":
        found.append((place["code"], known.codes or frozenset()))
    return found


def _timed(place: Mapping[str, int], resource: Mapping[str, Any]) -> bool:
    return "at" in place and str(resource.get("axis")) in AT
