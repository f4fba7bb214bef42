"""The page of a dataset against the model, and its twins for programs."""

import csv
import io

from flask import Response, jsonify, make_response, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.datasets import catalogue, pages
from portal.datasets.models import Release
from portal.datasets.street import comparing, told
from portal.datasets.street.comparing import Comparison
from portal.datasets.views import bp, campaign_of
from portal.forms import Form, query
from portal.i18n import N_, _
from portal.observations.models import Campaign
from portal.refusal import NotFound

HERE = "/datasets/<name>/street"


class NothingAlike(NotFound):
    """No scenario computes what this dataset measures, or nothing was released yet."""

    title = N_("Nothing to compare")
    message = N_(
        "No scenario of this portal computes what this dataset measures, or nothing was released "
        "yet."
    )


class Asked(Form):
    """Which release is compared; the newest unless one is named."""

    release: str = Field("", max_length=40)


def _found(name: str) -> tuple[Release, Campaign, Comparison]:
    asked, session = query(Asked).release, db.session()
    campaign = campaign_of(name)
    every = catalogue.versions(session, name)
    release = catalogue.find(session, name, asked) if asked else next(iter(every), None)
    found = comparing.of(release, campaign) if release else None
    if release is None or found is None:
        raise NothingAlike
    return release, campaign, found


@bp.get(HERE)
@web.public
def street(name: str) -> Response:
    """What people measured beside what the baseline computes at the same places."""
    release, campaign, found = _found(name)
    crumb = {"label": i18n.text(campaign.title), "url": url_for(".show", name=name)}
    crumbs = pages.crumbs(crumb, {"label": _("Model against street")})
    page = told.page(release, campaign, found)
    return web.render("datasets/street/page.html", crumbs=crumbs, name=name, **page)


@web.twin(bp, f"{HERE}.json")
@web.public
def street_json(name: str) -> Response:
    """The same for programs."""
    release, campaign, found = _found(name)
    brief = {"dataset": name, "release": release.version, "unit": campaign.unit}
    return jsonify({**brief, **told.brief(found), "sentence": told.sentence(found, campaign),
                    "places": found["places"], "demonstration": release.demonstration})  # fmt: skip


@web.twin(bp, f"{HERE}.csv")
@web.public
def street_csv(name: str) -> Response:
    """The compared places as a table."""
    release, _campaign, found = _found(name)
    out = io.StringIO()
    csv.writer(out).writerows([told.COLUMNS, *told.csv_rows(found)])
    answer = make_response(out.getvalue())
    answer.content_type = "text/csv; charset=utf-8"
    file = f"{name}-{release.version}-street.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


@web.twin(bp, f"{HERE}.geojson")
@web.public
def street_geojson(name: str) -> Response:
    """The cells the model computes and those that were compared, for the map."""
    answer = jsonify(told.shapes(_found(name)[2]))
    answer.content_type = "application/geo+json"
    return answer


@web.twin(bp, f"{HERE}/values.json")
@web.public
def street_values(name: str) -> Response:
    """The difference of each compared cell by its code, for the map."""
    return jsonify(told.values(_found(name)[2]))
