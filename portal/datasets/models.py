"""What the portal keeps of a release; its files lie in the release folder."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json


class Every(Enum):
    """How often a dataset is released by itself."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Release(SQLModel, table=True):
    """A frozen version of a dataset. The row is written last: what has no row is not released."""

    __tablename__ = "dataset_release"
    __table_args__ = (
        sa.UniqueConstraint("dataset", "version"),
        sa.Index("ix_dataset_release_number", "dataset", "number", unique=True),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    dataset: str = Field(max_length=80, index=True)
    version: str = Field(max_length=40)
    number: int  # 1, 2, 3 … within the dataset, whatever the version is called
    sha256: str = Field(max_length=64)  # of datapackage.json, which holds every file's hash
    campaign_id: UUID = Field(foreign_key="campaign.id")
    created_at: datetime
    counts: dict[str, Any] = Field(sa_type=column_json())
    previous: str | None = Field(default=None, max_length=40)
    notes: str = Field(default="", max_length=2000)
    demonstration: bool = False


class ReleaseItem(SQLModel, table=True):
    """How an observation was told, and in which releases: from number `since` to before `until`.

    The place is decided once. Later releases tell the same place or nothing, so that comparing
    them tells nothing new. The released files name no observation.
    """

    __tablename__ = "release_item"
    __table_args__ = (sa.CheckConstraint("since >= 1 AND since < until", name="since_until"),)

    observation_id: UUID = Field(foreign_key="observation.id", primary_key=True)
    level: str = Field(max_length=8)
    place: str = Field(max_length=60)
    since: int
    until: int | None = None  # the number of the first release without it


class ReleasePlan(SQLModel, table=True):
    """When a dataset is released by itself."""

    __tablename__ = "release_plan"

    dataset: str = Field(max_length=80, primary_key=True)
    every: Every = Field(default=Every.NEVER, sa_type=column_enum(Every, "every"))
    next_at: datetime | None = Field(default=None, index=True)
