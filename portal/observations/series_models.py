"""Devices that send by themselves, and files of many readings on their way in."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json


class Device(SQLModel, table=True):
    """A person's sensor, standing in one place and sending to one campaign.

    Of its key only a hash is kept, of its place only the cell (or the district it was given).
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    campaign_id: UUID = Field(foreign_key="campaign.id")
    name: str = Field(max_length=60)
    model: str = Field(default="", max_length=100)
    cell: str | None = Field(default=None, max_length=16)
    district: str | None = Field(default=None, max_length=60)
    key_hash: str = Field(max_length=64, unique=True)
    key_end: str = Field(max_length=8)  # by which its owner knows the key again
    keyed_at: datetime
    made_at: datetime
    paused: bool = False
    sent_on: date | None = None  # the last day it sent, and how many that day: its daily limit
    sent_then: int = 0


class FileState(Enum):
    """How far a file of readings has come."""

    WAITING = "waiting"  # for its sender to decide
    TAKING = "taking"
    DONE = "done"
    STOPPED = "stopped"  # given up by the portal: what was taken in stays


class ReadingFile(SQLModel, table=True):
    """A file of readings: the sender's choices, what the dry run found, how far it was taken in.

    The file itself lies on the disk until it is decided on and taken in, an hour at most unless
    it is just being taken in.
    """

    __tablename__ = "reading_file"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('csv', 'gpx', 'sensorthings')", name="kind_known"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    campaign_id: UUID = Field(foreign_key="campaign.id")
    kind: str = Field(max_length=20)
    name: str = Field(max_length=100)
    sent_at: datetime
    choices: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    findings: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    state: FileState = Field(
        default=FileState.WAITING, sa_type=column_enum(FileState, "file_state"), index=True
    )
    total: int = 0  # rows
    gone_through: int = 0
    added: int = 0
    known: int = 0  # were here already
    refused: int = 0
    settled_at: datetime | None = None
