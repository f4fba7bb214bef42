"""Pages of datasets: the list, one dataset's releases, one release with its files."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, jsonify, send_file, url_for

from portal import db, i18n, jobs, web
from portal.accounts.access import reader_may, requires
from portal.accounts.models import Account
from portal.datasets import catalogue, citing, facts, pages, previews, schedule, summaries, twins
from portal.datasets.catalogue import UnknownDataset
from portal.datasets.models import Release
from portal.i18n import gettext
from portal.observations.models import Campaign

bp = web.room("datasets", __name__)
ONE = "/datasets/<name>/<version>"
FOREVER = "public, max-age=31536000, immutable"


def campaign_of(name: str) -> Campaign:
    """The campaign that fills a dataset."""
    found = catalogue.campaign_of(db.session(), name)
    if found is None:
        raise UnknownDataset(name=name)
    return found


def _release(name: str, version: str) -> tuple[Release, Campaign]:
    found = catalogue.find(db.session(), name, version)
    return found, db.session().get_one(Campaign, found.campaign_id)


@bp.get("/datasets")
@web.public
def index() -> Response:
    """Every dataset by its newest release."""
    found = [(one, campaign_of(one.dataset)) for one in catalogue.newest(db.session())]
    return web.render(
        "datasets/index.html",
        crumbs=pages.crumbs(),
        datasets=[pages.card(release, campaign) for release, campaign in found],
        demonstration=any(release.demonstration for release, _campaign_ in found),
    )


@web.twin(bp, "/datasets.json")
@web.public
def index_json() -> Response:
    """The same for programs."""
    return jsonify(twins.catalogue())


@bp.get("/datasets/<name>")
@web.public
def show(name: str) -> Response:
    """One dataset: what it is and every release of it."""
    campaign = campaign_of(name)
    releases = catalogue.versions(db.session(), name)
    return web.render(
        "datasets/show.html",
        crumbs=pages.crumbs({"label": i18n.text(campaign.title)}),
        name=name,
        releases=[pages.version_row(one) for one in releases],
        latest=releases[0] if releases else None,
        **_latest(releases, campaign),
        unreleased=facts.unreleased(db.session(), campaign, releases[0] if releases else None)
        if reader_may("release")
        else None,
        plan=schedule.plan_of(db.session(), name),
        how_often=schedule.choices(),
    )


def _latest(releases: Sequence[Release], campaign: Campaign) -> dict[str, Any]:
    if not releases:
        return {"campaign": campaign, "newest": None, "demonstration": campaign.demonstration}
    return pages.release(releases[0], campaign)


@web.twin(bp, "/datasets/<name>.json")
@web.public
def show_json(name: str) -> Response:
    """The same for programs."""
    return jsonify(twins.dataset(campaign_of(name)))


@bp.get(ONE)
@web.public
def release(name: str, version: str) -> Response:
    """One release: counts, quality, map, columns, files, what it rests on and what uses it."""
    found, campaign = _release(name, version)
    crumbs = pages.crumbs(
        {"label": i18n.text(campaign.title), "url": url_for(".show", name=name)},
        {"label": version},
    )
    return web.render("datasets/release.html", crumbs=crumbs, **pages.release(found, campaign))


@web.twin(bp, f"{ONE}.json")
@web.public
def release_json(name: str, version: str) -> Response:
    """The same for programs."""
    return jsonify(twins.release(*_release(name, version)))


@web.twin(bp, f"{ONE}/cells.geojson")
@web.public
def cells_geojson(name: str, version: str) -> Response:
    """The published cells with their middle values, for the map."""
    answer = jsonify(previews.shapes(_release(name, version)[0]))
    answer.content_type = "application/geo+json"
    return answer


@web.twin(bp, f"{ONE}/cells.json")
@web.public
def cells_json(name: str, version: str) -> Response:
    """The middle value of each published cell by its code, for the map."""
    found = catalogue.find(db.session(), name, version)
    return jsonify({one["code"]: summaries.of(one) for one in previews.cells(found)})


@web.twin(bp, f"{ONE}/datapackage.json")
@web.public
def descriptor(name: str, version: str) -> Response:
    """The release's descriptor, as it was released."""
    found = catalogue.find(db.session(), name, version)
    return _send(found, "datapackage.json", "application/json", found.sha256)


@web.twin(bp, f"{ONE}/citation.<any(bib, cff):form>")
@web.public
def citation(name: str, version: str, form: str) -> Response:
    """How to cite a release, for LaTeX or for citation tools."""
    found, campaign = _release(name, version)
    described = catalogue.descriptor(found)
    is_bib = form == "bib"
    text = citing.bibtex(found, campaign) if is_bib else citing.cff(found, campaign, described)
    kind = "application/x-bibtex" if is_bib else "application/yaml"
    answer = Response(text, content_type=f"{kind}; charset=utf-8")
    file = f"{name}-{version}.bib" if is_bib else "CITATION.cff"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


@web.twin(bp, f"{ONE}/files/<path:path>")
@web.public
def file(name: str, version: str, path: str) -> Response:
    """One of the release's files; they never change."""
    found = catalogue.find(db.session(), name, version)
    if path == "datapackage.json":
        return _send(found, path, "application/json", found.sha256)
    for resource in catalogue.descriptor(found)["resources"]:
        if resource["path"] == path:
            sha256 = resource["hash"].removeprefix("sha256:")
            return _send(found, path, resource["mediatype"], sha256)
    raise UnknownDataset(name=path)


def _send(found: Release, path: str, mediatype: str, sha256: str) -> Response:
    answer = send_file(
        catalogue.file(found, path),
        mimetype=mediatype,
        as_attachment=not path.endswith("json"),
        download_name=f"{found.dataset}-{found.version}-{path.rpartition('/')[2]}",
        etag=sha256,
        conditional=True,
    )
    answer.headers["Cache-Control"] = FOREVER
    return answer


@bp.post("/datasets/<name>/releases")
@requires("release")
def make(name: str, account: Account) -> Response:
    """Ask for a release; the worker makes it, because it takes longer than a page may."""
    campaign_of(name)
    with db.transaction() as session:
        jobs.enqueue(session, "datasets.release", dataset=name, actor=str(account.id))
    flash(
        gettext(
            "A release is being made. If something new was accepted, it appears here in a minute."
        ),
        "success",
    )
    return web.see_other(url_for(".show", name=name))
