"""Where proposals came from that no account sent: another platform, or a person at a desk."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class ImportSource(SQLModel, table=True):
    """What an imported proposal was where it came from: found again, it is not imported twice."""

    __tablename__ = "import_source"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "system", "reference"),)

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    consultation_id: UUID = Field(foreign_key="consultation.id")
    system: str = Field(max_length=40)  # "decidim", "pds"
    reference: str = Field(max_length=120)
    url: str = Field(default="", max_length=500)
    supports: int | None = None  # how many it had there; never added to ours
    imported_at: datetime


class AssistedEntry(SQLModel, table=True):
    """A proposal staff wrote down for a person; the code on the slip is all that links the two.

    `code_hash` is forgotten once the person used the code. `hands` were counted at a meeting and
    are never supports.
    """

    __tablename__ = "assisted_entry"
    __table_args__ = (sa.CheckConstraint("hands IS NULL OR hands >= 0", name="hands"),)

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    place: str = Field(default="", max_length=120)
    hands: int | None = None
    code_hash: str | None = Field(default=None, max_length=64, unique=True)
    entered_at: datetime
    used_at: datetime | None = None
