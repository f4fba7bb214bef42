"""What the portal keeps of a release; its files lie in the release folder."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_json


class Release(SQLModel, table=True):
    """A frozen version of a dataset. The row is written last: what has no row is not released."""

    __tablename__ = "dataset_release"
    __table_args__ = (sa.UniqueConstraint("dataset", "version"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    dataset: str = Field(max_length=80, index=True)
    version: str = Field(max_length=40)
    sha256: str = Field(max_length=64)  # of datapackage.json, which holds every file's hash
    campaign_id: UUID = Field(foreign_key="campaign.id")
    created_at: datetime
    counts: dict[str, Any] = Field(sa_type=column_json())
    previous: str | None = Field(default=None, max_length=40)
    notes: str = Field(default="", max_length=2000)
    demonstration: bool = False


class ReleaseItem(SQLModel, table=True):
    """Which observations a release holds. The released files name none of them."""

    __tablename__ = "release_item"

    release_id: UUID = Field(foreign_key="dataset_release.id", primary_key=True)
    observation_id: UUID = Field(foreign_key="observation.id", primary_key=True, index=True)
