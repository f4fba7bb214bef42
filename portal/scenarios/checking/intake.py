"""Read the files of packages without trusting them."""

import hashlib
import json
import re
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from portal.i18n import N_
from portal.scenarios.checking import unseen
from portal.scenarios.checking.faults import Faults

DESCRIPTOR_BYTES = 1_000_000
FILE_BYTES = 150_000_000  # a million table rows, or some 400,000 features
PACKAGE_BYTES = 400_000_000
DEEPEST = 40  # levels of JSON
BLANKS = " \t\n\r"
_LEAF = re.compile(r"\[[^\[\]{}]*\]").findall  # lists that hold no others
_QUOTED_BRACKET = re.compile(r'"[^"]*[\[\]{}][^"]*"').search


class Unreadable(Exception):
    """A file cannot be read; the fault is noted already."""


def read_bytes(
    folder: Path, path: str, shown: str, faults: Faults, most: int = FILE_BYTES
) -> bytes:
    """A file of a package: inside its folder, not a link, not too big. Raises Unreadable."""
    place = _place(folder, path, shown, faults, most)
    try:
        return place.read_bytes()
    except OSError:
        raise _unreadable(shown, faults) from None


def read_text(folder: Path, path: str, shown: str, faults: Faults) -> str:
    """The text of a file of a package. Raises Unreadable."""
    return decode(read_bytes(folder, path, shown, faults), shown, faults)


def measure(folder: Path, path: str, shown: str, faults: Faults) -> tuple[int, str]:
    """Bytes and SHA-256 of a file of a package, without holding it. Raises Unreadable."""
    place = _place(folder, path, shown, faults, FILE_BYTES)
    try:
        return place.stat().st_size, sha256_of(place)
    except OSError:
        raise _unreadable(shown, faults) from None


def _place(folder: Path, path: str, shown: str, faults: Faults, most: int) -> Path:
    """Where a file lies, once it is known to be a plain one of a bearable size."""
    place = folder / path
    try:
        link = place.is_symlink() or not place.resolve().is_relative_to(folder.resolve())
        if link:
            faults.add(
                shown, N_("The file is a link."), N_("Put the file itself into the package.")
            )
            raise Unreadable
        if not place.is_file():
            faults.add(
                shown, N_("The file is missing."), N_("Add it, or take it out of datapackage.json.")
            )
            raise Unreadable
        size = place.stat().st_size
    except (OSError, ValueError):
        raise _unreadable(shown, faults) from None
    if size > most:
        faults.add(
            shown,
            N_("The file has %(size)s bytes, more than the %(most)s allowed."),
            N_("Simplify it or split the package."),
            size=size,
            most=most,
        )
        raise Unreadable
    return place


def _unreadable(shown: str, faults: Faults) -> Unreadable:
    faults.add(shown, N_("The file cannot be read."), N_("Check its name and permissions."))
    return Unreadable()


def decode(data: bytes, shown: str, faults: Faults) -> str:
    """Text of a file: UTF-8 without mark, lines ended by LF. Raises Unreadable if it is none."""
    if data.startswith(b"\xef\xbb\xbf"):
        faults.add(
            shown,
            N_("The file begins with a byte order mark."),
            N_("Save it as UTF-8 without the mark."),
        )
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        faults.add(shown, N_("The text is not UTF-8."), N_("Save the file as UTF-8."), row=row)
        raise Unreadable from None
    if "\r" in text:
        faults.add(
            shown,
            N_("Lines end with CR or CRLF."),
            N_("Save the file with LF line ends."),
            row=text.count("\n", 0, text.index("\r")) + 1,
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        faults.add(shown, N_("The text holds a zero byte."), N_("Take it out."))
        raise Unreadable
    return text


def parse_json(text: str, shown: str, faults: Faults) -> Any:
    """Strict JSON: no repeated key, no NaN, not nested beyond reason. Raises Unreadable."""
    reader = Strict(shown, faults)
    value, end = reader.value(text, 0)
    if text[end:].strip():
        reader.refuse("Extra data", text, end)
    return value


class Strict:
    """Reads JSON and notes what standard readers let pass."""

    def __init__(self, shown: str, faults: Faults) -> None:
        """Faults are said of the file `shown`."""
        self._shown, self._faults = shown, faults
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._pairs, parse_constant=self._constant, parse_float=self._number
        )

    def value(self, text: str, at: int) -> tuple[Any, int]:
        """The value that begins here, blanks aside, and where it ends. Raises Unreadable."""
        while text[at : at + 1] in BLANKS and at < len(text):
            at += 1
        try:
            value, end = self._decoder.raw_decode(text, at)
            if _perhaps_deep(text, at, end) and _depth(value) > DEEPEST:
                raise RecursionError
        except json.JSONDecodeError as error:
            self.refuse(error.msg, text, error.pos)
        except RecursionError:
            self._add(N_("The JSON is nested too deep."), N_("Write it with fewer levels."))
        except ValueError:
            self._add(N_("The JSON holds a number too long to read."), N_("Shorten the number."))
        else:
            unseen.check(text, at, end, self._shown, self._faults)
            return value, end
        raise Unreadable

    def refuse(self, why: str, text: str, at: int) -> NoReturn:
        """Say that the text is no JSON from here on. Raises Unreadable."""
        self._faults.add(
            self._shown,
            N_("This is not JSON: %(why)s."),
            N_("Mend the file at this line."),
            row=text.count("\n", 0, at) + 1,
            why=why,
        )
        raise Unreadable

    def once(self, key: str, seen: set[str]) -> None:
        """Note a key that was seen in its object before; remember it."""
        if key in seen:
            self._add(
                N_("The key “%(key)s” is there twice in one object."),
                N_("Keep one of the two."),
                column=key[:80],
                key=key,
            )
        seen.add(key)

    def _pairs(self, items: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(items)
        if len(out) == len(items):
            return out
        seen: set[str] = set()
        for key, _ in items:
            self.once(key, seen)
        return out

    def _constant(self, name: str) -> None:
        self._add(
            N_("%(name)s is not a JSON number."), N_("Leave the value out, or null."), name=name
        )

    def _number(self, written: str) -> float | None:
        if isfinite(found := float(written)):
            return found
        self._add(
            N_("%(text)s is too large to be meant."),
            N_("Check the figure and its unit."),
            text=written,
        )
        return None

    def _add(self, reason: str, remedy: str, **more: Any) -> None:
        self._faults.add(self._shown, reason, remedy, **more)


def _perhaps_deep(text: str, at: int, end: int) -> bool:
    """Whether JSON may be nested too deep: quick, for shapes have few lists that hold lists."""
    part = text[at:end]
    if _QUOTED_BRACKET(part):
        return True
    return part.count("{") + part.count("[") - len(_LEAF(part)) >= DEEPEST


def _depth(value: Any) -> int:
    """How many levels of lists and objects a JSON value has, counted up to one too many."""
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        depth += 1
        inside = [
            list(v.values()) if isinstance(v, dict) else v
            for v in level
            if isinstance(v, dict | list)
        ]
        level = [part for parts in inside for part in parts]
    return depth


def read_json(
    folder: Path, path: str, shown: str, faults: Faults, most: int = DESCRIPTOR_BYTES
) -> Any:
    """Strict JSON of a file. Raises Unreadable."""
    return parse_json(
        decode(read_bytes(folder, path, shown, faults, most), shown, faults), shown, faults
    )


def sha256(data: bytes) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """Hash of a file, read block by block."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_hash(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of a package: of its sorted list of [path, SHA-256 of the file], as compact JSON."""
    listed = json.dumps(sorted(map(list, files)), ensure_ascii=False, separators=(",", ":"))
    return sha256(listed.encode())
