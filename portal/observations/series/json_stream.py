"""JSON read piece by piece: the file's lists are walked, never held whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.observations.series.lines import encoding_of
from portal.observations.series.tables import LONGEST_LINE, NOT_TEXT, Unreadable

BLOCK = 64 * 1024
BROKEN = N_("This file is not whole JSON: it breaks off or is mistaken in line %(line)s.")
BLANK = " \t\r\n"


def _no_constant(_name: str) -> float:
    raise ValueError  # NaN and Infinity are no JSON


_decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode


class Stream:
    """The text of a file with a place in it; only what lies around the place is in memory."""

    def __init__(self, path: Path) -> None:
        self._file = path.open(encoding=encoding_of(path))
        self._text, self._at, self._ended = "", 0, False
        self.line = 1

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def peek(self) -> str:
        """The next sign that is not blank, nothing at the end."""
        while True:
            while self._at < len(self._text):
                sign = self._text[self._at]
                if sign not in BLANK:
                    return sign
                self.line += sign == "\n"
                self._at += 1
            if not self._more():
                return ""

    def take(self, sign: str) -> bool:
        """Pass over the next sign if it is this one."""
        if self.peek() != sign:
            return False
        self._at += 1
        return True

    def need(self, sign: str) -> None:
        """Pass over a sign that has to come now."""
        if not self.take(sign):
            raise self.broken()

    def value(self) -> Any:
        """The next value as a whole: it must not be larger than one observation can be."""
        while True:
            self.peek()
            try:
                found, end = _decode(self._text, self._at)
            except (ValueError, RecursionError):
                if len(self._text) - self._at > LONGEST_LINE or not self._more():
                    raise self.broken() from None
                continue
            if end == len(self._text) and not isinstance(found, dict | list | str) and self._more():
                continue  # a number may go on
            self.line += self._text.count("\n", self._at, end)
            self._at = end
            return found

    def items(self) -> Iterator[None]:
        """Stand before each item of a list in turn; whoever iterates reads it."""
        self.need("[")
        if self.take("]"):
            return
        while True:
            yield
            if self.take("]"):
                return
            self.need(",")

    def members(self) -> Iterator[str]:
        """The name of each member of an object in turn; whoever iterates reads its value."""
        self.need("{")
        if self.take("}"):
            return
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise self.broken()
            self.need(":")
            yield name
            if self.take("}"):
                return
            self.need(",")

    def skip(self, depth: int = 0) -> None:
        """Pass over a value, however large."""
        if depth > 20:
            raise self.broken()
        if self.peek() == "[":
            for _ in self.items():
                self.skip(depth + 1)
        elif self.peek() == "{":
            for _ in self.members():
                self.skip(depth + 1)
        else:
            self.value()

    def broken(self) -> Unreadable:
        """Why reading stops here."""
        return Unreadable(BROKEN, line=self.line)

    def _more(self) -> bool:
        if self._ended:
            return False
        try:
            block = self._file.read(BLOCK)
        except UnicodeError:
            raise self.broken() from None
        if "\x00" in block:
            raise Unreadable(NOT_TEXT, line=self.line)
        self._ended = not block
        self._text, self._at = self._text[self._at :] + block, 0
        return not self._ended
