"""The catalogue: the city, the service, every dataset's newest release, every scenario."""

from datetime import datetime
from typing import Any

from flask import current_app, url_for

from portal import db, web
from portal.datasets import catalogue
from portal.datasets.dcat import entries, things
from portal.datasets.dcat.vocabulary import (
    AUTHORITY,
    LANGUAGES,
    PREFIXES,
    Node,
    authority,
    in_languages,
    moment,
    uri,
)
from portal.datasets.reading import documents
from portal.datasets.sensorthings.sets import ROOT
from portal.i18n import N_, in_language
from portal.i18n import gettext as _
from portal.scenarios import store

TITLE = N_("Open data of the participation portal of %(city)s")
TOLD = N_(
    "What the city's digital twin has computed, and what people have measured: "
    "each with its licence, its versions and the hash of every file."
)
FEATURES = N_("Measurements of %(city)s by OGC API Features")
SENSORTHINGS = N_("Measurements of %(city)s by OGC SensorThings API")


def nodes() -> list[Node]:
    """Everything, as a tree of JSON-LD."""
    releases = catalogue.newest(db.session())
    datasets = [entries.of_release(release) for release in releases]
    datasets += [
        entries.of_scenario(store().package(entry.name), family.theme)
        for family in store().families()
        for entry in family.packages
    ]
    served = datasets[: len(releases)]
    newest = max((release.created_at for release in releases), default=web.now())
    return [_catalogue(datasets, newest), *_services(served), *datasets]


def as_json() -> dict[str, Any]:
    """The same, as JSON-LD."""
    return {"@context": PREFIXES, "@graph": nodes()}


def _in_each(message: str, **gaps: Any) -> list[Node] | str:
    """A sentence in every language of the portal."""
    words = {}
    for code in current_app.config["LANGUAGES"]:
        with in_language(code):
            words[code] = _(message, **gaps)
    return in_languages(words)


def _catalogue(datasets: list[Node], newest: datetime) -> Node:
    city = current_app.config["CITY"]
    return {
        "@id": things.here("catalog"),
        "@type": ["dcat:Catalog", "dcatapit:Catalog"],
        "dct:title": _in_each(TITLE, city=city),
        "dct:description": _in_each(TOLD),
        "dct:publisher": things.city(),
        "dct:creator": uri(things.here("city")),
        "dct:modified": moment(newest),
        "dct:language": [
            authority("language", LANGUAGES.get(code, code.upper()))
            for code in current_app.config["LANGUAGES"]
        ],
        "dct:license": authority("licence", "CC_BY_4_0"),
        "foaf:homepage": {
            **uri(current_app.config["BASE_URL"] + url_for("datasets.index")),
            "@type": "foaf:Document",
        },
        "dcat:themeTaxonomy": {
            **uri(f"{AUTHORITY}data-theme"),
            "@type": "skos:ConceptScheme",
            "dct:title": "Data theme",
        },
        "dct:spatial": things.place(),
        "dcat:service": [uri(documents.address("landing")), uri(sensorthings())],
        "dcat:dataset": [uri(dataset["@id"]) for dataset in datasets],
    }


def sensorthings() -> str:
    """Where the SensorThings service begins."""
    return f"{current_app.config['BASE_URL']}{ROOT}"


def _services(served: list[Node]) -> list[Node]:
    """Both ways to ask for released rows."""
    features = things.standard(
        "http://www.opengis.net/doc/IS/ogcapi-features-1/1.0", "OGC API - Features 1.0"
    )
    sensing = things.standard(
        "http://www.opengis.net/doc/is/sensorthings/1.1", "OGC SensorThings API 1.1"
    )
    described = documents.address("api")
    return [
        _service(documents.address("landing"), described, FEATURES, features, served),
        _service(sensorthings(), sensorthings(), SENSORTHINGS, sensing, served),
    ]


def _service(address: str, described: str, title: str, standard: Node, served: list[Node]) -> Node:
    return {
        "@id": address,
        "@type": "dcat:DataService",
        "dct:title": _in_each(title, city=current_app.config["CITY"]),
        "dct:publisher": uri(things.here("city")),
        "dct:license": authority("licence", "CC_BY_4_0"),
        "dct:accessRights": authority("access-right", "PUBLIC"),
        "dct:conformsTo": standard,
        "dcat:contactPoint": things.contact(),
        "dcat:endpointURL": uri(address),
        "dcat:endpointDescription": uri(described),
        "dcat:servesDataset": [uri(dataset["@id"]) for dataset in served],
    }
