"""Dataset releases in the lineage: from campaigns and observations, on to scenario packages."""

from uuid import UUID

from flask import Flask, url_for
from sqlalchemy.exc import SQLAlchemyError

from portal import db, i18n, lineage
from portal.datasets import catalogue
from portal.datasets.catalogue import UnknownDataset
from portal.datasets.models import Release
from portal.i18n import _
from portal.lineage import Ref
from portal.observations.campaigns import campaigns
from portal.observations.campaigns.campaigns import UnknownCampaign
from portal.observations.links import ref as campaign_ref
from portal.observations.models import Campaign
from portal.scenarios import store
from portal.scenarios.checking import naming


def enter(app: Flask) -> None:
    """Make releases known to the lineage, and add them to what uses campaigns and observations."""
    naming.releases_are(app, known)
    lineage.kind("dataset", find)
    lineage.uses("dataset", uses)
    lineage.used_by("dataset", used_by)
    lineage.used_by("campaign", of_campaign)
    lineage.used_by("observation", of_observation)


def known(dataset: str, version: str) -> bool:
    """Whether a release is here; a portal without tables has none to compare with."""
    try:
        return _release(f"{dataset}@{version}") is not None
    except SQLAlchemyError:
        return True


def ref(release: Release) -> Ref:
    """A release as one end of a link."""
    campaign = db.session().get_one(Campaign, release.campaign_id)
    words = _("%(title)s, release %(version)s", title=i18n.text(campaign.title),
              version=release.version)  # fmt: skip
    page = url_for("datasets.release", name=release.dataset, version=release.version)
    return Ref("dataset", f"{release.dataset}@{release.version}", words, page)


def find(id: str) -> Ref | None:
    """A release by `name@version`."""
    found = _release(id)
    return ref(found) if found else None


def uses(id: str) -> list[Ref]:
    """The campaign its observations were made for, and the release before it."""
    found = _release(id)
    if found is None:
        return []
    refs = [campaign_ref(db.session().get_one(Campaign, found.campaign_id))]
    before = _release(f"{found.dataset}@{found.previous}") if found.previous else None
    return [*refs, ref(before)] if before else refs


def used_by(id: str) -> list[Ref]:
    """The release after it, and the scenario packages that name it among their sources."""
    name, _at, version = id.partition("@")
    later = [one for one in catalogue.versions(db.session(), name) if one.previous == version]
    return [ref(one) for one in later] + [
        Ref(
            "scenario",
            f"{entry.name}@{entry.version}",
            i18n.text(entry.title),
            url_for("scenarios.show", name=entry.name, version=entry.version),
        )
        for entry in store().packages_using(name, version or None)
    ]


def of_campaign(slug: str) -> list[Ref]:
    """The releases made of a campaign's observations."""
    try:
        campaign = campaigns.find(db.session(), slug)
    except UnknownCampaign:
        return []
    found = catalogue.versions(db.session(), campaign.dataset)
    return [ref(one) for one in found if one.campaign_id == campaign.id]


def of_observation(id: str) -> list[Ref]:
    """The releases an observation is in."""
    try:
        found = catalogue.holding(db.session(), UUID(id))
    except ValueError:
        return []
    return [ref(one) for one in found]


def _release(id: str) -> Release | None:
    name, _at, version = id.partition("@")
    try:
        return catalogue.find(db.session(), name, version)
    except UnknownDataset:
        return None
