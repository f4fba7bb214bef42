"""What is wrong with a package: file, row, column, reason and what to do about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from portal.i18n import N_, gettext
from portal.refusal import Problem
from portal.scenarios.checking.near import Near

MOST = 2_000  # of one check: beyond this nobody reads, and a hostile file could fill the memory
VALUES = ("found", "text", "value", "name", "code", "path", "version", "at", "key", "id", "size")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `reason` and `remedy` are sentences with named gaps, filled from `gaps`.

    `row` counts lines of a file from 1, a table's header included; `column` is a column, or a
    place in a JSON file written like `scenario.model.owner`. `near` is what may have been meant.
    """

    file: str
    row: int | None
    column: str | None
    reason: str
    remedy: str
    gaps: tuple[tuple[str, Any], ...] = ()
    near: str = ""

    @property
    def where(self) -> str:
        """The place inside the file: `row 12, low`."""
        parts = []
        if self.row is not None:
            said = N_("line %(n)s") if self.file.endswith("json") else N_("row %(n)s")
            parts.append(gettext(said, n=self.row))
        if self.column:
            parts.append(self.column)
        return ", ".join(parts)

    @property
    def place(self) -> str:
        """`energia/equo-30/kpi.csv, row 12, low`."""
        return ", ".join(part for part in (self.file, self.where) if part)

    @property
    def rule(self) -> str:
        """Short name of the broken rule, for programs: `there-is-no-indicator-in-the-catalogue`."""
        plain = re.sub(r"%\(\w+\)s", "", self.reason)
        return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))

    @property
    def value(self) -> Any:
        """What was found there, if the fault is about one value."""
        gaps = dict(self.gaps)
        for name in (self.column or "", *VALUES):
            if name in gaps:
                return gaps[name]
        return None

    @property
    def words(self) -> str:
        """Reason, what may have been meant, and remedy, in the reader's language."""
        values = dict(self.gaps)
        said = [gettext(self.reason, **values)]
        if self.near:
            said.append(gettext(N_("Did you mean “%(near)s”?"), near=self.near))
        return " ".join([*said, gettext(self.remedy, **values)])

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"

    def problem(self) -> Problem:
        """The same as a problem of a refusal, said in the reader's language when it is shown."""
        return Problem(self.place, "%(words)s", (("words", _Said(self)),))

    def as_json(self) -> dict[str, Any]:
        """For programs; docs/scenario-packages.md describes the fields."""
        values = dict(self.gaps)
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "rule": self.rule,
            "reason": gettext(self.reason, **values),
            "remedy": gettext(self.remedy, **values),
            "near": self.near or None,
        }


@dataclass(frozen=True, slots=True)
class _Said:
    """A fault's sentences, put into the reader's language when they are written out."""

    fault: Fault

    def __str__(self) -> str:
        return self.fault.words


@dataclass
class Faults:
    """Faults found so far."""

    found: list[Fault] = field(default_factory=list)
    left_out: int = 0
    near: Near = field(default_factory=Near)

    def add(
        self,
        file: str,
        reason: str,
        remedy: str,
        *,
        row: int | None = None,
        column: str | None = None,
        among: Iterable[str] = (),
        **gaps: Any,
    ) -> None:
        """Note a fault; text from the package is cut short, so that a report stays readable.

        `among` are the words of which the value (`name`, `code` or `path`) is none: the closest
        is offered.
        """
        if len(self.found) >= MOST:
            self.left_out += 1
            return
        short = tuple((name, _short(value)) for name, value in gaps.items())
        place = _shown(column) if column else column
        word = next((gaps[n] for n in ("name", "code", "path", "value") if n in gaps), "")
        near = self.near.closest(str(word), among) if among else ""
        self.found.append(Fault(_shown(file), row, place, reason, remedy, short, _short(near)))

    def all(self) -> list[Fault]:
        """Every fault, and a last one saying how many were left out, if any."""
        if not self.left_out:
            return list(self.found)
        more = Fault(
            "",
            None,
            None,
            N_("There are %(count)s more faults."),
            N_("Mend the ones above, then check again."),
            (("count", self.left_out),),
        )
        return [*self.found, more]


def at_line(fault: Fault, line: int | None) -> Fault:
    """The same fault with the line it was found in."""
    return fault if line is None else replace(fault, row=line)


def _short(value: Any) -> Any:
    if isinstance(value, str):
        clean = _shown(value)
        return clean if len(clean) <= 120 else clean[:117] + "…"
    return value


def _shown(text: str) -> str:
    """Text that can be written to any terminal: a file's name may hold any byte."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
