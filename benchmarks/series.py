"""A file of 100,000 readings: looked through, then taken in by the worker, with its progress."""

import io
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from benchmarks.figures import Line
from benchmarks.proposals import made_portal
from portal import db, jobs
from portal.config import ROOT
from portal.observations.series import sent_files
from portal.observations.series_models import FileState, ReadingFile
from portal.scenarios.publishing.publish import publish
from tests.factories import make_account, make_campaign

READINGS = 100_000
MOST_SECONDS = 30
MOST_MEGABYTES = 60
PLACE = (44.4938, 11.3430)


def lines() -> Iterator[Line]:
    """Seconds and memory on each database."""
    made = ROOT / ".make"
    made.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="series-", dir=made) as folder:
        publish([ROOT / "scenarios"], Path(folder) / "published")
        for kind in ("sqlite", "postgresql"):
            with made_portal(kind, Path(folder) / kind / "one") as portal, portal.app_context():
                yield from _taken(kind, portal)


def _taken(kind: str, portal: Flask) -> Iterator[Line]:
    now = datetime.now(UTC)
    with db.transaction() as session:
        begun = now - timedelta(minutes=READINGS + 60)
        campaign = make_campaign(session, opens_at=begun, closes_at=now + timedelta(days=1))
        account = make_account(session)
    before = _memory()
    started = time.perf_counter()
    file = sent_files.look_at(
        campaign, account.id, io.BytesIO(_table(now)),
        name="home.csv", place=sent_files.one_place(campaign, PLACE, ""),
        city=portal.config["ZONE"], now=now,
    )  # fmt: skip
    looked = time.perf_counter() - started
    with db.transaction() as session:
        sent_files.enter(session, file, now=now)
        sent_files.take(session, file, campaign, now=now)
    started, seen = time.perf_counter(), 0
    while jobs.work(most=1) or _state(file).state is FileState.TAKING:
        seen += 1
    spent = time.perf_counter() - started
    found = _state(file)
    if (found.state, found.added) != (FileState.DONE, READINGS):
        raise LookupError(f"{found.added} of {READINGS} readings came in: {found.state}")
    print(f"    {kind}: looked through in {looked:.1f} s, taken in in {spent:.1f} s", flush=True)
    yield Line(f"file of 100,000 readings taken in, {kind}", spent, " s", MOST_SECONDS)
    yield Line(
        f"file of 100,000 readings, memory, {kind}", _memory() - before, " MB", MOST_MEGABYTES
    )


def _state(file: ReadingFile) -> ReadingFile:
    db.session().expire_all()
    return db.session().get_one(ReadingFile, file.id)


def _table(now: datetime) -> bytes:
    """One reading a minute, as a home sensor writes them."""
    chance = random.Random("series")
    rows = ["Data e ora;Rumore dB(A)"]
    for number in range(READINGS):
        at = now - timedelta(minutes=READINGS - number + 5)
        value = f"{chance.uniform(45, 75):.1f}".replace(".", ",")
        rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ};{value}")
    return "\n".join(rows).encode()


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    for line in lines():
        print(line)
