"""The audit trail: who decided what, when and why. Rows are added and never edited."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Field, Session, SQLModel

from portal.db import column_json


class AuditEntry(SQLModel, table=True):
    """One act of staff or of the portal itself. Never about who voted, or what."""

    __tablename__ = "audit_entry"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    at: datetime = Field(index=True)
    actor: UUID | None = None
    action: str = Field(max_length=80)
    kind: str = Field(max_length=40)
    ref: str = Field(max_length=120, index=True)
    reason: str = Field(default="", max_length=2000)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())


def record(
    session: Session,
    *,
    action: str,
    kind: str,
    ref: object,
    actor: UUID | None = None,
    reason: str = "",
    now: datetime | None = None,
    **details: Any,
) -> AuditEntry:
    """Add one line to the trail, in the caller's transaction."""
    entry = AuditEntry(
        at=now or datetime.now(UTC),
        actor=actor,
        action=action,
        kind=kind,
        ref=str(ref),
        reason=reason,
        details=details,
    )
    session.add(entry)
    return entry
