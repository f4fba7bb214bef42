"""Needs for action, and how far each has come on its way to the city's desk."""

from datetime import datetime
from enum import Enum
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from portal.db import column_enum


class RequestState(Enum):
    """Where a need for action stands on its way to the city's desk."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # the desk answered that it cannot take it
    UNCERTAIN = "uncertain"  # it may have arrived: never sent again by itself


class ServiceRequest(SQLModel, table=True):
    """A need for action on its way to the city's desk; words and place go once it is there."""

    __tablename__ = "service_request"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    observation_id: UUID = Field(foreign_key="observation.id", unique=True, ondelete="CASCADE")
    service_code: str = Field(max_length=80)
    lat: float | None = None
    lon: float | None = None
    description: str = Field(default="", max_length=500)
    state: RequestState = Field(
        default=RequestState.WAITING, sa_type=column_enum(RequestState, "request_state")
    )
    request_id: str = Field(default="", max_length=200)  # what the desk calls it
    answer: str = Field(default="", max_length=500)  # what the desk said
    asked_at: datetime
    settled_at: datetime | None = None
