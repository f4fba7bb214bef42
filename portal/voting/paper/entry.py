"""Ballot papers read by two persons: only what both read alike is cast.

What one person read is kept sealed with the consultation's own key until a second one has read the
same, and then deleted.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from flask import current_app
from sqlmodel import Session, col, select

from portal.accounts.models import Account, Tier
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.voting.box import boxes, keys
from portal.voting.casting import ballots
from portal.voting.casting.ballots import Offer, Sent
from portal.voting.casting.choice import Choice, canonical, parse
from portal.voting.paper import batches, codes
from portal.voting.paper_models import PaperBatch, PaperKind, PaperSlip, SheetCast, SheetEntry

SPOILED = "spoiled"


class UnknownSheet(Refusal):
    """No ballot paper of this consultation has this number."""

    message = N_("No ballot paper of this consultation has this number, or its batch was voided.")


class BadReading(ballots.BadBallot):
    """What was read cannot stand on one paper; `problems` lists every mistake."""

    title = N_("Please check the reading")
    message = N_("This reading has not been kept yet. Please correct what is listed here.")


class SheetDone(Refusal):
    """Two persons have agreed on it."""

    status = 409
    message = N_("This ballot paper was read by two persons and entered already.")


class TwoHaveRead(Refusal):
    """A third person tries to read a sheet."""

    status = 409
    message = N_(
        "Two other people have read this ballot paper and differ. One of them looks at the paper "
        "again and settles it."
    )


class Outcome(Enum):
    """What came of a reading."""

    FIRST = "first"
    DIFFERENT = "different"
    AGREED = "agreed"


@dataclass(frozen=True)
class Reading:
    """What one person read."""

    operator: UUID
    turn: int
    said: str
    choice: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    key: str
    again: bool = False

    @property
    def parsed(self) -> Choice | None:
        """The choice it stands for; None for a spoiled paper."""
        return None if self.said == SPOILED else parse(self.said.encode())


def enter(
    session: Session, consultation: Consultation, offer: Offer, number: str, sent: Sent | None,
    actor: Account, *, now: datetime,
) -> Outcome:  # fmt: skip
    """Take one person's reading; `sent` is None for a spoiled paper. Agreed, it is cast.

    Raises UnknownSheet, SheetDone, TwoHaveRead, and what `ballots.cast` raises.
    """
    if Tier.PAPER.value not in consultation.tiers:
        raise batches.PaperNotAdmitted
    ballots.admit(consultation, batches.subject("", PaperKind.BALLOTS), now)
    said = SPOILED if sent is None else _said(offer, sent)
    serial = _held(session, consultation, number)
    found = readings(session, consultation, serial)
    other = next((one for one in found if one.operator != actor.id), None)
    mine = next((one for one in found if one.operator == actor.id), None)
    if mine is None and len(found) == 2:
        raise TwoHaveRead
    kept = Reading(
        actor.id, mine.turn if mine else 2 if other else 1, said, sent.choice if sent else (),
        sent.marks if sent else (), mine.key if mine else secrets.token_urlsafe(16),
        bool(mine and (other or mine.again)),
    )  # fmt: skip
    if other is None or other.said != said:
        _keep(session, consultation, serial, kept)
        return Outcome.FIRST if other is None else Outcome.DIFFERENT
    _cast(session, consultation, offer, serial, sorted((kept, other), key=_turn), now)
    return Outcome.AGREED


def _said(offer: Offer, sent: Sent) -> str:
    try:
        return canonical(ballots.check(offer, sent)).decode()
    except ballots.BadBallot as bad:
        raise BadReading(bad.problems) from bad


def _turn(reading: Reading) -> int:
    return reading.turn


def _held(session: Session, consultation: Consultation, number: str) -> str:
    """The serial of a sheet, held until the transaction ends."""
    code = codes.read(number, codes.NUMBER) or ""
    query = (
        select(PaperSlip.serial)
        .join(PaperBatch, col(PaperBatch.id) == col(PaperSlip.batch_id))
        .where(PaperSlip.serial == codes.serial_of(code), PaperBatch.kind == PaperKind.BALLOTS,
               PaperBatch.consultation_id == consultation.id,
               col(PaperBatch.voided_at).is_(None))
    )  # fmt: skip
    serial = session.exec(query.with_for_update()).first()
    if serial is None:
        raise UnknownSheet([Problem("number", UnknownSheet.message)])
    if session.get(SheetCast, serial) is not None:
        raise SheetDone([Problem("number", SheetDone.message)])
    return serial


def _cast(
    session: Session, consultation: Consultation, offer: Offer, serial: str,
    both: Sequence[Reading], now: datetime,
) -> None:  # fmt: skip
    first, second = both
    if first.said != SPOILED:
        # the first reading's key, whoever settles: a repeated casting is one vote
        sent = Sent(first.key, first.choice, (), {}, first.marks)
        subject = batches.subject(serial, PaperKind.BALLOTS)
        ballots.cast(consultation, offer, subject, sent, now=now)
    again = next((one.operator for one in both if one.again), None)
    session.add(
        SheetCast(
            serial=serial, first_by=first.operator, second_by=second.operator, settled_by=again,
            valid=first.said != SPOILED,
            cast_on=now.astimezone(current_app.config["ZONE"]).date(),
        )
    )  # fmt: skip
    for row in session.exec(select(SheetEntry).where(SheetEntry.serial == serial)):
        session.delete(row)


# --- what waits -----------------------------------------------------------------------------


def readings(session: Session, consultation: Consultation, serial: str) -> list[Reading]:
    """What was read of one sheet so far."""
    query = select(SheetEntry).where(SheetEntry.serial == serial).order_by(col(SheetEntry.turn))
    return [_opened(consultation, row) for row in session.exec(query)]


def waiting(session: Session, consultation: Consultation) -> list[SheetEntry]:
    """Every reading that is not settled, sealed as it is."""
    query = (
        select(SheetEntry)
        .join(PaperSlip, col(PaperSlip.serial) == col(SheetEntry.serial))
        .join(PaperBatch, col(PaperBatch.id) == col(PaperSlip.batch_id))
        .where(PaperBatch.consultation_id == consultation.id)
        .order_by(col(SheetEntry.serial), col(SheetEntry.turn))
    )
    return list(session.exec(query))


def cast_so_far(session: Session, consultation: Consultation) -> list[SheetCast]:
    """The sheets agreed on, by number."""
    query = (
        select(SheetCast)
        .join(PaperSlip, col(PaperSlip.serial) == col(SheetCast.serial))
        .join(PaperBatch, col(PaperBatch.id) == col(PaperSlip.batch_id))
        .where(PaperBatch.consultation_id == consultation.id)
        .order_by(col(SheetCast.serial))
    )
    return list(session.exec(query))


def number_of(serial: str) -> str:
    """A sheet's number as it is printed."""
    return codes.shown(serial + codes.check_letter(serial))


# --- sealed ---------------------------------------------------------------------------------


def _keep(session: Session, consultation: Consultation, serial: str, kept: Reading) -> None:
    content = {"said": kept.said, "choice": kept.choice, "marks": kept.marks, "key": kept.key,
               "again": kept.again}  # fmt: skip
    sealed = _box(consultation).encrypt(json.dumps(content).encode().ljust(1024))
    row = session.get(SheetEntry, (serial, kept.operator)) or SheetEntry(
        serial=serial, operator=kept.operator, turn=kept.turn, sealed=""
    )
    row.sealed = base64.b64encode(bytes(sealed)).decode()
    session.add(row)
    session.flush()


def _opened(consultation: Consultation, row: SheetEntry) -> Reading:
    content = json.loads(_box(consultation).decrypt(base64.b64decode(row.sealed)))
    marks = tuple((name, value) for name, value in content["marks"])
    return Reading(row.operator, row.turn, content["said"], tuple(content["choice"]), marks,
                   content["key"], content["again"])  # fmt: skip


def _box(consultation: Consultation) -> Any:
    from nacl.secret import SecretBox

    def unused() -> bool:
        return not boxes.of(consultation.id).read('SELECT 1 FROM {box}"right" LIMIT 1')

    key = keys.key(current_app.config["DATA"], consultation.id, unused)
    return SecretBox(hmac.digest(key, b"sheets", "sha256"))
