"""Taking in a measurement: refuse the impossible, make the place coarse, keep it with checks."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from portal.i18n import N_
from portal.observations import coarse, counts, entries, places, quality
from portal.observations.entries import Entry, Judged
from portal.observations.models import (
    KEPT,
    Campaign,
    Grade,
    Observation,
    ObservationExact,
    Stage,
)
from portal.observations.quality import Finding
from portal.refusal import Refusal

MOST_NEIGHBOURS = 200
SAID = ("result", "phenomenon_time", "cell", "district", "note")


class NotOpen(Refusal):
    """The campaign takes no measurements now."""

    status = 409
    title = N_("Not open")
    message = N_("This campaign takes no measurements now. Nothing was recorded.")


class Impossible(Refusal):
    """The entry cannot be true; nothing was kept."""

    title = N_("Please check the measurement")
    message = N_("This measurement cannot be right. Nothing was recorded.")

    def __init__(self, judged: Sequence[Judged]) -> None:
        super().__init__([one.problem for one in judged])


class AlreadySent(Refusal):
    """One form, two different measurements."""

    status = 409
    title = N_("Already sent")
    message = N_(
        "This form was already sent with other values, and those were recorded. "
        "To add this measurement too, send it once more."
    )


def open_now(campaign: Campaign, now: datetime) -> bool:
    """Whether a campaign takes measurements; a draft never does."""
    return not campaign.draft and campaign.stage(now) is Stage.OPEN


def submit(
    session: Session, campaign: Campaign, contributor: UUID, entry: Entry, *, now: datetime
) -> Observation:
    """Keep one measurement and return it; the same one sent again is the same one.

    Raises NotOpen, Impossible with every problem, or AlreadySent.
    """
    if not open_now(campaign, now):
        raise NotOpen
    judged = entries.judge(campaign, entry, now)
    wrong = [one for one in judged if not one.finding.passed]
    if wrong:
        raise Impossible(wrong)
    made = Observation(**values_of(campaign, contributor, entry, now))
    before = session.exec(_with_key(made.key_hash)).first()
    if before is not None:
        return _same(before, made)
    checks = [one.finding for one in judged] + _doubts(session, campaign, made)
    for name, value in graded(checks).items():
        setattr(made, name, value)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the same form at the same moment
        return _same(session.exec(_with_key(made.key_hash)).one(), made)
    counts.add(session, campaign.id, checks)
    _keep_exact(session, campaign, made, entry, now)
    return made


def _keep_exact(
    session: Session, campaign: Campaign, made: Observation, entry: Entry, now: datetime
) -> None:
    """Keep the exact point where the campaign declares it, with the day it goes."""
    if campaign.exact_days and entry.point is not None:
        until = now + timedelta(days=campaign.exact_days)
        lat, lon = entry.point
        session.add(ObservationExact(observation_id=made.id, lat=lat, lon=lon, delete_after=until))


def note_refusal(
    session: Session, campaign: Campaign, wrong: Sequence[Judged], *, now: datetime
) -> None:
    """Count the checks a refused entry failed, so that pass rates tell the whole."""
    if not open_now(campaign, now):
        raise NotOpen
    counts.add(session, campaign.id, [one.finding for one in wrong])


def values_of(campaign: Campaign, contributor: UUID, entry: Entry, now: datetime) -> dict[str, Any]:
    """The columns of an observation before its checks: the place coarse, the key computed."""
    cell, district = None, entry.district
    if entry.point is not None:
        cell = coarse.cell_of(*entry.point, campaign.resolution)
        district = places.district_of_cell(cell)
    values: dict[str, Any] = {
        "campaign_id": campaign.id,
        "contributor_id": contributor,
        "result": round(entry.result, campaign.decimals),
        "category": entries.category_of(campaign, entry.result),
        "unit": campaign.unit,
        "phenomenon_time": entry.phenomenon_time,
        "received_at": now,
        "cell": cell,
        "district": district,
        "accuracy": entry.accuracy,
        "note": entry.note,
        "origin": entry.origin,
        "demonstration": campaign.demonstration,
    }
    return values | {"key_hash": _key(values, entry.key)}


def graded(checks: Sequence[Finding]) -> dict[str, Any]:
    """The columns that follow from what the checks found."""
    failed = sum(not finding.passed for finding in checks)
    return {
        "checks": [finding.as_json() for finding in checks],
        "confidence": -failed,
        "grade": Grade.RECEIVED if failed else Grade.CHECKED,
    }


def _key(values: Mapping[str, Any], key: str) -> str:
    """What makes two sendings the same: the form's key, else everything that was said."""
    told = f"key|{key}" if key else "|".join(str(values[name]) for name in SAID)
    text = f"{values['campaign_id']}|{values['contributor_id']}|{told}"
    return hashlib.sha256(text.encode()).hexdigest()


def _said(made: Observation) -> tuple[object, ...]:
    return tuple(getattr(made, name) for name in SAID)


def _with_key(key_hash: str) -> SelectOfScalar[Observation]:
    return select(Observation).where(Observation.key_hash == key_hash)


def _same(before: Observation, made: Observation) -> Observation:
    if _said(before) != _said(made):
        raise AlreadySent
    return before


def _doubts(session: Session, campaign: Campaign, made: Observation) -> list[Finding]:
    """The checks whose failing is a reason to look twice, not to refuse."""
    return doubts(
        campaign, made.result, made.note, _earlier(session, made), _neighbours(session, made)
    )


def doubts(
    campaign: Campaign, result: float, note: str, earlier: int, neighbours: Sequence[float]
) -> list[Finding]:
    """The same from what lies around: for one measurement and for many at once."""
    return [
        quality.not_repeated(earlier),
        quality.like_neighbours(result, neighbours, campaign.minimum, campaign.maximum),
        quality.no_personal_data(note),
    ]


def _earlier(session: Session, made: Observation) -> int:
    """How many measurements this person has from the same place and hour."""
    hour = made.phenomenon_time.replace(minute=0, second=0, microsecond=0)
    column = Observation.cell if made.cell else Observation.district
    same = (
        sa.select(sa.func.count())
        .select_from(Observation)
        .where(
            col(Observation.campaign_id) == made.campaign_id,
            col(Observation.contributor_id) == made.contributor_id,
            col(column) == (made.cell or made.district),
            col(Observation.phenomenon_time) >= hour,
            col(Observation.phenomenon_time) < hour + timedelta(hours=1),
        )
    )
    return int(session.execute(same).scalar_one())


def _neighbours(session: Session, made: Observation) -> list[float]:
    """The newest accepted values of this cell and those around it."""
    if made.cell is None or made.category is not None:
        return []  # categories have no middle
    near = (
        sa.select(col(Observation.result))
        .where(
            col(Observation.campaign_id) == made.campaign_id,
            col(Observation.cell).in_(coarse.around(made.cell)),
            col(Observation.grade).in_(KEPT),
        )
        .order_by(col(Observation.received_at).desc())
        .limit(MOST_NEIGHBOURS)
    )
    return list(session.execute(near).scalars())
