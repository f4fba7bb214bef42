"""Decisions about observations, the doubts that wait for one, and whom to tell of it."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum
from portal.observations.models import Grade


class Act(Enum):
    """What a row of the history is."""

    DECIDED = "decided"
    PASSED_ON = "passed_on"  # an opinion, and somebody else decides
    UNDONE = "undone"  # what was decided just before holds no longer


class Review(SQLModel, table=True):
    """One decision about an observation. Rows are added and never edited: the last one counts.

    `number` rises from one for each observation; its key lets only one of two people be the next.
    """

    __table_args__ = (
        sa.Index("ix_review_number", "observation_id", "number", unique=True),
        sa.Index("ix_review_reviewer", "reviewer_id", "at"),
        sa.CheckConstraint("number > 0", name="numbered"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    observation_id: UUID = Field(foreign_key="observation.id")
    reviewer_id: UUID = Field(foreign_key="account.id")
    number: int = 1
    act: Act = Field(default=Act.DECIDED, sa_type=column_enum(Act, "act"))
    decision: Grade = Field(sa_type=column_enum(Grade, "decision"))
    before: Grade = Field(default=Grade.CHECKED, sa_type=column_enum(Grade, "before"))
    reason: str = Field(default="", max_length=500)
    together: UUID | None = Field(default=None, index=True)  # rows of one decision about many
    at: datetime = Field(index=True)


class ObservationDoubt(SQLModel, table=True):
    """A check that a waiting observation did not pass: the queue is narrowed by it."""

    __tablename__ = "observation_doubt"
    __table_args__ = (
        sa.Index(
            "ix_observation_doubt_queue", "check_id", "confidence", "received_at", "observation_id"
        ),
    )

    observation_id: UUID = Field(foreign_key="observation.id", primary_key=True, ondelete="CASCADE")
    check_id: str = Field(primary_key=True, max_length=40)
    confidence: int
    received_at: datetime


class ReviewNews(SQLModel, table=True):
    """A decision its contributor is still to be told of; gone once told, undone or overtaken."""

    __tablename__ = "review_news"

    observation_id: UUID = Field(foreign_key="observation.id", primary_key=True, ondelete="CASCADE")
    review_id: UUID = Field(foreign_key="review.id")
    due_at: datetime = Field(index=True)
    bundled: bool = False  # told with all others of the day, in one message


class ReviewClaim(SQLModel, table=True):
    """Who has an observation open on the desk: others are told so until the time is over."""

    __tablename__ = "review_claim"

    observation_id: UUID = Field(foreign_key="observation.id", primary_key=True, ondelete="CASCADE")
    reviewer_id: UUID = Field(foreign_key="account.id", index=True)
    until: datetime


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
