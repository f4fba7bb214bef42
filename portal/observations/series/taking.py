"""What the worker does with a file of readings: piece by piece, each kept whole or not at all."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session

from portal import db, jobs
from portal.observations import intake
from portal.observations.contributing.entries import Entry
from portal.observations.many import Surroundings, submit_many
from portal.observations.models import Campaign
from portal.observations.series import refusals, sent_files
from portal.observations.series.choices import Choices
from portal.observations.series.tables import Unreadable, bounded
from portal.observations.series.turning import Turning
from portal.observations.series_models import FileState, ReadingFile

PIECE = 2_000  # rows of one transaction
ROOM, USUAL = 48_000, 1_000  # KiB of SQLite's cache while a file is taken in, and otherwise
AT_A_TIME = 10.0  # seconds after which other work gets its turn


def take_file(file: str) -> None:
    """Take a file in, from where it was left; other jobs have their turn now and then."""
    found = db.session().get(ReadingFile, UUID(file))
    if found is None or found.state is not FileState.TAKING:
        return
    campaign = db.session().get_one(Campaign, found.campaign_id)
    begun, around = time.monotonic(), Surroundings()
    try:
        for gone_through, piece, unread in _pieces(found, campaign):
            _take(found.id, gone_through, piece, unread, around)
            if time.monotonic() - begun > AT_A_TIME:
                raise jobs.Later(timedelta())
    except (intake.NotOpen, Unreadable, refusals.Gone):
        _settle(found.id, FileState.STOPPED)
    else:
        _settle(found.id, FileState.DONE)


def _pieces(file: ReadingFile, campaign: Campaign) -> Iterator[tuple[int, list[Entry], int]]:
    """Pieces not yet taken: how far each reaches, its entries, how many rows could not be read."""
    table = sent_files.table_of(sent_files.path_of(file), file.kind)
    choices = Choices.model_validate(dict(file.choices))
    turning = Turning(campaign, choices, current_app.config["ZONE"], file.sent_at)
    rows = bounded(table.rows())
    reached = 0
    while piece := list(islice(rows, PIECE)):
        reached += len(piece)
        read = [turning.entry(row)[0] for row in piece]
        if reached > file.gone_through:
            made = [entry for entry in read if entry is not None]
            yield reached, made, len(piece) - len(made)


def _take(
    id: UUID, gone_through: int, piece: list[Entry], unread: int, around: Surroundings
) -> None:
    """Keep one piece and how far the file has come, in one transaction."""
    with db.transaction() as session:
        _make_room(session, ROOM)
        file = session.get(ReadingFile, id, with_for_update=True)
        if file is None or file.gone_through >= gone_through:  # gone, or another worker was here
            return
        campaign = session.get_one(Campaign, file.campaign_id)
        outcomes = submit_many(
            session, campaign, file.account_id, piece,
            now=_now(), batch_id=file.id, around=around,
        )  # fmt: skip
        file.gone_through = gone_through
        file.added += sum(one.new for one in outcomes)
        refused = sum(one.id is None for one in outcomes)
        file.refused += refused + unread
        file.known += sum(not one.new for one in outcomes) - refused
        session.add(file)


def _settle(id: UUID, state: FileState) -> None:
    with db.transaction() as session:
        _make_room(session, USUAL)
        file = session.get(ReadingFile, id)
        if file is not None and file.state is FileState.TAKING:
            sent_files.settle(file, state, _now())
            session.add(file)


def _make_room(session: Session, kibibytes: int) -> None:
    """Let SQLite hold the indexes' pages it comes back to; the worker alone does so."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text(f"PRAGMA cache_size = -{kibibytes}"))


def _now() -> datetime:
    clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)


@jobs.regularly(timedelta(minutes=10))
def forget_undecided_files() -> int:
    """Remove files nobody decided about within an hour."""
    with db.transaction() as session:
        return sent_files.tidy(session, _now())


jobs.handler(sent_files.JOB)(take_file)
