"""Pages that set options of a family side by side, here and inside other sites."""

from collections.abc import Mapping

from flask import Response, jsonify, request

from portal import web
from portal.scenarios import profiles, store
from portal.scenarios.comparing import compare_maps, compare_state, compare_twins, comparison
from portal.scenarios.comparing.compare import Pair, pair
from portal.scenarios.downloads import embedding, sheet
from portal.scenarios.package import UnknownIndicator, UnknownScenario

bp = web.room("comparisons", __name__)

FOREVER = "public, max-age=31536000, immutable"


@bp.get("/compare/<family>", endpoint="show")
@web.public
def show(family: str) -> Response:
    """Options side by side; the address says which and how, and can be passed on."""
    return _page(family, embedded=False)


@bp.get("/embed/compare/<family>", endpoint="embed")
@web.public
def embed(family: str) -> Response:
    """The same comparison without the portal's frame, for other sites to show."""
    return embedding.framed(_page(family, embedded=True))


@web.twin(bp, "/compare/<family>.json", endpoint="json_twin")
@web.public
def json_twin(family: str) -> Response:
    """The figures of the comparison, unrounded, for programs."""
    return jsonify(compare_twins.whole(_pair(family)))


@web.twin(bp, "/compare/<family>.csv", endpoint="csv_twin")
@web.public
def csv_twin(family: str) -> Response:
    """The figures of the comparison, unrounded, as one table."""
    found = _as_asked(_pair(family), request.args)
    name = found.family.id if found.state.every else f"{found.left.name}-{found.right.name}"
    return sheet.answer(compare_twins.rows(found), name, compare_twins.COLUMNS)


@web.twin(bp, "/compare/<family>/differences/<indicator>.json", endpoint="differences")
@web.public
def differences(family: str, indicator: str) -> Response:
    """Right minus left by area, as the map of differences reads them."""
    asked = {**request.args.to_dict(), "indicator": indicator}
    found = pair(store().family(family), asked)
    _as_asked(found, asked)
    if not found.mapped:
        raise UnknownIndicator(name=indicator)
    answer = jsonify(compare_maps.values(found))
    if request.args.get("h") == compare_maps.stamp(found):
        answer.headers["Cache-Control"] = FOREVER
    return answer


@bp.get("/compare/<family>/figures/<indicator>.json", endpoint="figure")
@web.public
def figure(family: str, indicator: str) -> Response:
    """A figure over the day with both options, for the chart library."""
    found = _pair(family)
    having = [p for p in (found.left, found.right) if indicator in p.indicators_by_profile()]
    if not having:
        raise UnknownIndicator(name=indicator)
    return jsonify(profiles.plotly(having, store().indicator(indicator)))


def _pair(family: str) -> Pair:
    asked = store().family(family)
    known = [*compare_state.FIELDS, *compare_state.TABLE, *(p.id for p in asked.parameters)]
    said = compare_state.sent_twice(dict(request.args.lists()), known)
    return pair(asked, request.args.to_dict(), said)


def _as_asked(found: Pair, asked: Mapping[str, str]) -> Pair:
    """The pair, if it is the one asked for: plain numbers cannot say that others took its place."""
    for side, entry in (("left", found.left), ("right", found.right)):
        name = asked.get(side) or entry.name
        if name not in (entry.name, entry.name.removeprefix(f"{found.family.id}-")):
            raise UnknownScenario(name=name[:60])
    if (id := asked.get("indicator") or found.indicator.id) != found.indicator.id:
        raise UnknownIndicator(name=id[:60])
    return found


def _page(family: str, embedded: bool) -> Response:
    """The page; for htmx the comparison alone, or only its table of places."""
    found = _pair(family)
    if not web.wants_fragment():
        return web.render(
            "scenarios/compare.html",
            "scenarios/_comparison.html",
            pair=found,
            embedded=embedded,
            asked=comparison.address(found),
            comparison=comparison.drawn(found, embedded),
        )
    if request.headers.get("HX-Target", "").endswith("#places"):
        context = {**comparison.places(found, embedded), "table_alone": True}
        part = "scenarios/_places.html"
    else:
        context, part = comparison.context(found, embedded), "scenarios/_comparison.html"
    answer = web.render("scenarios/compare.html", part, **context)
    answer.vary.add("HX-Target")
    return answer
