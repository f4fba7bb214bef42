"""What several datasets of the catalogue share: the city, its contact, its place, standards."""

from flask import current_app, url_for

from portal.datasets.dcat.vocabulary import Node, typed, uri
from portal.observations.where import places


def here(name: str) -> str:
    """The address of a thing in the catalogue; behind it lies the catalogue itself."""
    return f"{current_app.config['BASE_URL']}/catalog#{name}"


def standard(address: str, title: str) -> Node:
    """A standard something keeps to."""
    return {
        "@id": address,
        "@type": ["dct:Standard", "dcatapit:Standard"],
        "dct:identifier": address,
        "dct:title": title,
    }


def city() -> Node:
    """Who publishes, holds and answers for all this."""
    name = str(current_app.config["CITY"])
    return {
        "@id": here("city"),
        "@type": ["foaf:Agent", "dcatapit:Agent"],
        "dct:identifier": name,
        "foaf:name": name,
    }


def contact() -> Node:
    """Where to write about a dataset."""
    config = current_app.config
    found: Node = {
        "@id": here("contact"),
        "@type": ["vcard:Organization", "dcatapit:Organization"],
        "vcard:fn": str(config["CITY"]),
        "vcard:hasURL": uri(config["BASE_URL"] + url_for("house.about")),
    }
    if "@" in config["CONTACT"]:
        found["vcard:hasEmail"] = uri(f"mailto:{config['CONTACT']}")
    return found


def place() -> Node:
    """The city on the map."""
    found: Node = {
        "@id": here("place"),
        "@type": "dct:Location",
        "skos:prefLabel": str(current_app.config["CITY"]),
        "locn:geographicName": str(current_app.config["CITY"]),
    }
    box = places.bounds()
    if box:
        (south, west), (north, east) = box
        ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        found["dcat:bbox"] = typed(f"POLYGON(({ring}))", "geo:wktLiteral")
    return found
