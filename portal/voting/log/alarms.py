"""While the signer refuses, or cannot be reached, no vote is taken: the alarm, and what it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from flask import current_app

from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box import boxes
from portal.voting.log.signer import Refused, Signer
from portal.voting.log.signing_process import AWAY, SCHEME, RemoteSigner


class Paused(Refusal):
    """The log was refused by its signer."""

    status = 503
    title = N_("Voting is paused")
    message = N_(
        "The record of this vote does not agree with what was signed before, so no vote is taken "
        "until it has been examined. Votes already cast are not changed. Those who run the portal "
        "have been told."
    )


class SignerAway(Paused):
    """The signer does not answer, so nothing could be signed."""

    message = N_(
        "The program that signs the record of this vote cannot be reached, so no vote is taken for "
        "the moment. Votes already cast are kept. Please try again in some minutes: those who run "
        "the portal have been told."
    )


def _refusal(alarm: str) -> type[Paused]:
    return SignerAway if alarm == AWAY else Paused


@contextmanager
def in_words() -> Iterator[None]:
    """What the signer refuses, as a page says it. Raises Paused, SignerAway."""
    try:
        yield
    except Refused as refused:
        raise _refusal(str(refused)) from None


def signer_of(consultation_id: UUID) -> Signer | RemoteSigner:
    """The signer of a consultation's log, in this process or in one of its own."""
    place = current_app.config["SIGNER"]
    if str(place).startswith(SCHEME):
        return RemoteSigner(Path(str(place).removeprefix(SCHEME)), consultation_id)
    return Signer(place, consultation_id)


def must_not_be_paused(consultation_id: UUID) -> None:
    """Raises Paused while the signer's alarm lasts, and SignerAway while it cannot be asked."""
    alarm = signer_of(consultation_id).alarm
    if alarm is not None:
        raise _refusal(alarm)


def must_extend(consultation_id: UUID) -> None:
    """The same where the box was looked at too: it must not hold less than was signed."""
    alarm = behind(consultation_id)
    if alarm is not None:
        raise _refusal(alarm)


def behind(consultation_id: UUID) -> str | None:
    """Why the signer is alarmed if the box holds less than was signed: an old one was put back."""
    signer = signer_of(consultation_id)
    try:
        last = signer.last()
    except Refused as refused:
        signer.raise_alarm(str(refused))
        return signer.alarm
    rows = boxes.of(consultation_id).read("SELECT max(size) FROM {box}batch")
    size = (rows[0][0] if rows else 0) or 0
    if last is not None and size < last.size:
        signer.raise_alarm(f"{size} entries, where {last.size} were signed")
    return signer.alarm
