"""Pages that set two options of a family side by side, here and inside other sites."""

from flask import Response, jsonify, request

from portal import headers, web
from portal.scenarios import comparison, profiles, sheet, store, twins
from portal.scenarios.compare import Pair, pair
from portal.scenarios.package import UnknownIndicator

bp = web.room("comparisons", __name__)


@bp.get("/compare/<family>", endpoint="show")
@web.public
def show(family: str) -> Response:
    """Two options side by side; the address says which, and can be passed on."""
    return _page(family, embedded=False)


@bp.get("/embed/compare/<family>", endpoint="embed")
@web.public
def embed(family: str) -> Response:
    """The same comparison without the portal's frame, for other sites to show."""
    headers.nonce()
    answer = _page(family, embedded=True)
    allowed = headers.policy().replace("frame-ancestors 'none'", "frame-ancestors *")
    answer.headers["Content-Security-Policy"] = allowed
    return answer


@web.twin(bp, "/compare/<family>.json", endpoint="json_twin")
@web.public
def json_twin(family: str) -> Response:
    """The figures of the comparison, unrounded, for programs."""
    found = _pair(family)
    return jsonify({**twins.pair(found), "notices": list(found.notices)})


@web.twin(bp, "/compare/<family>.csv", endpoint="csv_twin")
@web.public
def csv_twin(family: str) -> Response:
    """The figures of the comparison, unrounded, as one table."""
    found = _pair(family)
    name = f"{found.left.name}-{found.right.name}"
    return sheet.answer(twins.pair_rows(found), name, twins.PAIR_COLUMNS)


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
    return pair(store().family(family), request.args.to_dict())


def _page(family: str, embedded: bool) -> Response:
    found = _pair(family)
    if web.wants_fragment():
        context = {**comparison.context(found), "embedded": embedded}
        return web.render("scenarios/compare.html", "scenarios/_comparison.html", **context)
    return web.render(
        "scenarios/compare.html",
        "scenarios/_comparison.html",
        pair=found,
        embedded=embedded,
        asked=comparison.address(found),
        comparison=comparison.drawn(found, embedded),
    )
