"""What rests on what: every kind of thing can be followed both ways, as a page and as JSON."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.refusal import NotFound


@dataclass(frozen=True)
class Ref:
    """One end of a link: its kind and id, words for people, and its page."""

    kind: str
    id: str
    label: str
    url: str


@dataclass
class Links:
    """What a thing uses and what it is used by."""

    kind: str
    id: str
    label: str
    url: str
    uses: list[Ref] = field(default_factory=list)
    used_by: list[Ref] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The public form: `{kind, id, label, url, uses, used_by}`."""
        return {
            "kind": self.kind,
            "id": self.id,
            "label": self.label,
            "url": self.url,
            "uses": [vars(ref) for ref in self.uses],
            "used_by": [vars(ref) for ref in self.used_by],
        }


@dataclass(frozen=True)
class Step:
    """Something further along: how many links away, and by way of what."""

    ref: Ref
    distance: int
    via: Ref

    def as_json(self) -> dict[str, Any]:
        """The public form: the thing, `distance` and the `via` it was reached by."""
        via = {"kind": self.via.kind, "id": self.via.id, "label": self.via.label}
        return {**vars(self.ref), "distance": self.distance, "via": via}


Finder = Callable[[str], Ref | None]
Gather = Callable[[str], Iterable[Ref]]

MOST = 60  # things named by one chain
MOST_OF_A_KIND = 10  # that one thing leads to: a vote has hundreds of proposals
FARTHEST = 5

_finders: dict[str, Finder] = {}
_uses: dict[str, list[Gather]] = defaultdict(list)
_used_by: dict[str, list[Gather]] = defaultdict(list)


def kind(name: str, find: Finder) -> None:
    """Say how a kind's ids are found; `find` returns None where there is no such thing."""
    _finders[name] = find


def uses(name: str, gather: Gather) -> None:
    """Add what things of a kind rest on."""
    if gather not in _uses[name]:
        _uses[name].append(gather)


def used_by(name: str, gather: Gather) -> None:
    """Add what uses things of a kind; later rooms add to earlier rooms' kinds."""
    if gather not in _used_by[name]:
        _used_by[name].append(gather)


def of(name: str, ref: str) -> Links:
    """The links of one thing; NotFound where there is none."""
    found = _finders[name](ref) if name in _finders else None
    if found is None:
        raise NotFound
    links = Links(found.kind, found.id, found.label, found.url)
    for gather in _uses[name]:
        links.uses.extend(gather(ref))
    for gather in _used_by[name]:
        links.used_by.extend(gather(ref))
    return links


def chain(name: str, ref: str, *, onwards: bool) -> list[Step]:
    """Everything a thing rests on in the end, or all that came of it: the nearest first."""
    gatherers = _used_by if onwards else _uses
    start = of(name, ref)
    seen = {(name, start.id), (name, ref)}
    found: list[Step] = []
    edge = [Ref(name, start.id, start.label, start.url)]
    for distance in range(1, FARTHEST + 1):
        steps = [step for one in edge for step in _further(one, distance, gatherers, seen)]
        found += steps[: MOST - len(found)]
        edge = [step.ref for step in steps if step.ref.kind in _finders]
        if len(found) >= MOST:
            break
    return found


def _further(
    one: Ref, distance: int, gatherers: dict[str, list[Gather]], seen: set[tuple[str, str]]
) -> list[Step]:
    """The things one link away that were not seen yet."""
    counts: dict[str, int] = defaultdict(int)
    found = []
    for ref in (ref for gather in gatherers[one.kind] for ref in gather(one.id)):
        counts[ref.kind] += 1
        if (ref.kind, ref.id) not in seen and counts[ref.kind] <= MOST_OF_A_KIND:
            seen.add((ref.kind, ref.id))
            found.append(Step(ref, distance, one))
    return found
