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
    """Who wants to hear of what: one row per person and thing. Muted, it is read but not sent."""

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    kind: str = Field(primary_key=True, max_length=24)
    ref: str = Field(primary_key=True, max_length=80)
    since: datetime
    muted: bool = False

    __table_args__ = (sa.Index("ix_follow_thing", "kind", "ref"),)


class NewsChoice(SQLModel, table=True):
    """A person's pace for one topic; without a row it is the topic's own, mostly weekly."""

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


class Reader(SQLModel, table=True):
    """Where a person's news go, and up to when they were told of each topic.

    `contact` is an address given for news only, by people who sign in without one. After some
    refusals in a row (`bounces`) nothing is sent there until the person says so.
    """

    __tablename__ = "news_reader"

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    contact: str | None = Field(default=None, max_length=254)
    bounces: int = 0
    told: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    digest_at: datetime | None = None
    urgent_at: datetime | None = None


class NewsMessage(SQLModel, table=True):
    """A message a person gets: which stretch of time of which topics. Its words are written late.

    The id is also that of the job that sends it. `slot` is the day for gathered news, of which
    there is one a day at most, and the moment for what cannot wait.
    """

    __tablename__ = "news_message"
    __table_args__ = (sa.UniqueConstraint("account_id", "slot"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    slot: str = Field(max_length=32)
    covers: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    at: datetime = Field(index=True)


class Newsletter(SQLModel, table=True):
    """Words of the city to a group; what has happened to it follows from its times.

    `audience` is `all`, `follow:<kind>:<ref>`, `district:<code>` or `language:<code>`.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    subject: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    text: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    audience: str = Field(default="all", max_length=120)
    author_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    changed_at: datetime
    asked_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    asked_at: datetime | None = None
    confirmed_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    sent_at: datetime | None = Field(default=None, index=True)
    reached: int = 0
    demonstration: bool = False
