"""What a campaign asks, what people measured, and who decided what about it."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json


class Stage(Enum):
    """Where a campaign stands."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"


class Grade(Enum):
    """How far an observation has come; a person decides on the last three."""

    RECEIVED = "received"  # kept, with a check in doubt
    CHECKED = "checked"  # every automatic check passed
    ACCEPTED = "accepted"
    CAVEAT = "accepted_with_caveat"
    REJECTED = "rejected"


UNDECIDED = "grade IN ('received', 'checked')"  # written out, so that its index is found
KEPT = (Grade.ACCEPTED, Grade.CAVEAT)
DECISIONS = (Grade.ACCEPTED, Grade.CAVEAT, Grade.REJECTED)


class Campaign(SQLModel, table=True):
    """A call for measurements: what, in which unit, how, when, how coarsely. Texts by language."""

    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_closes"),
        sa.CheckConstraint("minimum < maximum", name="minimum_below_maximum"),
        sa.CheckConstraint("resolution BETWEEN 6 AND 11", name="resolution_known"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    dataset: str = Field(max_length=80, index=True)
    family: str = Field(default="", max_length=80, index=True)
    title: dict[str, Any] = Field(sa_type=column_json())
    purpose: dict[str, Any] = Field(sa_type=column_json())
    instructions: dict[str, Any] = Field(sa_type=column_json())
    observed_property: str = Field(max_length=80)
    property_name: dict[str, Any] = Field(sa_type=column_json())
    unit: str = Field(max_length=40)  # UCUM
    unit_shown: str = Field(max_length=40)
    minimum: float
    maximum: float
    decimals: int = 0
    procedure: dict[str, Any] = Field(sa_type=column_json())
    opens_at: datetime
    closes_at: datetime
    resolution: int = 9  # of the H3 grid; the exact place is never kept
    photos: str = Field(default="none", max_length=20)
    demonstration: bool = False

    def stage(self, now: datetime) -> Stage:
        """Where the campaign stands at a moment."""
        if now < self.opens_at:
            return Stage.ANNOUNCED
        return Stage.OPEN if now < self.closes_at else Stage.CLOSED


class Observation(SQLModel, table=True):
    """One measurement. The place was made coarse before it came here.

    `grade` and `confidence` could be worked out from `checks` and the decisions; they are kept
    because the review queue and the counts read a million rows by them.
    """

    __table_args__ = (
        sa.CheckConstraint("confidence <= 0", name="confidence_counts"),
        sa.UniqueConstraint("key_hash"),
        sa.Index("ix_observation_place", "campaign_id", "cell"),
        sa.Index("ix_observation_received", "campaign_id", "received_at"),
        sa.Index(
            "ix_observation_queue",
            "confidence",
            "received_at",
            "id",
            sqlite_where=sa.text(UNDECIDED),
            postgresql_where=sa.text(UNDECIDED),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaign.id")
    contributor_id: UUID | None = Field(default=None, foreign_key="account.id", index=True)
    result: float
    unit: str = Field(max_length=40)
    phenomenon_time: datetime
    received_at: datetime
    cell: str | None = Field(default=None, max_length=16)
    district: str | None = Field(default=None, max_length=60)
    accuracy: float | None = None  # metres, as the device or the person said
    note: str = Field(default="", max_length=500)
    grade: Grade = Field(default=Grade.RECEIVED, sa_type=column_enum(Grade, "grade"))
    confidence: int = 0  # minus one for each automatic check not passed: rising in the queue
    checks: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=column_json(many=True)
    )  # each {id, version, passed, detail}
    key_hash: str = Field(max_length=64)
    demonstration: bool = False

    @property
    def doubt(self) -> int:
        """How many automatic checks were not passed."""
        return -self.confidence

    @property
    def code(self) -> str:
        """Four characters by which people speak of this observation."""
        return self.id.hex[-4:].upper()


class Review(SQLModel, table=True):
    """One decision about an observation. Rows are added and never edited: a later one counts."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    observation_id: UUID = Field(foreign_key="observation.id", index=True)
    reviewer_id: UUID = Field(foreign_key="account.id")
    decision: Grade = Field(sa_type=column_enum(Grade, "decision"))
    reason: str = Field(default="", max_length=500)
    at: datetime


class CheckCount(SQLModel, table=True):
    """How often an automatic check was passed and not, refused entries included."""

    __tablename__ = "check_count"

    campaign_id: UUID = Field(foreign_key="campaign.id", primary_key=True)
    check_id: str = Field(primary_key=True, max_length=40)
    version: str = Field(primary_key=True, max_length=20)
    passed: int = 0
    failed: int = 0


KEPT_SQLITE = (
    "CREATE TRIGGER review_kept_{0} BEFORE {0} ON review "
    "BEGIN SELECT RAISE(ABORT, 'decisions are added, never changed'); END"
)
KEPT_POSTGRESQL = (
    "CREATE TRIGGER review_kept_{0} BEFORE {0} ON review "
    "FOR EACH ROW EXECUTE FUNCTION review_kept()"
)
KEPT_FUNCTION = (
    "CREATE OR REPLACE FUNCTION review_kept() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'decisions are added, never changed'; END $$"
)


@sa.event.listens_for(SQLModel.metadata.tables["review"], "after_create")
def _keep_decisions(table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    """Tables made without migrations (in tests) forbid the same as migrated ones."""
    on_postgres = connection.dialect.name == "postgresql"
    if on_postgres:
        connection.exec_driver_sql(KEPT_FUNCTION)
    for verb in ("update", "delete"):
        trigger = KEPT_POSTGRESQL if on_postgres else KEPT_SQLITE
        connection.exec_driver_sql(trigger.format(verb))
