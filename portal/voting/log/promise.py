"""A receipt as signed evidence: this commitment will be in the log by that day."""

from datetime import datetime, timedelta

from flask import current_app

from portal.consultations.models import Consultation
from portal.voting.log import frozen, notes

WITHIN = timedelta(hours=1)


def made(consultation: Consultation, commitment: bytes, now: datetime) -> str:
    """The signed note. It names a day, not an hour: it must not tell when somebody voted."""
    day = (now + WITHIN).astimezone(current_app.config["ZONE"]).date().isoformat()
    name = f"{frozen.of(consultation).origin}/receipts"
    text = f"{name}\n{commitment.hex()}\nin the log by {day}\n"
    return notes.sign(text, name, frozen.receipts_seed(consultation.id))
