"""Answers for programs and for people: which of the two, its kind, its tag, and what went wrong."""

import gzip
import hashlib
from typing import Any

from flask import Response, json, make_response, redirect, request, url_for

from portal import house, i18n, web
from portal.datasets.reading import documents
from portal.datasets.reading.asking import BadParameter
from portal.i18n import N_
from portal.refusal import Refusal

SHORT = "public, max-age=60"  # the newest of a dataset: another may take its place
LONG = "public, max-age=86400"  # a version's rows never change, what is told of them seldom
CODES = {400: "InvalidParameterValue", 404: "NotFound", 503: "NotAvailable"}
MUCH = 100_000  # bytes from which on quick packing counts more than tight packing


def for_people() -> bool:
    """Whether the one who asks wants a page: `f` says so, else what it accepts."""
    wanted = request.args.get("f")
    if wanted is not None:
        if wanted not in ("json", "html"):
            raise BadParameter(N_("“%(name)s” cannot be read."), name="f")
        return wanted == "html"
    kinds = [documents.JSON, documents.GEOJSON, documents.OPENAPI, documents.SCHEMA, "text/html"]
    return request.accept_mimetypes.best_match(kinds, documents.JSON) == "text/html"


def to_page() -> Response | None:
    """Send people to the page in their own language, unless they are there."""
    if "lang" in (request.url_rule.arguments if request.url_rule else ()):
        return None
    endpoint = (request.endpoint or "").removesuffix("_plain")
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict()}
    found = redirect(url_for(endpoint, **values), 302)
    found.vary.add("Accept")
    found.vary.add("Accept-Language")
    return make_response(found)


def page(template: str, **context: Any) -> Response:
    """A page for people."""
    found = web.render(template, **context)
    found.vary.add("Accept")
    return found


def document(told: dict[str, Any], kind: str = documents.JSON, cache: str = SHORT) -> Response:
    """A JSON document for programs, its tag the hash of it."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=False).encode()
    return send(body, kind, hashlib.sha256(body).hexdigest()[:24], cache)


def send(body: bytes, kind: str, tag: str, cache: str) -> Response:
    """Bytes for programs anywhere, packed where that is understood; asked for again, only a tag."""
    answer = Response(content_type=kind)
    answer.headers["Cache-Control"] = cache
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "Content-Crs, Link, ETag"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Content-Language"] = i18n.language()
    for name in ("Accept", "Accept-Encoding", "Accept-Language"):
        answer.vary.add(name)
    if request.accept_encodings.quality("gzip") and len(body) > 1400:
        body, tag = gzip.compress(body, 1 if len(body) > MUCH else 4, mtime=0), f"{tag}.gzip"
        answer.headers["Content-Encoding"] = "gzip"
    answer.set_data(body)
    answer.set_etag(tag)
    return make_response(answer.make_conditional(request))


def known(prefix: str) -> str | None:
    """A tag the asker holds that begins so: what it names is still true."""
    for tag in request.if_none_match.as_set():
        if tag.startswith(prefix):
            return str(tag)
    return None


def unchanged(tag: str, cache: str) -> Response:
    """What the asker holds may be used again."""
    answer = Response(status=304)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = cache
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def refused(error: Refusal) -> Response:
    """What went wrong, as the standard wants it told; for people, as a page."""
    plain = "lang" not in (request.url_rule.arguments if request.url_rule else ())
    if request.args.get("f") != "json" and not plain and not house.wants_json():
        return house.refused(error)
    code = CODES.get(error.status, "InvalidRequest")
    answer = Response(
        json.dumps({"code": code, "description": error.message_text}, ensure_ascii=False),
        status=error.status,
        content_type=documents.JSON,
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "no-store"
    if error.status == 503:
        answer.headers["Retry-After"] = "30"
    return answer
