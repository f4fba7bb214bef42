"""Whether the reader follows a consultation, and the button that changes it."""

from datetime import datetime
from typing import Any

from flask import url_for

from portal import db
from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.consultations.telling import KIND, NEW
from portal.news import telling


def button(
    consultation: Consultation, account: Account | None, now: datetime
) -> dict[str, Any] | None:
    """What the button on a consultation's page shows; none where there is nothing to follow."""
    if not abilities.open_now("follow", consultation, now):
        return None
    return {
        "url": url_for("consultations.follow", slug=consultation.slug),
        "follows": _follows(account, str(consultation.id)),
    }


def button_for_new(account: Account | None) -> dict[str, Any]:
    """What the button beside the list shows: to hear of every new consultation."""
    return {"url": url_for("consultations.follow_new"), "follows": _follows(account, NEW)}


def _follows(account: Account | None, ref: str) -> bool:
    return account is not None and telling.follows(db.session(), account.id, KIND, ref)
