"""`make bench`: the portal beside bare reference applications, in one run on one machine.

Figures are ratios, so they say the same on a slow machine as on a fast one. A missed target is
a result and not a failure: the command fails only where it cannot measure at all.
"""

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks import first_load, load, references, servers
from benchmarks.figures import SECONDS, Cost, Line, run
from benchmarks.requests import (
    LANGUAGE,
    ROUNDS,
    VOTERS,
    ballot_requests,
    first_scenario,
    open_consultation,
    upsert_requests,
)
from benchmarks.visitor import Visitor

READERS = 4
SIGNED_IN = ", signed in"


class Bench:
    """One run: two servers side by side, and the lines they come to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[Line] = []
        self.notes: list[str] = []
        references.prepare(folder)
        self.reference, self.portal = servers.reference(folder), servers.portal(folder)
        try:
            self.reference.wait_until_ready("/newest")
            self.portal.wait_until_ready("/readyz")
        except servers.NotReady:
            self.stop()
            raise
        self.visitor = Visitor(self.portal.port)

    def stop(self) -> None:
        """End both servers."""
        self.reference.stop()
        self.portal.stop()

    def measure(self, words: str, part: Callable[[], None]) -> None:
        """Do one part; what cannot be measured is said, and the others go on."""
        print(f"· {words}", flush=True)
        try:
            part()
        except (LookupError, OSError, subprocess.CalledProcessError) as problem:
            self.notes.append(f"not measured: {words}: {problem}")

    def note(self, words: str, cost: Cost) -> None:
        """Print and keep the figures behind a ratio."""
        self.notes.append(f"{words:<34} {cost}")
        print(f"    {words:<34} {cost}", flush=True)

    def beside_newest(self, pages: dict[str, str]) -> dict[str, Cost]:
        """Measure pages of the portal and R1 in turn, several times.

        Each page is asked for by visitors, who within some seconds get the same page, and by
        somebody signed in, for whom every page is drawn.
        """
        reader = Visitor(self.portal.port)
        reader.sign_in("citizen", 1)
        known = {"Cookie": reader.cookie, "Accept-Encoding": "gzip"}
        requests = {}
        for words, path in pages.items():
            packed = {"Accept-Encoding": "gzip"}
            requests[words] = [load.build("GET", path, self.portal.port, headers=packed)]
            requests[f"{words}{SIGNED_IN}"] = [
                load.build("GET", path, self.portal.port, headers=known)
            ]
        pages = dict.fromkeys(requests, "")
        newest = [load.build("GET", "/newest", self.reference.port)]
        costs = {words: Cost() for words in ("R1: 20 newest of 10,000", *pages)}
        for _ in range(ROUNDS):
            run(costs["R1: 20 newest of 10,000"], self.reference, newest, READERS, 200)
            for words in pages:
                run(costs[words], self.portal, requests[words], READERS, 200)
        for words, cost in costs.items():
            self.note(words, cost)
        return costs

    def pages(self) -> None:
        """Scenario page, consultation page and proposal list, with 1,000 and 10,000 proposals."""
        slug = open_consultation(self.visitor)
        base = f"/{LANGUAGE}/consultations/{slug}"
        pages = {"scenario page": first_scenario(self.visitor), "consultation page": base}
        self.fill(slug, 1_000)
        few = self.beside_newest({**pages, "proposal list, 1,000": f"{base}/proposals"})
        self.fill(slug, 10_000)
        many = self.beside_newest({**pages, "proposal list, 10,000": f"{base}/proposals"})
        newest, *_ = (median(cost.cpu) for cost in many.values())
        for words in [words for words in many if not words.startswith("R1")]:
            self.lines.append(Line(f"CPU: {words} / R1", median(many[words].cpu) / newest, "×", 8))
        before = median(few[f"proposal list, 1,000{SIGNED_IN}"].cpu) / median(
            few["R1: 20 newest of 10,000"].cpu
        )
        growth = median(many[f"proposal list, 10,000{SIGNED_IN}"].cpu) / newest / before
        self.lines.append(Line("CPU: proposal list from 1,000 to 10,000", growth, "×", 1.2))
        errors = sum(cost.errors for cost in (*few.values(), *many.values()))
        self.lines.append(Line("errors on pages", errors, "", 0))

    def fill(self, slug: str, count: int) -> None:
        """Bring a consultation to so many proposals."""
        self.beside("fill", slug, str(count))

    def beside(self, module: str, *arguments: str) -> str:
        """Run another of these programs on the portal's own data, and return what it prints."""
        settings = {"PORTAL_DATA": str(self.folder / "portal"), "PORTAL_DEMO": "1"}
        command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
        done = subprocess.run(
            command, env=os.environ | settings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LookupError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
        return done.stdout

    def votes(self) -> None:
        """Casting a vote against R2 (processor) and R3 (commits), by sixteen people at once."""
        slug = open_consultation(self.visitor)
        ballots, upserts = (
            ballot_requests(self.portal.port, slug),
            upsert_requests(self.reference.port),
        )
        commits, straight, casting, upserting = list[float](), list[float](), Cost(), Cost()
        for number in range(ROUNDS):
            commits.append(references.commits_per_second(self.folder, SECONDS / 2))
            straight.append(float(self.beside("casts", slug, str(SECONDS))))
            run(upserting, self.reference, upserts, VOTERS, 200, once=True)
            run(casting, self.portal, ballots[number], VOTERS, 303, once=True)
        self.note("R2: one durable upsert", upserting)
        self.note("casting a vote", casting)
        single = median(commits)
        self.notes.append(f"{'R3: single-writer commits':<34} {single:.0f}/s")
        ratio = median(casting.cpu) / median(upserting.cpu)
        self.lines.append(Line("CPU: casting a vote / R2", ratio, "×", 10))
        self.notes.append(f"{'straight into the box':<34} {median(straight):.0f}/s")
        for words, rate in (
            (f"votes per second, {VOTERS} at once, over HTTP / R3", median(casting.per_second)),
            (f"casts per second, {VOTERS} at once, into the box / R3", median(straight)),
        ):
            self.lines.append(Line(words, rate / single, "×", 2, at_least=True))
        self.lines.append(Line("errors while voting", casting.errors, "", 0))

    def first_loads(self) -> None:
        """Bytes and requests of a first visit, with and without a map."""
        plain, mapped = f"/{LANGUAGE}/", first_scenario(self.visitor)
        loads = first_load.visit(self.portal.port, [plain, mapped])
        self.lines += [
            Line("first load without map", loads[plain].page / 1000, "kB", 60),
            Line("requests without map", loads[plain].requests, "", 12),
            Line("first load with map, without its data", loads[mapped].page / 1000, "kB", 200),
            Line(
                "hosts other than the portal's",
                len(loads[plain].other_hosts | loads[mapped].other_hosts),
                "",
                0,
            ),
        ]
        self.notes.append(
            f"with map: {loads[mapped].requests} requests,"
            f" {loads[mapped].data / 1000:.0f} kB of data"
        )

    def memory(self) -> None:
        """Resident memory after every page was opened, by visitors of every kind."""
        opened = Visitor(self.portal.port).walk("/en/") + Visitor(self.portal.port).walk("/it/")
        for role in ("citizen", "community_manager", "council"):
            visitor = Visitor(self.portal.port)
            visitor.sign_in(role, 1)
            opened += visitor.walk("/it/account") + visitor.walk("/it/")
        resident = self.portal.memory()
        self.notes.append(
            f"memory after {opened} pages: " + ", ".join(f"{size:.0f} MB" for size in resident)
        )
        self.lines.append(Line("resident memory, largest process", max(resident), "MB", 115))


def machine() -> str:
    """Say what the figures were taken on."""
    packages = " ".join(f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "gunicorn"))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f}; Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, {packages};"
        f" {servers.PROCESSES} processes of {servers.THREADS} threads"
    )


def main() -> int:
    """Measure everything and print the table."""
    print(machine(), flush=True)
    made = servers.PROJECT / ".make"  # on the disk the portal's own data would lie on
    made.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=made) as folder:
        print("· starting the references and the portal", flush=True)
        try:
            bench = Bench(Path(folder))
        except servers.NotReady as problem:
            print(f"A server did not start:\n{problem}", file=sys.stderr)
            return 1
        try:
            bench.measure("bytes and requests of a first visit", bench.first_loads)
            bench.measure("pages beside R1", bench.pages)
            bench.measure("votes beside R2 and R3", bench.votes)
            bench.measure("memory after a walk through every page", bench.memory)
        finally:
            bench.stop()
    print("\n" + machine())
    print("\n".join(f"  {note}" for note in bench.notes))
    print("\n".join(["", "  result (target at the right)", *map(str, bench.lines)]))
    missed = sum(not line.good for line in bench.lines)
    print(f"\n  {len(bench.lines) - missed} of {len(bench.lines)} targets met")
    return 0


if __name__ == "__main__":
    sys.exit(main())
