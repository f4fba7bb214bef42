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


Finder = Callable[[str], Ref | None]
Gather = Callable[[str], Iterable[Ref]]

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
