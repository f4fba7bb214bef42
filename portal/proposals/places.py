"""Where a proposal is: a point inside the city, one of its districts, or the whole city."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.i18n import N_
from portal.proposals.alike.likeness import metres
from portal.scenarios import store
from portal.scenarios.nearby import my_place
from portal.scenarios.nearby.gazetteer import Spot
from portal.scenarios.package import Store

WHOLE_CITY = "city"  # what the form sends in place of a district's code
BESIDE = 150.0  # metres
MOST_CHOICES = 12
DECIMALS = 5  # about a metre: finer would only repeat where a finger fell

BOTH = N_("A point needs both latitude and longitude.")
OUTSIDE = N_("This point lies outside the city. Choose a point inside its borders.")
NO_PLACE = N_("Say where: choose a point on the map, a district, or “the whole city”.")
NO_ADDRESS = N_(
    "No street or place of this name was found. Check it, or use the map or a district."
)
WHICH_ADDRESS = N_("Several places have this name. Please choose one below.")
LOST_ADDRESS = N_("This place is not in the list any more. Please search again.")
UNKNOWN_DISTRICT = N_("There is no such district. Please choose one from the list.")


@dataclass(frozen=True)
class Place:
    """A point with the district and area around it; a district; or nothing: the whole city."""

    lat: float | None = None
    lon: float | None = None
    district: str | None = None
    area: str | None = None


def at(lat: float, lon: float) -> Place | None:
    """The place of a point, or None outside the city."""
    lat, lon = round(lat, DECIMALS), round(lon, DECIMALS)
    district = store().district_of(lat, lon)
    if district is None:
        return None
    areas = _small_areas(store())
    area = store().area_of(areas, lat, lon) if areas else None
    return Place(lat, lon, district, area)


def _small_areas(found: Store) -> str | None:
    for name, entry in found.catalogue().geographies.items():
        if entry["level"] == "area":
            return name
    return None


def district_names() -> dict[str, str]:
    """Every district's name by code, in the order of their names."""
    districts = store().districts()
    if districts is None:
        return {}
    return dict(sorted(((a.code, a.name) for a in districts.areas.values()), key=lambda e: e[1]))


# --- by name ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One of the places a name may mean; `value` is what a form sends to choose it."""

    value: str
    name: str
    note: str


@dataclass(frozen=True)
class Found:
    """What a name means: one place, or several to choose from, or nothing."""

    clear: Choice | None
    choices: tuple[Choice, ...]


def named(text: str) -> Found:
    """Streets, parks, stations and areas of the city that fit what somebody typed."""
    results, areas = my_place.search(text)
    choices = [
        Choice(f"{match.place.id}|{spot.area}", match.place.name, _area_name(spot.area))
        for match in results.matches
        for spot in _apart(match.place.spots)[:3]
    ]
    named_areas = [
        Choice(f"|{where.geography}:{where.code}", where.name, where.note) for where in areas
    ]
    clear = results.clear
    alone = clear is not None and not areas and len(_apart(clear.spots)) == 1
    offered = (*named_areas, *choices)[:MOST_CHOICES]
    if len(offered) == 1:
        return Found(offered[0], ())
    return Found(choices[0] if alone else None, () if alone else offered)


def _apart(spots: Sequence[Spot]) -> list[Spot]:
    """A place's spots, without those beside another: a square on a border is one place."""
    kept: list[Spot] = []
    for spot in spots:
        if all(metres(spot.lat, spot.lon, one.lat, one.lon) > BESIDE for one in kept):
            kept.append(spot)
    return kept


def chosen(value: str) -> Place | None:
    """The place of a choice, None where there is no such one."""
    place, _bar, area = value.partition("|")
    if place:
        where = my_place.by_spot(place, area)
        return at(where.lat, where.lon) if where and where.lat and where.lon else None
    found = my_place.by_area(area)
    districts = store().districts()
    if found is None or districts is None:
        return None
    if found.geography == districts.id:
        return Place(district=found.code)
    parents = store().geography(found.geography).areas[found.code].parents
    return Place(district=parents[districts.id]) if districts.id in parents else None


def fits(address: str, value: str) -> bool:
    """Whether a choice is one of those that an address offers as it is typed now."""
    found = named(address)
    offered = (*found.choices, *([found.clear] if found.clear else []))
    return any(one.value == value for one in offered)


def _area_name(code: str) -> str:
    gazetteer = store().gazetteer()
    if gazetteer is None:
        return ""
    where = my_place.area(store().geography(gazetteer.geography), code)
    return f"{where.name}, {where.note}" if where.note else where.name
