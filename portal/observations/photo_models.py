"""What was decided about photos: by whom, what was covered, why one is not shown."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum
from portal.observations.models import PhotoState


class PhotoCheck(SQLModel, table=True):
    """One look at a photo by staff; a later one counts. Of a covered picture no original stays."""

    __tablename__ = "photo_check"
    __table_args__ = (sa.CheckConstraint("covered >= 0", name="covered_counts"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    photo_id: UUID = Field(foreign_key="observation_photo.id", index=True, ondelete="CASCADE")
    reviewer_id: UUID = Field(foreign_key="account.id")
    decision: PhotoState = Field(sa_type=column_enum(PhotoState, "photo_decision"))
    covered: int = 0  # how many parts were made unrecognisable
    reason: str = Field(default="", max_length=500)
    at: datetime
