"""What a release of a million observations takes: time and memory of the command that makes it.

Run as `python -m benchmarks.releases FOLDER fill|release ROWS`. Each is a process of its own, so
that the memory of one does not count for the other.
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.figures import Line
from portal import create_app, db, migrations
from portal.config import Settings
from portal.datasets import releases
from portal.observations.models import Observation, TimeGrain
from portal.observations.where import coarse
from tests import factories

ROWS, MORE, PEOPLE = 1_000_000, 50_000, 20_000
NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
WEST, SOUTH, EAST, NORTH = 11.27, 44.47, 11.39, 44.54
QUICKLY = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-300000")
ASIDE = """
SELECT type, name, sql FROM sqlite_master
WHERE type IN ('index', 'trigger') AND tbl_name = 'observation' AND sql IS NOT NULL
"""  # kept numbers stay as they were: a release does not read them by row


def _template(connection: Any, table: str) -> dict[str, Any]:
    """A row as the portal itself writes it, to be copied with other values."""
    found = connection.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchone(), strict=True))


def _insert(connection: Any, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    statement = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({', '.join('?' * len(first))})"
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(statement, tuple(first.values()))
    connection.executemany(statement, (tuple(row.values()) for row in rows))
    connection.execute("COMMIT")


def fill(app: Any, first: int, count: int) -> None:
    """Accepted observations all over the city, the later ones in the last days."""
    chance = random.Random(f"releases from {first}")
    with app.app_context():
        if not first:
            migrations.upgrade(db.engine())
            with db.transaction() as session:
                campaign = factories.make_campaign(
                    session, dataset="bench", slug="bench", time_grain=TimeGrain.HOUR,
                    opens_at=NOW - timedelta(days=400), closes_at=NOW + timedelta(days=30),
                )  # fmt: skip
                person = factories.make_account(session)
                session.add(
                    Observation(
                        campaign_id=campaign.id, contributor_id=person.id, result=60.0,
                        unit=campaign.unit, phenomenon_time=NOW, received_at=NOW, key_hash="",
                    )
                )  # fmt: skip
        connection: Any = db.engine().raw_connection().driver_connection
        for pragma in QUICKLY:
            connection.execute(f"PRAGMA {pragma}")
        aside = connection.execute(ASIDE).fetchall()
        for kind, name, _sql in aside:
            connection.execute(f"DROP {kind} {name}")
        known, account = _template(connection, "observation"), _template(connection, "account")
        spots = _spots(random.Random("spots"))
        if not first:
            _insert(connection, "account", ({**account, "id": UUID(int=n + 1).hex,
                    "email": f"{n}@example.org"} for n in range(PEOPLE)))  # fmt: skip
        _insert(connection, "observation", _observations(chance, known, spots, first, count))
        for _kind, _name, sql in aside:
            connection.execute(sql)


def _spots(chance: random.Random) -> list[tuple[str, str]]:
    """Cells with their districts; people go to some more than to others."""
    found: list[tuple[str, str]] = []
    while len(found) < 3_000:
        point = chance.uniform(SOUTH, NORTH), chance.uniform(WEST, EAST)
        cell = coarse.cell_of(*point, 9)
        found.append((cell, f"district-{int(6 * (point[1] - WEST) / (EAST - WEST))}"))
    return found


def _observations(
    chance: random.Random,
    known: dict[str, Any],
    spots: list[tuple[str, str]],
    first: int,
    count: int,
) -> Iterator[dict[str, Any]]:
    start = NOW - timedelta(days=360)
    for n in range(first, first + count):
        cell, district = spots[int(len(spots) * chance.random() ** 2)]
        at = start + timedelta(seconds=chance.randrange(330 * 86_400))
        yield {
            **known,
            "id": UUID(int=chance.getrandbits(128)).hex,
            "contributor_id": UUID(int=chance.randrange(PEOPLE) + 1).hex,
            "result": round(chance.gauss(62, 6), 1),
            "phenomenon_time": at.strftime("%Y-%m-%d %H:%M:%S.000000"),
            "cell": cell,
            "district": district,
            "grade": "accepted",
            "key_hash": f"{n:064d}",
        }


def release(app: Any) -> dict[str, float]:
    """Make one release and say what it took."""
    begun = time.monotonic()
    with app.app_context():
        made = releases.make("bench", now=NOW)
        assert made is not None
        told = {"rows": made.counts["published"], "number": made.number}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**told, "seconds": time.monotonic() - begun, "peak_mb": peak}


def main() -> None:
    """Fill, or release, in the folder."""
    folder, what, *amount = sys.argv[1:]
    app = create_app(Settings(data=Path(folder), demo=True, _env_file=None))
    if what == "fill":
        fill(app, int(amount[0]), int(amount[1]))
    else:
        print(json.dumps(release(app)))


def _run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.releases", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def lines(folder: Path, rows: int = ROWS) -> list[Line]:
    """A first release of a million, then one with what came since."""
    folder /= "releases"
    folder.mkdir()
    _run(folder, "fill", "0", str(rows))
    first = json.loads(_run(folder, "release"))
    _run(folder, "fill", str(rows), str(MORE))
    second = json.loads(_run(folder, "release"))
    if first["rows"] < 0.9 * rows or second["rows"] <= first["rows"]:
        raise RuntimeError(f"too few rows: {first}, {second}")
    return [
        Line("a first release of 1,000,000 observations", first["seconds"], "s", 30),
        Line("its memory", first["peak_mb"], "MB", 1000),
        Line("the next one, with 50,000 more", second["seconds"], "s", 30),
        Line("its memory", second["peak_mb"], "MB", 1000),
    ]


if __name__ == "__main__":
    main()
