"""The demonstration's sensor, and a file somebody sent: a few readings, looked at and accepted."""

import random
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from portal.accounts.codes import demonstration_person
from portal.accounts.models import Account, Role
from portal.observations.campaigns import campaigns
from portal.observations.contributing.entries import Entry
from portal.observations.demonstrating.more import season
from portal.observations.desk import review
from portal.observations.many import Outcome, submit_many
from portal.observations.models import Campaign, Grade, Observation, Origin
from portal.observations.series import devices
from portal.observations.series_models import FileState, ReadingFile
from portal.observations.where import coarse

SLUG = "caldo-in-citta"
OWNER, SENDER = 1, 2  # citizens
SENSOR_AT, FILE_FROM = (44.4938, 11.3430), (44.5062, 11.3452)
WARM = 31.8  # degrees on an afternoon in July
FIRST, READINGS = 10, 6  # days ago, one a day: all before the campaign's release
WHY = "Valori in linea con le misure vicine."


def seed(session: Session, now: datetime) -> None:
    """Name a sensor, let it send, take a file in, and accept what both brought."""
    campaign = campaigns.find(session, SLUG)
    owner, sender = (
        demonstration_person(session, Role.CITIZEN, n, now.date()) for n in (OWNER, SENDER)
    )
    manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 1, now.date())
    first = (now - timedelta(days=FIRST)).replace(hour=13, minute=0)
    times = [first + timedelta(days=n) for n in range(READINGS)]
    found = _sensor(session, campaign, owner, times) + _file(session, campaign, sender, times)
    for one in found:
        if one.id is not None and one.new:
            _accept(session, one.id, manager, times[-1] + timedelta(days=1))


def _result(campaign: Campaign, chance: random.Random, at: datetime) -> float:
    return round(WARM + season(campaign, at) + chance.gauss(0, 0.5), 1)


def _sensor(
    session: Session, campaign: Campaign, owner: Account, times: list[datetime]
) -> list[Outcome]:
    chance = random.Random("sensor")
    device, _key = devices.name_one(
        session, campaign, owner.id, id=UUID(int=chance.getrandbits(128), version=4),
        name="Cortile di casa", model="DIY (ESP32, SHT31)", point=SENSOR_AT, district="",
        now=times[0] - timedelta(hours=1),
    )  # fmt: skip
    made: list[Outcome] = []
    for at in times:
        sent = [devices.entry(device, _result(campaign, chance, at), at)]
        devices.count(session, device, 1, now=at)
        made += submit_many(session, campaign, owner.id, sent, now=at, device_id=device.id)
    return made


def _file(
    session: Session, campaign: Campaign, sender: Account, times: list[datetime]
) -> list[Outcome]:
    chance, sent_at = random.Random("file"), times[-1] + timedelta(hours=5)
    file = ReadingFile(
        account_id=sender.id, campaign_id=campaign.id, kind="csv", name="temperature-balcone.csv",
        sent_at=sent_at, state=FileState.DONE, total=len(times), gone_through=len(times),
        added=len(times), settled_at=sent_at + timedelta(minutes=1),
    )  # fmt: skip
    session.add(file)
    session.flush()
    place = coarse.centre(coarse.cell_of(*FILE_FROM, campaign.resolution))
    entries = [
        Entry(_result(campaign, chance, at), at, point=place, origin=Origin.FILE) for at in times
    ]
    return submit_many(session, campaign, sender.id, entries, now=sent_at, batch_id=file.id)


def _accept(session: Session, id: UUID, manager: Account, at: datetime) -> None:
    observation = session.get_one(Observation, id)
    grade = Grade.CAVEAT if observation.doubt else Grade.ACCEPTED
    review.decide(session, observation, manager, grade, WHY, now=at, tell=False)
