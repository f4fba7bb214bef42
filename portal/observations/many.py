"""Taking in many measurements at once: the same checks and findings as one by one, few queries."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, SQLModel, col

from portal.observations import counts, deciding, intake, plain_rows
from portal.observations.checking import checking
from portal.observations.checking.quality import Finding
from portal.observations.contributing import entries
from portal.observations.contributing.entries import Entry, Judged
from portal.observations.deciding import Case
from portal.observations.models import ACCEPTED, Campaign, Observation, ObservationExact, Origin
from portal.observations.where import coarse

Spot = tuple[str, datetime]  # a place, and where its hour or minute begins


@dataclass(frozen=True)
class Outcome:
    """What became of one entry: its observation, or what cannot be true of it.

    `new` is False for what was here already; `other` says that it was, with another value.
    """

    id: UUID | None
    new: bool = False
    other: bool = False
    wrong: Sequence[Judged] = ()


@dataclass
class Surroundings:
    """What lies around the measurements of one sender, fetched for many at once and kept.

    Lives as long as a file is taken in: accepted values nearby are looked up once for each cell.
    """

    near: dict[str, list[float]] = field(default_factory=dict)


def submit_many(
    session: Session,
    campaign: Campaign,
    contributor: UUID,
    sent: Sequence[Entry],
    *,
    now: datetime,
    device_id: UUID | None = None,
    batch_id: UUID | None = None,
    around: Surroundings | None = None,
) -> list[Outcome]:
    """Keep what can be true of many entries and say of each, in order, what became of it.

    Raises NotOpen. The same entry twice, here or from before, is the same observation.
    """
    if not intake.open_now(campaign, now):
        raise intake.NotOpen
    judged = [entries.judge(campaign, entry, now) for entry in sent]
    wrong = [[one for one in found if not one.finding.passed] for found in judged]
    values = [
        None if bad else intake.values_of(campaign, contributor, entry, now)
        for entry, bad in zip(sent, wrong, strict=True)
    ]
    known = _known(session, [one["key_hash"] for one in values if one])
    fresh: dict[str, int] = {}
    for place, one in enumerate(values):
        if one and one["key_hash"] not in known:
            fresh.setdefault(one["key_hash"], place)
    made = [values[place] or {} for place in fresh.values()]
    findings = _findings(session, campaign, made, [judged[i] for i in fresh.values()], around)
    rows = [
        one | intake.graded(found) | {"id": uuid4(), "device_id": device_id, "batch_id": batch_id}
        for one, found in zip(made, findings, strict=True)
    ]
    added = _insert(session, rows)
    deciding.remember(session, (_case(row) for row in rows if row["id"] in added))
    if device_id is None:  # of a sensor only the cell was ever known
        _keep_exact(session, campaign, [sent[i] for i in fresh.values()], rows, added, now)
    told = [found for row, found in zip(rows, findings, strict=True) if row["id"] in added]
    refused = [[one.finding for one in bad] for bad in wrong if bad]
    counts.add(session, campaign.id, [one for found in told + refused for one in found])
    if len(added) < len(rows):  # the same came another way at the same moment
        known |= _known(session, list(fresh))
    known = {row["key_hash"]: row for row in rows if row["id"] in added} | known
    firsts = set(fresh.values())
    return [
        Outcome(None, wrong=bad) if one is None else _outcome(one, known, added, place in firsts)
        for place, (one, bad) in enumerate(zip(values, wrong, strict=True))
    ]


def _case(row: Mapping[str, Any]) -> Case:
    names = ("id", "campaign_id", "grade", "checks", "confidence", "received_at")
    return Case(**{name: row[name] for name in names}, number=0)


def _outcome(
    one: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], added: set[UUID], first: bool
) -> Outcome:
    kept = known[one["key_hash"]]
    other = any(kept[name] != one[name] for name in intake.SAID)
    return Outcome(kept["id"], new=first and kept["id"] in added, other=other)


def _known(session: Session, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What is here already, by its key."""
    columns = [col(getattr(Observation, name)) for name in ("id", "key_hash", *intake.SAID)]
    found: dict[str, Mapping[str, Any]] = {}
    for piece in deciding.pieces(keys):
        rows = session.execute(sa.select(*columns).where(col(Observation.key_hash).in_(piece)))
        found |= {row.key_hash: row._asdict() for row in rows}
    return found


def _findings(
    session: Session,
    campaign: Campaign,
    made: Sequence[Mapping[str, Any]],
    judged: Sequence[Sequence[Judged]],
    around: Surroundings | None,
) -> list[list[Finding]]:
    """Every check of every measurement, as if they had come one after the other."""
    around = around or Surroundings()
    earlier = _earlier(session, made)
    _look_around(session, campaign, made, around)
    found = []
    for one, sure in zip(made, judged, strict=True):
        spot = _spot(one)
        doubts = checking.doubts(
            campaign, one, earlier=earlier[spot], neighbours=around.near.get(one["cell"] or "", ())
        )
        found.append([*(each.finding for each in sure), *doubts])
        earlier[spot] += 1
    return found


def _spot(one: Mapping[str, Any]) -> Spot:
    """The place and the stretch of time that count as the same."""
    first, _end = checking.span(one["phenomenon_time"], one["origin"])
    return one["cell"] or one["district"] or "", first


def _earlier(session: Session, made: Sequence[Mapping[str, Any]]) -> Counter[Spot]:
    """How many measurements are there from each place and time the new ones are from."""
    found: Counter[Spot] = Counter()
    for first, last in _stretches(sorted({_spot(one)[1] for one in made})):
        same = sa.select(
            col(Observation.cell), col(Observation.district), col(Observation.phenomenon_time)
        ).where(
            col(Observation.contributor_id) == made[0]["contributor_id"],
            col(Observation.phenomenon_time) >= first,
            col(Observation.phenomenon_time) < last + timedelta(hours=1),
            col(Observation.campaign_id) == made[0]["campaign_id"],
        )
        if made[0]["origin"] is not Origin.FORM:
            same = same.where(col(Observation.origin) != Origin.FORM)
        for cell, district, at in session.execute(same):
            told = {"cell": cell, "district": district, "phenomenon_time": at.astimezone(UTC)}
            found[_spot(told | {"origin": made[0]["origin"]})] += 1
    return found


def _stretches(
    moments: Sequence[datetime], gap: timedelta = timedelta(days=2)
) -> Iterator[tuple[datetime, datetime]]:
    """First and last moment of each stretch without a long gap: one query for each."""
    for number, moment in enumerate(moments):
        if number == 0 or moment - moments[number - 1] > gap:
            first = moment
        if number + 1 == len(moments) or moments[number + 1] - moment > gap:
            yield first, moment


def _look_around(
    session: Session, campaign: Campaign, made: Sequence[Mapping[str, Any]], around: Surroundings
) -> None:
    """Fetch the newest accepted values around cells that were not looked around yet."""
    here = {one["cell"] for one in made if one["cell"] and not campaign.categories}
    disks = {cell: set(coarse.around(cell)) for cell in here - around.near.keys()}
    needed = sorted(set().union(*disks.values())) if disks else []
    values = _accepted(session, campaign, needed)
    for cell, disk in disks.items():
        around.near[cell] = [value for other in sorted(disk) for value in values[other]]


def _accepted(session: Session, campaign: Campaign, cells: Sequence[str]) -> dict[str, list[float]]:
    """The newest accepted values of each cell."""
    newest = sa.func.row_number().over(
        partition_by=col(Observation.cell), order_by=col(Observation.received_at).desc()
    )
    found: dict[str, list[float]] = defaultdict(list)
    for piece in deciding.pieces(cells):
        ranked = (
            sa.select(col(Observation.cell), col(Observation.result), newest.label("place"))
            .where(
                col(Observation.campaign_id) == campaign.id,
                col(Observation.cell).in_(piece),
                sa.text(ACCEPTED),
            )
            .subquery()
        )
        near = sa.select(ranked).where(ranked.c.place <= checking.NEWEST)
        for cell, result, _place in session.execute(near):
            found[cell].append(result)
    return found


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add the rows whose keys are new and return the ids of these."""
    if not rows:
        return set()
    table = SQLModel.metadata.tables["observation"]  # no model in between: half the time
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(table).on_conflict_do_nothing(index_elements=["key_hash"])
        session.execute(statement, rows)
    elif plain_rows.insert(session.connection(), table, rows, unless="key_hash") == len(rows):
        return {row["id"] for row in rows}
    kept: set[UUID] = set()
    for piece in deciding.pieces([row["id"] for row in rows]):
        found = sa.select(col(Observation.id)).where(col(Observation.id).in_(piece))
        kept |= set(session.execute(found).scalars())
    return kept


def _keep_exact(
    session: Session,
    campaign: Campaign,
    sent: Sequence[Entry],
    rows: Sequence[Mapping[str, Any]],
    added: set[UUID],
    now: datetime,
) -> None:
    """Keep exact points where the campaign declares it, with the day they go."""
    kept = [
        {"observation_id": row["id"], "lat": entry.point[0], "lon": entry.point[1],
         "delete_after": now + timedelta(days=campaign.exact_days)}
        for entry, row in zip(sent, rows, strict=True)
        if campaign.exact_days and entry.point is not None and row["id"] in added
    ]  # fmt: skip
    if kept:
        session.execute(sa.insert(ObservationExact), kept)
