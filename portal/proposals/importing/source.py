"""What a file of another platform holds: rows in our terms, and everything wrong with it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.i18n import N_, gettext
from portal.proposals.models import State, TextStatus
from portal.proposals.places import Place
from portal.refusal import Refusal

ROWS = 100_000  # in one file
NO_PROPOSALS = N_("This file holds no proposals. Is it the right one?")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where in the file, and what to do about it."""

    row: int | None
    column: str
    message: str  # a message id with named gaps
    gaps: tuple[tuple[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.message, **dict(self.gaps))


@dataclass(frozen=True)
class Words:
    """A proposal in one language."""

    language: str
    title: str
    body: str
    status: TextStatus


@dataclass(frozen=True)
class Row:
    """One proposal as a file has it: texts cleaned, numbers read, nothing about its author."""

    row: int
    reference: str
    words: tuple[Words, ...]  # the original first
    url: str = ""
    place: Place = field(default_factory=Place)
    place_name: str = ""
    theme: str = ""
    state: State = State.PUBLISHED
    state_reason: str = ""
    state_since: datetime | None = None
    created_at: datetime | None = None
    supports: int | None = None


@dataclass
class Content:
    """A file as it was read: what would come in, what is left out and why, what is wrong."""

    system: str
    rows: list[Row] = field(default_factory=list)
    left_out: list[Fault] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int | None, column: str, message: str, **gaps: Any) -> None:
        """Note one more thing that is wrong."""
        self.faults.append(Fault(row, column, message, tuple(gaps.items())))

    def must_hold_something(self) -> None:
        """Note it where a file has neither proposals nor anything else to tell."""
        if not (self.rows or self.left_out or self.faults):
            self.fault(None, "", NO_PROPOSALS)

    def leave_out(self, row: int, message: str) -> None:
        """Note a row that is in order and still does not come in."""
        self.left_out.append(Fault(row, "", message))


class Faulty(Refusal):
    """A file has mistakes: nothing of it is imported."""

    title = N_("Nothing was imported")
    message = N_("%(n)s problems were found in %(file)s. Nothing was imported.")


class SameImport(Refusal):
    """Two imports of the same proposals at one moment."""

    status = 409
    title = N_("Nothing was imported")
    message = N_("Somebody is importing the same proposals now. Look at the list in a minute.")
