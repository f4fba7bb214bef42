"""What earlier pages show of datasets: a scenario's releases, a campaign's, an observation's."""

from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.accounts.models import Account
from portal.datasets import catalogue, pages
from portal.datasets.facts import undecided_since, unreleased
from portal.datasets.models import Release
from portal.observations.campaigns import campaigns
from portal.observations.models import Campaign, Observation
from portal.scenarios.package import Package


@web.panel(
    "scenario",
    "datasets/_scenario_panel.html",
    order=65,
    alike=lambda package, **_: f"{package.name} {package.version}",
)
def of_scenario(package: Package, **facts: Any) -> dict[str, Any] | None:
    """The releases a scenario names among its sources, and those of its family's campaigns."""
    session = db.session()
    named = [_named(*one) for one in package.releases_used()]
    measured = [
        _row(versions[0])
        for campaign in campaigns.of_family(session, package.family)
        if (versions := catalogue.versions(session, campaign.dataset))
    ]
    return {"named": named, "measured": measured} if named or measured else None


def _named(dataset: str, version: str) -> dict[str, Any]:
    """A release a package names; None as address where this portal does not have it."""
    try:
        found = catalogue.find(db.session(), dataset, version)
    except catalogue.UnknownDataset:
        return {"title": f"{dataset} {version}", "url": None, "missing": True}
    return {**_row(found), "name": f"{dataset} {version}", "gone": catalogue.gone_since(found)}


def _row(release: Release) -> dict[str, Any]:
    campaign = db.session().get_one(Campaign, release.campaign_id)
    return {
        "title": i18n.text(campaign.title),
        "url": url_for("datasets.release", name=release.dataset, version=release.version),
        "text": pages.difference(release),
        "meta": [
            i18n.gettext("release %(version)s", version=release.version),
            i18n.date(release.created_at),
            pages.rows(release),
        ],
    }


@web.panel("waiting", "consultations/_waiting_panel.html", order=50)
def to_release(**facts: Any) -> dict[str, Any] | None:
    """How many decisions no newest release shows, leading to the dataset that lacks most."""
    session = db.session()
    left, since = {}, []
    for one in campaigns.every(session, web.now()):
        newest = next(iter(catalogue.versions(session, one.dataset)), None)
        left[one.dataset] = unreleased(session, one, newest)
        if left[one.dataset]:
            since.append(undecided_since(session, one, newest))
    n = sum(left.values())
    if not n:
        return None
    oldest = min((at for at in since if at), default=None)
    words = i18n.ngettext("%(n)s decision is not in the newest release yet.",
                          "%(n)s decisions are not in the newest release yet.", n)  # fmt: skip
    url = url_for("datasets.show", name=max(left, key=left.__getitem__))
    return {"words": words, "url": url, "oldest": oldest}


@web.panel("campaign", "datasets/_campaign_panel.html", order=30)
def of_campaign(campaign: Campaign, **facts: Any) -> dict[str, Any] | None:
    """The dataset a campaign fills and its releases."""
    releases = catalogue.versions(db.session(), campaign.dataset)
    return {"name": campaign.dataset, "rows": [pages.version_row(one) for one in releases]}


@web.panel("account", "datasets/_account_panel.html", order=41)
def of_account(account: Account, **facts: Any) -> dict[str, Any] | None:
    """What came of what a person measured: newest releases, and earlier ones somebody uses."""
    mine: list[dict[str, Any]] = []
    shown: set[str] = set()
    for release, n in catalogue.of_person(db.session(), account.id):
        used = pages.became(release)
        if used or release.dataset not in shown:
            mine.append({**_row(release), "version": release.version, "n": n, "used_by": used})
        shown.add(release.dataset)
    return {"mine": mine} if mine else None


@web.panel("observation", "datasets/_observation_panel.html", order=30)
def of_observation(observation: Observation, **facts: Any) -> dict[str, Any] | None:
    """The releases one's own observation is in, and the scenarios that name them."""
    found = catalogue.holding(db.session(), observation.id)
    return {
        "releases": [{**pages.version_row(one), "used_by": pages.became(one)} for one in found],
        "lineage": url_for("house.lineage_page", kind="observation", ref=str(observation.id)),
    }
