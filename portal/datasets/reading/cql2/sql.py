"""A CQL2 JSON filter as a condition of SQL; every value goes beside it, never into it."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.datasets.reading import columns
from portal.datasets.reading.columns import Column, Unreadable
from portal.i18n import N_
from portal.refusal import Refusal

LONGEST = 10_000  # letters of JSON
DEEPEST = 20  # SQLite's own parser goes about five times as deep
MOST_PREDICATES = 200
MOST_VALUES = 500
MOST_WILDCARDS = 6  # in one pattern
COMPARED = {"=": "=", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
GEOMETRY = "geometry"


Box = tuple[float, float, float, float]


class Wrong(Refusal):
    """The filter cannot be read, or asks for what is not there."""

    status = 400
    title = N_("The filter cannot be used")

    def __init__(self, message: str, **gaps: Any) -> None:
        """The message says what is wrong with it."""
        self.message = message
        super().__init__(**gaps)


@dataclass(frozen=True)
class Condition:
    """A condition of SQL and the values for its gaps."""

    sql: str
    values: tuple[Any, ...] = ()


InBox = Callable[[list[float]], Condition]  # what lies in a box of the filter's own system


@dataclass(frozen=True)
class _Term:
    """One side of a comparison and the kind of what it is worth."""

    sql: str
    kind: str
    values: tuple[Any, ...] = ()


def read_json(text: str) -> Any:
    """The filter in a text of CQL2 JSON."""
    if len(text) > LONGEST:
        raise Wrong(N_("The filter is longer than %(most)s letters."), most=LONGEST)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Wrong(N_("The filter is no JSON.")) from None


def condition(found: Any, known: Mapping[str, Column], in_box: InBox) -> Condition:
    """What a filter asks of a row. Raises Wrong for what it cannot ask."""
    return _Maker(known, in_box).predicate(found, 0)


class _Maker:
    """Goes through a filter from the outside in."""

    def __init__(self, known: Mapping[str, Column], in_box: InBox) -> None:
        self._known = known
        self._in_box = in_box
        self._made = 0

    def predicate(self, found: Any, depth: int) -> Condition:
        self._made += 1
        if depth > DEEPEST or self._made > MOST_PREDICATES:
            raise Wrong(N_("The filter is nested too deeply, or has too many parts."))
        if isinstance(found, bool):
            return Condition("1" if found else "0")
        op, args = _operation(found)
        if op in ("and", "or"):
            if not 2 <= len(args) <= MOST_VALUES:
                raise Wrong(N_("“%(op)s” needs other arguments."), op=op)
            parts = [self.predicate(one, depth + 1) for one in args]
            joined = f" {op.upper()} ".join(f"({one.sql})" for one in parts)
            return Condition(joined, tuple(value for one in parts for value in one.values))
        if op == "not":
            inside = self.predicate(_only(args, 1, op)[0], depth + 1)
            return Condition(f"NOT ({inside.sql})", inside.values)
        if op in COMPARED:
            left, right = self._alike(_only(args, 2, op))
            return Condition(f"{left.sql} {COMPARED[op]} {right.sql}", left.values + right.values)
        return self._other(op, args)

    def _other(self, op: str, args: list[Any]) -> Condition:
        if op == "isNull":
            one = _only(args, 1, op)[0]
            if _is_geometry(one):
                return Condition("x IS NULL")
            term = self._property(one)
            return Condition(f"{term.sql} IS NULL")
        if op == "between":
            one, low, high = self._alike(_only(args, 3, op))
            sql = f"{one.sql} BETWEEN {low.sql} AND {high.sql}"
            return Condition(sql, one.values + low.values + high.values)
        if op == "in":
            one, listed = _only(args, 2, op)
            if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_VALUES:
                raise Wrong(N_("“%(op)s” needs other arguments."), op=op)
            first, *others = self._alike([one, *listed])
            gaps = ", ".join(other.sql for other in others)
            values = tuple(value for other in others for value in other.values)
            return Condition(f"{first.sql} IN ({gaps})", first.values + values)
        if op == "like":
            return self._like(*_only(args, 2, op))
        if op == "s_intersects":
            return self._intersects(*_only(args, 2, op))
        raise Wrong(N_("The filter's “%(op)s” is not known here."), op=op[:40])

    def _like(self, one: Any, pattern: Any) -> Condition:
        term, words = self._text(one), pattern
        folded = isinstance(pattern, dict) and pattern.get("op") == "casei"
        if folded:
            words = _only(_operation(pattern)[1], 1, "casei")[0]
        if not isinstance(words, str) or term.kind != "string":
            raise Wrong(N_("“%(op)s” needs other arguments."), op="like")
        glob = _glob(words.lower() if folded else words)
        return Condition(f"{term.sql} GLOB ?", (*term.values, glob))

    def _text(self, one: Any) -> _Term:
        if isinstance(one, dict) and one.get("op") == "casei":
            words = _only(_operation(one)[1], 1, "casei")[0]
            if isinstance(words, str):
                return _Term("?", "string", (words.lower(),))
            inside = self._text(words)
            return _Term(f"lower({inside.sql})", inside.kind, inside.values)
        return self._property(one)

    def _intersects(self, first: Any, second: Any) -> Condition:
        one, other = (first, second) if _is_geometry(first) else (second, first)
        if not _is_geometry(one) or not isinstance(other, dict):
            raise Wrong(N_("“%(op)s” needs other arguments."), op="s_intersects")
        place = other.get("coordinates") if other.get("type") == "Point" else other.get("bbox")
        if other.get("type") == "Point" and isinstance(place, list):
            place = place[:2] * 2
        if not isinstance(place, list) or not all(map(_is_number, place)):
            raise Wrong(N_("Places in a filter are points or boxes of numbers."))
        return self._in_box([float(number) for number in place])

    def _alike(self, sides: list[Any]) -> list[_Term]:
        """The sides of a comparison, all of one kind; a literal takes the kind of a property."""
        named = [self._text(one) for one in sides if _is_named(one)]
        if not named:
            raise Wrong(N_("A comparison needs a property on one of its sides."))
        kind = named[0].kind
        if any(_class(one.kind) != _class(kind) for one in named):
            raise Wrong(N_("The filter compares values of different kinds."))
        return [self._text(one) if _is_named(one) else _literal(one, kind) for one in sides]

    def _property(self, found: Any) -> _Term:
        name = found.get("property") if isinstance(found, dict) else None
        column = self._known.get(name) if isinstance(name, str) else None
        if column is None:
            raise Wrong(N_("There is no property “%(name)s” to filter by."), name=str(name)[:60])
        return _Term(column.quoted, column.kind)


def _operation(found: Any) -> tuple[str, list[Any]]:
    if not isinstance(found, dict) or not isinstance(found.get("op"), str):
        raise Wrong(N_("A filter is made of operations, each with “op” and “args”."))
    args = found.get("args")
    if not isinstance(args, list):
        raise Wrong(N_("“%(op)s” needs other arguments."), op=found["op"][:40])
    return found["op"], args


def _only(args: list[Any], count: int, op: str) -> list[Any]:
    if len(args) != count:
        raise Wrong(N_("“%(op)s” needs other arguments."), op=op)
    return args


def _is_named(found: Any) -> bool:
    return isinstance(found, dict) and ("property" in found or found.get("op") == "casei")


def _is_geometry(found: Any) -> bool:
    return isinstance(found, dict) and found.get("property") == GEOMETRY


def _is_number(found: Any) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    return abs(found) < 1e15 and math.isfinite(found)


def _class(kind: str) -> str:
    return "number" if kind in columns.NUMBERS else kind


def _literal(found: Any, kind: str) -> _Term:
    """A value of the kind of the property it is compared with."""
    given = found
    if isinstance(found, dict) and len(found) == 1:
        given = found.get("date", found.get("timestamp"))
    if kind in columns.NUMBERS and _is_number(given):
        return _Term("?", kind, (given,))
    if isinstance(given, str) and kind == "string" and given is found:
        return _Term("?", kind, (given,))
    if isinstance(given, str) and kind in columns.TIMES:
        try:
            return _Term("?", kind, (columns.asked(kind, given),))
        except Unreadable:
            pass
    raise Wrong(N_("“%(value)s” is not of the kind of the property it is compared with."),
                value=str(found)[:60])  # fmt: skip


def _glob(pattern: str) -> str:
    """A pattern of CQL2 (% and _, a backslash before what means itself) as SQLite's GLOB."""
    made, letters, wildcards = [], iter(pattern), 0
    for letter in letters:
        if letter == "\\":
            letter = next(letters, "\\")
            made.append(f"[{letter}]" if letter in "*?[" else letter)
        elif letter in "%_":
            made.append("*" if letter == "%" else "?")
            wildcards += letter == "%"
        else:
            made.append(f"[{letter}]" if letter in "*?[" else letter)
    if wildcards > MOST_WILDCARDS:
        raise Wrong(N_("A pattern may have %(most)s wildcards."), most=MOST_WILDCARDS)
    return "".join(made)
