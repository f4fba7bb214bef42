"""The public ledger of a dataset, and how often it is released."""

from typing import Any

from flask import Response, flash, jsonify, url_for

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.datasets import catalogue, ledger, pages, schedule
from portal.datasets.catalogue import UnknownDataset
from portal.datasets.models import Every, Release
from portal.datasets.views import bp, campaign_of
from portal.forms import Form, read
from portal.i18n import _, gettext
from portal.observations import labels
from portal.observations.models import Campaign

HERE = "/datasets/<name>/ledger"


@bp.get(HERE)
@web.public
def ledger_page(name: str) -> Response:
    """What every release told, withheld and let go."""
    campaign, releases = _known(name)
    crumb = {"label": i18n.text(campaign.title), "url": url_for(".show", name=name)}
    return web.render(
        "datasets/ledger.html",
        crumbs=pages.crumbs(crumb, {"label": _("What was withheld")}),
        name=name,
        campaign=campaign,
        never=[_(words) for words in ledger.NEVER.values()],
        releases=[_shown(one) for one in releases],
        demonstration=campaign.demonstration,
    )


@web.twin(bp, f"{HERE}.json")
@web.public
def ledger_json(name: str) -> Response:
    """The same for programs."""
    campaign, releases = _known(name)
    return jsonify(
        {
            "name": name,
            "rules": ledger.RULES,
            "never": ledger.NEVER,
            "releases": [
                {
                    "version": one.version,
                    "created": one.created_at.isoformat(),
                    "previous": one.previous,
                    **_written(one),
                }
                for one in releases
            ],
            "demonstration": campaign.demonstration,
        }
    )


def _known(name: str) -> tuple[Campaign, list[Release]]:
    campaign = campaign_of(name)
    releases = list(catalogue.versions(db.session(), name))
    if not releases:
        raise UnknownDataset(name=name)
    return campaign, releases


def _written(one: Release) -> dict[str, Any]:
    found: dict[str, Any] = catalogue.descriptor(one)["release"]["ledger"]
    return found


def _shown(one: Release) -> dict[str, Any]:
    found = _written(one)
    return {
        "version": one.version,
        "url": url_for(".release", name=one.dataset, version=one.version),
        "at": one.created_at,
        "first": one.previous is None,
        "told": [[_level(row["level"]), i18n.number(row["rows"])] for row in found["told"]],
        "withheld": _rules(found["withheld"]),
        "left": _rules(found["left"]),
    }


def _level(level: str) -> str:
    return {"district": _("District"), "city": _("The whole city")}.get(level) or labels.size(level)


def _rules(rows: list[dict[str, Any]]) -> list[list[str]]:
    told = [(ledger.RULES[row["rule"]], row["rows"]) for row in rows]
    return [[_(words), pages.band(rows)] for words, rows in told]


class PlanForm(Form):
    """How often a dataset is released."""

    every: Every


@bp.post("/datasets/<name>/schedule")
@requires("release")
def plan(name: str, account: Account) -> Response:
    """Say how often the worker makes a release by itself."""
    campaign_of(name)
    wanted = read(PlanForm)
    with db.transaction() as session:
        schedule.plan(session, name, wanted.every, by=account, now=web.now())
    flash(gettext("Saved."), "success")
    return web.see_other(url_for(".show", name=name))
