"""What leaves the portal: one function turns kept observations into rows that name nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from uuid import UUID

from portal.observations import coarse
from portal.observations.coarse import CONTRIBUTORS, Place, Seen

DistrictOf = Callable[[str], str | None]  # the district of a cell, known from the cell alone


@dataclass(frozen=True)
class Kept:
    """An accepted observation as the database holds it."""

    id: UUID
    contributor: UUID | None
    result: float
    at: datetime
    cell: str | None
    district: str | None
    caveat: bool


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
    result: float
    quality: str


@dataclass(frozen=True)
class Anonymised:
    """Rows to publish, the observations behind them, and how many were withheld."""

    rows: tuple[Row, ...]
    published: frozenset[UUID]
    withheld: int


def anonymise(
    observations: Sequence[Kept],
    *,
    finest: int,
    decimals: int,
    zone: tzinfo,
    district_of: DistrictOf,
    k: int = CONTRIBUTORS,
) -> Anonymised:
    """The rows that may be published, in an order that tells nothing about who sent them.

    Every published place has at least `k` contributors; what has fewer goes to a coarser place,
    or is withheld. Times are cut to the hour in a cell and to the day elsewhere.
    """
    seen = [(one.id, Seen(one.cell, one.district, one.contributor)) for one in observations]
    named = coarse.publishable(seen, finest=finest, k=k)
    rows = [
        _row(one, named[one.id], decimals, zone, district_of)
        for one in observations
        if one.id in named
    ]
    rows.sort(key=_order)
    return Anonymised(tuple(rows), frozenset(named), len(observations) - len(named))


def _row(one: Kept, place: Place, decimals: int, zone: tzinfo, district_of: DistrictOf) -> Row:
    in_cell = place.resolution is not None
    latitude, longitude = coarse.centre(place.code) if in_cell else (None, None)
    local = one.at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    if not in_cell:
        local = local.replace(hour=0, fold=0)
    return Row(
        date=local.date(),
        hour=local.hour if in_cell else None,
        phenomenon_time=local.astimezone(UTC),
        place_level=place.level,
        place=place.code,
        latitude=latitude,
        longitude=longitude,
        radius_m=coarse.radius(place.level),
        district=_district(place, district_of),
        result=round(one.result, decimals),
        quality="accepted_with_caveat" if one.caveat else "accepted",
    )


def _district(place: Place, district_of: DistrictOf) -> str | None:
    if place.level == coarse.DISTRICT:
        return place.code
    return district_of(place.code) if place.resolution is not None else None


def _order(row: Row) -> tuple[datetime, str, str, float, str]:
    return (row.phenomenon_time, row.place_level, row.place, row.result, row.quality)
