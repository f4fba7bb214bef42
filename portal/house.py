"""The house itself: front page, notices, health, and what a refusal looks like."""

import errno
import logging
import sqlite3
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from portal import algorithms as register
from portal import db, forms, i18n, lineage, refusal, web
from portal.refusal import NotFound, Refusal

log = logging.getLogger(__name__)
bp = web.room("house", __name__)
machine = web.machine("house", __name__)

NOTICES = ("about", "privacy", "accessibility")
DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}  # full, or failing


@machine.get("/")
@web.public
def front() -> Response:
    """Send a visitor to the front page in the language their browser prefers."""
    offered = current_app.config["LANGUAGES"]
    chosen = _language_of_request(offered)
    response = make_response(redirect(url_for("house.home", lang=chosen), 302))
    response.vary.add("Accept-Language")
    return response


@bp.get("/")
@web.public
def home() -> Response:
    """What is being decided and until when, what can be measured, what came of earlier votes."""
    return web.render("house/home.html")


@bp.get("/about", endpoint="about")
@bp.get("/privacy", endpoint="privacy")
@bp.get("/accessibility", endpoint="accessibility")
@web.public
def notice() -> Response:
    """A plain page of words."""
    name = (request.endpoint or "").rpartition(".")[2]
    return web.render(f"house/{name}.html")


@bp.get("/algorithms")
@web.public
def algorithms() -> Response:
    """Every automatic step the portal takes, and how to object."""
    return web.render("house/algorithms.html", register=register.register())


@bp.get("/algorithms/<step_id>")
@web.public
def algorithm(step_id: str) -> Response:
    """One automatic step, with what rooms know of how it went."""
    step = register.find(step_id)
    if step is None:
        raise NotFound
    return web.render("house/algorithm.html", step=step)


@machine.get("/healthz")
@web.public
def healthy() -> Response:
    """Whether this process answers."""
    return jsonify(status="ok")


@machine.get("/readyz")
@web.public
def ready() -> Response:
    """Whether the portal can serve: database reachable and migrated, scenario store readable."""
    from portal import migrations

    failures: dict[str, Any] = {}
    try:
        with db.engine().connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            if not migrations.is_current(connection):
                failures["database"] = "not migrated"
    except sa.exc.SQLAlchemyError as error:
        failures["database"] = type(error).__name__
    if not (current_app.config["DATA"] / "scenarios").is_dir():
        failures["scenarios"] = "nothing published"
    if failures.get("database") in (None, "not migrated"):
        failures |= _rooms_failures()
    answer = jsonify(status="failing" if failures else "ready", **failures)
    answer.status_code = 503 if failures else 200
    return answer


def _rooms_failures() -> dict[str, Any]:
    """What rooms report: name of the part -> what is wrong in it, nothing where all is well."""
    checks = current_app.extensions.get("readiness", {})
    return {name: problems for name, check in checks.items() if (problems := check())}


@machine.get("/favicon.ico")
@web.public
def favicon() -> Response:
    """Browsers ask for it unasked."""
    icon = current_app.extensions["assets"].get("img/favicon.svg")
    return make_response(redirect(icon, 302)) if icon else Response(status=404)


@machine.get("/lineage/<kind>/<path:ref>.json")
@web.public
def lineage_json(kind: str, ref: str) -> Response:
    """What one thing rests on and what uses it, for programs."""
    return jsonify(
        {
            **lineage.of(kind, ref).as_json(),
            "rests_on": [one.as_json() for one in lineage.chain(kind, ref, onwards=False)],
            "leads_to": [one.as_json() for one in lineage.chain(kind, ref, onwards=True)],
        }
    )


@bp.get("/lineage/<kind>/<path:ref>")
@web.public
def lineage_page(kind: str, ref: str) -> Response:
    """What one thing rests on and what uses it."""
    return web.render(
        "house/lineage.html",
        links=lineage.of(kind, ref),
        rests_on=_farther(kind, ref, onwards=False),
        leads_to=_farther(kind, ref, onwards=True),
    )


def _farther(kind: str, ref: str, *, onwards: bool) -> list[lineage.Step]:
    """What is more than one link away: the rest stands on the page already."""
    return [one for one in lineage.chain(kind, ref, onwards=onwards) if one.distance > 1]


# --- refusals -------------------------------------------------------------------------------


def refused(error: Refusal) -> Response:
    """A refusal as a message: on the form that was sent, or on a page of its own."""
    again = g.pop("redisplay", None)
    if wants_json():
        return _as_json(error)
    if again is None or isinstance(error, NotFound):  # gone meanwhile: no form of it is left
        return web.render("refusals/page.html", status=error.status, refusal=error)
    page, fragment, context = again
    return web.render(
        page, fragment, status=error.status, refusal=error, sent=forms.posted(), **context
    )


def _as_json(error: Refusal) -> Response:
    answer = jsonify(
        error=error.message_text,
        problems=[{"field": p.field, "message": p.text} for p in error.problems],
    )
    answer.status_code = error.status
    return answer


def wants_json() -> bool:
    """Whether the one who asks is a program."""
    if request.path.endswith((".json", ".geojson", ".jsonl")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _http_error(error: HTTPException) -> Response:
    kinds: dict[int, type[Refusal]] = {
        403: refusal.Forbidden,
        404: refusal.NotFound,
        405: refusal.NotThisWay,
        429: refusal.TooManyRequests,
    }
    if isinstance(error, SecurityError):  # a name that is not ours: there is no page to show
        return Response("This is not the address of the portal.\n", 400, mimetype="text/plain")
    if error.code == 413:
        megabytes = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
        return refused(refusal.TooLarge(megabytes=megabytes))
    if error.code in kinds:
        answer = refused(kinds[error.code]())
        answer.status_code = error.code or 404
        return answer
    if error.code is not None and 400 <= error.code < 500:
        answer = refused(Refusal())
        answer.status_code = error.code
        return answer
    response = error.get_response()
    return make_response(response) if error.code and error.code < 400 else _broken(error)


def _broken(error: Exception) -> Response:
    """The last resort: no words from the error, no look-ups that could fail again."""
    original = error.original_exception if isinstance(error, InternalServerError) else error
    case = uuid4().hex[:8]
    log.error("case %s at %s: %s", case, request.endpoint, db.for_log(original or error))
    return make_response(render_template("refusals/bare.html", case=case), 500)


def _store_busy(error: Exception) -> Response:
    """Disk full or database away: say that nothing was recorded, and that it may be tried again."""
    why = getattr(error, "orig", None) or error
    log.error("the store refused at %s: %s", request.endpoint, type(why).__name__)
    answer = refused(NotReadable() if request.method == "GET" else NotRecorded())
    answer.headers["Retry-After"] = "30"
    return answer


def _disk_trouble(error: OSError) -> Response:
    if error.errno not in DISK_TROUBLE:
        raise error
    return _store_busy(error)


class NotRecorded(Refusal):
    """The change could not be written."""

    status = 503
    title = i18n.N_("Not recorded")
    message = i18n.N_(
        "The portal could not record this just now. Nothing was changed. "
        "Please try again in a minute."
    )


class NotReadable(Refusal):
    """What the page shows could not be read."""

    status = 503
    title = i18n.N_("Not available now")
    message = i18n.N_(
        "The portal cannot read just now what this page shows. Nothing is lost. "
        "Please try again in a minute."
    )


def _language_of_request(offered: list[str]) -> str:
    """The language an address begins with, even a wrong one; else the browser's."""
    first = request.path.split("/")[1]
    if first in offered:
        return first
    return i18n.best_language([code for code, _quality in request.accept_languages], offered)


def _deny_by_default(app: Flask) -> None:
    @app.before_request
    def check() -> None:
        if "language" not in g:
            g.language = _language_of_request(app.config["LANGUAGES"])
        if request.endpoint is None:
            return
        view: Any = app.view_functions.get(request.endpoint)
        if view is not None and getattr(view, "permission", None) is None:
            log.error("%s carries no permission", request.endpoint)
            raise refusal.Forbidden


def enter(app: Flask) -> None:
    """Register the house's pages and its way of saying no."""
    _deny_by_default(app)
    app.register_blueprint(bp)
    app.register_blueprint(machine)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, lambda error: refused(refusal.BadToken()))
    app.register_error_handler(HTTPException, _http_error)
    for trouble in (sa.exc.OperationalError, sa.exc.TimeoutError, sqlite3.OperationalError):
        app.register_error_handler(trouble, _store_busy)
    app.register_error_handler(OSError, _disk_trouble)
    if not app.testing:
        app.register_error_handler(Exception, _broken)
