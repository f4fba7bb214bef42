"""The page of a family's settings: sliders lead to a computed run, a move costs one request."""

import hashlib

from flask import Response, jsonify, request

from portal import i18n, web
from portal.refusal import NotFound
from portal.scenarios import store
from portal.scenarios.catalogue import Entry, Family, Indicator
from portal.scenarios.comparing import grid, grid_pages
from portal.scenarios.comparing.grid import Choice

bp = web.room("grids", __name__)


@bp.get("/compare/<family>/settings", endpoint="show")
@web.public
def show(family: str) -> Response:
    """A run by its settings; for htmx only its figures and the values of the map."""
    found, choice = _chosen(family)
    indicator = _indicator(found, choice.entry)
    if web.wants_fragment():
        answer = web.render(
            "scenarios/grid.html",
            "scenarios/_grid_run.html",
            **grid_pages.run(found, choice, indicator),
        )
        answer.headers["HX-Replace-Url"] = grid_pages.link(found, choice.entry, indicator)
        return _kept(answer)
    return web.render(
        "scenarios/grid.html",
        "scenarios/_grid_run.html",
        **grid_pages.page(found, choice, indicator),
    )


@web.twin(bp, "/compare/<family>/settings.json", endpoint="json_twin")
@web.public
def json_twin(family: str) -> Response:
    """The run chosen and every computed point, for programs."""
    return jsonify(grid_pages.for_programs(*_chosen(family)))


def _chosen(id: str) -> tuple[Family, Choice]:
    family = store().family(id)
    if not family.has_settings:
        raise NotFound
    asked = request.args.to_dict()
    names = {entry.name: entry for entry in family.packages}
    return family, grid.choose(family, asked, names.get(asked.get("from", "")))


def _indicator(family: Family, entry: Entry) -> Indicator | None:
    """The figure on the map: the one asked for, else the family's; None where there is no map."""
    offered = store().package(entry.name, entry.version).indicators_by_area()
    if not offered:
        return None
    asked = request.args.get("indicator", "")
    usual = family.map_indicator if family.map_indicator in offered else offered[0]
    return store().indicator(asked if asked in offered else str(usual))


def _kept(answer: Response) -> Response:
    """Let browsers ask whether what they have still holds, instead of fetching it again."""
    content = answer.get_data() + i18n.language().encode()
    answer.set_etag(hashlib.sha256(content).hexdigest()[:20], weak=True)
    answer.headers["Cache-Control"] = "no-cache"  # and no shelf: the address to show goes with it
    answer.make_conditional(request)
    return answer
