"""The sets of the service: their names, properties and links, and where entities lie."""

import re
from urllib.parse import quote

from flask import current_app

ROOT = "/sta/v1.1"
ONE = {"Thing": "Things", "Sensor": "Sensors", "ObservedProperty": "ObservedProperties",
       "License": "Licenses", "Party": "Parties", "Datastream": "Datastreams",
       "FeatureOfInterest": "FeaturesOfInterest"}  # fmt: skip
MANY = ("Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors",
        "ObservedProperties", "Observations", "FeaturesOfInterest", "Campaigns", "Licenses",
        "Parties")  # fmt: skip
PROPERTIES = {
    "Things": ("name", "description", "properties"),
    "Locations": ("name", "description", "encodingType", "location"),
    "HistoricalLocations": ("time",),
    "Datastreams": ("name", "description", "observationType", "unitOfMeasurement", "observedArea",
                    "phenomenonTime", "properties"),
    "Sensors": ("name", "description", "encodingType", "metadata"),
    "ObservedProperties": ("name", "definition", "description"),
    "FeaturesOfInterest": ("name", "description", "encodingType", "feature", "properties"),
    "Campaigns": ("name", "description", "termsOfUse", "startTime", "endTime", "url"),
    "Licenses": ("name", "definition", "description", "attributionText"),
    "Parties": ("name", "description", "role", "displayName"),
    "Observations": ("phenomenonTime", "resultTime", "result", "resultQuality", "parameters"),
}  # fmt: skip
LINKS = {
    "Things": ("Datastreams", "Locations", "HistoricalLocations", "Party"),
    "Locations": ("Things", "HistoricalLocations"),
    "HistoricalLocations": (),
    "Datastreams": ("Thing", "Sensor", "ObservedProperty", "Observations", "License", "Party",
                    "Campaigns"),
    "Sensors": ("Datastreams",),
    "ObservedProperties": ("Datastreams",),
    "FeaturesOfInterest": ("Observations",),
    "Campaigns": ("Datastreams", "License", "Party"),
    "Licenses": ("Datastreams", "Campaigns"),
    "Parties": ("Things", "Datastreams", "Campaigns"),
    "Observations": ("Datastream", "FeatureOfInterest"),
}  # fmt: skip


def address(set: str, id: str) -> str:
    """Where an entity lies; ids are text."""
    key = quote(id.replace("'", "''"), safe="@:~.-_")
    return f"{current_app.config['BASE_URL']}{ROOT}/{set}('{key}')"


_KEY = re.compile(r"'((?:[^']|'')*)'")


def key_of(text: str) -> str | None:
    """The id between the brackets of an address, None where it is no quoted text."""
    match = _KEY.fullmatch(text)
    return match[1].replace("''", "'") if match else None
