"""What people follow, how often each wants to hear of which topic, and what there is to tell."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json


class Pace(Enum):
    """How often news of a topic are sent to a person."""

    NONE = "none"
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Follow(SQLModel, table=True):
    """Who wants to hear of what: one row per person and thing."""

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    kind: str = Field(primary_key=True, max_length=24)
    ref: str = Field(primary_key=True, max_length=80)
    since: datetime

    __table_args__ = (sa.Index("ix_follow_thing", "kind", "ref"),)


class NewsChoice(SQLModel, table=True):
    """A person's pace for one topic; without a row it is weekly."""

    __tablename__ = "news_choice"

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    topic: str = Field(primary_key=True, max_length=40)
    pace: Pace = Field(sa_type=column_enum(Pace, "pace"))


class NewsItem(SQLModel, table=True):
    """One thing that happened, told once however many hear of it.

    It goes to one person (`account_id`) or to everybody who follows the thing it is about. The
    sentence is a message id and `gaps` its values (texts by language stay objects), so that each
    reader gets it in their own language.
    """

    __tablename__ = "news_item"
    __table_args__ = (
        sa.Index("ix_news_item_thing", "kind", "ref", "at"),
        sa.Index("ix_news_item_person", "account_id", "at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    topic: str = Field(max_length=40)
    kind: str | None = Field(default=None, max_length=24)
    ref: str | None = Field(default=None, max_length=80)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE")
    but_id: UUID | None = Field(default=None)  # who caused it and need not be told
    sentence: str = Field(max_length=300)
    gaps: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    path: str = Field(max_length=300)  # the page's address without its language
    urgent: bool = False
    at: datetime = Field(index=True)
