"""What the portal keeps of proposals: the text and its place, who supports it, who reported it."""

import secrets
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json

TITLE = (15, 150)  # shortest and longest, in characters
BODY = (20, 3000)
REASON = (10, 1000)
SHUFFLED = 2**53  # places in random order: so many that no two proposals share one
DOT = ("lat", "lon", "created_at", "supports_count", "comments_count", "id")
NARROWED = ("state", "theme", "district", "language", "indicator", "origin")


class State(Enum):
    """Where a proposal stands."""

    PUBLISHED = "published"
    EVALUATING = "evaluating"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MODELLED = "modelled"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    WAITING = "waiting"  # a first post nobody has looked at yet; only its author and staff see it


LISTED = (State.PUBLISHED, State.EVALUATING, State.ACCEPTED, State.REJECTED, State.MODELLED)
"""The states that lists show without being asked for."""


class Origin(Enum):
    """How a proposal came in."""

    WEB = "web"
    MEETING = "meeting"
    DESK = "desk"
    IMPORT = "import"


class Direction(Enum):
    """Which way an indicator should move."""

    UP = "up"
    DOWN = "down"


class ReportReason(Enum):
    """Why someone thinks a proposal should not stand as it is."""

    SPAM = "spam"
    OFFENSIVE = "offensive"
    OFF_TOPIC = "off_topic"
    PERSONAL_DATA = "personal_data"


class Proposal(SQLModel, table=True):
    """What one person proposes, where, and what should move.

    A place is a point (with the district and area it lies in), a district, or neither: the whole
    city. `search` holds the stems of title and text, between blanks, because neither database can
    look past accents and endings by itself; `search_tables` indexes it with the other marks.
    `supports_count` repeats what the rows of `Support` say: a list sorted by it would otherwise
    count every row of every proposal. It changes only in the statement pair that adds or removes
    such a row; so does `comments_count`, of comments anyone can read.
    `hidden_from` is what a hidden proposal was, to come back to. `shuffle` is its place in lists
    in random order, which start at a place of the reader's own and go round; and its number in
    the index. Indexes of an order also hold what lists narrow by, to skip rows unread.
    """

    __table_args__ = (
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="whole_point"),
        sa.CheckConstraint("lat IS NULL OR district IS NOT NULL", name="point_in_district"),
        sa.CheckConstraint("(indicator IS NULL) = (direction IS NULL)", name="whole_wish"),
        sa.CheckConstraint("(state = 'hidden') = (hidden_from IS NOT NULL)", name="hidden_from"),
        sa.CheckConstraint("supports_count >= 0", name="supports_count"),
        sa.Index("ix_proposal_family_id", "family_id"),
        sa.Index("ix_proposal_shuffled", "consultation_id", "shuffle", "id"),
        sa.Index("ix_proposal_shuffle", "shuffle", unique=True),
        sa.Index("ix_proposal_dot", "shuffle", *DOT),
        sa.Index("ix_proposal_most_talked", "consultation_id", "comments_count", "id", *NARROWED),
        sa.Index("ix_proposal_around", "consultation_id", "theme", "lat", "lon"),
        sa.Index("ix_proposal_latest", "created_at", "id"),
        sa.Index("ix_proposal_newest", "consultation_id", "created_at", "id", *NARROWED),
        sa.Index(
            "ix_proposal_most_supported", "consultation_id", "supports_count", "id", *NARROWED
        ),
        sa.Index("ix_proposal_author", "author_id", "created_at"),
        sa.Index("ix_proposal_scenario", "scenario", "supports_count"),
        sa.Index("ix_proposal_indicator", "indicator", "supports_count"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id")
    author_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    title: str = Field(max_length=TITLE[1])
    body: str = Field(max_length=BODY[1])
    search: str = Field(max_length=2 * (TITLE[1] + BODY[1]))
    language: str = Field(max_length=8)
    theme: str = Field(max_length=40)
    lat: float | None = None
    lon: float | None = None
    district: str | None = Field(default=None, max_length=40)
    area: str | None = Field(default=None, max_length=40)
    indicator: str | None = Field(default=None, max_length=80)
    direction: Direction | None = Field(
        default=None,
        sa_type=column_enum(Direction, "direction"),
    )
    scenario: str | None = Field(default=None, max_length=120)
    state: State = Field(default=State.PUBLISHED, sa_type=column_enum(State, "state"))
    state_reason: str = Field(default="", max_length=REASON[1])
    state_since: datetime
    hidden_from: State | None = Field(
        default=None,
        sa_type=column_enum(State, "hidden_from_state"),
    )
    hidden_from_reason: str = Field(default="", max_length=REASON[1])
    created_at: datetime
    edited_at: datetime | None = None
    demonstration: bool = False
    supports_count: int = 0
    comments_count: int = 0
    milestone: int = 0  # the highest round number of supports its author was told of
    place_name: str = Field(default="", max_length=200)  # the address or street as it was typed
    origin: Origin = Field(default=Origin.WEB, sa_type=column_enum(Origin, "origin"))
    meeting_id: UUID | None = Field(default=None, foreign_key="meeting.id")
    family_id: UUID | None = Field(default=None, foreign_key="proposal_family.id")
    shuffle: int = Field(default_factory=lambda: secrets.randbelow(SHUFFLED), sa_type=sa.BigInteger)


class ProposalFamily(SQLModel, table=True):
    """Proposals that ask for the same: linked, never merged; a supporter of several counts once."""

    __tablename__ = "proposal_family"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    consultation_id: UUID = Field(foreign_key="consultation.id", index=True)
    supporters_count: int = 0
    created_at: datetime


class Support(SQLModel, table=True):
    """Who supports what: one row per person and proposal.

    Neither key cascades: a row that vanished by itself would leave the kept count wrong.
    """

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", primary_key=True, index=True)


class Report(SQLModel, table=True):
    """One person's word that a proposal needs a look; `settled_at` says when it got one."""

    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "account_id"),
        sa.Index("ix_report_waiting", "settled_at", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", ondelete="CASCADE")
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    reason: ReportReason = Field(sa_type=column_enum(ReportReason, "report_reason"))
    note: str = Field(default="", max_length=500)
    created_at: datetime
    settled_at: datetime | None = None


class TextStatus(Enum):
    """Where a text in one language comes from."""

    ORIGINAL = "original"
    HUMAN = "human"
    MACHINE = "machine"


class ProposalText(SQLModel, table=True):
    """A proposal's words in another language than their author's."""

    __tablename__ = "proposal_text"

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    language: str = Field(primary_key=True, max_length=8)
    title: str = Field(max_length=2 * TITLE[1])
    body: str = Field(max_length=2 * BODY[1])
    status: TextStatus = Field(sa_type=column_enum(TextStatus, "status"))
    at: datetime


class Attachment(SQLModel, table=True):
    """A picture of a proposal, made anew from its pixels; the file lies in the data folder."""

    __table_args__ = (sa.UniqueConstraint("proposal_id", "position"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", ondelete="CASCADE")
    position: int
    alt: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    width: int
    height: int
    size: int  # bytes
    hidden: bool = False
    created_at: datetime


class ProposalDraft(SQLModel, table=True):
    """What someone wrote before signing in, or put off.

    Found by a key only their browser has, or by their account; thrown away after a month.
    """

    __tablename__ = "proposal_draft"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key_hash: str = Field(max_length=64, unique=True)
    account_id: UUID | None = Field(
        default=None, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    consultation_id: UUID = Field(foreign_key="consultation.id", ondelete="CASCADE")
    fields: dict[str, Any] = Field(sa_type=column_json())
    saved_at: datetime = Field(index=True)
