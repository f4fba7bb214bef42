"""Files of readings people send: kept while they decide, taken in by the worker, then gone."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col, select

from portal import jobs
from portal.observations import intake
from portal.observations.contributing import entries
from portal.observations.models import Campaign
from portal.observations.series import choices as choosing
from portal.observations.series import dry_run, opening, tables
from portal.observations.series.choices import Choices
from portal.observations.series.refusals import BadPlace, Gone, NeedsPhotos, Nothing, TooManyFiles
from portal.observations.series.tables import Table, Unreadable, bounded
from portal.observations.series_models import FileState, ReadingFile
from portal.observations.where import coarse, places
from portal.refusal import NotFound, Problem

BLOCK = 64 * 1024
STAYS = timedelta(hours=1)
MOST_WAITING = 5  # files of one person at a time
MOST_A_DAY = 40
JOB = "observations.take_file"


def folder() -> Path:
    """Where files lie while they wait."""
    data: Path = current_app.config["DATA"]
    return data / "series"


def path_of(file: ReadingFile) -> Path:
    """Where a file lies; names people give play no part in it."""
    return folder() / file.id.hex


def must_take_files(campaign: Campaign, now: datetime) -> None:
    """Raise NotOpen or NeedsPhotos where a campaign takes no files."""
    if not intake.open_now(campaign, now):
        raise intake.NotOpen
    if campaign.photos == "required":
        raise NeedsPhotos


def look_at(
    campaign: Campaign,
    account_id: UUID,
    stream: IO[bytes],
    *,
    name: str,
    place: dict[str, Any],
    city: tzinfo,
    now: datetime,
) -> ReadingFile:
    """Put what is sent on the disk, guess how it is to be read, and do so without keeping anything.

    Raises Unreadable; then nothing stays on the disk.
    """
    id, path = receive(stream)
    shown = "".join(letter for letter in name if letter.isprintable())[-80:]
    try:
        kind = opening.kind_of(path)
        file = ReadingFile(
            id=id, account_id=account_id, campaign_id=campaign.id, kind=kind, name=shown,
            sent_at=now,
        )  # fmt: skip
        choices = guess(table_of(path, kind), campaign).model_copy(update=place)
        note(file, checked(file, campaign, choices, city, now))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return file


def receive(stream: IO[bytes]) -> tuple[UUID, Path]:
    """Write what is sent to the disk, readable by the portal alone. Raises Unreadable."""
    id = uuid4()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / id.hex
    size = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > tables.LARGEST:
                break
            file.write(block)
    if size > tables.LARGEST:
        path.unlink()
        raise Unreadable(tables.TOO_LARGE)
    return id, path


def table_of(path: Path, kind: str | None = None) -> Table:
    """The file as a table. Raises Unreadable, or Gone where there is no file any more."""
    if not path.is_file():
        raise Gone
    return opening.open_table(path, kind)


def beginning(table: Table, most: int = choosing.LOOKED_AT) -> list[Sequence[str]]:
    """The first rows."""
    return [row.cells for row in islice(bounded(table.rows()), most)]


def guess(table: Table, campaign: Campaign) -> Choices:
    """How the file is most likely to be read."""
    hints = [
        campaign.observed_property,
        campaign.unit_shown,
        *campaign.property_name.values(),
        *campaign.title.values(),
    ]
    return choosing.guess(table, beginning(table), map(str, hints))


def one_place(
    campaign: Campaign, point: tuple[float, float] | None, district: str
) -> dict[str, Any]:
    """The choices for one place of all rows; the point made coarse at once.

    It is made exact nowhere but where the campaign declares that it keeps exact points.
    """
    if point is None:
        if district and district not in places.district_names():
            raise BadPlace([Problem("district", entries.UNKNOWN_DISTRICT)])
        return {"place": None, "district": district}
    if places.district_of(*point) is None:
        raise BadPlace([Problem("lat", entries.OUTSIDE)])
    if not campaign.exact_days:
        point = places.inner_point(coarse.cell_of(*point, campaign.resolution))
    return {"place": point, "district": ""}


def checked(
    file: ReadingFile, campaign: Campaign, choices: Choices, city: tzinfo, now: datetime
) -> dict[str, Any]:
    """The columns that say what was found when the whole file was read. Raises Unreadable.

    It takes seconds: no transaction may be open meanwhile.
    """
    table = table_of(path_of(file), file.kind)
    missing = missing_of(choices)
    if missing:
        rows = sum(1 for _ in bounded(table.rows()))
        if not rows:
            raise Unreadable(tables.NO_ROWS)
        findings: dict[str, Any] = {"rows": rows, "missing": missing}
    else:
        findings = dry_run.look(table, campaign, choices, city=city, now=now).as_json()
    return {
        "choices": choices.model_dump(mode="json"),
        "findings": findings | {"columns": list(table.columns)},
        "total": findings["rows"],
    }


def note(file: ReadingFile, found: dict[str, Any]) -> None:
    """Keep what was found, unless the file was decided on meanwhile."""
    if file.state is FileState.WAITING:
        for name, value in found.items():
            setattr(file, name, value)


def missing_of(choices: Choices) -> list[str]:
    """What must still be said before rows can be read."""
    found = [name for name in ("time", "value") if getattr(choices, name) is None]
    placed = choices.lat is not None and choices.lon is not None
    return found if placed or choices.place or choices.district else [*found, "place"]


def enter(session: Session, file: ReadingFile, *, now: datetime) -> None:
    """Add the row of a file that was received. Raises TooManyFiles."""
    mine = col(ReadingFile.account_id) == file.account_id
    waiting = mine & col(ReadingFile.state).in_((FileState.WAITING, FileState.TAKING))
    today = mine & (col(ReadingFile.sent_at) > now - timedelta(days=1))
    for condition, most in ((waiting, MOST_WAITING), (today, MOST_A_DAY)):
        found = sa.select(sa.func.count()).select_from(ReadingFile).where(condition)
        if session.execute(found).scalar_one() >= most:
            path_of(file).unlink(missing_ok=True)
            raise TooManyFiles
    session.add(file)


def find(session: Session, campaign: Campaign, account_id: UUID, id: UUID) -> ReadingFile:
    """One's own file; other people's are unknown."""
    found = session.get(ReadingFile, id)
    if found is None or (found.account_id, found.campaign_id) != (account_id, campaign.id):
        raise NotFound
    return found


def of_account(session: Session, campaign: Campaign, account_id: UUID) -> Sequence[ReadingFile]:
    """One's files for a campaign, the newest first."""
    mine = select(ReadingFile).where(
        ReadingFile.account_id == account_id, ReadingFile.campaign_id == campaign.id
    )
    return session.exec(mine.order_by(col(ReadingFile.sent_at).desc()).limit(20)).all()


def take(session: Session, file: ReadingFile, campaign: Campaign, *, now: datetime) -> None:
    """Have the worker take the file in; asked twice it is taken in once."""
    must_take_files(campaign, now)
    if file.state is not FileState.WAITING:
        return
    if not file.findings.get("good"):
        raise Nothing
    mine = (col(ReadingFile.id) == file.id) & (col(ReadingFile.state) == FileState.WAITING)
    begun = session.execute(sa.update(ReadingFile).where(mine).values(state=FileState.TAKING))
    if begun.rowcount:  # type: ignore[attr-defined]
        jobs.enqueue(session, JOB, file=str(file.id))


def discard(session: Session, file: ReadingFile) -> None:
    """Forget a file nobody took in."""
    if file.state is FileState.WAITING:
        session.delete(file)
        path_of(file).unlink(missing_ok=True)


def settle(file: ReadingFile, state: FileState, now: datetime) -> None:
    """Note the end; what the file said, and how it was read, is forgotten."""
    file.state, file.settled_at = state, now
    file.choices, file.findings = {}, {}
    path_of(file).unlink(missing_ok=True)


def tidy(session: Session, now: datetime) -> int:
    """Forget files nobody decided about in time, and what a killed process left on the disk."""
    old = select(ReadingFile).where(
        ReadingFile.state == FileState.WAITING, ReadingFile.sent_at < now - STAYS
    )
    found = session.exec(old).all()
    for file in found:
        discard(session, file)
    used = select(ReadingFile.id).where(col(ReadingFile.settled_at).is_(None))
    names = {id.hex for id in session.exec(used)}
    for path in folder().glob("*"):
        if path.name not in names and path.stat().st_mtime < (now - STAYS).timestamp():
            path.unlink(missing_ok=True)
    return len(found)
