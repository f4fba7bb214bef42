"""Observations and campaigns in the lineage: public links only, never who measured."""

from uuid import UUID

from flask import url_for

from portal import db, i18n, lineage
from portal.i18n import _
from portal.lineage import Ref
from portal.observations.campaigns import campaigns
from portal.observations.campaigns.campaigns import UnknownCampaign
from portal.observations.models import Campaign, Observation


def enter() -> None:
    """Make campaigns and observations known to the lineage."""
    lineage.kind("campaign", find_campaign)
    lineage.kind("observation", find_observation)
    lineage.uses("observation", campaign_of)


def ref(campaign: Campaign) -> Ref:
    """A campaign as one end of a link."""
    page = url_for("observations.show", slug=campaign.slug)
    return Ref("campaign", campaign.slug, i18n.text(campaign.title), page)


def find_campaign(slug: str) -> Ref | None:
    """A campaign by its name."""
    try:
        return ref(campaigns.find(db.session(), slug))
    except UnknownCampaign:
        return None


def find_observation(id: str) -> Ref | None:
    """An observation by its id, which only its contributor knows; nothing is told of it here."""
    found = _observation(id)
    if found is None:
        return None
    campaign = db.session().get_one(Campaign, found.campaign_id)
    page = url_for("observations.show", slug=campaign.slug)
    return Ref("observation", str(found.id), _("Measurement %(code)s", code=found.code), page)


def campaign_of(id: str) -> list[Ref]:
    """The campaign an observation was made for."""
    found = _observation(id)
    return [ref(db.session().get_one(Campaign, found.campaign_id))] if found else []


def _observation(id: str) -> Observation | None:
    try:
        return db.session().get(Observation, UUID(id))
    except ValueError:
        return None
