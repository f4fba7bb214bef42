"""Which release goes to which target, and what became of it."""

from datetime import datetime
from enum import Enum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum


class DeliveryState(Enum):
    """What became of a delivery."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Delivery(SQLModel, table=True):
    """One release for one target: a row for good, so that it is sent once however often tried."""

    __table_args__ = (
        sa.UniqueConstraint("release_id", "target"),
        sa.CheckConstraint("tries >= 0 AND sent_bytes >= 0", name="counts"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    release_id: UUID = Field(foreign_key="dataset_release.id", index=True)
    dataset: str = Field(max_length=80, index=True)
    target: str = Field(max_length=20)
    state: DeliveryState = Field(
        default=DeliveryState.WAITING, sa_type=column_enum(DeliveryState, "delivery_state")
    )
    asked_at: datetime
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    tries: int = 0
    sent_bytes: int = Field(default=0, sa_type=sa.BigInteger)
    why: str = Field(default="", max_length=20)  # a word of `trouble.Why`
    detail: str = Field(default="", max_length=80)  # a status, never an address or what was said
    leased_until: datetime | None = None  # until then somebody is at it
