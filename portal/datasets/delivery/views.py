"""Pages of deliveries: what reached whom and when, and trying again."""

from uuid import UUID

from flask import Response, flash, jsonify, url_for

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.datasets import pages as dataset_pages
from portal.datasets.delivery import deliveries, pages, targets
from portal.datasets.views import campaign_of
from portal.i18n import _, gettext

bp = web.room("deliveries", __name__)
HERE = "/datasets/<name>/delivery"


@bp.get(HERE)
@web.public
def show(name: str) -> Response:
    """What of a dataset reached which part of the twin."""
    campaign = campaign_of(name)
    rows = deliveries.of_dataset(db.session(), name)
    crumb = {"label": i18n.text(campaign.title), "url": url_for("datasets.show", name=name)}
    return web.render(
        "datasets/delivery/show.html",
        crumbs=dataset_pages.crumbs(crumb, {"label": _("Deliveries")}),
        name=name,
        campaign=campaign,
        targets=pages.by_target(rows, name),
        paths=pages.paths(name) if pages.keeps_files(name) else [],
        demonstration=campaign.demonstration,
    )


@web.twin(bp, f"{HERE}.json")
@web.public
def show_json(name: str) -> Response:
    """The same for programs."""
    campaign = campaign_of(name)
    rows = deliveries.of_dataset(db.session(), name)
    known = targets.known().of(name)
    return jsonify(
        {
            "name": name,
            "targets": [{"key": one.key, "name": one.name, "kind": one.kind} for one in known],
            "latest": pages.paths(name) if pages.keeps_files(name) else [],
            "deliveries": [pages.plain(*row) for row in rows],
            "demonstration": campaign.demonstration,
        }
    )


@bp.post("/manage/deliveries/<uuid:id>/again")
@requires("release")
def again(id: UUID, account: Account) -> Response:
    """Try a delivery again at once."""
    with db.transaction() as session:
        one = deliveries.again(session, id, account, web.now())
        name = one.dataset
    flash(gettext("It is tried again. What becomes of it appears here."), "success")
    return web.see_other(url_for(".show", name=name))
