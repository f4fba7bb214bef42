"""Numbers kept rather than counted: by grade, by place, by check. The tables keep them true."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db import column_enum
from portal.observations import kept_counts
from portal.observations.models import Grade


class CheckCount(SQLModel, table=True):
    """How often an automatic check was passed and not, refused entries included.

    Of those not passed: how many a person accepted after all, and how many a person rejected.
    """

    __tablename__ = "check_count"

    campaign_id: UUID = Field(foreign_key="campaign.id", primary_key=True)
    check_id: str = Field(primary_key=True, max_length=40)
    version: str = Field(primary_key=True, max_length=20)
    passed: int = 0
    failed: int = 0
    overturned: int = 0
    confirmed: int = 0


class GradeCount(SQLModel, table=True):
    """How many observations of a campaign stand at a grade."""

    __tablename__ = "grade_count"

    campaign_id: UUID = Field(foreign_key="campaign.id", primary_key=True)
    grade: Grade = Field(sa_type=column_enum(Grade, "counted_grade"), primary_key=True)
    n: int = 0


class PlaceCount(SQLModel, table=True):
    """How many observations, not rejected, a place has, and by how many people.

    Without a cell the place is the whole district; an empty word stands for what is not known.
    """

    __tablename__ = "place_count"

    campaign_id: UUID = Field(foreign_key="campaign.id", primary_key=True)
    cell: str = Field(primary_key=True, max_length=16)
    district: str = Field(primary_key=True, max_length=60)
    n: int = 0
    people: int = 0


class Presence(SQLModel, table=True):
    """Who stands behind a place's number: needed where fewer than five do, to count them once."""

    campaign_id: UUID = Field(foreign_key="campaign.id", primary_key=True)
    cell: str = Field(primary_key=True, max_length=16)
    district: str = Field(primary_key=True, max_length=60)
    contributor_id: UUID = Field(primary_key=True)
    n: int = 0


@sa.event.listens_for(SQLModel.metadata.tables["presence"], "after_create")
@sa.event.listens_for(SQLModel.metadata.tables["observation"], "after_create")
def _keep_counts(table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    """Tables made without migrations (in tests) count as migrated ones do."""
    for statement in kept_counts.KEEPING[connection.dialect.name]:
        of = "FUNCTION " if "FUNCTION " in statement[:30] else f" ON {table.name} "
        if of in statement:
            connection.exec_driver_sql(statement)
