"""Taking in a measurement: refuse the impossible, make the place coarse, keep it with checks."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from portal.i18n import N_
from portal.observations import counts, deciding
from portal.observations.checking import checking
from portal.observations.checking.quality import Finding
from portal.observations.contributing import entries
from portal.observations.contributing.entries import Entry, Judged
from portal.observations.models import (
    Campaign,
    Grade,
    Observation,
    ObservationExact,
    Stage,
)
from portal.observations.where import coarse, places
from portal.refusal import Refusal

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
    values = values_of(campaign, contributor, entry, now)
    made = Observation(**values)
    before = session.exec(_with_key(made.key_hash)).first()
    if before is not None:
        return _same(before, made)
    checks = [one.finding for one in judged] + _doubts(session, campaign, values, entry)
    for name, value in graded(checks).items():
        setattr(made, name, value)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the same form at the same moment
        return _same(session.exec(_with_key(made.key_hash)).one(), made)
    counts.add(session, campaign.id, checks)
    deciding.remember(session, [made])
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


def _doubts(
    session: Session, campaign: Campaign, values: Mapping[str, Any], entry: Entry
) -> list[Finding]:
    """The checks whose failing is a reason to look twice, not to refuse."""
    near = checking.neighbours(session, campaign, values["cell"])
    earlier = checking.earlier(session, values)
    return checking.doubts(campaign, values, earlier=earlier, neighbours=near, photo=entry.photo)
