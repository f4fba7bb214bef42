"""A place somebody asks about: an area from a list, a street from the gazetteer, or a point.

Nothing here is kept: what a reader sends lives as long as the answer to it.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, isfinite, radians
from pathlib import Path

from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.scenarios import store
from portal.scenarios.geography import Geography
from portal.scenarios.nearby.gazetteer import Gazetteer, Place, Results, Spot
from portal.scenarios.nearby.spelling import core, fold

LEVELS = ("district", "zone", "area")  # from large to small
LONGEST = 60  # letters of a wrong value that a notice repeats
METRES = 111_320.0  # of a degree of latitude


class NoPlace(Refusal):
    """What was sent names no place; `problems` says of each field why."""

    title = N_("Which place?")
    message = N_("This place could not be found. Nothing was stored.")


@dataclass(frozen=True, slots=True)
class Where:
    """A place: an area, and within it maybe a point or a street, which no address may hold."""

    geography: str
    code: str
    name: str
    note: str = ""
    lat: float | None = None
    lon: float | None = None
    street: str = ""
    place: str = ""  # id in the gazetteer
    spots: tuple[Spot, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether more than an area is known: then it stays out of addresses and lists."""
        return self.lat is not None or bool(self.street)


# --- areas ------------------------------------------------------------------------------------


def geographies() -> list[Geography]:
    """The areas one can choose from, the largest first."""
    return [found for found in map(store().level, LEVELS) if found is not None]


def by_area(text: str) -> Where | None:
    """The area a permalink names: `zone:bolognina`, or a code that only one geography has."""
    name, _colon, code = text.rpartition(":")
    for geography in reversed(geographies()):
        if name in ("", geography.id) and code in geography.areas:
            return area(geography, code)
    return None


def area(geography: Geography, code: str) -> Where:
    """An area as a place."""
    return Where(geography.id, code, geography.name(code), note_of(geography, code))


def note_of(geography: Geography, code: str) -> str:
    """The district an area lies in; nothing for districts themselves."""
    districts = store().districts()
    if districts is None or districts.id == geography.id:
        return ""
    parent = geography.areas[code].parents.get(districts.id)
    return districts.name(parent) if parent else ""


# --- points -----------------------------------------------------------------------------------

LAT, LON = N_("Latitude"), N_("Longitude")
NOT_NUMBER = N_("Please write degrees as a number, like 44.4949 or 44,4949.")
NEEDED = N_("A point needs both latitude and longitude.")
SWAPPED = N_(
    "Latitude and longitude look swapped. With the two exchanged the point lies inside the city."
)
OUTSIDE = N_("This point lies outside the city: nothing was computed there.")


class Swapped(NoPlace):
    """The two numbers are right the other way round."""

    message = SWAPPED


def by_point(lat_text: str, lon_text: str) -> Where:
    """The place of typed or tapped coordinates. Raises NoPlace, Swapped where that helps."""
    numbers = {"lat": degrees(lat_text), "lon": degrees(lon_text)}
    names = {"lat": LAT, "lon": LON}
    sent = {"lat": lat_text.strip(), "lon": lon_text.strip()}
    wrong = [
        Problem(field, NOT_NUMBER if sent[field] else NEEDED, name=names[field])
        for field, number in numbers.items()
        if number is None
    ]
    lat, lon = numbers["lat"], numbers["lon"]
    if lat is None or lon is None:
        raise NoPlace(wrong)
    found = at(lat, lon)
    if found is not None:
        return found
    if at(lon, lat) is not None:
        raise Swapped([Problem("lat", SWAPPED)])
    raise NoPlace([Problem("lat", OUTSIDE)])


def at(lat: float, lon: float) -> Where | None:
    """The smallest area around a point; None outside all of them."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    for geography in reversed(geographies()):
        code = store().area_of(geography.id, lat, lon)
        if code is not None:
            note = note_of(geography, code)
            return Where(geography.id, code, geography.name(code), note, lat, lon)
    return None


def degrees(text: str) -> float | None:
    """A number of degrees as people write it; None for anything else."""
    plain = text.strip().strip("°NnEeÈè ").replace(",", ".").replace("−", "-")
    if len(plain) > 30 or not plain.isascii() or "_" in plain:
        return None
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if isfinite(number) else None


def as_point(text: str) -> tuple[str, str] | None:
    """Two numbers in a search: `44.4949, 11.3426` or `44,4949; 11,3426`."""
    for divider in (";", ", ", ",", " "):
        parts = [part for part in text.strip().split(divider) if part.strip()]
        if len(parts) == 2 and all(degrees(p) is not None and "." in p + "." for p in parts):
            one, two = parts
            if any("." in p or "," in p for p in parts):
                return one, two
    return None


# --- names ------------------------------------------------------------------------------------


def search(text: str) -> tuple[Results, list[Where]]:
    """What the gazetteer knows of a name, and areas of that name."""
    gazetteer = store().gazetteer()
    found = gazetteer.search(text) if gazetteer else Results(())
    return found, _areas_named(text)


def by_spot(id: str, code: str) -> Where | None:
    """A place of the gazetteer, in one of its areas (the first that holds most of it)."""
    gazetteer = store().gazetteer()
    place = gazetteer.places.get(id) if gazetteer else None
    if gazetteer is None or place is None:
        return None
    spot = next((s for s in place.spots if s.area == code), place.spots[0])
    return in_spot(gazetteer, place, spot)


def in_spot(gazetteer: Gazetteer, place: Place, spot: Spot) -> Where:
    """A place of the gazetteer as somebody's place."""
    geography = store().geography(gazetteer.geography)
    return Where(
        geography.id,
        spot.area,
        geography.name(spot.area),
        note_of(geography, spot.area),
        spot.lat,
        spot.lon,
        place.name,
        place.id,
        place.spots,
    )


def _areas_named(text: str) -> list[Where]:
    wanted = fold(text)
    if len(wanted) < 3 or not core(text):
        return []
    found = []
    for geography in geographies():
        for code, folded in _folded(store().root, geography.id, len(geography.areas)):
            words = folded.split()
            if wanted == folded or all(any(w.startswith(p) for w in words) for p in wanted.split()):
                found.append(area(geography, code))
    return found[:12]


@lru_cache(maxsize=16)
def _folded(root: Path, geography: str, _count: int) -> tuple[tuple[str, str], ...]:
    """Codes with their names as a search compares them."""
    found = store().geography(geography)
    return tuple((code, fold(found.name(code))) for code in found.areas)


def metres(lat: float, lon: float, x: float, y: float) -> float:
    """Distance between a place and a point given as longitude and latitude."""
    return hypot((x - lon) * cos(radians(lat)), y - lat) * METRES
