"""PrefLib files: orders of alternatives (`.soc .soi .toc .toi`) and categories (`.cat`).

The format is described at preflib.org: lines of `# NAME: value`, then `times: order`, where
alternatives are numbers from 1 and those that are level stand in braces.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Order = tuple[tuple[int, ...], ...]  # levels from the best; numbers of alternatives from 1
KINDS = ("soc", "soi", "toc", "toi", "cat")
_HEAD = re.compile(r"# ([A-Z0-9 ]+): ?(.*)")
_LEVEL = re.compile(r"\{([^{}]*)\}|([0-9]+)")
_LINE = re.compile(r"([0-9]+): ?((?:\{[0-9, ]*\}|[0-9]+)(?:, ?(?:\{[0-9, ]*\}|[0-9]+))*)")


class NotPrefLib(ValueError):
    """The text is not a PrefLib file; the message says where."""


@dataclass(frozen=True)
class Profile:
    """How often each order was given. In a `.cat` file, level `i` is category `i`."""

    kind: str
    title: str
    names: tuple[str, ...]
    orders: Mapping[Order, int]
    categories: tuple[str, ...] = ()
    description: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def voters(self) -> int:
        """How many voters gave an order."""
        return sum(self.orders.values())


def kind_of(orders: Mapping[Order, int], alternatives: int) -> str:
    """The narrowest kind of orders these are: strict or with ties, complete or not."""
    ties = any(len(level) > 1 for order in orders for level in order)
    short = any(sum(map(len, order)) < alternatives for order in orders)
    return ("to" if ties else "so") + ("i" if short else "c")


def write(profile: Profile, name: str = "ballots") -> str:
    """The file's text, commonest orders first."""
    lines = [f"# {key}: {_flat(value)}" for key, value in _head(profile, name)]
    ordered = sorted(profile.orders.items(), key=lambda one: (-one[1], one[0]))
    lines += [f"{times}: {','.join(map(_level, order))}" for order, times in ordered]
    return "\n".join(lines) + "\n"


def _head(profile: Profile, name: str) -> Iterator[tuple[str, str]]:
    yield "FILE NAME", f"{name}.{profile.kind}"
    yield "TITLE", profile.title
    yield "DESCRIPTION", profile.description
    yield "DATA TYPE", profile.kind
    for key in ("MODIFICATION TYPE", "RELATES TO", "RELATED FILES", "PUBLICATION DATE",
                "MODIFICATION DATE"):  # fmt: skip
        yield key, profile.facts.get(key, "original" if key == "MODIFICATION TYPE" else "")
    yield "NUMBER ALTERNATIVES", str(len(profile.names))
    yield "NUMBER VOTERS", str(profile.voters)
    unique = "PREFERENCES" if profile.kind == "cat" else "ORDERS"
    yield f"NUMBER UNIQUE {unique}", str(len(profile.orders))
    if profile.kind == "cat":
        yield "NUMBER CATEGORIES", str(len(profile.categories))
        for number, one in enumerate(profile.categories, start=1):
            yield f"CATEGORY NAME {number}", one
    for number, one in enumerate(profile.names, start=1):
        yield f"ALTERNATIVE NAME {number}", one


def _flat(text: str) -> str:
    return " ".join(text.split())


def _level(level: tuple[int, ...]) -> str:
    return str(level[0]) if len(level) == 1 else "{" + ",".join(map(str, level)) + "}"


def read(text: str) -> Profile:
    """The profile in a file. Raises NotPrefLib naming the line."""
    head: dict[str, str] = {}
    orders: dict[Order, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            found = _HEAD.fullmatch(line.rstrip())
            if found:
                head[found[1]] = found[2]
        elif line.strip():
            order, times = _order(line.strip(), number)
            orders[order] = orders.get(order, 0) + times
    names = _numbered(head, "ALTERNATIVE NAME", "NUMBER ALTERNATIVES")
    kind = head.get("DATA TYPE", "")
    if kind not in KINDS:
        raise NotPrefLib(f"unknown data type “{kind}”")
    _check(orders, len(names))
    return Profile(
        kind, head.get("TITLE", ""), names, orders,
        _numbered(head, "CATEGORY NAME", "NUMBER CATEGORIES"), head.get("DESCRIPTION", ""),
        {key: value for key, value in head.items() if value and key in _FACTS},
    )  # fmt: skip


_FACTS = ("MODIFICATION TYPE", "RELATES TO", "RELATED FILES", "PUBLICATION DATE",
          "MODIFICATION DATE")  # fmt: skip


def _order(line: str, number: int) -> tuple[Order, int]:
    found = _LINE.fullmatch(line)
    if not found:
        raise NotPrefLib(f"line {number} is no order")
    levels = []
    for level in _LEVEL.finditer(found[2]):
        text = level[1] if level[1] is not None else level[2]
        levels.append(tuple(int(one) for one in text.split(",") if one.strip()))
    return tuple(levels), int(found[1])


def _numbered(head: Mapping[str, str], name: str, count: str) -> tuple[str, ...]:
    number = head.get(count, "0").strip()
    if not number.isdecimal() or len(number) > 4:
        raise NotPrefLib(f"“{count}” is no number")
    return tuple(head.get(f"{name} {place}", str(place)) for place in range(1, int(number) + 1))


def _check(orders: Mapping[Order, int], alternatives: int) -> None:
    for order in orders:
        named = [one for level in order for one in level]
        if len(set(named)) < len(named) or not all(1 <= one <= alternatives for one in named):
            raise NotPrefLib(f"{order} names an alternative twice, or one there is not")
