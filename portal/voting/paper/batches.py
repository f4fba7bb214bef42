"""Batches of paper: one person orders, another releases, it is printed once, it can be voided."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col, select

from portal import audit, secret
from portal.accounts.identity import Subject
from portal.accounts.models import Account, Tier
from portal.consultations.models import Consultation, Phase
from portal.i18n import N_
from portal.refusal import NotFound, Problem, Refusal
from portal.voting.box import boxes, keys
from portal.voting.paper import codes
from portal.voting.paper.passes import PAPER, SHEET
from portal.voting.paper_models import PaperBatch, PaperKind, PaperSlip

MOST = 500  # slips in a batch
TOGETHER = 200  # rights asked for at once
ORDERABLE = (Phase.ANNOUNCED, Phase.OPEN)


class PaperNotAdmitted(Refusal):
    """The consultation takes no votes on paper, or not now."""

    status = 409
    message = N_(
        "This consultation takes no paper votes: they must be allowed before it is announced, and "
        "paper is ordered until the close."
    )


class OrderedAlready(Refusal):
    """The same order waits: a form that was sent twice, most likely."""

    status = 409
    message = N_(
        "A batch with this label waits for a second person already. "
        "Choose another label if you want one more."
    )


class OwnOrder(Refusal):
    """The person who ordered tries to release."""

    status = 403
    title = N_("A second person is needed")
    message = N_("You ordered this batch yourself. Another person of the staff must release it.")


class NotWaiting(Refusal):
    """The batch was released or voided before."""

    status = 409
    message = N_("This batch does not wait for a release: it was released or voided already.")


class NotPrintable(Refusal):
    """Not released yet, voided, or printed before."""

    status = 409
    title = N_("This batch cannot be printed")
    message = N_(
        "A batch is printed once, after a second person released it: the codes are kept nowhere "
        "but on the paper. If the file was lost, void the batch and order another one."
    )


class AlreadyVoid(Refusal):
    """Nothing is left to void."""

    status = 409
    message = N_("This batch was voided already.")


class ReasonNeeded(Refusal):
    """No reason was given."""

    message = N_("Please say why: the reason is kept in the trail.")


def order(
    session: Session, consultation: Consultation, kind: PaperKind, label: str, amount: int,
    valid_until: datetime, actor: Account, *, now: datetime,
) -> PaperBatch:  # fmt: skip
    """Order paper; nothing is printed before another person released it."""
    if Tier.PAPER.value not in consultation.tiers or consultation.phase(now) not in ORDERABLE:
        raise PaperNotAdmitted
    if not now < valid_until <= consultation.closes_at:
        words = N_("Name a moment from now until the close of the vote.")
        raise Refusal([Problem("valid_until", words)])
    if any(_waits(one) and one.label == label for one in of(session, consultation.id)):
        raise OrderedAlready([Problem("label", OrderedAlready.message)])
    batch = PaperBatch(
        consultation_id=consultation.id, kind=kind, label=label, amount=amount,
        valid_until=valid_until, ordered_by=actor.id, ordered_at=now,
        demonstration=consultation.demonstration,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    _note(session, batch, "paper_ordered", actor, now)
    return batch


def _waits(batch: PaperBatch) -> bool:
    return batch.released_at is None and batch.voided_at is None


def find(session: Session, batch_id: UUID, *, hold: bool = False) -> PaperBatch:
    """A batch, held until the transaction ends where asked for. Raises NotFound."""
    query = select(PaperBatch).where(PaperBatch.id == batch_id)
    batch = session.exec(query.with_for_update() if hold else query).first()
    if batch is None:
        raise NotFound
    return batch


def release(session: Session, batch: PaperBatch, actor: Account, *, now: datetime) -> None:
    """Let a batch be printed, as the second person. Raises NotWaiting, OwnOrder."""
    if not _waits(batch):
        raise NotWaiting
    if batch.ordered_by == actor.id:
        raise OwnOrder
    batch.released_by, batch.released_at = actor.id, now
    session.add(batch)
    _note(session, batch, "paper_released", actor, now)


def claim(session: Session, batch: PaperBatch, actor: Account, *, now: datetime) -> None:
    """Begin to print: from here on nobody else can. Raises NotPrintable."""
    if batch.released_at is None or batch.voided_at is not None or batch.made_at is not None:
        raise NotPrintable
    batch.made_by, batch.made_at = actor.id, now
    session.add(batch)


def unclaim(session: Session, batch: PaperBatch) -> None:
    """The printing failed before any code was kept: it may be tried again."""
    batch.made_by = batch.made_at = None
    session.add(batch)


def made(session: Session, batch: PaperBatch) -> list[str]:
    """New codes or numbers for a batch; kept nowhere."""
    make = codes.made if batch.kind is PaperKind.CODES else codes.numbers
    taken = set(session.scalars(sa.select(col(PaperSlip.serial))))
    return make(batch.amount, taken)


def slips(batch: PaperBatch, printed: Sequence[str]) -> list[PaperSlip]:
    """What the table keeps of printed codes; slow, so no transaction should be open."""
    secret_too = batch.kind is PaperKind.CODES
    return [
        PaperSlip(serial=codes.serial_of(code), batch_id=batch.id,
                  hash=codes.hashed(pepper(), code) if secret_too else "")
        for code in printed
    ]  # fmt: skip


def keep(
    session: Session, batch: PaperBatch, made: Sequence[PaperSlip], actor: Account, now: datetime
) -> None:
    """Keep the slips of a printed batch, in the order of their serials."""
    session.add_all(sorted(made, key=attrgetter("serial")))
    _note(session, batch, "paper_printed", actor, now)


def void(
    session: Session, batch: PaperBatch, reason: str, actor: Account, *, now: datetime
) -> None:
    """Let no slip of a batch open a vote any more; votes already cast stay counted.

    Also how an order is refused or taken back. Raises AlreadyVoid, ReasonNeeded.
    """
    if batch.voided_at is not None:
        raise AlreadyVoid
    if not reason.strip():
        raise ReasonNeeded([Problem("reason", ReasonNeeded.message)])
    batch.voided_by, batch.voided_at, batch.void_reason = actor.id, now, reason.strip()
    session.add(batch)
    _note(session, batch, "paper_voided", actor, now, batch.void_reason)


def _note(
    session: Session, batch: PaperBatch, act: str, actor: Account, now: datetime, reason: str = ""
) -> None:
    audit.record(
        session, action=f"votes.{act}", kind="consultation", ref=batch.consultation_id,
        actor=actor.id, reason=reason, now=now, batch=str(batch.id), label=batch.label,
        amount=batch.amount, paper=batch.kind.value,
    )  # fmt: skip


def of(session: Session, consultation_id: UUID) -> list[PaperBatch]:
    """The batches of a consultation, newest first."""
    query = select(PaperBatch).where(PaperBatch.consultation_id == consultation_id)
    return list(session.exec(query.order_by(col(PaperBatch.ordered_at).desc())))


def pepper() -> bytes:
    """The key without which codes cannot even be guessed; it rests outside every database."""
    data: Path = current_app.config["DATA"]
    return secret.keep(data / "keys" / "paper.key")


def subject(serial: str, kind: PaperKind, channel: str | None = None) -> Subject:
    """A slip as ballot boxes see it: one right for each serial."""
    door = PAPER if kind is PaperKind.CODES else SHEET
    return Subject(f"{door}:{serial}", Tier.PAPER, channel or door)


def used(session: Session, batch: PaperBatch) -> int | None:
    """How many slips of a batch were voted with: only box and key together can tell."""
    path = keys.path_of(current_app.config["DATA"], batch.consultation_id)
    if not path.exists():  # nobody voted yet, or the box was destroyed
        return None
    key, box, found = path.read_bytes(), boxes.of(batch.consultation_id), 0
    serials = session.scalars(
        sa.select(col(PaperSlip.serial)).where(col(PaperSlip.batch_id) == batch.id)
    ).all()
    rights = [keys.hashes(key, subject(serial, batch.kind)).right for serial in serials]
    for start in range(0, len(rights), TOGETHER):
        some = rights[start : start + TOGETHER]
        gaps = ", ".join("?" for _ in some)
        asked = f'SELECT count(*) FROM {{box}}"right" WHERE r IN ({gaps})'  # noqa: S608
        rows = box.read(asked, *some)
        found += rows[0][0] if rows else 0
    return found
