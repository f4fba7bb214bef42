"""Ballots out of the box, gathered by tier and by what voters said of themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from portal.voting.casting.choice import NONE_OF_THESE
from portal.voting.rules import columns
from portal.voting.rules.columns import Ballots

NONE, SIGNS = NONE_OF_THESE.decode(), b"0123456789-"
Attributes = tuple[tuple[str, str], ...]


class Kind(NamedTuple):
    """What ballots of one heap share."""

    tier: str
    said: Attributes = ()
    unconfirmed: bool = False  # cast on figures that changed since


@dataclass(frozen=True)
class Heap:
    """Ballots of one kind, their signs one behind the other, and how many are for none."""

    signs: bytes
    none: int


@dataclass(frozen=True)
class Gathered:
    """What a box holds: ballots by tier and answers, and how many were cast with those replaced."""

    options: tuple[str, ...]
    heaps: Mapping[Kind, Heap]
    cast: int = 0

    def ballots(self, tiers: Sequence[str]) -> Ballots:
        """The ballots of these tiers together."""
        return self._together(heap for kind, heap in self.heaps.items() if kind.tier in tiers)

    def confirmed(self, tiers: Sequence[str], yes: bool = True) -> Ballots:
        """Those whose voters came since figures changed; or the others."""
        return self._together(heap for kind, heap in self.heaps.items()
                              if kind.tier in tiers and kind.unconfirmed is not yes)  # fmt: skip

    def answers(self, attribute: str, tiers: Sequence[str]) -> dict[str, Ballots]:
        """The same ballots by the answer to a question; those who did not say under ""."""
        by_answer: dict[str, list[Heap]] = {}
        for kind, heap in self.heaps.items():
            if kind.tier in tiers:
                by_answer.setdefault(dict(kind.said).get(attribute, ""), []).append(heap)
        return {answer: self._together(by_answer[answer]) for answer in sorted(by_answer)}

    def voters(self) -> dict[str, int]:
        """How many ballots count, by tier."""
        found = Counter[str]()
        for kind, heap in self.heaps.items():
            found[kind.tier] += len(heap.signs) // len(self.options) + heap.none
        return dict(found)

    def _together(self, heaps: Iterable[Heap]) -> Ballots:
        kept = list(heaps)
        signs = (heap.signs for heap in kept)
        return columns.of_rows(self.options, signs, sum(heap.none for heap in kept))


def gather(
    options: Sequence[str], opened: Iterable[tuple[str, Mapping[str, Any]]], cast: int = 0
) -> Gathered:
    """Gather opened ballots. Raises ValueError for a choice that fits no ballot of these options.

    Nothing is kept of a ballot but its signs, so that a million need some megabytes only.
    """
    piles: dict[Kind, list[str]] = {}
    for tier, content in opened:
        said = content["attrs"]
        attributes = tuple(sorted(said.items())) if said else ()
        key = Kind(tier, attributes, content.get("unconfirmed", False))
        pile = piles.get(key)
        if pile is None:
            pile = piles[key] = []
        pile.append(content["choice"])
    heaps = {key: _heap(pile, len(options)) for key, pile in piles.items()}
    return Gathered(tuple(options), heaps, cast)


def _heap(pile: list[str], options: int) -> Heap:
    """The signs of a pile's ballots; those withdrawn (empty) leave nothing."""
    none = pile.count(NONE)
    given = [written for written in pile if written != NONE] if none else pile
    signs = "".join(given).encode()
    if set(map(len, given)) - {options, 0} or signs.translate(None, SIGNS):
        raise ValueError("a ballot of other options")
    return Heap(signs, none)


def patterns(ballots: Ballots) -> Iterator[tuple[bytes, int]]:
    """Equal ballots and how many there are, in the order of their signs."""
    rows = zip(*ballots.columns, strict=True)
    return iter(sorted((bytes(row), times) for row, times in Counter(rows).items()))
