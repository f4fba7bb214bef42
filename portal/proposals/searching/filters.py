"""What a reader asks of lists, maps, feeds and files of proposals: one filter for all of them."""

import re
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import field_validator

from portal.forms import Form
from portal.proposals.mapping.cells import Cell
from portal.proposals.models import LISTED, Origin, State

CODE = re.compile(r"[\w.:-]{1,80}", re.ASCII)
ANSWERED = (State.ACCEPTED, State.REJECTED, State.MODELLED)
UNANSWERED = (State.PUBLISHED, State.EVALUATING)
NARROWING = (
    "q", "district", "theme", "state", "answered", "indicator", "language", "origin", "cell",
)  # fmt: skip


Key = tuple[int, UUID]


def write_key(number: int, row: UUID) -> str:
    """A place in a list, for an address."""
    return f"{number}.{row.hex}"


def read_key(text: str) -> Key:
    """The place an address names. Raises ValueError for anything else."""
    number, _, row = text.partition(".")
    if not number.isdecimal() or not number.isascii() or len(number) > 17:
        raise ValueError(text)
    return int(number), UUID(hex=row)


class Sort(Enum):
    """The orders a list may have."""

    NEWEST = "newest"
    SUPPORTED = "supported"
    DISCUSSED = "discussed"
    RANDOM = "random"


class Answered(Enum):
    """Whether a decision on a proposal was made known."""

    YES = "yes"
    NO = "no"


class Filter(Form):
    """What a reader asks of a list. What cannot be read is left out, and the page says so."""

    q: str = ""
    theme: str = ""
    district: str = ""
    state: State | None = None
    answered: Answered | None = None
    indicator: str = ""
    language: str = ""
    origin: Origin | None = None
    cell: str = ""
    sort: Sort = Sort.NEWEST
    seed: str = ""
    after: str = ""
    before: str = ""

    @field_validator("q")
    @classmethod
    def _short(cls, value: str) -> str:
        return value[:200]

    @field_validator("theme", "district", "indicator", "language", "seed")
    @classmethod
    def _a_code(cls, value: str) -> str:
        if value and not CODE.fullmatch(value):
            raise ValueError
        return value

    @field_validator("state")
    @classmethod
    def _public(cls, value: State | None) -> State | None:
        if value in (State.HIDDEN, State.WAITING):
            raise ValueError
        return value

    @field_validator("cell")
    @classmethod
    def _a_cell(cls, value: str) -> str:
        if value:
            Cell.read(value)
        return value

    @field_validator("after", "before")
    @classmethod
    def _a_key(cls, value: str) -> str:
        if value:
            read_key(value)
        return value

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def states(self) -> tuple[State, ...]:
        """The states it lets through."""
        asked = (self.state,) if self.state else LISTED
        if self.answered is None:
            return asked
        kept = ANSWERED if self.answered is Answered.YES else UNANSWERED
        return tuple(state for state in asked if state in kept)

    def active(self) -> list[tuple[str, Any]]:
        """What narrows it, as name and value."""
        return [(name, value) for name in NARROWING if (value := getattr(self, name))]
