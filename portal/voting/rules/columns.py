"""Ballots as every rule reads them: one column for each option, one sign for each ballot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SILENT = b"-"  # the ballot says nothing of this option


@dataclass(frozen=True)
class Ballots:
    """Ballots of one rule: sign `i` of a column is what ballot `i` says of that option.

    A digit is 1 (approval, budget), 0 to 5 (score, grade) or the rank from 1 (ranking); `-` is
    silence. `none` ballots were for none of the options.
    """

    options: tuple[str, ...]
    columns: tuple[bytes, ...]
    none: int = 0

    @property
    def some(self) -> int:
        """Ballots that say something of an option."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def total(self) -> int:
        """Ballots, those for none of the options too."""
        return self.some + self.none


def of_rows(options: Sequence[str], rows: Iterable[bytes], none: int = 0) -> Ballots:
    """Ballots from rows of signs, one sign for each option in its published order."""
    joined, n = b"".join(rows), len(options)
    return Ballots(tuple(options), tuple(joined[i::n] for i in range(n)), none)


def grouped(options: Sequence[str], patterns: Mapping[bytes, int], none: int = 0) -> Ballots:
    """Ballots from rows and how often each was cast."""
    return of_rows(options, (row * times for row, times in patterns.items()), none)


def joined(parts: Sequence[Ballots]) -> Ballots:
    """The same ballots in one."""
    columns = zip(*(part.columns for part in parts), strict=True)
    none = sum(part.none for part in parts)
    return Ballots(parts[0].options, tuple(b"".join(column) for column in columns), none)
