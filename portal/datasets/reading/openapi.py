"""The service in the words of OpenAPI 3.0, made of the collections there are."""

from typing import Any

from flask import current_app

from portal.datasets.reading import documents
from portal.datasets.reading.asking import DEFAULT, ITEMS, LANGUAGES, MOST
from portal.datasets.reading.collections import Collection
from portal.datasets.reading.columns import Column
from portal.datasets.reading.crs import CRS84

_TEXT: dict[str, Any] = {"type": "string"}
_URI: dict[str, Any] = {"type": "string", "format": "uri"}


def document(listed: list[Collection]) -> dict[str, Any]:
    """Everything that can be asked. Each newest release has a path of its own with its columns."""
    paths = {
        "/": _get("landing", "Landing page", "Landing"),
        "/conformance": _get("conformance", "Conformance classes", "Conformance"),
        "/api": _get("api", "This document", "Any", kind=documents.OPENAPI),
        "/collections": _get("collections", "The collections", "Collections"),
        "/collections/{collectionId}": _get(
            "collection", "One collection", "Collection", ["collectionId"]
        ),
        "/collections/{collectionId}/queryables": _get(
            "queryables", "What can be filtered by", "Any", ["collectionId"], kind=documents.SCHEMA
        ),
        "/collections/{collectionId}/items": _items("items", ["collectionId"], [_any_column()]),
        "/collections/{collectionId}/items/{featureId}": _get(
            "item", "One feature", "Feature", ["collectionId", "featureId", "crs"],
            kind=documents.GEOJSON,
        ),
    }  # fmt: skip
    for one in listed:
        if index := one.index_at_hand:
            columns = [_column(c) for c in index.columns if c.name not in ITEMS]
            paths[f"/collections/{one.id}/items"] = _items(f"items.{one.id}", [], columns)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": documents.service_title(),
            "description": documents.service_description(),
            "version": "1.0.0",
            "license": {
                "name": "CC BY 4.0",
                "url": "https://creativecommons.org/licenses/by/4.0/",
            },
        },
        "servers": [{"url": f"{current_app.config['BASE_URL']}/ogc"}],
        "paths": paths,
        "components": {"parameters": _parameters(), "schemas": SCHEMAS, "responses": _responses()},
    }


def _get(
    id: str, words: str, schema: str, names: list[str] | None = None, kind: str = documents.JSON
) -> dict[str, Any]:
    answer = {
        "description": words,
        "content": {kind: {"schema": _ref("schemas", schema)}, "text/html": {"schema": _TEXT}},
    }
    answers: dict[str, Any] = {"200": answer, "400": _ref("responses", "Refused")}
    if names:
        answers["404"] = _ref("responses", "Refused")
    return {
        "get": {
            "operationId": id,
            "summary": words,
            "parameters": [_ref("parameters", name) for name in [*(names or []), "f"]],
            "responses": answers,
        }
    }


def _items(id: str, names: list[str], more: list[dict[str, Any]]) -> dict[str, Any]:
    named = [*names, *(name for name in ITEMS if name != "f")]
    found = _get(id, "Features", "Features", named, kind=documents.GEOJSON)
    found["get"]["parameters"] += more
    found["get"]["responses"]["503"] = _ref("responses", "Refused")
    return found


def _ref(part: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{part}/{name}"}


def _column(column: Column) -> dict[str, Any]:
    """A parameter by which a column equals a value."""
    schema = {k: v for k, v in column.schema.items() if k in ("type", "format")}
    return _parameter(column.name, column.meaning or column.name, schema)


def _any_column() -> dict[str, Any]:
    anything = {"type": "object", "additionalProperties": _TEXT}
    words = "Any column of the collection, which then equals the value."
    return {**_parameter("columns", words, anything), "style": "form", "explode": True}


def _parameter(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": words, "required": False, "schema": schema}


def _parameters() -> dict[str, Any]:
    whole: dict[str, Any] = {"type": "integer", "minimum": 1}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    listed = [
        _parameter("bbox", "West, south, east, north; west above east crosses the antimeridian.",
                   box) | {"style": "form", "explode": False},
        _parameter("bbox-crs", "The system of the bbox.", _URI | {"default": CRS84}),
        _parameter("crs", "The system of the answer.", _URI | {"default": CRS84}),
        _parameter("datetime", "An instant, a day of the city, or an interval of these: begin/end, "
                   "../end, begin/..", _TEXT),
        _parameter("limit", "The most features of one answer.",
                   whole | {"maximum": MOST, "default": DEFAULT}),
        _parameter("after", "Go on after the feature of this number; see the link “next”.",
                   {"type": "integer", "minimum": 0, "default": 0}),
        _parameter("filter", "A filter in CQL2.", _TEXT),
        _parameter("filter-lang", "The language of the filter.",
                   _TEXT | {"enum": list(LANGUAGES), "default": LANGUAGES[0]}),
        _parameter("filter-crs", "The system of places in the filter.", _URI | {"default": CRS84}),
        _parameter("f", "The kind of the answer.", _TEXT | {"enum": ["json", "html"]}),
    ]  # fmt: skip
    ids = [
        _parameter("collectionId", "A dataset, or dataset@version.", _TEXT),
        _parameter("featureId", "The feature's number.", whole),
    ]
    parts = {one["name"]: one for one in listed}
    return parts | {one["name"]: {**one, "in": "path", "required": True} for one in ids}


def _responses() -> dict[str, Any]:
    content = {documents.JSON: {"schema": _ref("schemas", "Exception")}}
    return {"Refused": {"description": "What was wrong.", "content": content}}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    found = {"type": "object", "properties": properties}
    return {**found, "required": required} if required else found


def _many(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


_LINKS = _many(_ref("schemas", "Link"))
SCHEMAS: dict[str, Any] = {
    "Any": {"type": "object"},
    "Exception": _object(["code"], code=_TEXT, description=_TEXT),
    "Link": _object(["href", "rel"], href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "Landing": _object(["links"], title=_TEXT, description=_TEXT, links=_LINKS),
    "Conformance": _object(["conformsTo"], conformsTo=_many(_TEXT)),
    "Collections": _object(
        ["links", "collections"],
        links=_LINKS,
        collections=_many(_ref("schemas", "Collection")),
    ),
    "Collection": _object(
        ["id", "links"],
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        version=_TEXT,
        links=_LINKS,
        itemType={"type": "string", "enum": ["feature"]},
        crs=_many(_TEXT),
        storageCrs=_URI,
        extent=_ref("schemas", "Extent"),
    ),
    "Extent": _object(
        [],
        spatial=_object(
            [],
            bbox=_many(_many({"type": "number"}, minItems=4, maxItems=6), minItems=1),
            crs={"type": "string", "enum": [CRS84]},
        ),
        temporal=_object(
            [],
            interval=_many(
                _many({"type": "string", "format": "date-time"}, minItems=2, maxItems=2),
                minItems=1,
            ),
        ),
    ),
    "Point": _object(
        ["type", "coordinates"],
        type={"type": "string", "enum": ["Point"]},
        coordinates=_many({"type": "number"}, minItems=2, maxItems=2),
    )
    | {"nullable": True},
    "Feature": _object(
        ["type", "id", "geometry", "properties"],
        type={"type": "string", "enum": ["Feature"]},
        id={"type": "integer"},
        geometry=_ref("schemas", "Point"),
        properties={"type": "object"},
        links=_LINKS,
    ),
    "Features": _object(
        ["type", "features", "links"],
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_many(_ref("schemas", "Feature")),
        links=_LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
    ),
}
