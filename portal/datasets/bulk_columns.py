"""Observations as columns of numbers, which DuckDB reads where they lie; text it would copy."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from portal.datasets import bulk_sql

NOBODY = -1  # in arrays of numbers, which know no nothing
WIDTH = 16  # bytes of an id
Arrays = dict[str, Any]


class Columns:
    """Gives everything that is text a number, and keeps which is which.

    Ids stay here, one after the other: row 7 of the table `kept` has the seventh of them.
    """

    def __init__(self, decimals: int) -> None:
        self.people: dict[Any, int] = {}
        self.spots: dict[tuple[str | None, str | None], int] = {}
        self.told: dict[tuple[str, str, int], int] = {}
        self.choices: dict[str, int] = {}
        self._decimals = decimals
        self._ids = bytearray()

    def of(self, rows: Sequence[Sequence[Any]]) -> Arrays:
        """A piece of what `facts.stream` gives, by the names of the table `kept`."""
        (ids, who, result, category, slot, cell, district, caveat, ripe, stays, level, place,
         since) = zip(*rows, strict=True)  # fmt: skip
        first = len(self._ids) // WIDTH
        self._ids += bytes.fromhex("".join(ids).replace("-", ""))
        people, told, decimals = self.people, self.told, self._decimals
        found = {
            "n": range(first, first + len(rows)),
            "who": [NOBODY if one is None else people.setdefault(one, len(people)) for one in who],
            "result": [round(one, decimals) for one in result],
            "choice": _numbered(self.choices, category),
            "slot": slot,
            "spot": [self.spots.setdefault(one, len(self.spots))
                     for one in zip(cell, district, strict=True)],
            "caveat": caveat,
            "ripe": ripe,
            "stays": stays,
            "told": [NOBODY if one[2] is None else told.setdefault(one, len(told))
                     for one in zip(level, place, since, strict=True)],
        }  # fmt: skip
        made = {
            name: np.array(found[name], dtype=bulk_sql.ARRAYS[kind])
            for name, kind in bulk_sql.KEPT.items()
        }
        made["stays"] &= made["who"] != NOBODY
        return made

    def id(self, row: int) -> str:
        """The id of a row, as hexadecimal digits."""
        return self._ids[row * WIDTH : (row + 1) * WIDTH].hex()

    def by_id(self, rows: Any, size: int) -> Iterator[tuple[list[str], Any]]:
        """The ids of these rows in their order, in pieces, with where each stood among `rows`."""
        numbers = np.frombuffer(self._ids, dtype=">u8").reshape(-1, 2)[rows]
        order = np.lexsort((numbers[:, 1], numbers[:, 0]))
        for start in range(0, len(order), size):
            piece = order[start : start + size]
            digits, width = numbers[piece].tobytes().hex(), 2 * WIDTH
            yield [digits[at : at + width] for at in range(0, len(digits), width)], piece


def _numbered(known: dict[str, int], found: Sequence[str | None]) -> list[int]:
    return [NOBODY if one is None else known.setdefault(one, len(known)) for one in found]
