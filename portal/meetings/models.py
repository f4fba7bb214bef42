"""A meeting: where, when, for whom it is accessible, what was said, how many came."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_json


class Meeting(SQLModel, table=True):
    """A meeting on a consultation. Texts are objects by language."""

    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="whole_point"),
        sa.CheckConstraint("attended IS NULL OR attended >= 0", name="attended"),
        sa.UniqueConstraint("consultation_id", "slug"),
        sa.Index("ix_meeting_starts_at", "starts_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id")
    slug: str = Field(max_length=80)
    title: dict[str, Any] = Field(sa_type=column_json())
    purpose: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    place: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    address: str = Field(default="", max_length=200)
    lat: float | None = None
    lon: float | None = None
    district: str | None = Field(default=None, max_length=40)
    online: str = Field(default="", max_length=300)
    accessibility: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    facilities: list[str] = Field(default_factory=list, sa_type=column_json(many=True))
    languages: list[str] = Field(default_factory=list, sa_type=column_json(many=True))
    places: int | None = None
    starts_at: datetime
    ends_at: datetime
    minutes: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    decided: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    attended: int | None = None  # how many came in all; the bands are rows of `Attendance`
    minutes_at: datetime | None = None
    published_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_because: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    reminded_at: datetime | None = None
    created_at: datetime
    revision: int = 1  # grows with every change: no one writes over what they have not seen
    demonstration: bool = False

    @property
    def public(self) -> bool:
        """Whether anyone may see it; a cancelled one stays, with its reason."""
        return self.published_at is not None

    @property
    def stands(self) -> bool:
        """Whether it is public and not cancelled."""
        return self.public and self.cancelled_at is None

    def over(self, now: datetime) -> bool:
        """Whether it has taken place."""
        return self.ends_at <= now


class Attendance(SQLModel, table=True):
    """How many of one band (an age, a gender, a district) came; never who.

    These are the counts as taken; only `attendance.shown` says what of them is public.
    """

    __table_args__ = (sa.CheckConstraint("people >= 0", name="people"),)

    meeting_id: UUID = Field(foreign_key="meeting.id", primary_key=True, ondelete="CASCADE")
    attribute: str = Field(primary_key=True, max_length=24)
    band: str = Field(primary_key=True, max_length=40)
    people: int
