"""Scenarios inside other sites."""

from flask import Response, g

from portal import forms, web
from portal.scenarios import pages, store
from portal.scenarios.downloads import embedding

bp = web.room("embeds", __name__)


@bp.get("/embed/scenarios/<name>", endpoint="scenario")
@bp.get("/embed/scenarios/<name>/<version>", endpoint="scenario")
@web.public
def scenario(name: str, version: str | None = None) -> Response:
    """One scenario in short, for other sites to show in a frame."""
    package = store().package(name, version)
    asked = forms.query(pages.Asked)
    found = embedding.scenario(package, asked, list(g.get("unread", [])))
    return embedding.framed(web.render("scenarios/embed_scenario.html", **found))
