"""What is kept of paper: batches and their slips, wrong tries, open vote sessions, sheets read."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum


class PaperKind(Enum):
    """What a batch is printed as."""

    CODES = "codes"  # slips with a secret code, for a vote on a device
    BALLOTS = "ballots"  # ballot papers with a number, read in by two persons


class PaperBatch(SQLModel, table=True):
    """An order of paper for one consultation. Two persons let it be printed."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        sa.CheckConstraint("released_by IS NULL OR released_by <> ordered_by", name="two_persons"),
        sa.CheckConstraint("made_at IS NULL OR released_at IS NOT NULL", name="released_first"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id", index=True, ondelete="CASCADE")
    kind: PaperKind = Field(sa_type=column_enum(PaperKind, "kind"))
    label: str = Field(max_length=80)
    amount: int
    valid_until: datetime
    ordered_by: UUID
    ordered_at: datetime
    released_by: UUID | None = None
    released_at: datetime | None = None
    made_by: UUID | None = None
    made_at: datetime | None = None  # printed: from here on the codes are on paper only
    voided_by: UUID | None = None
    voided_at: datetime | None = None
    void_reason: str = Field(default="", max_length=1000)
    demonstration: bool = False


class PaperSlip(SQLModel, table=True):
    """A slip or ballot paper. `hash` proves its code; it is empty where the paper has none.

    Nothing here says whether it was used: only the ballot box knows, under its own key.
    """

    __tablename__ = "paper_slip"

    serial: str = Field(primary_key=True, max_length=5)
    batch_id: UUID = Field(foreign_key="paper_batch.id", index=True, ondelete="CASCADE")
    hash: str = Field(default="", max_length=64)


class PaperTry(SQLModel, table=True):
    """Wrong codes typed for one serial, existing or not, or from one network."""

    __tablename__ = "paper_try"

    key_hash: str = Field(primary_key=True, max_length=64)
    tries: int = 0
    since: datetime = Field(index=True)


class VotePass(SQLModel, table=True):
    """An open vote session that belongs to no account; whose it is, only its cookie can tell.

    `spent` names the form it was used with, so that the same form gives the same receipt.
    """

    __tablename__ = "vote_pass"

    token_hash: str = Field(primary_key=True, max_length=64)
    sealed: str = Field(max_length=2000)
    expires_at: datetime = Field(index=True)
    spent: str = Field(default="", max_length=64)


class SheetEntry(SQLModel, table=True):
    """What one person read from a ballot paper, sealed, until a second one read the same."""

    __tablename__ = "sheet_entry"
    __table_args__ = (
        sa.UniqueConstraint("serial", "turn"),
        sa.CheckConstraint("turn IN (1, 2)", name="two_turns"),
    )

    serial: str = Field(foreign_key="paper_slip.serial", primary_key=True, ondelete="CASCADE")
    operator: UUID = Field(primary_key=True)
    sealed: str = Field(max_length=4000)
    turn: int  # 1: read first; 2: read second


class SheetCast(SQLModel, table=True):
    """A ballot paper two persons agreed on: who read it, never what it says.

    One that is not `valid` was agreed to be spoiled, and is not counted.
    """

    __tablename__ = "sheet_cast"
    __table_args__ = (sa.CheckConstraint("first_by <> second_by", name="two_persons"),)

    serial: str = Field(foreign_key="paper_slip.serial", primary_key=True, ondelete="CASCADE")
    first_by: UUID
    second_by: UUID
    settled_by: UUID | None = None  # who read again after the two had differed
    valid: bool = True
    cast_on: date
