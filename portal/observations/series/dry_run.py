"""Reading a whole file without keeping anything: what would come in, and every problem."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from portal.observations.contributing.entries import Entry
from portal.observations.models import Campaign
from portal.observations.series.choices import Choices
from portal.observations.series.tables import NO_ROWS, Table, Unreadable, bounded
from portal.observations.series.turning import Trouble, Turning
from portal.observations.where import coarse, places

MOST_TROUBLES = 100
MOST_DAYS = 31
MOST_PLACES = 12


@dataclass
class Findings:
    """What a dry run found. Nothing of what the cells hold is in it, but counts and places."""

    rows: int = 0
    good: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    more: int = 0  # troubles beyond those listed
    kinds: Counter[tuple[str, tuple[tuple[str, Any], ...]]] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    districts: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """As it is kept until the sender decides."""
        days = sorted(self.days.items())
        return {
            "rows": self.rows,
            "good": self.good,
            "troubles": [[one.line, one.column, one.message, dict(one.gaps)]
                         for one in self.troubles],
            "more": self.more,
            "kinds": [[message, dict(gaps), n] for (message, gaps), n in self.kinds.most_common()],
            "days": [[day.isoformat(), n] for day, n in days[:MOST_DAYS]],
            "more_days": max(0, len(days) - MOST_DAYS),
            "first": days[0][0].isoformat() if days else None,
            "last": days[-1][0].isoformat() if days else None,
            "cells": self.cells.most_common(MOST_PLACES),
            "more_cells": max(0, len(self.cells) - MOST_PLACES),
            "districts": self.districts.most_common(),
        }  # fmt: skip


def look(
    table: Table, campaign: Campaign, choices: Choices, *, city: tzinfo, now: datetime
) -> Findings:
    """Go through every row. Raises Unreadable where the file as a whole cannot be read."""
    found = Findings()
    turning = Turning(campaign, choices, city, now)
    for row in bounded(table.rows()):
        found.rows += 1
        made, troubles = turning.entry(row)
        troubles = troubles or (turning.impossible(row, made) if made else [])
        _blame(found, troubles)
        if made is not None and not troubles:
            _count(found, campaign, made, city)
    if not found.rows:
        raise Unreadable(NO_ROWS)
    return found


def _blame(found: Findings, troubles: list[Trouble]) -> None:
    for one in troubles:
        found.kinds[one.message, one.gaps] += 1
        if len(found.troubles) < MOST_TROUBLES:
            found.troubles.append(one)
        else:
            found.more += 1


def _count(found: Findings, campaign: Campaign, made: Entry, city: tzinfo) -> None:
    found.good += 1
    found.days[made.phenomenon_time.astimezone(city).date()] += 1
    if made.point is None:
        found.districts[made.district or ""] += 1
        return
    cell = coarse.cell_of(*made.point, campaign.resolution)
    found.cells[cell] += 1
    found.districts[places.district_of_cell(cell) or ""] += 1
