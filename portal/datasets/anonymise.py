"""What leaves the portal: one function turns kept observations into rows that name nobody.

Releases of many rows are made by `bulk.py`, which must come to the same; this is the rule.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from uuid import UUID

from portal.datasets import batches
from portal.datasets.batches import Member
from portal.observations.where import coarse
from portal.observations.where.coarse import CONTRIBUTORS, Place, Seen

DistrictOf = Callable[[str], str | None]  # the district of a cell, known from the cell alone


@dataclass(frozen=True)
class Told:
    """How a release told an observation first; later ones tell the same or nothing."""

    place: Place
    since: int


@dataclass(frozen=True)
class Kept:
    """An observation as the database holds it.

    `stays`: it is accepted, and its contributor is still here. `ripe`: it has waited long enough
    for others nearby. `told` where the newest release holds it.
    """

    id: UUID
    contributor: UUID | None
    result: float
    at: datetime
    cell: str | None
    district: str | None
    caveat: bool
    category: str | None = None
    ripe: bool = True
    stays: bool = True
    told: Told | None = None


@dataclass(frozen=True)
class Row:
    """One published row. Middle, radius and district all follow from the coarse place."""

    date: date
    hour: int | None
    phenomenon_time: datetime
    place_level: str
    place: str
    latitude: float | None
    longitude: float | None
    radius_m: int | None
    district: str | None
    result: float | None
    category: str | None
    quality: str


@dataclass(frozen=True)
class Anonymised:
    """Rows to publish, the observations newly told, and how many were withheld by which rule."""

    rows: tuple[Row, ...]
    added: Mapping[UUID, Place]
    left: frozenset[UUID]  # told before, not any more
    left_along: int  # of these, how many went so that the others do not stand out
    left_gone: int  # of these, how many because their contributor has gone
    waiting: int  # too few people, or one of them too much alone
    patient: int  # of these, how many may still find company nearby
    left_before: int  # never told, and their contributor has gone


@dataclass(frozen=True)
class Grid:
    """How finely a campaign's rows may be told."""

    finest: int
    decimals: int
    hourly: bool
    zone: tzinfo
    district_of: DistrictOf
    k: int = CONTRIBUTORS


def anonymise(observations: Sequence[Kept], grid: Grid) -> Anonymised:
    """The rows that may be published, in an order that tells nothing about who sent them.

    What is told for the first time in a place has at least `k` contributors, none with more than
    half of it; what has not goes to a coarser place, or is withheld. What goes goes in such a
    company too. Times are cut to the hour or the day.
    """
    fresh = [one for one in observations if one.told is None]
    added = coarse.publishable(
        [(one.id, Seen(one.cell, one.district, one.contributor)) for one in fresh],
        finest=grid.finest, k=grid.k, balanced=True,
        patient={one.id for one in fresh if not one.ripe},
    )  # fmt: skip
    left = _leaving(observations, grid.k)
    standing = {one.id: one.told.place for one in observations if one.told and one.id not in left}
    places = {**standing, **added}
    rows = [row(one, places[one.id], grid) for one in observations if one.id in places]
    rows.sort(key=order)
    nobodys = sum(one.contributor is None for one in fresh)
    return Anonymised(
        tuple(rows), added, left,
        left_along=sum(one.stays for one in observations if one.id in left),
        left_gone=sum(one.contributor is None for one in observations if one.id in left),
        waiting=len(fresh) - len(added) - nobodys,
        patient=sum(not one.ripe and one.contributor is not None for one in fresh
                    if one.id not in added),
        left_before=nobodys,
    )  # fmt: skip


def _leaving(observations: Sequence[Kept], k: int) -> frozenset[UUID]:
    members: dict[Told, list[Member]] = defaultdict(list)
    for one in observations:
        if one.told is not None:
            members[one.told].append(Member(one.id, one.contributor, one.stays))
    going = (batches.leaving(batch, k) for batch in members.values())
    return frozenset(id for batch in going for id in batch if isinstance(id, UUID))


def levels(rows: Sequence[Row]) -> Counter[str]:
    """How many rows are told how finely."""
    return Counter(one.place_level for one in rows)


def row(one: Kept, place: Place, grid: Grid) -> Row:
    """An observation as it is told at a place."""
    latitude, longitude = centre(place)
    day, hour, moment = clock(
        one.at, grid.zone, hourly=grid.hourly and place.resolution is not None
    )
    return Row(
        date=day,
        hour=hour,
        phenomenon_time=moment,
        place_level=place.level,
        place=place.code,
        latitude=latitude,
        longitude=longitude,
        radius_m=coarse.radius(place.level),
        district=district(place, grid.district_of),
        result=None if one.category else round(one.result, grid.decimals),
        category=one.category,
        quality=quality(one.caveat),
    )


def clock(at: datetime, zone: tzinfo, *, hourly: bool) -> tuple[date, int | None, datetime]:
    """Day and hour in the city's time, and when that hour or day began in UTC."""
    local = at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    if not hourly:
        local = local.replace(hour=0, fold=0)
    return local.date(), local.hour if hourly else None, local.astimezone(UTC)


def centre(place: Place) -> tuple[float | None, float | None]:
    """The middle of a cell; a district and the city have none."""
    return coarse.centre(place.code) if place.resolution is not None else (None, None)


def district(place: Place, district_of: DistrictOf) -> str | None:
    """The district a coarse place lies in."""
    if place.level == coarse.DISTRICT:
        return place.code
    return district_of(place.code) if place.resolution is not None else None


def quality(caveat: bool) -> str:
    """The word for how an observation was accepted."""
    return "accepted_with_caveat" if caveat else "accepted"


def order(row: Row) -> tuple[datetime, str, str, float, str, str]:
    """By what is published alone."""
    value = 0.0 if row.result is None else row.result
    return (row.phenomenon_time, row.place_level, row.place, value, row.category or "", row.quality)
