"""What a ballot says of each option, and the one way to write it: a sign for each option."""

import re
from dataclasses import dataclass

NONE_OF_THESE = b"none"
KEEP = b"="  # as on the same person's ballot before this one
_SIGNS = re.compile(rb"[0-9-]*[0-9][0-9-]*")


@dataclass(frozen=True)
class Choice:
    """A mark for each option in its published order, None where the ballot is silent on it.

    A mark is 1 (approval, budget), 0 to 5 (score, grade) or the rank from 1 (ranking). A choice
    without marks is for none of these.
    """

    marks: tuple[int | None, ...] = ()

    @property
    def none(self) -> bool:
        """Whether the ballot is for none of the options."""
        return not self.marks


def canonical(choice: Choice | None) -> bytes:
    """The one way to write a choice, whatever the rule.

    A digit for each option in its published order, `-` for silence (`b"5-02"`); `b"none"` for none
    of these; empty for a vote withdrawn. Counts read the same signs (`rules/columns.py`).
    """
    if choice is None:
        return b""
    if choice.none:
        return NONE_OF_THESE
    return "".join("-" if mark is None else str(mark) for mark in choice.marks).encode()


def parse(written: bytes) -> Choice | None:
    """The choice that was written. Raises ValueError for anything `canonical` does not write."""
    if not written:
        return None
    if written == NONE_OF_THESE:
        return Choice()
    if not _SIGNS.fullmatch(written):
        raise ValueError("not a choice")
    return Choice(tuple(None if sign == ord("-") else sign - ord("0") for sign in written))
