"""Building the digests of ten thousand people, beside a bare loop that writes the same rows.

Usage: python -m benchmarks.news. In a database of its own it adds people, lets them follow what has
a hundred pieces of news, builds, and prints as JSON how long both took and the memory of the build.
"""

import json
import sys
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from benchmarks.bench import Bench
from benchmarks.figures import Line
from portal import create_app, db, jobs
from portal.accounts.models import Account, Role
from portal.news import building, telling
from portal.news.models import Follow, NewsItem, NewsMessage, Reader

PEOPLE, ITEMS, THINGS, FOLLOWED = 10_000, 100, 20, 5
TOPIC = "consultations"


def lines(bench: Bench) -> list[Line]:
    """The build against the bare loop, and the most memory it held."""
    found = json.loads(bench.beside("news"))
    bench.notes.append(
        f"{'digests of 10,000 people':<34} {found['build']:.1f} s,"
        f" rows alone {found['bare']:.1f} s, at most {found['megabytes']:.0f} MB more"
    )
    return [
        Line("digests of 10,000 people / the same rows", found["build"] / found["bare"], "×", 5),
        Line("memory of building them", found["megabytes"], "MB", 60),
        Line("people without their one message", PEOPLE - found["messages"], "", 0),
    ]


def measure() -> dict[str, float]:
    """Build, and write the same number of rows; remove all of it again."""
    zone: ZoneInfo = current_app.config["ZONE"]
    now = _a_thursday_evening(zone)
    _fill(now)
    began = time.perf_counter()
    messages = building.build(now, zone)
    build = time.perf_counter() - began
    rows = list(_rows())
    _empty()
    began = time.perf_counter()
    _bare(rows)
    bare = time.perf_counter() - began
    _empty()
    tracemalloc.start()
    building.build(now, zone)
    most = tracemalloc.get_traced_memory()[1] / 1e6
    return {"build": build, "bare": bare, "messages": messages, "megabytes": most}


def _a_thursday_evening(zone: ZoneInfo) -> datetime:
    """When every person's slot of the week is over, whatever day it is."""
    local = datetime.now(zone).replace(hour=18, minute=0, second=0, microsecond=0)
    return (local + timedelta(days=(3 - local.weekday()) % 7)).astimezone(UTC)


def _fill(now: datetime) -> None:
    telling.topic(TOPIC, "Consultations")
    people = [{"id": uuid4(), "email": f"bench{n}@example.org", "role": Role.CITIZEN,
               "created_on": date(2026, 1, 1)} for n in range(PEOPLE)]  # fmt: skip
    items = [
        {"id": uuid4(), "topic": TOPIC, "kind": "bench", "ref": str(n % THINGS), "path": "/",
         "sentence": "It happened.", "gaps": {}, "at": now - timedelta(days=2, minutes=n)}
        for n in range(ITEMS)
    ]  # fmt: skip
    follows = [
        {"account_id": one["id"], "kind": "bench", "ref": str((n + step) % THINGS),
         "since": now - timedelta(days=20)}
        for n, one in enumerate(people) for step in range(FOLLOWED)
    ]  # fmt: skip
    with db.transaction() as session:
        for table, rows in ((Account, people), (NewsItem, items), (Follow, follows)):
            session.execute(sa.insert(table), rows)


def _rows() -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """What the build wrote, as plain rows."""
    for table in (NewsMessage, jobs.Job, Reader):
        columns = sa.inspect(table).local_table
        found = db.session().execute(sa.select(columns)).mappings()
        yield table, [dict(row) for row in found]


def _bare(tables: list[tuple[Any, list[dict[str, Any]]]]) -> None:
    """Write the same rows in pieces of the same size, and nothing else."""
    for start in range(0, PEOPLE, building.AT_A_TIME):
        with db.transaction() as session:
            for table, rows in tables:
                piece = rows[start : start + building.AT_A_TIME]
                if piece:
                    session.execute(sa.insert(table), piece)


def _empty() -> None:
    with db.transaction() as session:
        for table in (NewsMessage, jobs.Job, Reader):
            session.execute(sa.delete(table))


def main() -> None:
    """Measure on a database of its own: nothing of the portal's is touched."""
    with create_app(DATABASE="sqlite://").app_context():
        from sqlmodel import SQLModel

        SQLModel.metadata.create_all(db.engine())
        json.dump(measure(), sys.stdout)


if __name__ == "__main__":
    main()
