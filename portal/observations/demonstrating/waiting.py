"""The demonstration's review queue: something of each kind a reviewer meets."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.accounts.codes import demonstration_person
from portal.accounts.models import Account, Role
from portal.observations import intake
from portal.observations.campaigns import campaigns
from portal.observations.contributing.entries import Entry
from portal.observations.desk import review, undoing
from portal.observations.models import Campaign, Grade, Observation
from portal.observations.review_models import Act
from portal.observations.where import coarse

NOISE, HEAT = "rumore-in-strada", "caldo-in-citta"
PLACES = {NOISE: (44.4938, 11.3430), HEAT: (44.4899, 11.3272)}
CITIZENS = range(2061, 2072)
UNSURE = "Valore alto, ma lì passa il filobus: meglio un secondo parere."
CLOSE = "Misura vicina a una fermata dell'autobus."
SHORT = "Durata troppo breve: le istruzioni chiedono almeno cinque minuti."


def seed(session: Session, now: datetime) -> None:
    """Add a measurement for every check that may fail, and one for every way of deciding."""
    noise, heat = (campaigns.find(session, slug) for slug in (NOISE, HEAT))
    people = (demonstration_person(session, Role.CITIZEN, n, now.date()) for n in CITIZENS)
    first, second = (
        demonstration_person(session, Role.COMMUNITY_MANAGER, n, now.date()) for n in (1, 2)
    )
    _doubtful(session, noise, heat, people, now)
    loud, quiet, plain = (
        _sent(session, noise, next(people).id, now, result=result) for result in (79.5, 63.1, 60.2)
    )
    at = now - timedelta(minutes=4)
    review.pass_on(session, loud, second, Grade.REJECTED, UNSURE, now=at)
    _reconsidered(session, quiet, first, second, at)
    review.decide(session, plain, first, Grade.ACCEPTED, now=at)
    row = review.latest(session, plain.id)
    if row is not None and row.act is Act.DECIDED:
        undoing.undo(session, row.id, first, now=at)


def _doubtful(
    session: Session, noise: Campaign, heat: Campaign, people: Iterator[Account], now: datetime
) -> None:
    twice = next(people).id
    _sent(session, noise, twice, now, result=62.4)
    _sent(session, noise, twice, now, result=66.0)  # the same place and hour
    _sent(session, noise, next(people).id, now, result=112.0)  # far from its neighbours
    _sent(session, heat, next(people).id, now, result=46.5)  # unusual for any month
    note = "Misura davanti a casa mia, chiamare 051 555 0142."
    _sent(session, noise, next(people).id, now, result=61.7, note=note)
    note = "Furgone AB 123 CD col motore acceso sotto la finestra."
    _sent(session, noise, next(people).id, now, result=104.0, note=note)  # two doubts at once


def _reconsidered(
    session: Session, observation: Observation, first: Account, second: Account, at: datetime
) -> None:
    """Decided one way by one person, the other way by another: both stay on record."""
    before = at - timedelta(hours=4)
    review.decide(session, observation, first, Grade.CAVEAT, CLOSE, now=before, tell=False)
    review.decide(session, observation, second, Grade.REJECTED, SHORT, now=at, tell=False)


def _sent(
    session: Session, campaign: Campaign, who: UUID, now: datetime, **values: Any
) -> Observation:
    cell = coarse.cell_of(*PLACES[campaign.slug], campaign.resolution)
    at = now - timedelta(hours=6)
    entry = Entry(
        phenomenon_time=at.replace(minute=20), point=coarse.centre(cell), accuracy=14.0, **values
    )
    return intake.submit(session, campaign, who, entry, now=at + timedelta(hours=1))
