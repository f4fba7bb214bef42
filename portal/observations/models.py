"""What a campaign asks, what people measured, and who decided what about it."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum, column_json
from portal.observations import series_models

assert series_models  # observations point to its tables


class Stage(Enum):
    """Where a campaign stands."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"


class Grade(Enum):
    """How far an observation has come; a person decides on the last three."""

    RECEIVED = "received"  # kept, with a check in doubt
    CHECKED = "checked"  # every automatic check passed
    ACCEPTED = "accepted"
    CAVEAT = "accepted_with_caveat"
    REJECTED = "rejected"


class PlaceKind(Enum):
    """What kind of place is measured; it decides how finely a place may be kept at all."""

    HOME = "home"  # dwellings, health, anything that follows one person
    STREET = "street"  # what anybody passing by sees
    AREA = "area"  # weather and air, alike over a neighbourhood


GRID = {PlaceKind.HOME: 9, PlaceKind.STREET: 10, PlaceKind.AREA: 8}  # H3 resolutions


class TimeGrain(Enum):
    """How finely the time of a measurement is released."""

    DAY = "day"
    HOUR = "hour"


class Origin(Enum):
    """How an observation came in."""

    FORM = "form"
    FILE = "file"
    DEVICE = "device"


class PhotoState(Enum):
    """Where a photo stands: nobody outside sees it before a person looked at it."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"


PHOTOS = ("none", "optional", "required")
UNDECIDED = "grade IN ('received', 'checked')"  # written out, so that its index is found
ACCEPTED = "grade IN ('accepted', 'accepted_with_caveat')"
KEPT = (Grade.ACCEPTED, Grade.CAVEAT)
DECISIONS = (Grade.ACCEPTED, Grade.CAVEAT, Grade.REJECTED)


class Campaign(SQLModel, table=True):
    """A call for measurements: what, in which unit, how, when, how coarsely. Texts by language.

    Where `categories` (each {code, name by language}) are given, one of them is chosen instead of
    measuring a number. `area` lists districts, none meaning the whole city. `revision` counts
    changes, for editors' sake; a draft is known to staff alone. `statuses` says of translated
    texts whether a person or a machine wrote them and over which original; `told_at`, when those
    who follow campaigns were told that it opened.
    """

    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_closes"),
        sa.CheckConstraint("minimum < maximum", name="minimum_below_maximum"),
        sa.CheckConstraint("resolution BETWEEN 6 AND 11", name="resolution_known"),
        sa.CheckConstraint("exact_days BETWEEN 0 AND 3650", name="exact_days_few"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    dataset: str = Field(max_length=80, index=True)
    family: str = Field(default="", max_length=80, index=True)
    title: dict[str, Any] = Field(sa_type=column_json())
    purpose: dict[str, Any] = Field(sa_type=column_json())
    instructions: dict[str, Any] = Field(sa_type=column_json())
    observed_property: str = Field(max_length=80)
    property_name: dict[str, Any] = Field(sa_type=column_json())
    unit: str = Field(max_length=40)  # UCUM
    unit_shown: str = Field(max_length=40)
    minimum: float
    maximum: float
    decimals: int = 0
    procedure: dict[str, Any] = Field(sa_type=column_json())
    opens_at: datetime
    closes_at: datetime
    resolution: int = 9  # of the H3 grid
    photos: str = Field(default="none", max_length=20)  # one of PHOTOS
    categories: list[dict[str, Any]] = Field(default_factory=list, sa_type=column_json(many=True))
    area: list[str] = Field(default_factory=list, sa_type=column_json(many=True))
    place_kind: PlaceKind = Field(
        default=PlaceKind.HOME, sa_type=column_enum(PlaceKind, "place_kind")
    )
    exact_days: int = 0  # how long the exact point is kept; 0 means never
    time_grain: TimeGrain = Field(
        default=TimeGrain.DAY, sa_type=column_enum(TimeGrain, "time_grain")
    )
    service_code: str = Field(default="", max_length=80)  # at the city's Open311 desk
    licence: str = Field(default="CC-BY-4.0", max_length=40)
    draft: bool = False
    revision: int = 0
    statuses: dict[str, Any] = Field(default_factory=dict, sa_type=column_json())
    told_at: datetime | None = None
    demonstration: bool = False

    @property
    def finest(self) -> int:
        """The finest grid cells that may be published: by the kind of place, however kept."""
        return min(self.resolution, GRID[self.place_kind])

    def stage(self, now: datetime) -> Stage:
        """Where the campaign stands at a moment."""
        if now < self.opens_at:
            return Stage.ANNOUNCED
        return Stage.OPEN if now < self.closes_at else Stage.CLOSED


def _some(name: str, *columns: str, where: str = UNDECIDED) -> sa.Index:
    """An index over some of the observations, those that wait unless told otherwise."""
    only = sa.text(where)
    return sa.Index(f"ix_observation_{name}", *columns, sqlite_where=only, postgresql_where=only)


class Observation(SQLModel, table=True):
    """One measurement. The place was made coarse before it came here.

    `grade` and `confidence` could be worked out from `checks` and the decisions; they are kept
    because the review queue and the counts read a million rows by them.
    """

    __table_args__ = (
        sa.CheckConstraint("confidence <= 0", name="confidence_counts"),
        sa.UniqueConstraint("key_hash"),
        sa.Index("ix_observation_place", "campaign_id", "cell"),
        sa.Index("ix_observation_received", "campaign_id", "received_at"),
        sa.Index("ix_observation_measured", "contributor_id", "phenomenon_time"),
        _some("queue", "confidence", "received_at", "id"),
        _some("queue_campaign", "campaign_id", "confidence", "received_at", "id"),
        _some("queue_district", "district", "confidence", "received_at", "id"),
        _some("waiting", "received_at"),
        _some("accepted", "campaign_id", "received_at", where=ACCEPTED),
        _some("near", "campaign_id", "cell", "received_at", where=ACCEPTED),
        _some("passed_on", "passed_on_by", where="passed_on_by IS NOT NULL"),
        *(
            sa.Index(
                f"ix_observation_{name}",
                name,
                sqlite_where=sa.text(f"{name} IS NOT NULL"),
                postgresql_where=sa.text(f"{name} IS NOT NULL"),
            )
            for name in ("device_id", "batch_id")
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaign.id")
    contributor_id: UUID | None = Field(default=None, foreign_key="account.id")
    result: float  # for categories, the place in the campaign's list
    category: str | None = Field(default=None, max_length=40)  # its code
    unit: str = Field(max_length=40)
    phenomenon_time: datetime
    received_at: datetime
    cell: str | None = Field(default=None, max_length=16)
    district: str | None = Field(default=None, max_length=60)
    accuracy: float | None = None  # metres, as the device or the person said
    note: str = Field(default="", max_length=500)
    grade: Grade = Field(default=Grade.RECEIVED, sa_type=column_enum(Grade, "grade"))
    confidence: int = 0  # minus one for each automatic check not passed: rising in the queue
    checks: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=column_json(many=True)
    )  # each {id, version, passed, detail}
    key_hash: str = Field(max_length=64)
    origin: Origin = Field(default=Origin.FORM, sa_type=column_enum(Origin, "origin"))
    device_id: UUID | None = Field(default=None, foreign_key="device.id")
    batch_id: UUID | None = Field(default=None, foreign_key="reading_file.id")
    passed_on_by: UUID | None = None  # who asked for a second opinion: somebody else decides
    demonstration: bool = False

    @property
    def doubt(self) -> int:
        """How many automatic checks were not passed."""
        return -self.confidence

    @property
    def code(self) -> str:
        """Four characters by which people speak of this observation."""
        return self.id.hex[-4:].upper()


class ObservationExact(SQLModel, table=True):
    """The exact point, where the campaign declares that it keeps it, until its clock runs out."""

    __tablename__ = "observation_exact"

    observation_id: UUID = Field(foreign_key="observation.id", primary_key=True, ondelete="CASCADE")
    lat: float
    lon: float
    delete_after: datetime = Field(index=True)


class ObservationPhoto(SQLModel, table=True):
    """A picture made anew from its pixels; the file is named by its content."""

    __tablename__ = "observation_photo"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    observation_id: UUID = Field(foreign_key="observation.id", index=True, ondelete="CASCADE")
    sha256: str = Field(max_length=64, index=True)
    state: PhotoState = Field(
        default=PhotoState.WAITING, sa_type=column_enum(PhotoState, "photo_state")
    )
    at: datetime
