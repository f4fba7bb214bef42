"""Sensors that send by themselves: named by a person, known by a key, standing in one place."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.accounts.models import Account
from portal.i18n import N_
from portal.observations import intake
from portal.observations.contributing import entries
from portal.observations.contributing.entries import Entry
from portal.observations.models import Campaign, Observation, Origin
from portal.observations.series.refusals import NeedsPhotos
from portal.observations.series_models import Device
from portal.observations.where import coarse, places
from portal.refusal import NotFound, Problem, Refusal, TooManyRequests

MOST_DEVICES = 10  # of one person
MOST_A_DAY = 5_000  # measurements of one device: one in twenty seconds
MARK = "sens_"  # by which a key found somewhere is known for what it is
SECRET_BYTES = 32


class TooManyDevices(Refusal):
    """The person has enough sensors."""

    status = 409
    title = N_("Too many sensors")
    message = N_("You can have %(most)s sensors. Please delete one first.")


class NamedAlready(Refusal):
    """The form was sent before."""

    status = 409
    title = N_("Named already")
    message = N_("This sensor was named already. If you missed its key, make a new one below.")


class NoPlace(Refusal):
    """A sensor stands somewhere in the city."""

    title = N_("Please check the place")
    message = N_("Please say where the sensor stands.")


class UnknownKey(Refusal):
    """The key is none of ours, or no longer."""

    status = 401
    title = N_("Unknown key")
    message = N_("This key is not known. Send it as “Authorization: Bearer …”.")


class Paused(Refusal):
    """The owner stopped the sensor for a while."""

    status = 403
    title = N_("Paused")
    message = N_("This sensor is paused by its owner: nothing was recorded.")


class EnoughToday(TooManyRequests):
    """The sensor sent as much as it may in a day."""

    title = N_("Enough for today")
    message = N_("A sensor may send %(most)s measurements a day. Nothing more was recorded.")


def name_one(
    session: Session,
    campaign: Campaign,
    account_id: UUID,
    *,
    id: UUID,
    name: str,
    model: str,
    point: tuple[float, float] | None,
    district: str,
    now: datetime,
) -> tuple[Device, str]:
    """Enter a sensor and return it with its key, which is shown once and kept nowhere.

    `id` came with the form: sent twice it names one sensor. Raises NamedAlready then.
    """
    if session.get(Device, id) is not None:
        raise NamedAlready
    if not intake.open_now(campaign, now):
        raise intake.NotOpen
    if campaign.photos == "required":
        raise NeedsPhotos
    if len(of_account(session, account_id)) >= MOST_DEVICES:
        raise TooManyDevices(most=MOST_DEVICES)
    key = _key()
    device = Device(
        id=id, account_id=account_id, campaign_id=campaign.id, name=name, model=model, made_at=now,
        keyed_at=now, key_hash=fingerprint(key), key_end=key[-4:],
        **_stands(campaign, point, district),
    )  # fmt: skip
    session.add(device)
    session.flush()
    return device, key


def _stands(campaign: Campaign, point: tuple[float, float] | None, district: str) -> dict[str, Any]:
    """Where the sensor stands, as coarsely as it is kept. Raises NoPlace."""
    if point is None:
        if district not in places.district_names():
            raise NoPlace([Problem("lat", entries.NOWHERE)])
        if campaign.area and district not in campaign.area:
            raise NoPlace([Problem("district", entries.OTHER_AREA)])
        return {"cell": None, "district": district}
    here = places.district_of(*point)
    if here is None:
        raise NoPlace([Problem("lat", entries.OUTSIDE)])
    if campaign.area and here not in campaign.area:
        raise NoPlace([Problem("lat", entries.OTHER_AREA)])
    cell = coarse.cell_of(*point, campaign.resolution)
    return {"cell": cell, "district": places.district_of_cell(cell)}


def _key() -> str:
    return MARK + secrets.token_urlsafe(SECRET_BYTES)


def fingerprint(key: str) -> str:
    """What is kept of a key: it cannot be guessed, so one hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def of_account(session: Session, account_id: UUID) -> Sequence[Device]:
    """A person's sensors, in the order they were named."""
    mine = select(Device).where(Device.account_id == account_id)
    return session.exec(mine.order_by(col(Device.made_at), col(Device.id))).all()


def find(session: Session, account_id: UUID, id: UUID) -> Device:
    """One's own sensor; other people's are unknown."""
    found = session.get(Device, id)
    if found is None or found.account_id != account_id:
        raise NotFound
    return found


def sent_by(session: Session, devices: Sequence[Device]) -> dict[UUID, int]:
    """How many measurements came from each sensor."""
    ids = [device.id for device in devices]
    found = (
        sa.select(col(Observation.device_id), sa.func.count())
        .where(col(Observation.device_id).in_(ids))
        .group_by(col(Observation.device_id))
    )
    return {id: n for id, n in session.execute(found)}  # noqa: C416 - rows, not pairs


def new_key(session: Session, device: Device, *, now: datetime) -> str:
    """Give a sensor another key; the old one is worth nothing from now on."""
    key = _key()
    device.key_hash, device.key_end, device.keyed_at = fingerprint(key), key[-4:], now
    session.add(device)
    return key


def pause(session: Session, device: Device, paused: bool) -> None:
    """Stop a sensor for a while, or let it go on."""
    if device.paused is not paused:
        device.paused = paused
        session.add(device)


def delete(session: Session, device: Device) -> None:
    """Forget a sensor. Its measurements stay; nothing says any more that one sensor made them."""
    session.execute(
        sa.update(Observation).where(col(Observation.device_id) == device.id).values(device_id=None)
    )
    session.delete(device)


def by_key(session: Session, key: str) -> Device:
    """The sensor a key belongs to. Raises UnknownKey."""
    if not key.startswith(MARK) or len(key) > 100:
        raise UnknownKey
    found = session.exec(select(Device).where(Device.key_hash == fingerprint(key))).first()
    if found is None or session.get_one(Account, found.account_id).disabled:
        raise UnknownKey
    return found


def count(session: Session, device: Device, n: int, *, now: datetime) -> None:
    """Count what a sensor sends today. Raises EnoughToday beyond its limit."""
    today = now.date()
    before = device.sent_then if device.sent_on == today else 0
    if before + n > MOST_A_DAY:
        raise EnoughToday(most=MOST_A_DAY)
    device.sent_on, device.sent_then = today, before + n
    session.add(device)


def entry(device: Device, result: float, at: datetime) -> Entry:
    """A measurement by a sensor: from where it stands; the same moment twice is the same one."""
    placed: dict[str, Any] = {"district": device.district}
    if device.cell is not None:
        placed = {"point": places.inner_point(device.cell)}
    key = f"device|{device.id}|{at.isoformat()}"
    return Entry(result=result, phenomenon_time=at, key=key, origin=Origin.DEVICE, **placed)
