"""What a table's schema asks of its cells, row by row: for tables too long for frictionless.

The same types and limits as the profile allows; our own rules look at everything else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.faults import Faults

Test = Callable[[str], bool]

TYPES = {
    "integer": re.compile(r"[-+]?\d{1,400}", re.ASCII),
    "number": re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII),
    "boolean": re.compile(r"true|True|TRUE|1|false|False|FALSE|0"),
    "year": re.compile(r"\d{4}", re.ASCII),
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII),
}


class Fields:
    """The columns a schema says more of than our own rules know."""

    def __init__(self, fields: Sequence[Mapping[str, Any]], numbers: Sequence[str]) -> None:
        """`numbers` are the columns whose cells are known to be numbers already."""
        self._tests: list[tuple[int, str, list[tuple[str, Test]]]] = []
        for index, field in enumerate(fields):
            tests = _tests(field, sure=field["name"] in numbers)
            if tests:
                self._tests.append((index, field["name"], tests))

    def check(self, cells: Sequence[str], row: int, shown: str, faults: Faults) -> None:
        """Note the cells of a row that are not as the schema says."""
        for index, name, tests in self._tests:
            for limit, test in tests:
                if not test(cells[index]):
                    faults.add(
                        shown,
                        N_("“%(text)s” breaks the schema's “%(limit)s”."),
                        N_("Make the table and its schema agree."),
                        row=row,
                        column=name,
                        text=cells[index],
                        limit=limit,
                    )


def _tests(field: Mapping[str, Any], *, sure: bool) -> list[tuple[str, Test]]:
    kind, limits = field["type"], field.get("constraints", {})
    tests: list[tuple[str, Test]] = []
    if kind in TYPES and not (sure and kind == "number"):
        pattern = TYPES[kind]
        tests.append((f"type: {kind}", lambda text: not text or bool(pattern.fullmatch(text))))
    for limit, bound in limits.items():
        test = _limit(limit, bound, kind)
        if test is not None:
            tests.append((f"{limit}: {bound}", test))
    return tests


def _limit(limit: str, bound: Any, kind: str) -> Test | None:
    """One constraint as a test of a cell; an empty cell breaks only “required”."""
    if limit == "required":
        return bool if bound else None
    if limit == "unique":
        return _unlike(set()) if bound else None
    if limit in ("minimum", "maximum"):
        sign = 1 if limit == "minimum" else -1
        return lambda text: not _is_number(text) or sign * float(text) >= sign * bound
    if limit in ("minLength", "maxLength"):
        sign = 1 if limit == "minLength" else -1
        return lambda text: not text or sign * len(text) >= sign * bound
    if limit == "enum":
        words = {str(one) for one in bound}
        numbers = {float(one) for one in bound if _is_number(str(one))}
        if kind in ("number", "integer", "year"):
            return lambda text: not _is_number(text) or float(text) in numbers
        return lambda text: not text or text in words
    return None


def _unlike(seen: set[str]) -> Test:
    def first(text: str) -> bool:
        known = bool(text) and text in seen
        seen.add(text)
        return not known

    return first


def _is_number(text: str) -> bool:
    return bool(TYPES["number"].fullmatch(text))
