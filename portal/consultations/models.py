"""A consultation: a question, its options, its dates. Phases follow from the dates."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json

NONE = "none"  # the option that is always there: none of these


class Phase(Enum):
    """Where a consultation stands."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Rule(Enum):
    """How ballots are counted; frozen when the vote opens."""

    APPROVAL = "approval"
    SCORE = "score"
    RANKING = "ranking"
    MAJORITY = "majority"
    BUDGET = "budget"


class Consultation(SQLModel, table=True):
    """A question put to the city. Texts are objects by language."""

    __table_args__ = (sa.CheckConstraint("opens_at < closes_at", name="opens_before_closes"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    family: str = Field(max_length=80, index=True)
    title: dict[str, Any] = Field(sa_type=column_json())
    question: dict[str, Any] = Field(sa_type=column_json())
    summary: dict[str, Any] = Field(sa_type=column_json())
    can_change: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    cannot_change: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    theme: str = Field(default="", max_length=40)
    rule: Rule = Field(default=Rule.APPROVAL, sa_type=column_enum(Rule, "rule"))
    budget: int | None = None  # whole euros to spend; for the rule of that name only
    tiers: list[str] = Field(default_factory=lambda: ["V", "E"], sa_type=column_json(many=True))
    eligibility: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    attributes: list[str] = Field(default_factory=list, sa_type=column_json(many=True))
    announced_at: datetime | None = Field(default=None, index=True)
    opens_at: datetime
    closes_at: datetime
    counted_at: datetime | None = None
    answered_at: datetime | None = None
    cancelled_at: datetime | None = None
    demonstration: bool = False

    def phase(self, now: datetime) -> Phase:
        """Where the consultation stands at a moment."""
        if self.cancelled_at is not None:
            return Phase.CANCELLED
        if self.announced_at is None or now < self.announced_at:
            return Phase.DRAFT
        if self.counted_at is not None:
            return Phase.ANSWERED if self.answered_at is not None else Phase.COUNTED
        if now < self.opens_at:
            return Phase.ANNOUNCED
        return Phase.OPEN if now < self.closes_at else Phase.CLOSED


class ConsultationOption(SQLModel, table=True):
    """One thing to choose: a scenario package at the version and hash people see."""

    __tablename__ = "consultation_option"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "position"),)

    consultation_id: UUID = Field(foreign_key="consultation.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=80)
    position: int
    title: dict[str, Any] = Field(sa_type=column_json())
    package: str = Field(max_length=120, index=True)
    version: str = Field(max_length=40)
    sha256: str = Field(max_length=64)
    cost: int | None = None  # whole euros, where a budget is shared out
