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
from portal.i18n import N_, in_language
from portal.i18n import gettext as _
from portal.scenarios import store

TITLE = N_("Open data of the participation portal of %(city)s")
TOLD = N_(
    "What the city's digital twin has computed, and what people have measured: "
    "each with its licence, its versions and the hash of every file."
)
SERVICE = N_("Measurements of %(city)s by OGC API Features")


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
    return [_catalogue(datasets, newest), _service(served), *datasets]


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
        "dcat:service": uri(documents.address("landing")),
        "dcat:dataset": [uri(dataset["@id"]) for dataset in datasets],
    }


def _service(served: list[Node]) -> Node:
    address = documents.address("landing")
    return {
        "@id": address,
        "@type": "dcat:DataService",
        "dct:title": _in_each(SERVICE, city=current_app.config["CITY"]),
        "dct:publisher": uri(things.here("city")),
        "dct:license": authority("licence", "CC_BY_4_0"),
        "dct:accessRights": authority("access-right", "PUBLIC"),
        "dct:conformsTo": things.standard(
            "http://www.opengis.net/doc/IS/ogcapi-features-1/1.0", "OGC API - Features 1.0"
        ),
        "dcat:contactPoint": things.contact(),
        "dcat:endpointURL": uri(address),
        "dcat:endpointDescription": uri(documents.address("api")),
        "dcat:servesDataset": [uri(dataset["@id"]) for dataset in served],
    }
