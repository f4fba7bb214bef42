"""Sums of ballots: all that a rule needs to know, and all that is ever published of ballots."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.voting.rules.columns import SILENT, Ballots

Places = tuple[tuple[str, ...], ...]
HIGHEST = {"approval": 1, "score": 5, "ranking": 6, "majority": 5, "budget": 1}
PAIRED = ("score", "ranking", "majority")  # rules whose ballots order the options
_LAST, _FIRST = 0, 10  # a rank's worth is _FIRST - rank, that of silence _LAST


@dataclass(frozen=True)
class Sums:
    """How often each sign was given, and how many ballots prefer an option to another.

    `marks[o][m]` ballots give option `o` the mark `m`; the rest of the `some` say nothing of it.
    `prefer[a][b]` ballots put `a` before `b`; empty where ballots do not order options.
    """

    rule: str
    options: tuple[str, ...]
    some: int
    none: int
    marks: tuple[tuple[int, ...], ...]
    prefer: tuple[tuple[int, ...], ...] = ()

    @property
    def total(self) -> int:
        """Ballots, those for none of the options too."""
        return self.some + self.none

    def silent(self, place: int) -> int:
        """Ballots that say nothing of an option."""
        return self.some - sum(self.marks[place])

    def steps(self, place: int) -> tuple[int, ...]:
        """How many ballots give an option each step, silence counted as the lowest."""
        lowest, *others = self.marks[place]
        return (lowest + self.silent(place), *others)

    def with_ballots(self, option: str, times: int) -> "Sums":
        """The same with more ballots that name this option alone, as strongly as they can."""
        place = self.options.index(option)
        best = 1 if self.rule == "ranking" else HIGHEST[self.rule]
        marks = [list(row) for row in self.marks]
        marks[place][best] += times
        prefer = [list(row) for row in self.prefer]
        for other in range(len(prefer)):
            prefer[place][other] += times * (other != place)
        return replace(self, some=self.some + times, marks=_frozen(marks), prefer=_frozen(prefer))


def of(rule: str, ballots: Ballots) -> Sums:
    """The sums of ballots cast by one rule."""
    signs = [str(mark).encode() for mark in range(HIGHEST[rule] + 1)]
    marks = tuple(tuple(column.count(sign) for sign in signs) for column in ballots.columns)
    prefer = _prefer(ballots, rule) if rule in PAIRED else ()
    return Sums(rule, ballots.options, ballots.some, ballots.none, marks, prefer)


def _prefer(ballots: Ballots, rule: str) -> tuple[tuple[int, ...], ...]:
    """Every pair of options compared on all ballots at once.

    A column is read as one large number with a byte for each ballot. Adding 128 to every byte of
    one and taking the other away leaves a byte's highest bit standing exactly where the one is
    not smaller; nothing is ever borrowed from the next byte.
    """
    table = _worths(rule)
    columns = [int.from_bytes(column.translate(table), "big") for column in ballots.columns]
    high = int.from_bytes(b"\x80" * ballots.some, "big")

    def before(one: int, other: int) -> int:
        return ballots.some - (((other | high) - one) & high).bit_count()

    return tuple(
        tuple(0 if a == b else before(one, other) for b, other in enumerate(columns))
        for a, one in enumerate(columns)
    )


def _worths(rule: str) -> bytes:
    """What a sign is worth: the higher, the more the option is liked."""
    table = bytearray(256)
    for mark in range(10):
        table[ord("0") + mark] = _FIRST - mark if rule == "ranking" else mark
    table[SILENT[0]] = _LAST
    return bytes(table)


def _frozen(rows: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in rows)


def places_by(options: Sequence[str], keys: Sequence[object]) -> Places:
    """Options from the highest key to the lowest; those with equal keys share a place."""
    by_key: dict[object, list[str]] = {}
    for option, key in zip(options, keys, strict=True):
        by_key.setdefault(key, []).append(option)
    return tuple(tuple(by_key[key]) for key in sorted(by_key, reverse=True))  # type: ignore[type-var]
