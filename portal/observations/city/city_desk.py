"""What is broken goes to the city's desk: once, without a name, and the datum stays here."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlmodel import Session, col, select

from portal import db, jobs
from portal.observations.city import open311
from portal.observations.city.open311 import Need
from portal.observations.contributing.entries import Entry
from portal.observations.models import Campaign, Observation
from portal.observations.request_models import RequestState, ServiceRequest
from portal.observations.where import exact

JOB = "observations.open311"
OFTEN = timedelta(hours=6)
AFTER = timedelta(days=4)  # longer than a job is tried


def connected() -> bool:
    """Whether the portal can file needs at the desk by itself."""
    return bool(current_app.config["OPEN311_URL"])


def ask(
    session: Session, campaign: Campaign, made: Observation, entry: Entry, *, now: datetime
) -> None:
    """Have a need for action filed, once for each observation; nothing where no desk is set."""
    if not connected() or not campaign.service_code or entry.point is None:
        return
    if of(session, made.id) is not None:
        return
    lat, lon = entry.point
    request = ServiceRequest(
        observation_id=made.id,
        service_code=campaign.service_code,
        lat=lat,
        lon=lon,
        description=_words(campaign, made, entry),
        asked_at=now,
    )
    session.add(request)
    session.flush()
    jobs.enqueue(session, JOB, request_id=str(request.id))


def of(session: Session, observation_id: UUID) -> ServiceRequest | None:
    """What an observation asked of the desk."""
    known = select(ServiceRequest).where(ServiceRequest.observation_id == observation_id)
    return session.exec(known).first()


def _words(campaign: Campaign, made: Observation, entry: Entry) -> str:
    """What the desk reads: the campaign, what was seen, and the note, in the city's language."""
    language = current_app.config["LANGUAGES"][0]
    parts = [_in(campaign.title, language), entry.note]
    for one in campaign.categories:
        if one["code"] == made.category:
            parts.insert(1, _in(one["name"], language))
    return ". ".join(part for part in parts if part)[:500]


def _in(words: dict[str, Any], language: str) -> str:
    return str(words.get(language) or next(iter(words.values()), ""))


@jobs.handler(JOB)
def send(request_id: str) -> None:
    """File one need at the desk. What may have arrived is never sent again by itself."""
    found = db.session().get(ServiceRequest, UUID(request_id))
    if found is None or found.state is not RequestState.WAITING:
        return
    if found.lat is None or found.lon is None:
        raise jobs.GiveUp("the place is gone")
    url, key = current_app.config["OPEN311_URL"], current_app.config["OPEN311_KEY"]
    if not url:
        raise jobs.Again("no desk is set")
    need = Need(found.service_code, found.lat, found.lon, found.description)
    db.session().rollback()
    jobs.hand_over()
    try:
        taken = open311.post(url, key, need)
    except open311.NotReached as error:
        raise jobs.Again(f"the desk was not reached: {error}") from None
    except open311.NotTaken as error:
        _settle(found.id, RequestState.REFUSED, answer=str(error))
        raise jobs.GiveUp("the desk refused the request") from None
    except open311.Unknown as error:
        _settle(found.id, RequestState.UNCERTAIN)
        raise jobs.Uncertain(str(error)) from None
    _settle(found.id, RequestState.SENT, taken.request_id, taken.notice)


@jobs.regularly(OFTEN)
def leave_uncertain() -> int:
    """What nobody heard of for days may have arrived or not; its place is kept no longer.

    Nor are places and words of what was settled since the last round left on the disk.
    """
    now = datetime.now(UTC)
    waiting = select(ServiceRequest.id).where(
        ServiceRequest.state == RequestState.WAITING, ServiceRequest.asked_at < now - AFTER
    )
    found = list(db.session().exec(waiting))
    for id in found:
        _settle(id, RequestState.UNCERTAIN)
    lately = select(ServiceRequest.id).where(col(ServiceRequest.settled_at) > now - 2 * OFTEN)
    if db.session().exec(lately.limit(1)).first() is not None:
        exact.wipe(str(ServiceRequest.__tablename__))
    return len(found)


def _settle(id: UUID, state: RequestState, number: str = "", answer: str = "") -> None:
    """Note what the desk said; the exact place and the words are not needed any more."""
    with db.transaction() as session:
        found = session.get_one(ServiceRequest, id)
        found.state, found.request_id, found.answer = state, number, answer[:500]
        found.lat = found.lon = None
        found.description = ""
        found.settled_at = datetime.now(UTC)
        session.add(found)
