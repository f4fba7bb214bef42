"""Pages of the scenarios: the catalogue, and one scenario with its map, figures and papers."""

from typing import Any

from flask import Response, g, jsonify, url_for

from portal import forms, web
from portal.scenarios import options, pages, profiles, store, twins
from portal.scenarios.downloads import sheet
from portal.scenarios.package import Package

bp = web.room("scenarios", __name__)


@bp.get("/scenarios", endpoint="index")
@web.public
def index() -> Response:
    """Every scenario, by the question it belongs to."""
    return web.render("scenarios/list.html", families=options.catalogue())


@web.twin(bp, "/scenarios.json", endpoint="index_json")
@web.public
def index_json() -> Response:
    """Every published version, for programs."""
    return jsonify(twins.catalogue())


@bp.get("/scenarios/<name>", endpoint="show")
@bp.get("/scenarios/<name>/<version>", endpoint="show")
@web.public
def show(name: str, version: str | None = None) -> Response:
    """One scenario: its newest version, unless the address names one."""
    package = store().package(name, version)
    asked = forms.query(pages.Asked)
    unread = list(g.get("unread", []))
    if web.wants_fragment():
        found = pages.figures_part(package, asked, unread)
        return web.render("scenarios/show.html", "scenarios/_figures.html", **found)
    context = {
        **pages.scenario(package),
        "figures": pages.figures(package, asked, unread),
        "canonical": url_for(".show", name=name, version=package.version),
    }
    return web.render("scenarios/show.html", "scenarios/_figures.html", **context)


@web.twin(bp, "/scenarios/<name>.json", endpoint="newest_json")
@web.twin(bp, "/scenarios/<name>/<version>.json", endpoint="json_twin")
@web.public
def json_twin(name: str, version: str | None = None) -> Response:
    """The figures of the page, unrounded, for programs."""
    package = store().package(name, version)
    return jsonify(twins.scenario(package, _part(package)))


@web.twin(bp, "/scenarios/<name>.csv", endpoint="newest_csv")
@web.twin(bp, "/scenarios/<name>/<version>.csv", endpoint="csv_twin")
@web.public
def csv_twin(name: str, version: str | None = None) -> Response:
    """The figures of the page, unrounded, as one table."""
    package = store().package(name, version)
    return sheet.answer(
        twins.scenario_rows(package, _part(package)),
        f"{package.name}-{package.version}",
        twins.COLUMNS,
    )


@bp.get("/scenarios/<name>/<version>/figures/<indicator>.json", endpoint="figure")
@web.public
def figure(name: str, version: str, indicator: str) -> Response:
    """A figure over the day, for the chart library."""
    package = store().package(name, version)
    package.profile(indicator)
    baseline = options.baseline_of(store().family(package.family))
    compared = [package]
    if baseline is not None and baseline.name != name:
        compared += [baseline] if indicator in baseline.indicators_by_profile() else []
    return jsonify(profiles.plotly(compared, store().indicator(indicator)))


def _part(package: Package) -> dict[str, Any]:
    asked = forms.query(pages.Asked)
    return pages.figures_part(package, asked, list(g.get("unread", [])))
