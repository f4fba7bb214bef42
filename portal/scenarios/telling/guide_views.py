"""Pages of a scenario's guide: one address for each step."""

from flask import Response, jsonify

from portal import web
from portal.scenarios import store, twins
from portal.scenarios.drawing import part
from portal.scenarios.telling import guides

bp = web.room("guides", __name__)


@bp.get("/scenarios/<name>/<version>/guide", endpoint="start")
@web.public
def start(name: str, version: str) -> Response:
    """The first step."""
    package = store().package(name, version)
    if not guides.steps(package):
        raise guides.NoSuchStep(step="1")
    return web.see_other(guides.address(package, 1))


@bp.get("/scenarios/<name>/<version>/guide/<step>", endpoint="step")
@web.public
def step(name: str, version: str, step: str) -> Response:
    """One step: words, figures, and where on the map."""
    package = store().package(name, version)
    shown = guides.step(package, step)
    if web.wants_fragment():
        return web.render("scenarios/guide.html", "scenarios/_guide.html", swapped=True, **shown)
    drawn = part("scenarios/_guide.html", name, version, shown["number"], context=lambda: shown)
    shown["drawn"] = drawn
    return web.render("scenarios/guide.html", "scenarios/_guide.html", **shown)


@web.twin(bp, "/scenarios/<name>/<version>/guide.json", endpoint="json_twin")
@web.public
def json_twin(name: str, version: str) -> Response:
    """Every step with its gaps filled, for programs."""
    package = store().package(name, version)
    return jsonify({**twins.reference(package.entry), "steps": guides.told(package)})
