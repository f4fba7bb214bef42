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
    """A question put to the city. Texts are objects by language.

    `abilities` holds the phases of those abilities that differ from the table, `statuses` says of
    each text and language who wrote it and over which original, `weighed` which newer package
    versions the vote was already paused for. `revision` counts changes, for editors' sake.
    """

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
    paused_at: datetime | None = None  # votes wait while people look at what changed
    abilities: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    statuses: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    weighed: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    revision: int = 0
    created_at: datetime | None = None
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


class Ask(Enum):
    """What takes two persons: one asks, another confirms."""

    ANNOUNCE = "announce"
    EXTEND = "extend"
    CLOSE = "close"
    CANCEL = "cancel"
    RESUME = "resume"
    COUNT = "count"


class Outcome(Enum):
    """What came of an act that was asked for."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ConsultationAct(SQLModel, table=True):
    """An act one manager asked for, and what another one decided."""

    __tablename__ = "consultation_act"
    __table_args__ = (
        sa.Index(
            "uq_consultation_act_waiting", "consultation_id", "kind", unique=True,
            sqlite_where=sa.text("outcome = 'waiting'"),
            postgresql_where=sa.text("outcome = 'waiting'"),
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by OR outcome = 'withdrawn'",
                           name="two_persons"),
    )  # fmt: skip

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id", ondelete="CASCADE")
    kind: Ask = Field(sa_type=column_enum(Ask, "kind"))
    outcome: Outcome = Field(default=Outcome.WAITING, sa_type=column_enum(Outcome, "outcome"))
    reason: str = Field(max_length=1000)
    closes_at: datetime | None = None  # the new closing time, where the act moves it
    revision: int  # what the one who asked had before them
    asked_by: UUID
    asked_at: datetime = Field(index=True)
    expires_at: datetime
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    answer: str = Field(default="", max_length=1000)


class ConsultationTold(SQLModel, table=True):
    """What followers were told of a consultation: each thing once."""

    __tablename__ = "consultation_told"

    consultation_id: UUID = Field(
        foreign_key="consultation.id", primary_key=True, ondelete="CASCADE"
    )
    what: str = Field(primary_key=True, max_length=40)
    at: datetime
