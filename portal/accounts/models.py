"""What the portal keeps of a person: an account, open sessions, codes under way."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum


class Role(Enum):
    """What a person is here for; abilities follow from it (`roles.py`)."""

    CITIZEN = "citizen"
    COMMUNITY_MANAGER = "community_manager"
    COUNCIL = "council"
    ADMINISTRATOR = "administrator"


class Tier(Enum):
    """How surely a person is known: verified identity, paper code, or an e-mail address."""

    VERIFIED = "V"
    PAPER = "P"
    EMAIL = "E"


class Account(SQLModel, table=True):
    """A person's account. `number` is set for made-up people of the demonstration only."""

    __table_args__ = (
        sa.UniqueConstraint("role", "number"),
        sa.CheckConstraint("email IS NULL OR email = lower(email)", name="email_lower"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str | None = Field(default=None, max_length=254, unique=True)
    name: str = Field(default="", max_length=80)
    role: Role = Field(default=Role.CITIZEN, sa_type=column_enum(Role, "role"))
    language: str = Field(default="it", max_length=8)
    district: str | None = Field(default=None, max_length=40)
    created_on: date
    number: int | None = None
    disabled: bool = False

    @property
    def demonstration(self) -> bool:
        """Whether this person is made up."""
        return self.number is not None

    @property
    def code(self) -> str:
        """Four characters that tell nameless people apart in public."""
        return self.id.hex[-4:].upper()


class SignIn(SQLModel, table=True):
    """An open session; the cookie holds the token, the table only its hash."""

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    tier: Tier = Field(sa_type=column_enum(Tier, "tier"))
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class EmailCode(SQLModel, table=True):
    """A one-time code sent by mail: hashed, ten minutes, one use, one browser, counted tries."""

    __tablename__ = "email_code"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str = Field(max_length=254, index=True)
    code_hash: str = Field(max_length=64)
    browser_hash: str = Field(max_length=64, index=True)
    network_hash: str = Field(max_length=64, index=True)
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


class Invitation(SQLModel, table=True):
    """A staff role offered to an address; taken up at that address's next sign-in."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str = Field(max_length=254, index=True)
    role: Role = Field(sa_type=column_enum(Role, "role"))
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
