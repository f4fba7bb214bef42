"""A participation summary: everything one consultation brought about, gathered in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts.models import Account
from portal.consultations import listing
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.council import docket, participation
from portal.council.outcome import Outcome
from portal.council.outcome import read as read_outcome
from portal.council.participation import Participation
from portal.observations.models import KEPT, Campaign, Observation
from portal.proposals.models import Proposal
from portal.proposals.searching import listing as proposals
from portal.scenarios import store
from portal.voting.telling import results

MOST_SUPPORTED = 5


@dataclass(frozen=True)
class Gathered:
    """The observations of one campaign of the same family."""

    campaign: Campaign
    received: int
    kept: int


@dataclass(frozen=True)
class Summary:
    """One consultation's summary. `outcome` and `took_part` are None while hidden."""

    consultation: Consultation
    phase: Phase
    options: Sequence[ConsultationOption]
    entry: docket.Entry | None
    outcome: Outcome | None
    took_part: Participation | None
    district_names: dict[str, str]
    proposals: Sequence[Any]
    proposals_count: int
    observed: Sequence[Gathered]


def gather(session: Session, slug: str, viewer: Account | None, now: datetime) -> Summary:
    """The summary of an announced consultation. Raises UnknownConsultation."""
    consultation = listing.find(session, slug, now)
    result = results.published(consultation, viewer, now)
    outcome = read_outcome(result) if result is not None else None
    residents, names = _residents()
    return Summary(
        consultation=consultation,
        phase=consultation.phase(now),
        options=listing.options_of(session, consultation),
        entry=docket.entry(session, consultation, now),
        outcome=outcome,
        took_part=_took_part(outcome, residents) if outcome else None,
        district_names=names,
        proposals=_most_supported(session, consultation),
        proposals_count=_count(session, consultation),
        observed=_observed(session, consultation.family),
    )


def _residents() -> tuple[dict[str, int], dict[str, str]]:
    """Residents and names of the districts people speak of."""
    districts = store().districts()
    areas = districts.areas.values() if districts else ()
    return (
        {area.code: area.total_residents for area in areas},
        {area.code: area.name for area in areas},
    )


def _took_part(outcome: Outcome, residents: dict[str, int]) -> Participation | None:
    if not residents or not outcome.districts:
        return None
    return participation.compare(
        outcome.districts, residents, total=outcome.ballots, did_not_say=outcome.did_not_say
    )


def _most_supported(session: Session, consultation: Consultation) -> Sequence[Any]:
    wanted = proposals.Filter(sort=proposals.Sort.SUPPORTED)
    return proposals.page(session, consultation.id, wanted).rows[:MOST_SUPPORTED]


def _count(session: Session, consultation: Consultation) -> int:
    """How many proposals stand in public."""
    query = sa.select(sa.func.count()).where(
        col(Proposal.consultation_id) == consultation.id,
        col(Proposal.state).in_(proposals.LISTED),
    )
    return int(session.execute(query).scalar_one())


def _observed(session: Session, family: str) -> list[Gathered]:
    """Campaigns tied to the consultation's family, with what was received and kept."""
    kept = sa.func.sum(sa.case((col(Observation.grade).in_(KEPT), 1), else_=0))
    query = (
        sa.select(Campaign, sa.func.count(col(Observation.id)), sa.func.coalesce(kept, 0))
        .join(Observation, col(Observation.campaign_id) == col(Campaign.id), isouter=True)
        .where(col(Campaign.family) == family, col(Campaign.draft).is_(False))
        .group_by(col(Campaign.id))
    )
    return [
        Gathered(campaign, received, used) for campaign, received, used in session.execute(query)
    ]
