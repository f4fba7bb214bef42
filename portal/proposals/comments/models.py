"""What the portal keeps of the talk about proposals: comments, and reports on them."""

from datetime import datetime
from enum import Enum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum
from portal.proposals.models import REASON, Origin, ReportReason

COMMENT = (2, 1500)  # shortest and longest, in characters


class Stance(Enum):
    """Where a comment stands towards its proposal."""

    FOR = "for"
    NEUTRAL = "neutral"
    AGAINST = "against"


class CommentState(Enum):
    """Where a comment stands with the public."""

    PUBLISHED = "published"
    WAITING = "waiting"
    HIDDEN = "hidden"
    REMOVED = "removed"  # by its author: the place stays, the words do not


class Comment(SQLModel, table=True):
    """What one person says to a proposal, or to a comment on it: one level of replies."""

    __table_args__ = (
        sa.Index("ix_comment_of_proposal", "proposal_id", "created_at", "id"),
        sa.Index("ix_comment_parent_id", "parent_id"),
        sa.Index("ix_comment_author", "author_id", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", ondelete="CASCADE")
    parent_id: UUID | None = Field(default=None, foreign_key="comment.id", ondelete="CASCADE")
    author_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    body: str = Field(max_length=COMMENT[1])
    language: str = Field(max_length=8)
    stance: Stance = Field(default=Stance.NEUTRAL, sa_type=column_enum(Stance, "stance"))
    state: CommentState = Field(
        default=CommentState.PUBLISHED, sa_type=column_enum(CommentState, "state")
    )
    state_reason: str = Field(default="", max_length=REASON[1])
    origin: Origin = Field(default=Origin.WEB, sa_type=column_enum(Origin, "origin"))
    created_at: datetime
    edited_at: datetime | None = None
    demonstration: bool = False


class CommentReport(SQLModel, table=True):
    """One person's word that a comment needs a look."""

    __tablename__ = "comment_report"
    __table_args__ = (sa.Index("ix_comment_report_waiting", "settled_at", "created_at"),)

    comment_id: UUID = Field(foreign_key="comment.id", primary_key=True, ondelete="CASCADE")
    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    reason: ReportReason = Field(sa_type=column_enum(ReportReason, "report_reason"))
    note: str = Field(default="", max_length=500)
    created_at: datetime
    settled_at: datetime | None = None
