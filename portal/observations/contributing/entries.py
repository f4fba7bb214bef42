"""An entry as it was sent: reading its time, and what cannot be true of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from portal.i18n import N_
from portal.observations.checking import quality
from portal.observations.checking.quality import Finding
from portal.observations.models import Campaign, Origin
from portal.observations.where import places
from portal.refusal import Problem

YEARS = range(1900, 2200)  # a time beyond these cannot be moved between zones without care
SHORTEST = len("2026-06-01T10:00")

UNREADABLE = N_("Please write the day and the time, like 2026-06-01 10:00.")
SKIPPED = N_("This time never was: clocks went forward that night.")
NOWHERE = N_(
    "Please say where: choose on the map, write latitude and longitude, or pick a district."
)
OUTSIDE = N_("This place lies outside the city. Please choose one inside.")
UNKNOWN_DISTRICT = N_("Please choose one of the offered districts.")
RANGE = N_("The value must lie between %(minimum)s and %(maximum)s %(unit)s.")
FUTURE = N_("This time has not come yet. Please give the time you measured.")
OUTSIDE_PERIOD = N_("This time lies outside the campaign's period.")
OTHER_AREA = N_("This campaign measures elsewhere in the city. Please choose a place there.")
NO_CATEGORY = N_("Please choose one of the offered values.")
WRONG_UNIT = N_("This campaign measures in %(unit)s. Please give the value in this unit.")
FINE = Problem("", "")


@dataclass(frozen=True)
class Entry:
    """A measurement as it was sent; the exact point lives only here, during the request.

    Where a campaign asks for a category, `result` is its place in the campaign's list.
    """

    result: float
    phenomenon_time: datetime
    point: tuple[float, float] | None = None  # latitude, longitude
    district: str | None = None
    accuracy: float | None = None
    note: str = ""
    unit: str = ""
    key: str = ""
    origin: Origin = Origin.FORM
    photo: bool = False  # whether one comes with it


@dataclass(frozen=True)
class Judged:
    """What a check found, and the words for it if it failed."""

    finding: Finding
    problem: Problem


def local_time(text: str, zone: tzinfo) -> datetime:
    """The moment meant by `2026-06-01T10:00`, in the city's zone unless it names its own.

    Raises ValueError with words for a time that cannot be read or never was: clocks skip an hour
    in spring. Of an hour that came twice the first is taken.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(UNREADABLE) from None
    if len(text) < SHORTEST or read.year not in YEARS:
        raise ValueError(UNREADABLE)
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    moment = read.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != read:
        raise ValueError(SKIPPED)
    return moment


def judge(campaign: Campaign, entry: Entry, now: datetime) -> list[Judged]:
    """The checks that decide whether an entry can be true at all."""
    when = quality.plausible_time(entry.phenomenon_time, now, campaign.opens_at, campaign.closes_at)
    district = _district(entry)
    where = quality.inside_area(_inside(campaign, district))
    value = _in_range(campaign, entry)
    words = FUTURE if when.detail.get("why") == "future" else OUTSIDE_PERIOD
    return [
        Judged(where, FINE if where.passed else _where(entry, district)),
        Judged(value, FINE if value.passed else _range(campaign, entry)),
        Judged(when, FINE if when.passed else Problem("phenomenon_time", words)),
    ]


def impossible(campaign: Campaign, entry: Entry, now: datetime) -> list[Judged]:
    """Those of these checks that failed."""
    return [judged for judged in judge(campaign, entry, now) if not judged.finding.passed]


def _district(entry: Entry) -> str | None:
    """The district of the city an entry speaks of, None outside."""
    if entry.point is not None:
        return places.district_of(*entry.point)
    return entry.district if entry.district in places.district_names() else None


def _inside(campaign: Campaign, district: str | None) -> bool:
    return district is not None and (not campaign.area or district in campaign.area)


def _where(entry: Entry, district: str | None) -> Problem:
    field = "lat" if entry.point is not None else "district"
    if district is not None:
        return Problem(field, OTHER_AREA)
    if entry.point is not None:
        return Problem(field, OUTSIDE)
    return Problem(field, UNKNOWN_DISTRICT) if entry.district else Problem("lat", NOWHERE)


def category_of(campaign: Campaign, result: float) -> str | None:
    """The code of the category a result stands for, None for numbers and for no category."""
    known = result in range(len(campaign.categories))
    return str(campaign.categories[int(result)]["code"]) if known else None


def _in_range(campaign: Campaign, entry: Entry) -> Finding:
    """A value in another unit is in no range of ours, nor what lies between two categories."""
    same_unit = _same_unit(campaign, entry)
    if campaign.categories:
        category = category_of(campaign, entry.result) if same_unit else None
        return quality.known_category(category, len(campaign.categories))
    value = entry.result if same_unit else float("nan")
    return quality.inside_range(value, campaign.minimum, campaign.maximum)


def _range(campaign: Campaign, entry: Entry) -> Problem:
    if campaign.categories:
        return Problem("result", NO_CATEGORY)
    unit = ("unit", campaign.unit_shown)
    if not _same_unit(campaign, entry):
        return Problem("result", WRONG_UNIT, (unit,))
    low, high = (f"{bound:g}" for bound in (campaign.minimum, campaign.maximum))
    return Problem("result", RANGE, (("minimum", low), ("maximum", high), unit))


def _same_unit(campaign: Campaign, entry: Entry) -> bool:
    return entry.unit in ("", campaign.unit, campaign.unit_shown)
