"""OGC API Features at `/ogc/`: the releases' rows for maps and other programs."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, json, request

from portal import i18n, web
from portal.datasets.reading import answers, asking, documents, openapi, pages, searching
from portal.datasets.reading.collections import Collection, UnknownFeature, every, find, newest
from portal.refusal import Refusal

bp = web.room("ogc", __name__)
NAMED = ("f",)
ONE = "/ogc/collections/<collection>"


@bp.errorhandler(Refusal)
def refused(error: Refusal) -> Response:
    """What this service refuses, it refuses in the standard's words."""
    return answers.refused(error)


def _told(told: dict[str, Any], title: str, kind: str = documents.JSON) -> Response:
    """A document: as it is for programs, readable on a page for people."""
    asking.only(request.args, NAMED)
    if not answers.for_people():
        return answers.document(told, kind)
    text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=False)
    return answers.to_page() or answers.page(
        "datasets/reading/document.html", crumbs=pages.crumbs(title), title=title, text=text
    )


@web.twin(bp, "/ogc/")
@web.public
def landing() -> Response:
    """Where programs begin to read."""
    asking.only(request.args, NAMED)
    if not answers.for_people():
        return answers.document(documents.landing())
    return answers.to_page() or answers.page("datasets/reading/landing.html", **pages.landing())


@web.twin(bp, "/ogc/conformance")
@web.public
def conformance() -> Response:
    """Which parts of the standards are kept."""
    return _told(documents.conformance(), i18n.gettext("Which standards are kept"))


@web.twin(bp, "/ogc/api")
@web.public
def api() -> Response:
    """Everything that can be asked, as OpenAPI 3.0."""
    told = openapi.document(newest())
    return _told(told, i18n.gettext("What can be asked (OpenAPI 3.0)"), documents.OPENAPI)


@web.twin(bp, "/ogc/collections")
@web.public
def collections() -> Response:
    """Every collection."""
    asking.only(request.args, NAMED)
    if not answers.for_people():
        return answers.document(documents.collections(every()))
    return answers.to_page() or answers.page("datasets/reading/landing.html", **pages.landing())


@web.twin(bp, ONE)
@web.public
def collection(collection: str) -> Response:
    """One collection."""
    asking.only(request.args, NAMED)
    found = find(collection)
    if not answers.for_people():
        return answers.document(documents.collection(found))
    return answers.to_page() or answers.page(
        "datasets/reading/collection.html", **pages.collection(found)
    )


@web.twin(bp, f"{ONE}/queryables")
@web.public
def queryables(collection: str) -> Response:
    """What a collection can be filtered by."""
    told = documents.queryables(find(collection))
    return _told(told, i18n.gettext("What can be filtered by"), documents.SCHEMA)


@web.twin(bp, f"{ONE}/items")
@web.public
def items(collection: str) -> Response:
    """The features of a collection that were asked for."""
    found = find(collection)
    index = found.index
    asked = asking.items(request.args, index)
    people = answers.for_people()
    if people and (sent := answers.to_page()):
        return sent
    tag = "" if people else _tag(found)
    cache = answers.LONG if found.versioned else answers.SHORT
    if tag and (held := answers.known(f"{tag}-")):
        return answers.unchanged(held, cache)
    page = searching.page(index, asked)
    following = page.following
    if people:
        return answers.page("datasets/reading/items.html", **pages.items(found, asked, page))
    links = documents.itself("items", documents.GEOJSON, collection=found.id)
    links[0]["href"] = _here(found, None)
    if following is not None:
        links.append(
            documents.link(
                "next", _here(found, following), documents.GEOJSON, i18n.gettext("Go on")
            )
        )
    now = datetime.now(UTC)
    foot = {
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "timeStamp": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "links": [*links, _of(found)],
    }
    body = f'{{"type":"FeatureCollection","features":[{",".join(page.features)}],'
    body += json.dumps(foot, ensure_ascii=False, separators=(",", ":"), sort_keys=False)[1:]
    # the body tells when it was made, so each has a tag of its own; all stay true alike
    answer = answers.send(body.encode(), documents.GEOJSON, f"{tag}-{now.timestamp():.6f}", cache)
    answer.headers["Content-Crs"] = f"<{asked.crs.uri}>"
    return answer


@web.twin(bp, f"{ONE}/items/<feature>")
@web.public
def item(collection: str, feature: str) -> Response:
    """One feature by its number."""
    asking.only(request.args, ("f", "crs"))
    found = find(collection)
    crs = asking.system(request.args, "crs", found.index.systems)
    plain = feature.isascii() and feature.isdigit() and len(feature) < 18
    text = searching.one(found.index, int(feature), crs) if plain else None
    if text is None:
        raise UnknownFeature(id=feature[:60])
    told = json.loads(text)
    where = {"collection": found.id, "feature": feature}
    told["links"] = [*documents.itself("item", documents.GEOJSON, **where), _of(found)]
    if answers.for_people():
        return answers.to_page() or answers.page(
            "datasets/reading/item.html", **pages.item(found, feature, told)
        )
    answer = answers.document(told, documents.GEOJSON)
    answer.headers["Content-Crs"] = f"<{crs.uri}>"
    return answer


def _of(found: Collection) -> dict[str, str]:
    where = documents.address("collection", collection=found.id)
    return documents.link("collection", where, documents.JSON, found.title)


def _tag(found: Collection) -> str:
    """What an answer depends on: the rows, what is asked of them, the words around them."""
    parts = [found.release.sha256, found.id, request.query_string.decode("latin-1"),
             i18n.language(), str(current_app.config["BASE_URL"])]  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _here(found: Collection, after: int | None) -> str:
    """This question's address, going on after some feature."""
    query = request.args.to_dict()
    if after is not None:
        query["after"] = str(after)
    return documents.address("items", query, collection=found.id)
