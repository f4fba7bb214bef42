"""Where a proposal is: a point inside the city, one of its districts, or the whole city."""

from dataclasses import dataclass

from portal.i18n import N_
from portal.scenarios import store
from portal.scenarios.package import Store

WHOLE_CITY = "city"  # what the form sends in place of a district's code
DECIMALS = 5  # about a metre: finer would only repeat where a finger fell

BOTH = N_("A point needs both latitude and longitude.")
OUTSIDE = N_("This point lies outside the city. Choose a point inside its borders.")
NO_PLACE = N_("Say where: choose a point on the map, a district, or “the whole city”.")
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
