"""The end of a ballot box: keys and box are destroyed by two people, and the log says so.

Afterwards only the public files are left, and nobody can tie any ballot to anyone.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col, select

from portal import audit
from portal.accounts.models import Account
from portal.accounts.roles import STAFF
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box import boxes, keys
from portal.voting.box.boxes import SqliteBox
from portal.voting.log import frozen, keeping

CHALLENGE = timedelta(days=30)  # so long anyone may ask for an examination of the box


class TooEarly(Refusal):
    """Somebody may still ask for an examination."""

    status = 409
    message = N_(
        "A ballot box is kept for thirty days after the count, so that it can be examined."
    )


class TwoNeeded(Refusal):
    """One person alone may not do this."""

    status = 403
    message = N_("Two different people who run the portal must do this together.")


class NothingLeft(Refusal):
    """The box was destroyed before, or was never used."""

    status = 409
    message = N_("There is no ballot box of this consultation any more.")


def destroy(
    session: Session, consultation: Consultation, first: str, second: str, *, now: datetime
) -> None:
    """Destroy the keys and the box. Raises TooEarly, TwoNeeded, NothingLeft."""
    people = two(session, first, second)
    if consultation.counted_at is None or now < consultation.counted_at + CHALLENGE:
        raise TooEarly
    if frozen.read(boxes.of(consultation.id)) is None:
        raise NothingLeft
    day = now.astimezone(current_app.config["ZONE"]).date().isoformat()
    keeping.add(consultation, [{"k": "destroy", "day": day}])
    audit.record(
        session, action="votes.destroyed", kind="consultation", ref=consultation.id,
        actor=people[0].id, second=str(people[1].id), now=now,
    )  # fmt: skip
    _destroy_keys(consultation.id)
    _destroy_box(consultation.id)


def two(session: Session, first: str, second: str) -> list[Account]:
    """Two different people of the staff, by their addresses. Raises TwoNeeded."""
    addresses = [first.strip().lower(), second.strip().lower()]
    asked = select(Account).where(col(Account.email).in_(addresses), col(Account.role).in_(STAFF))
    found = sorted(session.exec(asked).all(), key=lambda one: addresses.index(one.email or ""))
    if len(found) != 2:
        raise TwoNeeded
    return found


def _destroy_keys(consultation_id: UUID) -> None:
    folder: Path = current_app.config["DATA"] / "keys"
    for path in sorted(folder.glob(f"{consultation_id}.*")):
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    keys.forget(folder.parent, consultation_id)
    current_app.extensions.get("frozen", {}).pop(consultation_id, None)


def _destroy_box(consultation_id: UUID) -> None:
    box = boxes.of(consultation_id)
    if isinstance(box, SqliteBox):
        box.close()
        for path in box.path.parent.glob(f"{consultation_id}.*"):
            path.unlink()
    else:
        engine: sa.Engine = current_app.extensions["engine"]
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {box.schema} CASCADE")
    current_app.extensions["boxes"].pop(consultation_id, None)
