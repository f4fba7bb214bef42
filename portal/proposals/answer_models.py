"""Official answers to proposals, and what they say about computing them."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json
from portal.proposals.models import State


class Modelling(Enum):
    """What an answer says about computing a proposal in the twin."""

    MODELLED = "modelled"
    WILL_BE = "will_be"
    CANNOT = "cannot"


class ProposalAnswer(SQLModel, table=True):
    """An official answer; the latest counts, earlier ones stay readable."""

    __tablename__ = "proposal_answer"
    __table_args__ = (
        sa.Index("ix_proposal_answer_of", "proposal_id", "at"),
        sa.Index("ix_proposal_answer_package", "package", "at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", ondelete="CASCADE")
    state: State = Field(sa_type=column_enum(State, "state"))
    words: dict[str, Any] = Field(sa_type=column_json())
    statuses: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())  # by language
    cost: str = Field(default="", max_length=200)
    due: date | None = None
    modelling: Modelling | None = Field(default=None, sa_type=column_enum(Modelling, "modelling"))
    package: str | None = Field(default=None, max_length=120)
    version: str | None = Field(default=None, max_length=40)
    because: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    at: datetime
    by: UUID | None = None
