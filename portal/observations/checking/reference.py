"""What reference stations usually measure in the city, bundled as `reference.json`.

The file is made from open data (its sources and licences are named in it). For what no station
measures there is no reference, and the register's page says so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from portal.observations.checking.quality import Usual

FILE = Path(__file__).with_name("reference.json")


@dataclass(frozen=True)
class Reference:
    """The usual values of one property, by month and part of the day."""

    observed_property: str
    unit: str
    source: Mapping[str, str]
    what: Mapping[str, str]
    since: str
    until: str
    licence: str
    usual: Mapping[tuple[int, str], Usual]


@dataclass(frozen=True)
class _Known:
    hours_from_utc: int
    day: tuple[int, int]
    by_property: Mapping[tuple[str, str], Reference]


@cache
def _known() -> _Known:
    read = json.loads(FILE.read_text("utf-8"))
    found = [_reference(one) for one in read["references"]]
    by_property = {(one.observed_property, one.unit): one for one in found}
    return _Known(read["hours_from_utc"], tuple(read["day"]), by_property)


def _reference(read: Mapping[str, Any]) -> Reference:
    usual = {
        (int(month), part): Usual(median, deviation)
        for month, parts in read["months"].items()
        for part, (median, deviation, _n) in parts.items()
    }
    return Reference(
        read["observed_property"],
        read["unit"],
        read["source"],
        read["what"],
        read["from"],
        read["to"],
        read["licence"],
        usual,
    )


def every() -> list[Reference]:
    """All references."""
    return list(_known().by_property.values())


def of(observed_property: str, unit: str) -> Reference | None:
    """The reference for a property in a unit, if there is one."""
    return _known().by_property.get((observed_property, unit))


def usual(observed_property: str, unit: str, at: datetime) -> Usual | None:
    """What is usual for a property at a moment; parts of the day go by the sun."""
    found = of(observed_property, unit)
    if found is None:
        return None
    known = _known()
    here = at + timedelta(hours=known.hours_from_utc)
    first, last = known.day
    part = "day" if first <= here.hour < last else "night"
    return found.usual.get((here.month, part)) or found.usual.get((here.month, "all"))
