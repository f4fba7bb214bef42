"""What changed between two versions of a package, and whether it is material.

A change is **material** when it may change what a reader concludes from the figures:

- a value (whole area, area, or time of a profile) lies outside the interval the old version
  published for it; where the old version published none, any other value does;
- likewise the difference to the baseline and its interval;
- an interval is gone, or the interval of a difference now excludes zero and did not before, or the
  other way round: pages then say another word beside the figure;
- an indicator, an area or a time appeared or is gone; a layer's file changed, appeared or is gone
  (layers carry no intervals);
- the scenario's parameters, role, year, geography or area changed.

Other words, sources, licences, guide and predicates are **cosmetic**: listed, but not material.
Figures are compared as published, without rounding.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portal.scenarios.figures import Figure

Part = Literal["kpi", "areas", "profile", "layer"]
Why = Literal["beyond", "no_interval", "interval_gone", "other_word", "appeared", "gone"]
MOST = 100  # moves, and words, kept with both states; all are counted
TEXT = 600  # letters of a changed text that are kept

Place = tuple[str, str | None]  # indicator, and area code or time; None is the whole area


@dataclass(frozen=True, slots=True)
class Content:
    """What is compared of one version. `areas` may be read one indicator at a time."""

    version: str
    kpis: Mapping[str, Figure] = field(default_factory=dict)
    areas: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    profiles: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    layers: Mapping[str, str] = field(default_factory=dict)  # name: hash
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)  # place in the descriptor: words


@dataclass(frozen=True, slots=True)
class Move:
    """One material change of a figure or layer; `by` is how far beyond the old interval."""

    part: Part
    indicator: str
    place: str | None
    why: Why
    quantity: Literal["value", "delta", ""]
    old: Figure | None
    new: Figure | None
    by: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """One cosmetic change: where in the descriptor, what stood there and what stands there now."""

    place: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed from one version to another.

    `counts` has for each part how many figures are `same`, moved `within` their interval, or
    changed in a `material` way. `moves` and `words` hold at most 100 each, the largest and first.
    """

    old: str
    new: str
    material: bool
    counts: Mapping[str, Mapping[str, int]]
    moves: tuple[Move, ...]
    facts: tuple[str, ...]
    words: tuple[Words, ...]
    words_changed: int


def difference(old: Content, new: Content) -> Difference:
    """What changed from `old` to `new`: a pure function of both."""
    counts: dict[str, Counter[str]] = {}
    moves: list[Move] = []
    for move, part, kind in _all(old, new):
        counts.setdefault(part, Counter())[kind] += 1
        if move is not None:
            moves.append(move)
            if len(moves) > 20 * MOST:  # keep the farthest, whatever the size
                moves = _farthest(moves)
    facts = tuple(k for k in (*old.facts, *new.facts) if old.facts.get(k) != new.facts.get(k))
    changed = [
        Words(place, _short(old.words.get(place)), _short(new.words.get(place)))
        for place in dict.fromkeys((*old.words, *new.words))
        if old.words.get(place) != new.words.get(place)
    ]
    return Difference(
        old.version,
        new.version,
        bool(moves or facts),
        {part: dict(found) for part, found in counts.items()},
        tuple(_farthest(moves)),
        tuple(dict.fromkeys(facts)),
        tuple(changed[:MOST]),
        len(changed),
    )


def _all(old: Content, new: Content) -> Iterator[tuple[Move | None, Part, str]]:
    yield from _figures("kpi", _whole(old.kpis), _whole(new.kpis))
    for part, before, after in (
        ("areas", old.areas, new.areas),
        ("profile", old.profiles, new.profiles),
    ):
        for indicator in dict.fromkeys((*before, *after)):
            yield from _figures(
                part,  # type: ignore[arg-type]
                _placed(indicator, before),
                _placed(indicator, after),
            )
    for name in dict.fromkeys((*old.layers, *new.layers)):
        if name not in new.layers or name not in old.layers:
            why: Why = "gone" if name not in new.layers else "appeared"
            yield Move("layer", name, None, why, "", None, None), "layer", "material"
        elif old.layers[name] != new.layers[name]:
            yield Move("layer", name, None, "no_interval", "", None, None), "layer", "material"
        else:
            yield None, "layer", "same"


def _whole(kpis: Mapping[str, Figure]) -> dict[Place, Figure]:
    return {(indicator, None): figure for indicator, figure in kpis.items()}


def _placed(indicator: str, found: Mapping[str, Mapping[str, Figure]]) -> dict[Place, Figure]:
    by_place = found.get(indicator, {})
    return {(indicator, place): figure for place, figure in by_place.items()}


def _figures(
    part: Part, old: Mapping[Place, Figure], new: Mapping[Place, Figure]
) -> Iterator[tuple[Move | None, Part, str]]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before == after:
            yield None, part, "same"
            continue
        found = _changed(before, after)
        move = found and Move(part, *key, found[0], found[1], before, after, found[2])
        yield move or None, part, "material" if move else "within"


Change = tuple[Why, Literal["value", "delta", ""], float]


def _changed(old: Figure | None, new: Figure | None) -> Change | None:
    """Why a figure's change is material, on which quantity, and how far; None if it is not."""
    if old is None or new is None:
        return ("appeared" if old is None else "gone", "", 0.0)
    return (
        _quantity("value", (old.value, old.low, old.high), (new.value, new.low, new.high))
        or _quantity(
            "delta",
            (old.delta, old.delta_low, old.delta_high),
            (new.delta, new.delta_low, new.delta_high),
        )
        or (("other_word", "delta", 0.0) if _word(old) != _word(new) else None)
    )


Stated = tuple[float | None, float | None, float | None]


def _quantity(name: Literal["value", "delta"], old: Stated, new: Stated) -> Change | None:
    (value, low, high), (now, now_low, now_high) = old, new
    if value is None or now is None:
        return None if value is now else ("appeared" if value is None else "gone", name, 0.0)
    if low is None or high is None:
        return ("no_interval", name, abs(now - value)) if now != value else None
    if not low <= now <= high:
        return ("beyond", name, max(low - now, now - high))
    return ("interval_gone", name, 0.0) if now_low is None or now_high is None else None


def _word(figure: Figure) -> int | None:
    """On which side of zero a difference surely lies; 0 if it is surely none, None if unsure."""
    low, high = figure.delta_low, figure.delta_high
    if low is None or high is None or (low <= 0 <= high and low != high):
        return None
    return (low > 0) - (low < 0)


def _farthest(moves: list[Move]) -> list[Move]:
    """Whole-area figures first, then by how far they moved against the old figure."""
    order = {"kpi": 0, "profile": 1, "areas": 2, "layer": 3}
    return sorted(moves, key=lambda m: (order[m.part], -_relative(m)))[:MOST]


def _relative(move: Move) -> float:
    size = abs(move.old.value) if move.old and move.old.value else 1.0
    return move.by / size


def _short(words: str | None) -> str | None:
    return words if words is None or len(words) <= TEXT else words[: TEXT - 1] + "…"
