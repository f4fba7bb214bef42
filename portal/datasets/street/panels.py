"""The comparison on other pages: a dataset's, and those of the scenarios it is about."""

from typing import Any

from portal import db, web
from portal.datasets import catalogue
from portal.datasets.models import Release
from portal.datasets.street import told
from portal.observations.campaigns import campaigns
from portal.observations.models import Campaign
from portal.scenarios.package import Package


@web.panel("dataset", "datasets/street/_panel.html", order=10)
@web.panel("street", "datasets/street/_panel.html")
def of_dataset(release: Release, **facts: Any) -> dict[str, Any] | None:
    """What a release says of the model."""
    campaign = db.session().get_one(Campaign, release.campaign_id)
    found = told.known(release, campaign)
    return {"known": [found], "on": "dataset"} if found else None


@web.panel(
    "scenario",
    "datasets/street/_panel.html",
    order=64,
    alike=lambda package, **_: f"{package.name} {package.version}",
)
def of_scenario(package: Package, **facts: Any) -> dict[str, Any] | None:
    """What the newest releases say of the baseline of a scenario's family."""
    session = db.session()
    known = [
        told.known(versions[0], campaign)
        for campaign in campaigns.of_family(session, package.family)
        if (versions := catalogue.versions(session, campaign.dataset))
    ]
    shown = [one for one in known if one]
    return {"known": shown, "on": "scenario", "baseline": package.is_baseline} if shown else None
