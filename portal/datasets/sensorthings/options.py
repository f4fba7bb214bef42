"""What an address asks of a set: $top, $skip, $count, $orderby, $filter, $expand, $select.

Formulas: words in, a plain question out. What is not offered is refused, never left aside.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.i18n import N_
from portal.refusal import Problem, Refusal

MOST = 1_000  # entities of one answer
USUAL = 100
FARTHEST = 10_000_000
LONGEST = 500  # signs of a filter
OPTIONS = ("$top", "$skip", "$count", "$orderby", "$filter", "$expand", "$select")
COMPARED = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_COMPARISON = re.compile(
    r"\s*(?P<name>[A-Za-z@.]{1,40}) +(?P<sign>eq|ne|gt|ge|lt|le) +"
    r"(?P<value>'(?:[^']|'')*'|[^\s'()]+)\s*"
)
_AND = re.compile(r"and\s", re.ASCII)

UNKNOWN = N_("This option is not offered here: %(name)s.")
TWICE = N_("This option was sent more than once.")
NOT_A_COUNT = N_("A whole number from 0 to %(most)s is expected.")
NOT_A_CHOICE = N_("“true” or “false” is expected.")
NOT_A_PROPERTY = N_("There is no such property here: %(name)s.")
NOT_EXPANDED = N_("This cannot be expanded here: %(name)s.")
NOT_A_FILTER = N_(
    "A filter of comparisons joined by “and” is expected, like: result gt 60 and "
    "phenomenonTime ge 2026-06-01T00:00:00Z."
)


class BadQuery(Refusal):
    """The address asks for what is not offered."""

    status = 400

    def __init__(self, option: str, message: str, **gaps: Any) -> None:
        super().__init__([Problem(option, message, tuple(gaps.items()))])
        self.message = message
        self.gaps = gaps


@dataclass(frozen=True)
class Comparison:
    """`name sign value`; the value as it was written, quotation marks told apart."""

    name: str
    sign: str
    value: str
    quoted: bool


@dataclass(frozen=True)
class Question:
    """What is asked of a set of entities."""

    top: int = USUAL
    skip: int = 0
    count: bool = False
    order: tuple[tuple[str, bool], ...] = ()  # property, and whether downwards
    where: tuple[Comparison, ...] = ()
    expand: tuple[str, ...] = ()
    select: tuple[str, ...] = ()


def read(asked: Mapping[str, Sequence[str]]) -> Question:
    """The question of an address. Raises BadQuery."""
    for name, values in asked.items():
        if name not in OPTIONS:
            raise BadQuery(name[:40], UNKNOWN, name=name[:40])
        if len(values) != 1:
            raise BadQuery(name, TWICE)
    told = {name: values[0].strip() for name, values in asked.items()}
    return Question(
        top=min(MOST, _count(told, "$top", USUAL)),
        skip=_count(told, "$skip", 0),
        count=_choice(told, "$count"),
        order=tuple(_order(one) for one in _listed(told, "$orderby")),
        where=tuple(_filter(told["$filter"])) if "$filter" in told else (),
        expand=tuple(_listed(told, "$expand")),
        select=tuple(_listed(told, "$select")),
    )


def _count(told: Mapping[str, str], name: str, usual: int) -> int:
    word = told.get(name)
    if word is None:
        return usual
    if not re.fullmatch(r"\d{1,8}", word, re.ASCII) or int(word) > FARTHEST:
        raise BadQuery(name, NOT_A_COUNT, most=FARTHEST)
    return int(word)


def _choice(told: Mapping[str, str], name: str) -> bool:
    word = told.get(name, "false").lower()
    if word not in ("true", "false"):
        raise BadQuery(name, NOT_A_CHOICE)
    return word == "true"


def _listed(told: Mapping[str, str], name: str) -> list[str]:
    if name not in told:
        return []
    found = [word.strip() for word in told[name].split(",")]
    if not all(found) or len(found) > 20:
        raise BadQuery(name, NOT_A_PROPERTY, name=told[name][:40])
    return found


def _order(words: str) -> tuple[str, bool]:
    name, _blank, way = words.partition(" ")
    if way.strip() not in ("", "asc", "desc"):
        raise BadQuery("$orderby", NOT_A_PROPERTY, name=words[:40])
    return name, way.strip() == "desc"


def _filter(text: str) -> list[Comparison]:
    found, place = [], 0
    while len(text) <= LONGEST:
        match = _COMPARISON.match(text, place)
        if match is None:
            break
        word, quoted = match["value"], match["value"].startswith("'")
        value = word[1:-1].replace("''", "'") if quoted else word
        found.append(Comparison(match["name"], COMPARED[match["sign"]], value, quoted))
        if match.end() == len(text):
            return found
        joined = _AND.match(text, match.end())
        if joined is None:
            break
        place = joined.end()
    raise BadQuery("$filter", NOT_A_FILTER)
