"""Ballots out of the box, gathered by tier and by what voters said of themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.voting.choice import NONE_OF_THESE, parse
from portal.voting.rules import columns
from portal.voting.rules.columns import Ballots

Attributes = tuple[tuple[str, str], ...]


@dataclass
class Heap:
    """Ballots of one kind, their signs one behind the other, and how many are for none."""

    signs: bytearray = field(default_factory=bytearray)
    none: int = 0


@dataclass(frozen=True)
class Gathered:
    """What a box holds: ballots by tier and answers, and how many were cast with those replaced."""

    options: tuple[str, ...]
    heaps: Mapping[tuple[str, Attributes], Heap]
    cast: int = 0

    def ballots(self, tiers: Sequence[str]) -> Ballots:
        """The ballots of these tiers together."""
        return self._together(heap for (tier, _), heap in self.heaps.items() if tier in tiers)

    def answers(self, attribute: str, tiers: Sequence[str]) -> dict[str, Ballots]:
        """The same ballots by the answer to a question; those who did not say under ""."""
        by_answer: dict[str, list[Heap]] = {}
        for (tier, attributes), heap in self.heaps.items():
            if tier in tiers:
                by_answer.setdefault(dict(attributes).get(attribute, ""), []).append(heap)
        return {answer: self._together(by_answer[answer]) for answer in sorted(by_answer)}

    def voters(self) -> dict[str, int]:
        """How many ballots count, by tier."""
        found = Counter[str]()
        for (tier, _), heap in self.heaps.items():
            found[tier] += len(heap.signs) // len(self.options) + heap.none
        return dict(found)

    def _together(self, heaps: Iterable[Heap]) -> Ballots:
        kept = list(heaps)
        signs = (bytes(heap.signs) for heap in kept)
        return columns.of_rows(self.options, signs, sum(heap.none for heap in kept))


def gather(
    options: Sequence[str], opened: Iterable[tuple[str, Mapping[str, Any]]], cast: int = 0
) -> Gathered:
    """Gather opened ballots. Raises ValueError for a choice that fits no ballot of these options.

    Nothing is kept of a ballot but its signs, so that a million need some megabytes only.
    """
    heaps: dict[tuple[str, Attributes], Heap] = {}
    for tier, content in opened:
        written = content["choice"].encode()
        if not written:  # withdrawn
            continue
        said = content["attrs"]
        key = (tier, tuple(sorted(said.items())) if said else ())
        heap = heaps.get(key) or heaps.setdefault(key, Heap())
        if written == NONE_OF_THESE:
            heap.none += 1
        else:
            if len(written) != len(options):
                raise ValueError("a ballot of other options")
            parse(written)
            heap.signs += written
    return Gathered(tuple(options), heaps, cast)


def patterns(ballots: Ballots) -> Iterator[tuple[bytes, int]]:
    """Equal ballots and how many there are, in the order of their signs."""
    rows = zip(*ballots.columns, strict=True)
    return iter(sorted((bytes(row), times) for row, times in Counter(rows).items()))
