"""After the close: from the box to the published result."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from flask import current_app
from sqlmodel import Session

from portal import db
from portal.consultations import abilities, lifecycle
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box import boxes
from portal.voting.box.boxes import Box
from portal.voting.counts import destroying, editions, opening, publication, statement
from portal.voting.counts.gathered import Gathered, gather
from portal.voting.counts.opening import BoxBroken
from portal.voting.guard import settling
from portal.voting.log import frozen, keeping
from portal.voting.log.folder import RESULTS

OVER = (Phase.COUNTED, Phase.ANSWERED)
GRACE = timedelta(seconds=30)  # a vote that arrived in time may still be on its way to the disk

__all__ = ["BoxBroken"]


class NotYetClosed(Refusal):
    """Votes are counted after the close only."""

    status = 409
    message = N_(
        "Votes are counted after the close only, half a minute later at the earliest, so that "
        "a vote sent in time is never lost."
    )


class AlreadyCounted(Refusal):
    """The result is published."""

    status = 409
    message = N_("The votes of this consultation have been counted already.")


class NotCounted(Refusal):
    """There is no result to publish again."""

    status = 409
    message = N_("The votes of this consultation have not been counted yet.")


def close(consultation: Consultation, now: datetime) -> None:
    """Close the box: from here on it refuses every ballot, whoever asks.

    Raises NotYetClosed; StillHeld and StillAppealed while flagged votes wait for a decision.
    """
    if consultation.phase(now) in (Phase.DRAFT, Phase.ANNOUNCED, Phase.OPEN) or (
        now < consultation.closes_at + GRACE
    ):
        raise NotYetClosed
    settling.settle(consultation, now)
    keeping.close(consultation, now.astimezone(current_app.config["ZONE"]).date().isoformat())
    keeping.keep(consultation)
    boxes.of(consultation.id).tidy()


def count(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    *,
    now: datetime,
    actor: UUID | None = None,
) -> dict[str, Any]:
    """Close, count, publish, and say so. Raises NotYetClosed, AlreadyCounted, BoxBroken."""
    content = counted(consultation, options, now=now)
    return finish(session, consultation, content, now=now, actor=actor)


def check(consultation: Consultation, now: datetime) -> None:
    """Raise NotYetClosed or AlreadyCounted unless the votes can be counted now."""
    if consultation.phase(now) in OVER:
        raise AlreadyCounted
    if not is_over(consultation, now):
        raise NotYetClosed


def is_over(consultation: Consultation, now: datetime) -> bool:
    """Whether voting is over and every vote sent in time has arrived."""
    closed = abilities.allowed("count", consultation.phase(now))
    return closed and now >= consultation.closes_at + GRACE


def counted(
    consultation: Consultation, options: Sequence[ConsultationOption], *, now: datetime
) -> bytes:
    """Close and count: the result as it will be published. Changes no table; may take minutes."""
    check(consultation, now)
    close(consultation, now)
    return _content(consultation, options, now)


def finish(
    session: Session,
    consultation: Consultation,
    content: bytes,
    *,
    now: datetime,
    actor: UUID | None = None,
    **details: Any,
) -> dict[str, Any]:
    """Log and publish a result, and say that the votes are counted."""
    lifecycle.mark_counted(session, consultation, now=now, actor=actor, **details)
    return _published(consultation, frozen.raw(boxes.of(consultation.id), RESULTS) or content)


def publish_again(
    consultation: Consultation, options: Sequence[ConsultationOption]
) -> dict[str, Any]:
    """Write the public file once more, the same bytes as before. Raises NotCounted."""
    if consultation.counted_at is None:
        raise NotCounted
    content = _content(consultation, options, consultation.counted_at)
    return _published(consultation, content)


def _content(
    consultation: Consultation, options: Sequence[ConsultationOption], counted_at: datetime
) -> bytes:
    """The result as it was logged; counted now where it was not yet."""
    content = frozen.raw(boxes.of(consultation.id), RESULTS)
    if content is None and consultation.counted_at is not None:
        raise destroying.NothingLeft
    if content is None:
        found = read(consultation, options)
        box = boxes.of(consultation.id)
        kept = frozen.read(box)
        versions = editions.told(box, kept) if kept else []
        content = publication.written(
            {
                "guard": settling.numbers(db.session(), consultation),
                "channels": issued(boxes.of(consultation.id), "channel"),
            }
            | statement.of(consultation, options, found, counted_at=counted_at, editions=versions)
        )
    return content


def _published(consultation: Consultation, content: bytes) -> dict[str, Any]:
    keeping.result(consultation, content)
    publication.write(consultation, content)
    result: dict[str, Any] = json.loads(content)
    return result


def read(consultation: Consultation, options: Sequence[ConsultationOption]) -> Gathered:
    """The ballots of a closed box, gathered. Raises BoxBroken."""
    box = boxes.of(consultation.id)
    rows = box.read("SELECT count(*) FROM {box}ballot")
    keys = [option.key for option in options]
    try:
        found = gather(keys, opening.opened(consultation.id), rows[0][0] if rows else 0)
    except ValueError:
        raise BoxBroken from None
    rights = issued(box)
    if any(n > rights.get(tier, 0) for tier, n in found.voters().items()):
        raise BoxBroken
    return found


def issued(box: Box, by: Literal["tier", "channel"] = "tier") -> dict[str, int]:
    """How many people have voted, by tier or channel: each has one right, from the first vote."""
    counted = f'SELECT {by}, count(*) FROM {{box}}"right" GROUP BY {by} ORDER BY {by}'  # noqa: S608
    return dict(box.read(counted))
