"""What staff did with a person's data: noted when it happens, shown to the person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import audit
from portal.accounts.models import Account, SignIn
from portal.i18n import N_

KIND = "account"
MOST = 200
WORDS = {
    "account.viewed": N_("Staff looked at your data"),
    "account.second_factor.reset": N_("Staff reset your second step"),
    "account.disabled": N_("Staff closed your account"),
    "account.role_changed": N_("Staff changed what your account may do"),
}


def note(
    session: Session, person: UUID, *, by: Account, reason: str, now: datetime, **details: Any
) -> None:
    """Note that staff looked at a person's data, and why. Call it wherever they can."""
    if by.id != person:
        audit.record(
            session, action="account.viewed", kind=KIND, ref=person, actor=by.id, reason=reason,
            now=now, **details,
        )  # fmt: skip


def of(session: Session, account: Account) -> list[Mapping[str, Any]]:
    """What staff did with this person's data, the latest first; by whom is not told by name."""
    entry = audit.AuditEntry
    query = (
        sa.select(col(entry.at), col(entry.action), col(entry.reason))
        .where(
            col(entry.kind) == KIND,
            col(entry.ref) == str(account.id),
            sa.or_(col(entry.actor).is_(None), col(entry.actor) != account.id),
        )
        .order_by(col(entry.at).desc())
        .limit(MOST)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def in_words(session: Session, account: Account) -> list[tuple[datetime, str, str]]:
    """When, what (a message id) and why, of the acts that have words."""
    found = of(session, account)
    return [
        (one["at"], WORDS[one["action"]], one["reason"]) for one in found if one["action"] in WORDS
    ]


def rows(session: Session, account: Account, sign_in: SignIn) -> list[Mapping[str, Any]]:
    """The same for the export."""
    return of(session, account)
