"""What the portal keeps of moderation: cases, decisions, kept originals, appeals."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json
from portal.proposals.models import REASON

WORDS = (10, 2000)  # of an appeal


class Kind(Enum):
    """What a case is about."""

    PROPOSAL = "proposal"
    COMMENT = "comment"


class Why(Enum):
    """What opened a case."""

    FIRST_POST = "first_post"
    REPORT = "report"
    HINT = "hint"
    EDIT = "edit"
    APPEAL = "appeal"
    STAFF = "staff"  # a manager wants it looked at again


class Step(Enum):
    """What may be decided."""

    KEEP = "keep"
    REDACT = "redact"
    HIDE = "hide"
    RESTORE = "restore"
    FAMILY = "family"
    ESCALATE = "escalate"
    UPHOLD = "uphold"
    REVERSE = "reverse"


class Level(Enum):
    """To whom a case was passed on."""

    COLLEAGUE = "colleague"
    ADMINISTRATOR = "administrator"


class ModerationCase(SQLModel, table=True):
    """One look at one post, open until somebody decides; a post has at most one open case.

    `place` orders the queue: the moment it was opened, moved earlier by an hour for each point of
    doubt, so that both doubt and waiting bring a case forward and the order is one index.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        sa.Index(
            "ix_moderation_case_one_proposal", "proposal_id", unique=True,
            sqlite_where=sa.text("settled_at IS NULL AND comment_id IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND comment_id IS NULL"),
        ),
        sa.Index(
            "ix_moderation_case_one_comment", "comment_id", unique=True,
            sqlite_where=sa.text("settled_at IS NULL AND comment_id IS NOT NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND comment_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_moderation_case_queue", "place", "id",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
        sa.Index("ix_moderation_case_of_proposal", "proposal_id", "opened_at"),
        sa.Index("ix_moderation_case_of_comment", "comment_id", "opened_at"),
        sa.Index("ix_moderation_case_author", "author_id"),
        sa.Index("ix_moderation_case_opened", "opened_at"),
        sa.Index("ix_moderation_case_settled", "settled_at"),
        sa.CheckConstraint("(kind = 'comment') = (comment_id IS NOT NULL)", name="of_one_thing"),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="whole_claim"),
    )  # fmt: skip

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: Kind = Field(sa_type=column_enum(Kind, "kind"))
    proposal_id: UUID = Field(foreign_key="proposal.id", ondelete="CASCADE")
    comment_id: UUID | None = Field(default=None, foreign_key="comment.id", ondelete="CASCADE")
    consultation_id: UUID = Field(foreign_key="consultation.id")
    author_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    why: Why = Field(sa_type=column_enum(Why, "why"))
    held: bool = False  # kept from the public until somebody decides
    reports: int = 0
    edited: bool = False  # after it was kept
    hints: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())  # step -> version
    doubt: int = 0
    opened_at: datetime
    place: datetime
    claimed_by: UUID | None = None
    claimed_until: datetime | None = None
    escalated: Level | None = Field(default=None, sa_type=column_enum(Level, "escalated"))
    escalated_by: UUID | None = None
    settled_at: datetime | None = None


class ModerationDecision(SQLModel, table=True):
    """What was decided in a case, by whom, on which house rule; `before` is what to go back to."""

    __tablename__ = "moderation_decision"
    __table_args__ = (
        sa.Index("ix_moderation_decision_of", "case_id", "at"),
        sa.Index("ix_moderation_decision_by", "by", "at", "id"),
        sa.Index("ix_moderation_decision_at", "at", "id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="moderation_case.id", ondelete="CASCADE")
    step: Step = Field(sa_type=column_enum(Step, "step"))
    rule: str | None = Field(default=None, max_length=24)
    sentence: str | None = Field(default=None, max_length=24)  # a ready one, by its key
    reason: str = Field(default="", max_length=REASON[1])
    by: UUID
    at: datetime
    undone_at: datetime | None = None
    told_at: datetime | None = None
    before: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())


class ModerationOriginal(SQLModel, table=True):
    """A text as it was before passages were taken out: staff see it with a reason; then it goes."""

    __tablename__ = "moderation_original"

    decision_id: UUID = Field(
        foreign_key="moderation_decision.id", primary_key=True, ondelete="CASCADE"
    )
    words: dict[str, Any] = Field(sa_type=column_json())
    keep_until: datetime = Field(index=True)


class Outcome(Enum):
    """What became of an appeal."""

    UPHELD = "upheld"
    REVERSED = "reversed"


class ModerationAppeal(SQLModel, table=True):
    """An author's word against a decision; somebody else than who took it decides."""

    __tablename__ = "moderation_appeal"
    __table_args__ = (
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="outcome_at"),
    )

    decision_id: UUID = Field(
        foreign_key="moderation_decision.id", primary_key=True, ondelete="CASCADE"
    )
    case_id: UUID = Field(foreign_key="moderation_case.id", ondelete="CASCADE", index=True)
    author_id: UUID | None = Field(
        default=None, foreign_key="account.id", ondelete="SET NULL", index=True
    )
    words: str = Field(max_length=WORDS[1])
    at: datetime = Field(index=True)
    outcome: Outcome | None = Field(default=None, sa_type=column_enum(Outcome, "outcome"))
    settled_at: datetime | None = None
