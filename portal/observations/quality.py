"""Automatic checks of an observation: plain formulas, each with an id and a version."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

CLOCKS_DIFFER = timedelta(minutes=5)  # a phone's clock may be fast
FEWEST_NEIGHBOURS = 5
FARTHEST = 3.0  # robust standard deviations
SPREAD = 0.6745  # of a normal distribution: median absolute deviation to standard deviation
LEAST_SPREAD = 0.01  # of the campaign's range: equal neighbours do not make every other value odd

PERSONAL = {
    "email": re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}", re.IGNORECASE),
    "fiscal_code": re.compile(
        r"\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b",
        re.IGNORECASE,
    ),
    "phone": re.compile(
        r"(?<![\w.,])(?:(?:\+|00)\d(?:[\s./-]?\d){7,13}|[03]\d(?:[\s./-]?\d){6,9})(?!\w)"
    ),
    "plate": re.compile(
        r"\b[A-HJ-NPR-TV-Z]{2}[\s-]?\d{3}[\s-]?[A-HJ-NPR-TV-Z]{2}\b", re.IGNORECASE
    ),
}
DATE = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")  # digits that are no telephone


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


def inside_area(inside: bool) -> Finding:
    """The place lies in the area the campaign is about."""
    return Finding("inside_area", "1.0.0", inside)


def inside_range(result: float, minimum: float, maximum: float) -> Finding:
    """The value is one the quantity can have (NaN and infinities are not)."""
    return Finding(
        "inside_range",
        "1.0.0",
        minimum <= result <= maximum,
        {"minimum": minimum, "maximum": maximum},
    )


def plausible_time(at: datetime, now: datetime, opens_at: datetime, closes_at: datetime) -> Finding:
    """The moment is past and lies in the campaign's period. All times aware."""
    if at > now + CLOCKS_DIFFER:
        return Finding("plausible_time", "1.0.0", False, {"why": "future"})
    if not opens_at <= at <= closes_at + CLOCKS_DIFFER:
        return Finding("plausible_time", "1.0.0", False, {"why": "outside_campaign"})
    return Finding("plausible_time", "1.0.0", True)


def not_repeated(earlier: int) -> Finding:
    """The same person measured nothing else in the same place and hour."""
    return Finding("not_repeated", "1.0.0", earlier == 0, {"earlier": earlier})


def like_neighbours(
    result: float, neighbours: Sequence[float], minimum: float, maximum: float
) -> Finding:
    """The value is not far from accepted ones nearby: robust z by median and absolute deviation.

    With fewer than five neighbours nothing can be said, and the check is passed.
    """
    n = len(neighbours)
    if n < FEWEST_NEIGHBOURS:
        return Finding("like_neighbours", "1.0.0", True, {"n": n})
    middle = median(neighbours)
    spread = median(abs(value - middle) for value in neighbours)
    spread = max(spread, LEAST_SPREAD * (maximum - minimum))
    z = round(SPREAD * (result - middle) / spread, 2)
    return Finding(
        "like_neighbours", "1.0.0", abs(z) <= FARTHEST, {"n": n, "z": z, "median": middle}
    )


def no_personal_data(note: str) -> Finding:
    """The note names nobody's phone, address, fiscal code or number plate.

    Only the kind of what was found is kept, never the words.
    """
    words = DATE.sub(" ", note)
    kinds = [kind for kind, pattern in PERSONAL.items() if pattern.search(words)]
    return Finding("no_personal_data", "1.0.0", not kinds, {"kinds": kinds} if kinds else {})
