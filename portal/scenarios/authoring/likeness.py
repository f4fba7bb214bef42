"""A package another one begins like: its words and the keys of its tables, without figures."""

import copy
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios.authoring import starting
from portal.scenarios.checking.near import Near
from portal.scenarios.package import Store, UnknownScenario
from portal.scenarios.reading import safe_child

OWN = ("supersedes", "guide", "predicates", "translation_exceptions")


class NoLikeness(Refusal):
    """There is no such package."""

    message = N_("There is no package “%(name)s”, neither published nor as a folder here.")
    meant = N_(
        "There is no package “%(name)s”, neither published nor as a folder here. "
        "Did you mean “%(near)s”?"
    )

    def __init__(self, name: str, near: str = "") -> None:
        super().__init__(name=name, near=near)
        if near:
            self.message = self.meant


@dataclass(frozen=True)
class Likeness:
    """A readable package."""

    folder: Path
    descriptor: dict[str, Any]

    @property
    def family(self) -> str:
        """Its family."""
        return str(self.descriptor["scenario"]["family"])

    def emptied(
        self, name: str, family: str, role: str, languages: Sequence[str], now: datetime
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        """A new descriptor with this one's words, and its files: tables keep their keys alone."""
        made = copy.deepcopy(self.descriptor)
        made |= {
            "name": name,
            "version": "1.0.0",
            "title": starting.fill(starting.WORDS["title"]),
            "created": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        made.pop("description", None)
        scenario = {k: v for k, v in made["scenario"].items() if k not in OWN}
        fresh = {k: starting.words(k, languages) for k in ("title", "description", "changes")}
        made["scenario"] = {**scenario, "family": family, "role": role, **fresh}
        files = {}
        for resource in made["resources"]:
            place = safe_child(self.folder, resource["path"])
            if place is None:
                raise NoLikeness(f"{self.folder}/{resource['path']}")
            data = place.read_bytes()
            table = resource["path"].endswith(".csv")
            files[resource["path"]] = _keys_only(data) if table else data
        return made, files


def find(name: str, store: Store) -> Likeness:
    """A package by its published name, or by its folder. Raises NoLikeness."""
    try:
        package = store.package(name)
        return _read(store.root / package.name / package.version, name)
    except UnknownScenario:
        if (Path(name) / "datapackage.json").is_file():
            return _read(Path(name), name)
    names = [entry.name for entry in store.catalogue().entries]
    raise NoLikeness(name, Near().closest(name, names))


def _read(folder: Path, name: str) -> Likeness:
    try:
        content = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        _ = content["scenario"]["family"], [r["path"] for r in content["resources"]]
        return Likeness(folder, content)
    except (OSError, ValueError, KeyError, TypeError):
        raise NoLikeness(name) from None


def _keys_only(data: bytes) -> bytes:
    """The rows of a table with the cells of its keys."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    rows = csv.reader(StringIO(data.decode("utf-8"), newline=""))
    header = next(rows, [])
    writer.writerow(header)
    kept = [name in starting.TEXT for name in header]
    for row in rows:
        writer.writerow([cell if keep else "" for cell, keep in zip(row, kept, strict=False)])
    return out.getvalue().encode()
