"""Hours of the city's clock: read as people write them, kept in UTC, gaps of the clock refused."""

from datetime import UTC, datetime, timedelta, tzinfo

from babel import dates
from flask import current_app

from portal.i18n import N_, locale
from portal.refusal import Problem

YEARS = range(2000, 2101)


class NoSuchHour(ValueError):
    """The clock never shows this hour, or nobody can mean this year."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read(at: datetime, zone: tzinfo) -> datetime:
    """A moment as the city's clock shows it, in UTC. Raises NoSuchHour.

    Of the hour that comes twice in autumn the first is meant; the hour that spring leaves out is
    refused, since whoever wrote it meant something else.
    """
    if at.year not in YEARS:
        raise NoSuchHour(N_("Please check the year."))
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    moment = at.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != at.replace(fold=0):
        raise NoSuchHour(
            N_("This hour does not exist: the clocks go forward that night. Choose another one.")
        )
    return moment


def read_field(field: str, at: datetime, problems: list[Problem]) -> datetime | None:
    """A form's moment in UTC; adds a problem and returns None where there is no such hour."""
    try:
        return read(at, current_app.config["ZONE"])
    except NoSuchHour as error:
        problems.append(Problem(field, error.message))
        return None


def written(at: datetime) -> str:
    """A moment as a form's field takes it, by the city's clock."""
    return at.astimezone(current_app.config["ZONE"]).strftime("%Y-%m-%dT%H:%M")


def zone_name() -> str:
    """What the city's time zone is called in the reader's language."""
    zone = current_app.config["ZONE"]
    return f"{dates.get_timezone_name(zone, locale=locale())} ({zone.key})"


def day_at(now: datetime, days: int, hour: int) -> datetime:
    """Some days from now at an hour of the city's clock, in UTC."""
    zone = current_app.config["ZONE"]
    day = (now.astimezone(zone) + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
