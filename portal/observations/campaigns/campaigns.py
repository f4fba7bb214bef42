"""Campaigns: finding one, listing them, and what their public page and map tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal.i18n import N_
from portal.observations import counts
from portal.observations.counts import Coverage
from portal.observations.models import Campaign, Observation, Stage
from portal.observations.where import coarse, places
from portal.observations.where.coarse import Place
from portal.refusal import NotFound

MOST_OWN = 200


class UnknownCampaign(NotFound):
    """There is no such campaign."""

    title = N_("Campaign not found")
    message = N_("There is no campaign “%(name)s” here.")


def find(session: Session, slug: str) -> Campaign:
    """The campaign of this name; drafts are unknown here."""
    campaign = session.exec(select(Campaign).where(Campaign.slug == slug)).first()
    if campaign is None or campaign.draft:
        raise UnknownCampaign(name=slug)
    return campaign


def every(session: Session, now: datetime) -> list[Campaign]:
    """All campaigns: the open ones first, those that close soonest before the others."""
    order = {Stage.OPEN: 0, Stage.ANNOUNCED: 1, Stage.CLOSED: 2}
    found = session.exec(select(Campaign).where(col(Campaign.draft).is_(False))).all()
    return sorted(found, key=lambda one: (order[one.stage(now)], one.closes_at, one.slug))


def of_family(session: Session, family: str) -> Sequence[Campaign]:
    """The campaigns tied to a family of scenarios."""
    known = select(Campaign).where(Campaign.family == family, col(Campaign.draft).is_(False))
    return session.exec(known.order_by(Campaign.slug)).all()


def numbers(session: Session) -> dict[UUID, int]:
    """How many observations each campaign has."""
    return counts.by_campaign(session)


def own(session: Session, campaign: Campaign, contributor: UUID) -> Sequence[Observation]:
    """A person's own observations in a campaign, the newest first."""
    mine = select(Observation).where(
        Observation.campaign_id == campaign.id, Observation.contributor_id == contributor
    )
    return session.exec(mine.order_by(col(Observation.received_at).desc()).limit(MOST_OWN)).all()


def own_one(session: Session, campaign: Campaign, contributor: UUID, id: UUID) -> Observation:
    """One's own observation; other people's are unknown."""
    found = session.get(Observation, id)
    if found is None or (found.campaign_id, found.contributor_id) != (campaign.id, contributor):
        raise NotFound
    return found


def coverage(session: Session, campaign: Campaign) -> Coverage:
    """Where the campaign was measured, as far as it may be told.

    Numbers go up in fives: whoever looks again and again does not see one measurement come.
    Five people are enough, balance (`coarse.company`) is for releases: they tell values and times,
    and of who has most of those much could be learnt. Here a number says how often people
    measured, not what or when, and not whether it was one of them or all.
    """
    found = counts.coverage(
        session, campaign.id, finest=campaign.finest, districts=places.district_names()
    )
    return Coverage(
        {place: _about(n) for place, n in found.places.items()},
        {code: n and _about(n) for code, n in found.districts.items()},
        _about(found.unplaced),
    )


def _about(n: int) -> int:
    return n - n % coarse.CONTRIBUTORS


@dataclass(frozen=True)
class Cell:
    """One published cell with what the map and the table say of it."""

    place: Place
    district: str | None
    n: int


def drawn(found: Coverage) -> list[Cell]:
    """The cells fine enough for a map."""
    return [cell for cell in cells(found) if (cell.place.resolution or 0) >= coarse.DRAWN]


def cells(found: Coverage) -> list[Cell]:
    """The published cells, large ones first so that small ones are drawn over them."""
    listed = [
        Cell(place, places.district_of_cell(place.code), n)
        for place, n in found.places.items()
        if place.resolution is not None
    ]
    return sorted(listed, key=lambda cell: (cell.place.resolution, -cell.n, cell.place.code))


def shapes(found: Coverage, names: dict[str, str]) -> dict[str, Any]:
    """The published cells as GeoJSON; `names` by code."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [coarse.ring(cell.place.code)]},
                "properties": {
                    "code": cell.place.code,
                    "name": names.get(cell.place.code, cell.place.code),
                    "place_level": cell.place.level,
                    "district": cell.district,
                    "n": cell.n,
                },
            }
            for cell in drawn(found)
        ],
    }
