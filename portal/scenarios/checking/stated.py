"""What a package's statements are checked against: its figures, its family, what is known."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.examined import Source
from portal.scenarios.checking.faults import Faults

COLUMNS = ("low", "high", "delta", "delta_low", "delta_high")
Stated = dict[
    tuple[str, str], set[str]
]  # indicator and place ("" the whole): columns that hold one


@dataclass
class Tables:
    """Which figures a package states, read once and only where its statements ask."""

    source: Source
    wanted: set[str] = field(default_factory=set)  # indicators asked for by place

    @cached_property
    def kpi(self) -> Stated:
        """Figures of the whole area."""
        return {(id, ""): have for id, _, have in self._rows("kpi", "")}

    @cached_property
    def areas(self) -> Stated:
        """Figures by area."""
        return {(id, at): have for id, at, have in self._rows("areas", "code")}

    @cached_property
    def profile(self) -> Stated:
        """Figures by time."""
        return {(id, at): have for id, at, have in self._rows("profile", "at")}

    @cached_property
    def by_area(self) -> set[str]:
        """Indicators with figures by area."""
        return {id for id, _ in self.areas}

    @cached_property
    def by_profile(self) -> set[str]:
        """Indicators with a profile."""
        return {id for id, _ in self.profile}

    def _rows(self, role: str, place: str) -> Iterator[tuple[str, str, set[str]]]:
        for resource in self.source.descriptor["resources"]:
            if resource["role"] != role or resource["path"] not in dict(self.source.files):
                continue
            try:
                with (self.source.folder / resource["path"]).open(encoding="utf-8") as file:
                    rows = csv.reader(file)
                    at = {name: i for i, name in enumerate(next(rows, []))}
                    yield from _cells(rows, at, place, None if role == "kpi" else self.wanted)
            except (OSError, ValueError, csv.Error):  # told by the check of the tables
                continue


def _cells(
    rows: Iterator[list[str]], at: dict[str, int], place: str, wanted: set[str] | None
) -> Iterator[tuple[str, str, set[str]]]:
    id, where = at.get("indicator"), at.get(place)
    columns = [(name, at[name]) for name in COLUMNS if name in at]
    for row in rows:
        if id is None or len(row) <= id or (wanted is not None and row[id] not in wanted):
            continue
        here = row[where] if where is not None and len(row) > where else ""
        yield row[id], here, {name for name, i in columns if len(row) > i and row[i]}


@dataclass(frozen=True)
class Said:
    """One package whose statements are checked."""

    name: str
    scenario: dict[str, Any]
    shown: str
    faults: Faults
    indicators: dict[str, dict[str, Any]]
    codes: frozenset[str]
    family: set[str]  # names of its packages
    tables: Tables

    def add(self, column: str, reason: str, remedy: str, **gap: Any) -> None:
        """Note a fault."""
        self.faults.add(self.shown, reason, remedy, column=column, **gap)

    def knows(self, id: str, column: str) -> bool:
        """Whether the catalogue has an indicator; a fault if not."""
        if id in self.indicators:
            return True
        self.add(
            column,
            N_("There is no indicator “%(name)s” in the catalogue."),
            N_("Correct the id, or add the indicator to indicators.json."),
            name=id,
        )
        return False

    def another(self, other: str, column: str) -> None:
        """A fault unless it names another package of the family."""
        if other in self.family and other != self.name:
            return
        self.add(
            column,
            N_("“%(name)s” is no other package of the family."),
            N_("Use one of: %(names)s."),
            name=other,
            names=", ".join(sorted(self.family - {self.name})),
        )
