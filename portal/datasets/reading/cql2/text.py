"""CQL2 text (OGC 21-065) into the same filter as CQL2 JSON."""

import re
from dataclasses import dataclass
from typing import Any

from portal.datasets.reading.cql2.sql import Wrong
from portal.i18n import N_

LONGEST = 4_000  # letters
DEEPEST = 20  # brackets within brackets
COMPARED = ("=", "<>", "<", ">", "<=", ">=")
WORDS = ("AND", "OR", "NOT", "LIKE", "ILIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE")
NOT_READ = N_("The filter cannot be read from “%(rest)s” on.")
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | '(?P<string>(?:[^']|'')*)'
    | "(?P<quoted>[^"]+)"
    | (?P<name>[^\W\d][\w.]*)
    | (?P<sign><>|<=|>=|[=<>(),])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """A keyword in capitals, nothing for anything else."""
        return self.text.upper() if self.kind == "name" else ""


def read(text: str) -> dict[str, Any]:
    """The filter a text means, as CQL2 JSON. Raises Wrong where it cannot be read."""
    if len(text) > LONGEST:
        raise Wrong(N_("The filter is longer than %(most)s letters."), most=LONGEST)
    reader = _Reader(text)
    found = reader.any_of()
    if reader.here is not None:
        raise reader.lost()
    return found


class _Reader:
    """Reads from left to right; each method takes one kind of expression."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    @property
    def here(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def lost(self) -> Wrong:
        at = self.here.at if self.here else len(self._text)
        return Wrong(NOT_READ, rest=self._text[at:].strip()[:40] or "…")

    def _take(self, *texts: str) -> str | None:
        """The next token if it is one of these signs or keywords."""
        here = self.here
        if here is None or here.kind not in ("sign", "name"):
            return None
        said = here.word or here.text
        if said not in texts:
            return None
        self._next += 1
        return said

    def _need(self, text: str) -> None:
        if self._take(text) is None:
            raise self.lost()

    def any_of(self) -> dict[str, Any]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Wrong(N_("The filter is nested too deeply, or has too many parts."))
        parts = [self._all_of()]
        while self._take("OR"):
            parts.append(self._all_of())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else {"op": "or", "args": parts}

    def _all_of(self) -> dict[str, Any]:
        parts = [self._perhaps_not()]
        while self._take("AND"):
            parts.append(self._perhaps_not())
        return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}

    def _perhaps_not(self) -> dict[str, Any]:
        negated = False
        while self._take("NOT"):
            negated = not negated
        found = self._predicate()
        return {"op": "not", "args": [found]} if negated else found

    def _predicate(self) -> dict[str, Any]:
        if self._take("("):
            inside = self.any_of()
            self._need(")")
            return inside
        if self._take("S_INTERSECTS"):
            self._need("(")
            first = self._geometry()
            self._need(",")
            second = self._geometry()
            self._need(")")
            return {"op": "s_intersects", "args": [first, second]}
        left = self._scalar()
        sign = self._take(*COMPARED)
        if sign:
            return {"op": sign, "args": [left, self._scalar()]}
        if self._take("IS"):
            negated = self._take("NOT")
            self._need("NULL")
            found: dict[str, Any] = {"op": "isNull", "args": [left]}
        else:
            negated = self._take("NOT")
            found = self._ranged(left)
        return {"op": "not", "args": [found]} if negated else found

    def _ranged(self, left: Any) -> dict[str, Any]:
        word = self._take("LIKE", "ILIKE", "BETWEEN", "IN")
        if word == "LIKE":
            return {"op": "like", "args": [left, self._scalar()]}
        if word == "ILIKE":  # older than CQL2, but GDAL says it
            return {"op": "like", "args": [{"op": "casei", "args": [one]}
                                           for one in (left, self._scalar())]}  # fmt: skip
        if word == "BETWEEN":
            low = self._scalar()
            self._need("AND")
            return {"op": "between", "args": [left, low, self._scalar()]}
        if word == "IN":
            self._need("(")
            listed = [self._scalar()]
            while self._take(","):
                listed.append(self._scalar())
            self._need(")")
            return {"op": "in", "args": [left, listed]}
        raise self.lost()

    def _scalar(self) -> Any:
        here = self.here
        if here is None or here.kind == "sign":
            raise self.lost()
        self._next += 1
        if here.kind == "number":
            return float(here.text)
        if here.kind == "string":
            return here.text.replace("''", "'")
        if here.word in ("TRUE", "FALSE"):
            return here.word == "TRUE"
        if here.word in ("DATE", "TIMESTAMP") and self._take("("):
            return {here.word.lower(): self._one_string()}
        if here.word == "CASEI" and self._take("("):
            inside = self._scalar()
            self._need(")")
            return {"op": "casei", "args": [inside]}
        if here.word in WORDS:
            self._next -= 1
            raise self.lost()
        return {"property": here.text}

    def _one_string(self) -> str:
        here = self.here
        if here is None or here.kind != "string":
            raise self.lost()
        self._next += 1
        self._need(")")
        return here.text

    def _geometry(self) -> dict[str, Any]:
        if self._take("POINT"):
            self._need("(")
            place = [self._number(), self._number()]
            self._need(")")
            return {"type": "Point", "coordinates": place}
        if self._take("BBOX"):
            self._need("(")
            box = [self._number()]
            while self._take(","):
                box.append(self._number())
            self._need(")")
            return {"bbox": box}
        found = self._scalar()
        if not isinstance(found, dict):
            raise self.lost()
        return found

    def _number(self) -> float:
        here = self.here
        if here is None or here.kind != "number":
            raise self.lost()
        self._next += 1
        return float(here.text)


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise Wrong(NOT_READ, rest=text[at:].strip()[:40])
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], at))
        at = match.end()
    return found
