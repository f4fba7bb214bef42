"""Features in a box, beside pygeoapi and datasette: about 900 of 20,000, and of a million.

Run as `python -m benchmarks.reading ROWS` with the portal's settings in the environment, it makes
a release of so many rows, and its index.
"""

import csv
import http.client
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import load, servers
from benchmarks.bench import Bench
from benchmarks.figures import Cost, Line, run
from benchmarks.servers import Server

FEW, MANY, WANTED = 20_000, 1_000_000, 900
WEST, SOUTH, EAST, NORTH = 11.23, 44.42, 11.43, 44.56
NAMES = ("date", "hour", "phenomenon_time", "place_level", "place", "latitude", "longitude",
         "district", "observed_property", "result", "unit", "quality")  # fmt: skip
KINDS = {"date": "date", "hour": "integer", "phenomenon_time": "datetime", "latitude": "number",
         "longitude": "number", "result": "number"}  # fmt: skip
ROUNDS, CLIENTS = 3, 4
ENDINGS = {"GeoJSON": "geojson", "CSV": "csv", "TinyDB": "json", "SQLiteGPKG": "gpkg"}


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Measurements, each at a place of its own: the hardest case for what counts on shared ones."""
    chance, start = random.Random("reading"), datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(count):
        at = start + timedelta(minutes=n % 200_000)
        yield dict(zip(NAMES, (
            at.date().isoformat(), at.hour, at.strftime("%Y-%m-%dT%H:00:00Z"), "h3-10",
            f"8a1e{n:011x}", round(chance.uniform(SOUTH, NORTH), 5),
            round(chance.uniform(WEST, EAST), 5), "navile", "sound_pressure_level",
            round(chance.uniform(35, 90), 1), "dB[SPL]", "accepted",
        ), strict=True))  # fmt: skip


def box(count: int) -> tuple[float, float, float, float]:
    """A box in the middle that holds about as many features as are wanted."""
    side = (WANTED / count) ** 0.5 / 2
    x, y = (WEST + EAST) / 2, (SOUTH + NORTH) / 2
    wide, high = side * (EAST - WEST), side * (NORTH - SOUTH)
    return (round(x - wide, 6), round(y - high, 6), round(x + wide, 6), round(y + high, 6))


def main() -> None:
    """Make a release of rows written here, and the index it is read by; print the seconds."""
    from portal import create_app, datapackage, db
    from portal.datasets import catalogue
    from portal.datasets.models import Release
    from portal.datasets.reading import index
    from tests.factories import make_campaign

    count = int(sys.argv[1])
    name, app = f"bench-{count}", create_app()
    with app.app_context():
        folder = catalogue.folder() / name / "1.0.0"
        folder.mkdir(parents=True)
        with (folder / "observations.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, NAMES, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows(count))
        fields = [{"name": one, "type": KINDS.get(one, "string")} for one in NAMES]
        table = datapackage.resource(
            folder, "observations.csv", name="observations", format="csv", mediatype="text/csv",
            schema={"fields": fields},
        )  # fmt: skip
        licence = {"name": "CC0-1.0", "title": "CC0", "path": "https://example.org/cc0"}
        words = {"en": name}
        told = {"name": name, "version": "1.0.0", "licenses": [licence], "resources": [table],
                "release": {"title": words, "description": words}}  # fmt: skip
        sha256 = datapackage.write(folder, told)
        with db.transaction() as session:
            campaign = make_campaign(session, slug=name, dataset=name)
            release = Release(
                dataset=name, version="1.0.0", number=1, sha256=sha256, campaign_id=campaign.id,
                created_at=datetime.now(UTC), counts={"published": count}, demonstration=True,
            )  # fmt: skip
            session.add(release)
        begun = time.perf_counter()
        path = index.make(release)
        seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "megabytes": path.stat().st_size / 1e6}))


def lines(bench: Bench) -> list[Line]:
    """The same box asked of everybody; ratios of processor time for one answer."""
    built = {count: json.loads(bench.beside("reading", str(count))) for count in (FEW, MANY)}
    peers = _installed()
    time.sleep(4)  # the portal looks for new releases every few seconds
    ours = {count: _cost(bench.portal, _path(count)) for count in (FEW, MANY)}
    for count, cost in ours.items():
        bench.note(f"portal, {count:,} features", cost)
    others = {}
    for name in ("datasette", *ENDINGS):
        try:
            cost = _peer(peers, bench.folder, name)
        except (servers.NotReady, LookupError) as problem:
            bench.notes.append(f"not measured: {name}: {str(problem).strip()[-200:]}")
            continue
        others[name] = median(cost.cpu)
        bench.note(f"{name}, {FEW:,} features", cost)
    mine = median(ours[FEW].cpu)
    listed = [
        Line("features in a box of a million : of 20,000", median(ours[MANY].cpu) / mine,
             "×", 1.3),
        Line("index of a million features", built[MANY]["seconds"], "s", 60),
    ]  # fmt: skip
    if "datasette" in others:
        listed.append(Line("features in a box: datasette : portal", others.pop("datasette") / mine,
                           "×", 2, at_least=True))  # fmt: skip
    if others:
        best = min(others, key=others.__getitem__)
        listed.append(Line(f"features in a box: pygeoapi ({best}) : portal", others[best] / mine,
                           "×", 5, at_least=True))  # fmt: skip
    return listed


def _path(count: int) -> str:
    asked = ",".join(map(str, box(count)))
    return f"/ogc/collections/bench-{count}/items?bbox={asked}&limit=1000"


def _cost(server: Server, path: str) -> Cost:
    """What an answer costs; it must hold about as many features as are wanted."""
    found = _features(server.port, path)
    if not WANTED * 0.8 < found < WANTED * 1.2:
        raise LookupError(f"{found} features at {path}")
    cost = Cost()
    request = load.build("GET", path, server.port, headers={"Accept": "application/json"})
    for _round in range(ROUNDS):
        run(cost, server, [request], CLIENTS, 200)
    return cost


def _features(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept": "application/json"})
    told = json.loads(connection.getresponse().read())
    return len(told.get("features") or told.get("rows") or [])


def _installed() -> Path:
    """The environment of the others, made where it is missing."""
    where = servers.PROJECT / ".make" / "peers"
    if not (where / "bin" / "datasette").exists():
        subprocess.run([sys.executable, "-m", "venv", str(where)], check=True)
        listed = servers.PROJECT / "benchmarks" / "peers" / "requirements.txt"
        pip = [str(where / "bin" / "python"), "-m", "pip", "install", "-q", "-r", str(listed)]
        subprocess.run(pip, check=True)
    return where / "bin"


def _peer(peers: Path, folder: Path, name: str) -> Cost:
    """One of the others on the same features."""
    own = folder / f"peer-{name}"
    own.mkdir()
    server, path = (_datasette if name == "datasette" else _pygeoapi)(peers, own, name)
    try:
        server.wait_until_ready("/", 60)
        return _cost(server, path)
    finally:
        server.stop()


def _datasette(peers: Path, own: Path, name: str) -> tuple[Server, str]:
    """A table with an index on both coordinates, as its documentation advises."""
    connection = sqlite3.connect(own / "features.db")
    columns = ", ".join(
        f"{one} {'REAL' if KINDS.get(one) == 'number' else 'TEXT'}" for one in NAMES
    )
    connection.execute(f"CREATE TABLE noise (id INTEGER PRIMARY KEY, {columns})")
    gaps = ", ".join("?" * len(NAMES))
    listed = (tuple(row.values()) for row in rows(FEW))
    connection.executemany(f"INSERT INTO noise VALUES (NULL, {gaps})", listed)
    connection.execute("CREATE INDEX place ON noise (longitude, latitude)")
    connection.commit()
    connection.close()
    port = servers.free_port()
    command = [str(peers / "datasette"), "-i", str(own / "features.db"), "--port", str(port),
               "--setting", "max_returned_rows", "2000", "--setting", "num_sql_threads", "3",
               "--setting", "default_cache_ttl", "0"]  # fmt: skip
    west, south, east, north = box(FEW)
    query = (f"_shape=objects&_size=1000&_nofacet=1&_nocount=1&longitude__gte={west}"
             f"&longitude__lte={east}&latitude__gte={south}&latitude__lte={north}")  # fmt: skip
    return servers.start(command, port, own / "log"), f"/features/noise.json?{query}"


def _pygeoapi(peers: Path, own: Path, name: str) -> tuple[Server, str]:
    """With one of its providers, under gunicorn set as the portal's is."""
    port = servers.free_port()
    data = own / f"features.{ENDINGS[name]}"
    provider: dict[str, Any] = {
        "type": "feature",
        "name": name,
        "data": str(data),
        "id_field": "id",
    }
    if name == "CSV":
        provider["geometry"] = {"x_field": "longitude", "y_field": "latitude"}
    if name == "SQLiteGPKG":
        provider["table"] = "noise"
    _write_peer_data(data, name)
    words = {"en": "bench"}
    config = {
        "server": {"bind": {"host": "127.0.0.1", "port": port},
                   "url": f"http://127.0.0.1:{port}", "mimetype": "application/json",
                   "encoding": "utf-8", "gzip": False, "languages": ["en-US"],
                   "limits": {"default_items": 10, "max_items": 2000},
                   "map": {"url": "https://example.org/{z}/{x}/{y}.png", "attribution": "none"}},
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {"title": words, "description": words, "keywords": {"en": ["bench"]},
                               "keywords_type": "theme", "url": "https://example.org",
                               "terms_of_service": "https://example.org"},
            "license": {"name": "none", "url": "https://example.org"},
            "provider": {"name": "bench", "url": "https://example.org"},
            "contact": {"name": "bench"}},
        "resources": {"noise": {
            "type": "collection", "title": words, "description": words,
            "keywords": {"en": ["bench"]}, "links": [],
            "extents": {"spatial": {"bbox": [WEST, SOUTH, EAST, NORTH],
                                    "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
            "providers": [provider]}},
    }  # fmt: skip
    (own / "config.yml").write_text(json.dumps(config))  # JSON is YAML
    settings = {"PYGEOAPI_CONFIG": str(own / "config.yml"),
                "PYGEOAPI_OPENAPI": str(own / "openapi.yml")}  # fmt: skip
    made = subprocess.run(
        [str(peers / "pygeoapi"), "openapi", "generate", settings["PYGEOAPI_CONFIG"],
         "--output-file", settings["PYGEOAPI_OPENAPI"]],
        env=os.environ | settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise LookupError(made.stderr.strip() or "no OpenAPI document")
    options = f"-k gthread --workers {servers.PROCESSES} --threads {servers.THREADS} --preload"
    command = [str(peers / "gunicorn"), *options.split(), "--log-level", "warning",
               "-b", f"127.0.0.1:{port}", "pygeoapi.flask_app:APP"]  # fmt: skip
    asked = ",".join(map(str, box(FEW)))
    path = f"/collections/noise/items?f=json&bbox={asked}&limit=1000"
    return servers.start(command, port, own / "log", **settings), path


def _write_peer_data(path: Path, name: str) -> None:
    if name == "CSV":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", *NAMES])
            writer.writeheader()
            writer.writerows({"id": n, **row} for n, row in enumerate(rows(FEW)))
        return
    features = [
        {"type": "Feature", "id": n, "properties": {"id": n, **row},
         "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}}
        for n, row in enumerate(rows(FEW))
    ]  # fmt: skip
    if name == "TinyDB":
        told: Any = {"_default": {str(n + 1): one for n, one in enumerate(features)}}
        path.write_text(json.dumps(told))
    elif name == "GeoJSON":
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    else:
        raise LookupError("needs SpatiaLite, a system library this benchmark does not install")


if __name__ == "__main__":
    main()
