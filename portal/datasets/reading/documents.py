"""What the service says of itself and of its collections, as the standard wants it."""

from typing import Any
from urllib.parse import urlencode

from flask import current_app

from portal import web
from portal.datasets.reading.collections import Collection, versions
from portal.datasets.reading.crs import CRS84
from portal.datasets.reading.index import Index
from portal.i18n import _

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMS = (
    *(_FEATURES.format(1, part) for part in ("core", "html", "geojson", "oas30")),
    _FEATURES.format(2, "crs"),
    *(_FEATURES.format(3, part) for part in (
        "queryables", "queryables-query-parameters", "filter", "features-filter",
    )),
    *(_CQL2 + part for part in (
        "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators",
        "basic-spatial-functions", "property-property",
    )),
)  # fmt: skip


def address(endpoint: str, query: dict[str, Any] | None = None, **values: Any) -> str:
    """The whole address of one of the service's own documents."""
    where = web.whole_url(f"ogc.{endpoint}_plain", **values)
    return f"{where}?{urlencode(query)}" if query else where


def link(rel: str, href: str, kind: str, title: str = "") -> dict[str, str]:
    """A link as the standard writes it."""
    found = {"href": href, "rel": rel, "type": kind}
    return found | {"title": title} if title else found


def itself(endpoint: str, kind: str = JSON, **values: Any) -> list[dict[str, str]]:
    """The links of a document to itself and to its page for people."""
    where = address(endpoint, **values)
    return [
        link("self", where, kind, _("This document")),
        link("alternate", f"{where}?f=html", HTML, _("This document as a page")),
    ]


def landing() -> dict[str, Any]:
    """Where everything begins."""
    return {
        "title": service_title(),
        "description": service_description(),
        "attribution": str(current_app.config["CITY"]),
        "links": [
            *itself("landing"),
            link("service-desc", address("api"), OPENAPI, _("What can be asked (OpenAPI 3.0)")),
            link("service-doc", address("api", {"f": "html"}), HTML, _("What can be asked")),
            link("conformance", address("conformance"), JSON, _("Which standards are kept")),
            link("data", address("collections"), JSON, _("The collections")),
        ],
    }


def service_title() -> str:
    """The service's name."""
    return _("Open measurements of %(city)s", city=current_app.config["CITY"])


def service_description() -> str:
    """What can be read here."""
    return _(
        "The releases of what people measured, for maps and other programs. "
        "A release never changes; none of its rows says who measured."
    )


def conformance() -> dict[str, Any]:
    """The classes of the standards that are kept whole."""
    return {"conformsTo": list(CONFORMS)}


def collections(listed: list[Collection]) -> dict[str, Any]:
    """All collections."""
    return {"links": itself("collections"), "collections": [collection(one) for one in listed]}


def collection(one: Collection) -> dict[str, Any]:
    """One collection: what it is, where and when it lies, how to get at it."""
    where: dict[str, Any] = {"collection": one.id}
    licence, index = one.described["licenses"][0], one.index_at_hand
    found = {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "extent": extent(index) if index else {},
        "crs": list(index.systems) if index else [CRS84],
        "storageCrs": CRS84,
        "links": [
            *itself("collection", **where),
            link("items", address("items", **where), GEOJSON, _("The features as GeoJSON")),
            link("items", address("items", {"f": "html"}, **where), HTML, _("The features")),
            link(QUERYABLES, address("queryables", **where), SCHEMA, _("What can be filtered by")),
            link("license", licence["path"], HTML, licence["title"]),
            link("describedby", _page(one), HTML, _("About this release")),
            *_files(one),
            *_versions(one),
        ],
    }
    return {**found, "version": one.release.version}


def extent(index: Index) -> dict[str, Any]:
    """Where and when the features lie."""
    found: dict[str, Any] = {}
    if index.box:
        found["spatial"] = {"bbox": [list(index.box)], "crs": CRS84}
    if index.time:
        found["temporal"] = {"interval": [list(index.time)]}
    return found


def _page(one: Collection) -> str:
    release = one.release
    return web.whole_url("datasets.release", name=release.dataset, version=release.version)


def _files(one: Collection) -> list[dict[str, str]]:
    """The release's own files: whoever wants all of it is quicker with them."""
    where: dict[str, Any] = {"name": one.release.dataset, "version": one.release.version}
    return [
        link("enclosure", web.whole_url("datasets.file_plain", path=file["path"], **where),
             file["mediatype"], file["path"])
        for file in one.described["resources"] if file["name"].startswith("observations")
    ]  # fmt: skip


def _versions(one: Collection) -> list[dict[str, str]]:
    """The neighbours in time."""
    here, found = one.release, []
    if one.versioned:
        latest = address("collection", collection=here.dataset)
        found.append(link("latest-version", latest, JSON, _("The newest release")))
    return found + [
        link("predecessor-version", address("collection", collection=other.id), JSON, other.title)
        for other in versions(here.dataset)
        if other.release.version == here.previous
    ]


def queryables(one: Collection) -> dict[str, Any]:
    """What can be filtered by, as JSON Schema."""
    properties: dict[str, Any] = {c.name: c.schema for c in one.index.columns}
    properties["geometry"] = {
        "title": "geometry",
        "format": "geometry-point",
        "x-ogc-role": "primary-geometry",
    }
    if "phenomenon_time" in properties:
        properties["phenomenon_time"]["x-ogc-role"] = "primary-instant"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address("queryables", collection=one.id),
        "type": "object",
        "title": one.title,
        "properties": properties,
        "additionalProperties": False,
    }
