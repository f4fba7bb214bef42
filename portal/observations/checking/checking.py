"""Which checks a measurement gets, and what lies around it for them to look at."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.observations.checking import quality, reference
from portal.observations.checking.quality import Finding
from portal.observations.models import ACCEPTED, Campaign, Observation, Origin
from portal.observations.where import coarse

NEAR = 19  # the cell and those within two steps
NEWEST = 20  # accepted ones of each
_ONE = (
    "SELECT cell, result FROM (SELECT cell, result FROM observation WHERE campaign_id = :campaign "
    "AND cell = :cell{n} AND {accepted} ORDER BY received_at DESC LIMIT {newest}) AS near{n}"
)
_EACH = (_ONE.format(n=n, accepted=ACCEPTED, newest=NEWEST) for n in range(NEAR))
_NEAR = sa.text(" UNION ALL ".join(_EACH)).bindparams(sa.bindparam("campaign", type_=sa.Uuid()))


def doubts(
    campaign: Campaign,
    values: Mapping[str, Any],
    *,
    earlier: int,
    neighbours: Sequence[float],
    photo: bool = False,
) -> list[Finding]:
    """The checks whose failing is a reason to look twice, not to refuse.

    `values` are the observation's columns; one from a form is judged as one of many from a file.
    """
    found = [quality.not_repeated(earlier, values["origin"] is not Origin.FORM)]
    if not campaign.categories:  # categories have no middle
        found.append(
            quality.like_neighbours(
                values["result"],
                neighbours,
                campaign.minimum,
                campaign.maximum,
                reference.usual(
                    campaign.observed_property, campaign.unit, values["phenomenon_time"]
                ),
            )
        )
    if campaign.photos == "required":
        found.append(quality.photo_present(photo))
    return [*found, quality.no_personal_data(values["note"])]


def span(at: datetime, origin: Origin) -> tuple[datetime, datetime]:
    """The hour of a measurement made by hand, the minute of one by a device."""
    if origin is Origin.FORM:
        first = at.replace(minute=0, second=0, microsecond=0)
        return first, first + timedelta(hours=1)
    first = at.replace(second=0, microsecond=0)
    return first, first + timedelta(minutes=1)


def earlier(session: Session, values: Mapping[str, Any]) -> int:
    """How many measurements this person, or this device, has from the same place and time."""
    first, end = span(values["phenomenon_time"], values["origin"])
    column = Observation.cell if values["cell"] else Observation.district
    same = (
        sa.select(sa.func.count())
        .select_from(Observation)
        .where(
            col(Observation.contributor_id) == values["contributor_id"],
            col(Observation.phenomenon_time) >= first,
            col(Observation.phenomenon_time) < end,
            col(Observation.campaign_id) == values["campaign_id"],
            col(column) == (values["cell"] or values["district"]),
        )
    )
    if values["origin"] is not Origin.FORM:
        same = same.where(col(Observation.origin) != Origin.FORM)
    return int(session.execute(same).scalar_one())


def neighbours(session: Session, campaign: Campaign, cell: str | None) -> list[float]:
    """The newest accepted values of each cell nearby; few steps however many there are."""
    if cell is None or campaign.categories:
        return []
    return [value for values in around(session, campaign, cell).values() for value in values]


def around(session: Session, campaign: Campaign, cell: str) -> dict[str, list[float]]:
    """The newest accepted values of a cell and of those within two steps of it, by cell."""
    disk = coarse.around(cell)
    named = {f"cell{n}": disk[n] if n < len(disk) else "" for n in range(NEAR)}
    found: dict[str, list[float]] = {one: [] for one in disk}
    for code, result in session.execute(_NEAR, {"campaign": campaign.id, **named}):
        found[code].append(result)
    return found
