"""What the portal keeps of a person: an account, sessions, codes under way, a second factor."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json


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
    """A person's account. `number` is set for made-up people of the demonstration only.

    `person` is a keyed hash: of the fiscal number where an identity provider proved one, else of
    the provider's own name for the person. The number itself is kept nowhere.
    """

    __table_args__ = (
        sa.UniqueConstraint("role", "number"),
        sa.CheckConstraint("email IS NULL OR email = lower(email)", name="email_lower"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str | None = Field(default=None, max_length=254, unique=True)
    person: str | None = Field(default=None, max_length=64, unique=True, index=True)
    name: str = Field(default="", max_length=80)
    role: Role = Field(default=Role.CITIZEN, sa_type=column_enum(Role, "role"))
    language: str = Field(default="it", max_length=8)
    district: str | None = Field(default=None, max_length=40)
    created_on: date
    number: int | None = None
    disabled: bool = False
    leaves_at: datetime | None = None  # when it is deleted, unless the person thinks better of it

    @property
    def demonstration(self) -> bool:
        """Whether this person is made up."""
        return self.number is not None

    @property
    def code(self) -> str:
        """Four characters that tell nameless people apart in public."""
        return self.id.hex[-4:].upper()


class SignIn(SQLModel, table=True):
    """An open session; the cookie holds the token, the table only its hash.

    `facts` is what the identity provider's answer decided (old enough, resident): yes or no, never
    the date or address it was decided from. It goes with the session.
    """

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    tier: Tier = Field(sa_type=column_enum(Tier, "tier"))
    channel: str = Field(default="email", max_length=20)
    device: str = Field(default="", max_length=40)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    second_at: datetime | None = None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    @property
    def handle(self) -> str:
        """What names the session on a page; no token can be found from it."""
        return self.token_hash[:16]


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


class Declaration(SQLModel, table=True):
    """Something a person says of themselves that some consultations ask: “I study here”."""

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    fact: str = Field(primary_key=True, max_length=20)
    declared_on: date


class SecondFactor(SQLModel, table=True):
    """A staff member's code generator: its secret, sealed with a key outside the database.

    `last_step` is the step of the last code taken, so that none is taken twice.
    """

    __tablename__ = "second_factor"

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    sealed: str = Field(max_length=400)
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0
    tries: int = 0
    tried_at: datetime | None = None


class RecoveryCode(SQLModel, table=True):
    """A code for the day the phone is lost: hashed, one use."""

    __tablename__ = "recovery_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    used_at: datetime | None = None


class SpentState(SQLModel, table=True):
    """A sign-in through an identity provider that was answered: no answer is taken twice."""

    __tablename__ = "spent_state"

    state_hash: str = Field(primary_key=True, max_length=64)
    spent_at: datetime = Field(index=True)
