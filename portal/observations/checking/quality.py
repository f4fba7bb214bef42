"""Automatic checks of an observation: plain formulas, each with an id and a version.

A formula that is changed gets a new version; what an older one found stays as it was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from portal.moderation import hints

CLOCKS_DIFFER = timedelta(minutes=5)  # a phone's clock may be fast
FEWEST_NEIGHBOURS = 5
FARTHEST = 3.0  # robust standard deviations
SPREAD = 0.6745  # of a normal distribution: median absolute deviation to standard deviation
LEAST_SPREAD = 0.01  # of the campaign's range: equal neighbours do not make every other value odd


@dataclass(frozen=True)
class Finding:
    """What one check found. `detail` holds numbers and words from a fixed list, no free text."""

    id: str
    version: str
    passed: bool
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the observation."""
        return {
            "id": self.id,
            "version": self.version,
            "passed": self.passed,
            "detail": dict(self.detail),
        }


@dataclass(frozen=True)
class Usual:
    """What reference stations usually measure: a median and a robust standard deviation."""

    median: float
    deviation: float


def inside_area(inside: bool) -> Finding:
    """The place lies in the city, and in the districts the campaign is about."""
    return Finding("inside_area", "2.0.0", inside)


def inside_range(result: float, minimum: float, maximum: float) -> Finding:
    """The value is one the quantity can have (NaN and infinities are not)."""
    detail = {"minimum": minimum, "maximum": maximum}
    return Finding("inside_range", "2.0.0", minimum <= result <= maximum, detail)


def known_category(category: str | None, offered: int) -> Finding:
    """The same where one of several categories is chosen: it is one of those offered."""
    return Finding("inside_range", "2.0.0", category is not None, {"categories": offered})


def plausible_time(at: datetime, now: datetime, opens_at: datetime, closes_at: datetime) -> Finding:
    """The moment is past and lies in the campaign's period. All times aware."""
    if at > now + CLOCKS_DIFFER:
        return Finding("plausible_time", "1.0.0", False, {"why": "future"})
    if not opens_at <= at <= closes_at + CLOCKS_DIFFER:
        return Finding("plausible_time", "1.0.0", False, {"why": "outside_campaign"})
    return Finding("plausible_time", "1.0.0", True)


def not_repeated(earlier: int, device: bool = False) -> Finding:
    """The same person measured nothing else in the same place and hour.

    A device or a file measures again and again: of it nothing else came of the same minute.
    """
    detail = {"earlier": earlier, "within": "minute" if device else "hour"}
    return Finding("not_repeated", "2.0.0", earlier == 0, detail)


def like_neighbours(
    result: float,
    neighbours: Sequence[float],
    minimum: float,
    maximum: float,
    usual: Usual | None = None,
) -> Finding:
    """The value is not far from accepted ones nearby, nor from what reference stations measure.

    Far is three robust standard deviations (from median and absolute deviation). With fewer than
    five neighbours and no reference nothing can be said, and the check is passed.
    """
    detail: dict[str, Any] = {"n": len(neighbours)}
    far = []
    if len(neighbours) >= FEWEST_NEIGHBOURS:
        middle = median(neighbours)
        spread = median(abs(value - middle) for value in neighbours)
        spread = max(spread, LEAST_SPREAD * (maximum - minimum))
        z = round(SPREAD * (result - middle) / spread, 2)
        detail |= {"z": z, "median": middle}
        far.append(abs(z) > FARTHEST)
    if usual is not None:
        z = round((result - usual.median) / usual.deviation, 2)
        detail["reference"] = {"z": z, "median": usual.median}
        far.append(abs(z) > FARTHEST)
    return Finding("like_neighbours", "2.0.0", not any(far), detail)


def photo_present(there: bool) -> Finding:
    """A photo came with it; asked only where the campaign wants one."""
    return Finding("photo_present", "1.0.0", there)


def no_personal_data(note: str) -> Finding:
    """The note names nobody's phone, address, account, fiscal code or number plate.

    The formulas are those that mark passages for moderators. Only the kinds of what was found are
    kept, with the versions that found them, never the words.
    """
    found = [one for one in hints.matches(note) if hints.BY_ID[one.hint].personal] if note else []
    if not found:
        return Finding("no_personal_data", "2.0.0", True)
    versions = hints.versions(found)
    detail = {"kinds": sorted(versions), "versions": versions}
    return Finding("no_personal_data", "2.0.0", False, detail)
