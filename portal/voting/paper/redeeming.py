"""From a code typed in to a vote session: five wrong tries lock a serial for half an hour.

Unknown serials and wrong secrets are answered alike, and take equally long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlmodel import Session, col, select

from portal import db
from portal.accounts.codes import keyed, network_of
from portal.accounts.identity import add_once
from portal.i18n import N_
from portal.refusal import Refusal, TooManyRequests
from portal.voting.paper import batches, codes, handover
from portal.voting.paper.passes import Pass
from portal.voting.paper_models import PaperBatch, PaperKind, PaperSlip, PaperTry

TRIES = 5
PER_NETWORK = 40  # wrong codes; a library's visitors share one network
LOCKED = timedelta(minutes=30)
KEPT = timedelta(hours=24)


class Mistyped(Refusal):
    """The check letter does not agree: nothing was looked up, no try was counted."""

    title = N_("Please check the code")
    message = N_(
        "One of the sixteen letters and digits is wrong or missing. Compare them with your slip; "
        "this does not count as a try."
    )


class WrongCode(Refusal):
    """No slip has this code."""

    title = N_("The code was not accepted")
    message = N_(
        "There is no slip with this code. After five wrong tries a code is locked for half an "
        "hour. If yours does not work, ask at the desk that gave it to you."
    )


class CodeLocked(Refusal):
    """Too many wrong tries for this serial."""

    status = 429
    title = N_("This code is locked for now")
    message = N_("Too many wrong tries: this code is locked. Please try again in half an hour.")


class CodeVoid(Refusal):
    """The slip's batch was voided or is too old; said only to whoever has the right code."""

    status = 403
    title = N_("This code is no longer valid")
    message = N_(
        "The code is right, but it can no longer be voted with: its batch was withdrawn or has "
        "passed its day. A vote already cast with it stays counted. Ask at the desk for another."
    )


@dataclass(frozen=True)
class _Slip:
    serial: str
    hash: str
    batch: PaperBatch


def redeem(typed: str, network: str, *, now: datetime, channel: str | None = None) -> Pass:
    """Who may vote with this code, and where.

    Raises Mistyped, WrongCode, CodeLocked, CodeVoid, TooManyRequests.
    """
    code = codes.read(typed)
    if code is None:
        raise Mistyped
    line = _keyed("network", network_of(network))
    _must_be_calm(line, now)
    slip = _slip(codes.serial_of(code))
    given = codes.hashed(batches.pepper(), code)  # also where there is no such slip
    right = codes.same(slip.hash if slip else "-", given) and slip is not None
    with db.transaction() as session:
        refusal = _count(session, _keyed("serial", codes.serial_of(code)), line, right, now)
    if refusal is not None:
        raise refusal
    assert slip is not None
    if slip.batch.voided_at is not None or now >= slip.batch.valid_until:
        raise CodeVoid
    who = batches.subject(slip.serial, PaperKind.CODES, channel)
    return Pass(slip.batch.consultation_id, who)


def carried(code: str, network: str, *, now: datetime) -> Pass:
    """Who may vote with an operator's code for another device; it is used up. Raises WrongCode."""
    line = _keyed("network", network_of(network))
    _must_be_calm(line, now)
    with db.transaction() as session:
        held = handover.taken(session, code, now)
        if held is None:
            row = _held(session, line, now)
            row.tries += 1
            session.add(row)
    if held is None:
        raise WrongCode
    return held


def _slip(serial: str) -> _Slip | None:
    query = (
        select(PaperSlip.hash, PaperBatch)
        .join(PaperBatch, col(PaperBatch.id) == col(PaperSlip.batch_id))
        .where(PaperSlip.serial == serial, PaperBatch.kind == PaperKind.CODES)
    )
    found = db.session().exec(query).first()
    return _Slip(serial, found[0], found[1]) if found else None


def _count(session: Session, serial: str, line: str, right: bool, now: datetime) -> Refusal | None:
    """What comes of a try; it stays counted, whatever is answered."""
    row = _held(session, serial, now)
    if row.tries >= TRIES:
        return CodeLocked()
    if right:
        session.delete(row)
        return None
    row.tries += 1
    network = _held(session, line, now)
    network.tries += 1
    session.add_all([row, network])
    return WrongCode()


def _held(session: Session, key: str, now: datetime) -> PaperTry:
    """The count under a key, held until the transaction ends; an old one begins anew."""
    query = select(PaperTry).where(PaperTry.key_hash == key).with_for_update()
    query = query.execution_options(populate_existing=True)
    row = session.exec(query).first()
    if row is None:
        add_once(session, PaperTry(key_hash=key, tries=0, since=now))
        row = session.exec(query).one()
    if now - row.since >= LOCKED:
        row.tries, row.since = 0, now
    return row


def _must_be_calm(line: str, now: datetime) -> None:
    row = db.session().get(PaperTry, line)
    if row is not None and row.tries >= PER_NETWORK and now - row.since < LOCKED:
        raise TooManyRequests


def _keyed(purpose: str, value: str) -> str:
    return keyed(str(current_app.config["SECRET_KEY"]), f"paper {purpose}", value)
