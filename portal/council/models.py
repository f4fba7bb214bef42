"""What the council owes a consultation: an answer by a day, its reasons, its steps."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json


class Decision(Enum):
    """What the council decided; `NONE` until it has answered."""

    NONE = "none"
    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    REJECTED = "rejected"


class CouncilItem(SQLModel, table=True):
    """One counted consultation on the council's table. Texts are objects by language.

    Once answered it stands: a trigger refuses any change.
    """

    __tablename__ = "council_item"
    __table_args__ = (
        sa.CheckConstraint("received_on <= due_on", name="received_before_due"),
        sa.CheckConstraint("(answered_at IS NULL) = (decision = 'none')", name="answer_whole"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id", unique=True)
    received_on: date
    due_on: date = Field(index=True)
    body: dict[str, Any] = Field(sa_type=column_json())
    decision: Decision = Field(default=Decision.NONE, sa_type=column_enum(Decision, "decision"))
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    reasons: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    answered_at: datetime | None = None
    next_review_on: date | None = None

    def overdue(self, today: date) -> bool:
        """Whether the council has let the day pass."""
        return self.answered_at is None and today > self.due_on


class Milestone(SQLModel, table=True):
    """One step the council promised, with its day; only `done` may change."""

    __tablename__ = "council_milestone"

    item_id: UUID = Field(foreign_key="council_item.id", primary_key=True)
    position: int = Field(primary_key=True)
    on: date = Field(sa_column=sa.Column("date", sa.Date(), nullable=False))
    text: dict[str, Any] = Field(sa_type=column_json())
    done: bool = False


STANDS = {
    "sqlite": (
        "CREATE TRIGGER council_item_stands BEFORE UPDATE ON council_item "
        "WHEN OLD.answered_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'an answer of the council stands'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION council_item_stands() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an answer of the council stands'; END $$",
        "CREATE TRIGGER council_item_stands BEFORE UPDATE ON council_item FOR EACH ROW "
        "WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION council_item_stands()",
    ),
}


@sa.event.listens_for(SQLModel.metadata.tables["council_item"], "after_create")
def _let_answers_stand(table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    for statement in STANDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
