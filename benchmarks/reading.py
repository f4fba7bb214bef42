"""Features in a box, beside pygeoapi and datasette: about 900 of 20,000, and of a million.

Run as `python -m benchmarks.reading ROWS` with the portal's settings in the environment, it makes
a release of so many rows, and its index.
"""

import csv
import http.client
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import load, reading_peers, servers
from benchmarks.bench import Bench
from benchmarks.figures import Cost, Line, run
from benchmarks.reading_rows import FEW, KINDS, MANY, NAMES, WANTED, box, rows
from benchmarks.servers import Server

ROUNDS, CLIENTS = 3, 4


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
    for name in ("datasette", *reading_peers.ENDINGS):
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
    server, path = (reading_peers.datasette if name == "datasette" else reading_peers.pygeoapi)(
        peers, own, name
    )
    try:
        server.wait_until_ready("/", 60)
        return _cost(server, path)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
