"""The catalogue's addresses: `/catalog.ttl`, `/catalog.jsonld`, and `/catalog` by what is read."""

import hashlib

from flask import Response, current_app, json, make_response, redirect, request, url_for

from portal import i18n, web
from portal.datasets.dcat import graph, turtle

machine = web.machine("dcat", __name__)
TURTLE, JSONLD = "text/turtle; charset=utf-8", "application/ld+json"
JSON = "application/json"
CACHE = "public, max-age=300"


@machine.get("/catalog")
@web.public
def catalogue() -> Response:
    """Programs get the form they read, people the list of datasets."""
    wanted = request.accept_mimetypes.best_match(
        ["text/html", "text/turtle", JSONLD, JSON], "text/turtle"
    )
    names = {"text/turtle": ".turtle_file", JSONLD: ".jsonld", JSON: ".jsonld"}
    where = url_for(names[wanted]) if wanted in names else url_for("datasets.index")
    answer = make_response(redirect(where, 303))
    answer.vary.add("Accept")
    return answer


@machine.get("/catalog.ttl")
@web.public
def turtle_file() -> Response:
    """The catalogue in Turtle."""
    with i18n.in_language(current_app.config["LANGUAGES"][0]):  # the same for every reader
        text = turtle.write(graph.nodes())
    return _send(text, TURTLE)


@machine.get("/catalog.jsonld")
@web.public
def jsonld() -> Response:
    """The catalogue in JSON-LD."""
    with i18n.in_language(current_app.config["LANGUAGES"][0]):
        text = json.dumps(graph.as_json(), ensure_ascii=False, sort_keys=False)
    return _send(text, JSONLD)


def _send(text: str, kind: str) -> Response:
    body = text.encode()
    answer = Response(body, content_type=kind)
    answer.headers["Cache-Control"] = CACHE
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(hashlib.sha256(body).hexdigest()[:24])
    return make_response(answer.make_conditional(request))
