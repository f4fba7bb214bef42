"""What is wrong with a package: file, row, column, reason and what to do about it."""

from dataclasses import dataclass, field
from typing import Any

from portal.i18n import N_, gettext
from portal.refusal import Problem

MOST = 2_000  # of one check: beyond this nobody reads, and a hostile file could fill the memory


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `reason` and `remedy` are sentences with named gaps, filled from `gaps`.

    `row` counts lines of a table with its header as 1; `column` is a column, or a place in a
    JSON file written like `scenario.model.owner`.
    """

    file: str
    row: int | None
    column: str | None
    reason: str
    remedy: str
    gaps: tuple[tuple[str, Any], ...] = ()

    @property
    def place(self) -> str:
        """`energia/equo-30/kpi.csv, row 12, low`."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(self.column)
        return ", ".join(parts)

    def __str__(self) -> str:
        values = dict(self.gaps)
        return f"{self.place}: {self.reason % values} {self.remedy % values}"

    def problem(self) -> Problem:
        """The same as a problem of a refusal, said in the reader's language when it is shown."""
        said = (
            ("reason", _Said(self.reason, self.gaps)),
            ("remedy", _Said(self.remedy, self.gaps)),
        )
        return Problem(self.place, "%(reason)s %(remedy)s", said)

    def as_json(self) -> dict[str, Any]:
        """For programs: `file, row, column, reason, remedy`."""
        values = dict(self.gaps)
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "reason": self.reason % values,
            "remedy": self.remedy % values,
        }


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that is put into the reader's language when it is written out."""

    message: str
    gaps: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        return gettext(self.message, **dict(self.gaps))


@dataclass
class Faults:
    """Faults found so far."""

    found: list[Fault] = field(default_factory=list)
    left_out: int = 0

    def add(
        self,
        file: str,
        reason: str,
        remedy: str,
        *,
        row: int | None = None,
        column: str | None = None,
        **gaps: Any,
    ) -> None:
        """Note a fault; text from the package is cut short, so that a report stays readable."""
        if len(self.found) >= MOST:
            self.left_out += 1
            return
        short = tuple((name, _short(value)) for name, value in gaps.items())
        place = _shown(column) if column else column
        self.found.append(Fault(_shown(file), row, place, reason, remedy, short))

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


def _short(value: Any) -> Any:
    if isinstance(value, str):
        clean = _shown(value)
        return clean if len(clean) <= 120 else clean[:117] + "…"
    return value


def _shown(text: str) -> str:
    """Text that can be written to any terminal: a file's name may hold any byte."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
