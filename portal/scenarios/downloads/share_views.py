"""Results to take along: figures as files, shapes with figures, the page that lists them all."""

from typing import Literal

from flask import Response, g, request
from pydantic import Field

from portal import files, forms, web
from portal.forms import Form
from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios import area_files, store
from portal.scenarios.downloads import figure_files, sharing
from portal.scenarios.package import Package, UnknownIndicator

bp = web.room("sharing", __name__)
machine = web.machine("sharing", __name__)


class UnknownChart(Refusal):
    """Charts are lines or bars."""

    status = 404
    message = N_("There is no chart “%(asked)s”: charts are “lines” or “bars”.")


class WrongWidth(Refusal):
    """A picture nobody can use, or would have to wait for too long."""

    message = N_("Pictures are between %(least)s and %(most)s pixels wide: “%(asked)s” is not.")


class Asked(Form):
    """How a figure is wanted."""

    chart: Literal["", "lines", "bars"] = ""
    width: int = Field(figure_files.USUAL, ge=figure_files.NARROWEST, le=figure_files.WIDEST)


@bp.get("/scenarios/<name>/<version>/downloads")
@web.public
def downloads(name: str, version: str) -> Response:
    """Everything of a scenario to take along, with size and licence."""
    package = store().package(name, version)
    return web.render("scenarios/downloads.html", **sharing.page(package))


@bp.get("/scenarios/<name>/<version>/figures/<indicator>.svg")
@web.public
def svg(name: str, version: str, indicator: str) -> Response:
    """A figure as a drawing that any size suits."""
    package, asked = store().package(name, version), _asked()
    text = figure_files.svg(package, indicator, asked.chart).encode()
    return _figure(package, text, f"{indicator}.svg")


@bp.get("/scenarios/<name>/<version>/figures/<indicator>.png")
@web.public
def png(name: str, version: str, indicator: str) -> Response:
    """The same figure in pixels."""
    package, asked = store().package(name, version), _asked()
    made = figure_files.png(package, indicator, asked.chart, asked.width)
    return _figure(package, made, f"{indicator}.png")


@machine.get("/scenarios/<name>/<version>/areas/<indicator>.geojson")
@web.public
def areas(name: str, version: str, indicator: str) -> Response:
    """The areas of one indicator with their shapes and figures."""
    package = store().package(name, version)
    if indicator not in package.indicators_by_area():
        raise UnknownIndicator(name=indicator[:60])
    parts = area_files.geojson(package, store().indicator(indicator))
    zipped = bool(request.accept_encodings.quality("gzip"))
    answer = Response(area_files.packed(parts) if zipped else parts)
    answer.headers["Content-Type"] = files.TYPES[".geojson"]
    answer.set_etag(area_files.tag(package, indicator) + (".gzip" if zipped else ""))
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    return _kept(answer, f"{package.name}-{package.version}-{indicator}.geojson", True)


def _asked() -> Asked:
    """What is asked for; unlike a page, a file is never replaced by another one."""
    asked = forms.query(Asked)
    for name in g.unread:
        wrong = request.args.get(name, "")[:20]
        if name == "width":
            least, most = figure_files.NARROWEST, figure_files.WIDEST
            raise WrongWidth(least=least, most=most, asked=wrong)
        raise UnknownChart(asked=wrong)
    return asked


def _figure(package: Package, content: bytes, name: str) -> Response:
    answer = Response(content)
    answer.headers["Content-Type"] = files.TYPES[name[-4:]]
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.add_etag()
    return _kept(answer, f"{package.name}-{package.version}-{name}", "download" in request.args)


def _kept(answer: Response, name: str, attached: bool) -> Response:
    answer.headers["Cache-Control"] = files.AGAIN
    if attached:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.make_conditional(request)
    return answer
