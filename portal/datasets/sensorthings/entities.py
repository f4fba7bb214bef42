"""The small sets: things, datastreams, sensors, places, licences, parties, made from releases.

A dataset's newest release is one thing with one datastream. The party is the city, never a person.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from portal import i18n
from portal.datasets import catalogue
from portal.datasets.reading.collections import Collection, newest
from portal.datasets.sensorthings.sets import ROOT, address
from portal.observations import labels
from portal.observations.where import coarse
from portal.observations.where.coarse import Place

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
CATEGORY = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CategoryObservation"
GEOJSON = "application/geo+json"
CITY = "city"
Links = Mapping[str, tuple[str, tuple[str, ...]]]  # by name: the set they lead to, and the ids


@dataclass(frozen=True)
class Entity:
    """One entity: its own properties, and to which others each link leads (by id)."""

    set: str
    id: str
    properties: Mapping[str, Any]
    links: Links = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Its self link."""
        return address(self.set, self.id)


def of(set: str) -> list[Entity]:
    """Every entity of a set, in a steady order; observations are read elsewhere."""
    makers: dict[str, Callable[[Collection], Iterable[Entity]]] = {
        "Things": _thing, "Locations": _location, "HistoricalLocations": lambda _: (),
        "Datastreams": _datastream, "Sensors": _sensor, "ObservedProperties": _property,
        "FeaturesOfInterest": _places, "Campaigns": _campaign, "Licenses": _licence,
        "Parties": _party,
    }  # fmt: skip
    found: dict[str, Entity] = {}
    for collection in newest():
        for one in makers[set](collection):
            known = found.get(one.id)
            found[one.id] = one if known is None else _joined(known, one)
    return list(found.values())


def _joined(one: Entity, other: Entity) -> Entity:
    """The same entity, met again in another dataset."""
    links = {
        name: (set, tuple(dict.fromkeys(ids + other.links[name][1])))
        for name, (set, ids) in one.links.items()
    }
    return Entity(one.set, one.id, one.properties, links)


def _told(found: Collection) -> dict[str, Any]:
    told: dict[str, Any] = found.described["release"]
    return told


def _id(found: Collection) -> str:
    return found.release.dataset


def _thing(found: Collection) -> Iterable[Entity]:
    release, id = found.release, _id(found)
    properties = {
        "version": release.version,
        "sha256": release.sha256,
        "released": release.created_at.isoformat(),
        "madeUp": release.demonstration,
    }
    own = {"name": found.title, "description": found.description, "properties": properties}
    links: Links = {
        "Datastreams": ("Datastreams", (id,)),
        "Locations": ("Locations", (id,)),
        "HistoricalLocations": ("HistoricalLocations", ()),
        "Party": ("Parties", (CITY,)),
    }
    yield Entity("Things", id, own, links)


def _box(found: Collection) -> dict[str, Any] | None:
    index = found.index_at_hand
    if index is None or index.box is None:
        return None
    west, south, east, north = index.box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _location(found: Collection) -> Iterable[Entity]:
    box = _box(found)
    if box is None:
        return
    own = {"name": found.title, "description": i18n.gettext("Where the released rows lie."),
           "encodingType": GEOJSON, "location": box}  # fmt: skip
    links = {"Things": ("Things", (_id(found),)),
             "HistoricalLocations": ("HistoricalLocations", ())}  # fmt: skip
    yield Entity("Locations", _id(found), own, links)


def _datastream(found: Collection) -> Iterable[Entity]:
    told, id, index = _told(found), _id(found), found.index_at_hand
    unit = str(told.get("unit", ""))
    chosen = bool(told.get("categories"))
    own: dict[str, Any] = {
        "name": found.title,
        "description": found.description,
        "observationType": CATEGORY if chosen else MEASUREMENT,
        "unitOfMeasurement": {
            "name": None if chosen else unit,
            "symbol": None if chosen else unit,
            "definition": None if chosen else "https://ucum.org/ucum",
        },
        "observedArea": _box(found),
        "phenomenonTime": "/".join(index.time) if index and index.time else None,
        "properties": {"version": found.release.version, "grid": told.get("grid")},
    }
    links = {
        "Thing": ("Things", (id,)),
        "Sensor": ("Sensors", (id,)),
        "ObservedProperty": ("ObservedProperties", (str(told["observed_property"]),)),
        "License": ("Licenses", (_licence_id(found),)),
        "Party": ("Parties", (CITY,)),
        "Campaigns": ("Campaigns", (id,)),
    }
    yield Entity("Datastreams", id, own, links)


def _sensor(found: Collection) -> Iterable[Entity]:
    words = i18n.text(_told(found).get("procedure") or {})
    own = {"name": i18n.gettext("People with instruments"), "description": words,
           "encodingType": "text/plain", "metadata": words}  # fmt: skip
    yield Entity("Sensors", _id(found), own, {"Datastreams": ("Datastreams", (_id(found),))})


def _property(found: Collection) -> Iterable[Entity]:
    id = str(_told(found)["observed_property"])
    name = id.replace("_", " ")
    base = current_app.config["BASE_URL"]
    own = {"name": name, "definition": f"{base}{ROOT}/ObservedProperties('{id}')",
           "description": name}  # fmt: skip
    links = {"Datastreams": ("Datastreams", (_id(found),))}
    yield Entity("ObservedProperties", id, own, links)


def _places(found: Collection) -> Iterable[Entity]:
    for one in catalogue.places(found.release):
        place = Place(str(one["place_level"]), str(one["code"]))
        yield feature_of(place.level, place.code, one.get("district"))


def feature_of(level: str, code: str, district: str | None = None) -> Entity:
    """A released place as a feature of interest."""
    place = Place(level, code)
    geometry = None
    if place.resolution is not None:
        geometry = {"type": "Polygon", "coordinates": [coarse.ring(code)]}
    own = {
        "name": labels.place_name(place, district),
        "description": labels.size(level),
        "encodingType": GEOJSON,
        "feature": {"type": "Feature", "geometry": geometry, "properties": {"code": code}},
        "properties": {"level": level, "code": code, "district": district},
    }
    return Entity("FeaturesOfInterest", f"{level}:{code}", own)


def _campaign(found: Collection) -> Iterable[Entity]:
    told, id = _told(found), _id(found)
    start, end = (told.get("period") or [None, None])[:2]
    sources: list[dict[str, Any]] = found.described.get("sources") or [{}]
    own = {"name": found.title, "description": found.description,
           "termsOfUse": found.described["licenses"][0].get("path", ""),
           "startTime": start, "endTime": end, "url": sources[0].get("path")}  # fmt: skip
    links = {"Datastreams": ("Datastreams", (id,)), "License": ("Licenses", (_licence_id(found),)),
             "Party": ("Parties", (CITY,))}  # fmt: skip
    yield Entity("Campaigns", id, own, links)


def _licence_id(found: Collection) -> str:
    return str(found.described["licenses"][0]["name"])


def _licence(found: Collection) -> Iterable[Entity]:
    one = found.described["licenses"][0]
    city = str(current_app.config["CITY"])
    own = {"name": one["name"], "definition": one.get("path", ""), "description": one["title"],
           "attributionText": city}  # fmt: skip
    links = {
        "Datastreams": ("Datastreams", (_id(found),)),
        "Campaigns": ("Campaigns", (_id(found),)),
    }
    yield Entity("Licenses", str(one["name"]), own, links)


def _party(found: Collection) -> Iterable[Entity]:
    city, id = str(current_app.config["CITY"]), _id(found)
    words = i18n.gettext("The city publishes what people measured together.")
    own = {"name": city, "displayName": city, "role": "institutional", "description": words}
    links = {"Things": ("Things", (id,)), "Datastreams": ("Datastreams", (id,)),
             "Campaigns": ("Campaigns", (id,))}  # fmt: skip
    yield Entity("Parties", CITY, own, links)
