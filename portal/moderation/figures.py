"""Formulas of the public counts: weeks, medians, and which numbers are too small to show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from statistics import median

FEWEST = 5  # below, a number could point at a person
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """What happened in one week; None is a number that is too small to show."""

    start: date
    posts: int | None
    cases: Mapping[str, int | None]
    decisions: Mapping[str, int | None]
    rules: Mapping[str, int | None]
    appeals: Mapping[str, int | None]
    hours: float | None  # median time from opening to decision


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of one group, without those from which a small one could be worked out.

    Where a single number is too small, the next larger one goes with it: readers who know the sum
    from elsewhere could otherwise subtract.
    """
    small = {name for name, n in counts.items() if 0 < n < FEWEST}
    if len(small) == 1:
        others = [name for name, n in counts.items() if n >= FEWEST]
        small |= {min(others, key=lambda name: (counts[name], name))} if others else set()
    return {name: None if name in small else n for name, n in counts.items()}


def shown_alone(count: int) -> int | None:
    """A number that stands for itself."""
    return None if 0 < count < FEWEST else count


def median_hours(spans: Sequence[timedelta]) -> float | None:
    """The median in hours, where enough decisions make one."""
    if len(spans) < FEWEST:
        return None
    return round(median(span.total_seconds() for span in spans) / 3600, 1)


def weeks(now: datetime, zone: tzinfo, number: int) -> list[datetime]:
    """The starts of the last whole weeks in the city's time, oldest first, and where they end."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [monday - number * WEEK + n * WEEK for n in range(number + 1)]
    return [datetime.combine(day, time(), tzinfo=zone) for day in days]
