"""What two persons decided about flagged votes. Votes are named by keyed hashes, people by none."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.consultations.models import Outcome
from portal.db import column_enum, column_json


class Verdict(Enum):
    """What becomes of a flagged vote."""

    RELEASE = "release"
    EXCLUDE = "exclude"


class GuardAct(SQLModel, table=True):
    """A verdict one person proposed on some flagged votes, and what another one decided.

    `cases` are the numbers of the votes it is about: keyed hashes, which nothing else holds. An
    answer to an `appeal` is decided at once, by somebody who had no part in the exclusion.
    """

    __tablename__ = "guard_act"
    __table_args__ = (
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by OR outcome = 'withdrawn'"
                           " OR appeal", name="two_persons"),
    )  # fmt: skip

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id", index=True, ondelete="CASCADE")
    verdict: Verdict = Field(sa_type=column_enum(Verdict, "verdict"))
    cases: list[Any] = Field(sa_type=column_json(many=True))
    ground: str = Field(max_length=20)
    reason: str = Field(max_length=1000)
    appeal: bool = False
    outcome: Outcome = Field(default=Outcome.WAITING, sa_type=column_enum(Outcome, "outcome"))
    asked_by: UUID
    asked_at: datetime
    expires_at: datetime
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    answer: str = Field(default="", max_length=1000)
