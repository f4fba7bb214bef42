"""A scenario's papers: model card, versions and their differences, predicates."""

from flask import Response, jsonify, request

from portal import web
from portal.scenarios import store, twins
from portal.scenarios.telling import history, judgements, papers, version_pages

bp = web.room("papers", __name__)


@bp.get("/scenarios/<name>/<version>/model", endpoint="model")
@web.public
def model(name: str, version: str) -> Response:
    """The model card: what the model is for and not for, how good it is, how to object."""
    return web.render("scenarios/model.html", **papers.model(store().package(name, version)))


@web.twin(bp, "/scenarios/<name>/<version>/model.json", endpoint="model_json")
@web.public
def model_json(name: str, version: str) -> Response:
    """The model card as it was published."""
    package = store().package(name, version)
    return jsonify(
        {
            **twins.reference(package.entry),
            "model": package.model,
            "sources": package.sources,
            "assumptions": package.scenario["assumptions"],
            "limitations": package.scenario["limitations"],
        }
    )


@bp.get("/scenarios/<name>/versions", endpoint="versions")
@web.public
def versions(name: str) -> Response:
    """Every version, and what changed between two of them."""
    old, new = request.args.get("old", ""), request.args.get("new", "")
    return web.render("scenarios/versions.html", **version_pages.versions(name, old, new))


@web.twin(bp, "/scenarios/<name>/versions.json", endpoint="versions_json")
@web.public
def versions_json(name: str) -> Response:
    """The same for programs: `old` and `new` choose two versions."""
    pair = history.asked(name, request.args.get("old", ""), request.args.get("new", ""))
    return jsonify(
        {
            "name": name,
            "versions": [twins.reference(e) for e in reversed(store().versions(name))],
            "difference": history.difference(name, *pair) if pair else None,
        }
    )


@bp.get("/scenarios/<name>/<version>/predicates", endpoint="predicates")
@web.public
def predicates(name: str, version: str) -> Response:
    """What the package states about its figures, and whether they bear it out."""
    package = store().package(name, version)
    return web.render("scenarios/predicates.html", **judgements.page(package))


@web.twin(bp, "/scenarios/<name>/<version>/predicates.json", endpoint="predicates_json")
@web.public
def predicates_json(name: str, version: str) -> Response:
    """The same for programs."""
    package = store().package(name, version)
    judged = store().judgements(package.family)
    return jsonify(
        {
            **twins.reference(package.entry),
            "baseline": judged["baseline"],
            "judged": judged["judged"],
            "results": judgements.of(package),
        }
    )


@bp.get("/compare/<family>/predicates", endpoint="family_predicates")
@web.public
def family_predicates(family: str) -> Response:
    """The statements of all options of a family beside each other."""
    found = judgements.of_family(store().family(family))
    return web.render("scenarios/family_predicates.html", **found)


@web.twin(bp, "/compare/<family>/predicates.json", endpoint="family_predicates_json")
@web.public
def family_predicates_json(family: str) -> Response:
    """The same for programs, with every version."""
    return jsonify(store().judgements(store().family(family).id))
