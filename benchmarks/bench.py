"""One run of the benchmarks: two servers side by side, and the lines they come to."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from benchmarks import references, servers
from benchmarks.figures import Cost, Line
from benchmarks.visitor import Visitor


class Bench:
    """The reference and the portal with its demonstration, and what was found out."""

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

    def measure(self, words: str, part: Callable[[], Iterable[Line]]) -> None:
        """Do one part; what cannot be measured is said, and the others go on."""
        print(f"· {words}", flush=True)
        try:
            self.lines += list(part())
        except (LookupError, OSError, RuntimeError, subprocess.CalledProcessError) as problem:
            self.notes.append(f"not measured: {words}: {problem}")

    def note(self, words: str, cost: Cost) -> None:
        """Print and keep the figures behind a ratio."""
        self.notes.append(f"{words:<34} {cost}")
        print(f"    {words:<34} {cost}", flush=True)

    def fill(self, slug: str, count: int) -> None:
        """Bring a consultation to so many proposals."""
        self.beside("fill", slug, str(count))

    def beside(self, module: str, *arguments: str) -> str:
        """Run another of these programs on the portal's own data, and return what it prints."""
        return self._run(self.folder / "portal", module, *arguments)

    def apart(self, module: str, *arguments: str) -> str:
        """The same on a copy of the portal's tables and scenarios, where nobody has voted yet."""
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            twin(self.folder / "portal", Path(made))
            return self._run(Path(made), module, *arguments)

    def _run(self, data: Path, module: str, *arguments: str) -> str:
        settings = {"PORTAL_DATA": str(data), "PORTAL_DEMO": "1"}
        command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
        done = subprocess.run(
            command, env=os.environ | settings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LookupError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
        return done.stdout


def twin(data: Path, folder: Path) -> None:
    """Copy a portal's tables and scenarios into a folder: the same city without a ballot box."""
    shutil.copytree(data / "scenarios", folder / "scenarios", copy_function=os.link)
    with (
        closing(sqlite3.connect(data / "portal.sqlite")) as from_,
        closing(sqlite3.connect(folder / "portal.sqlite")) as to,
    ):
        from_.backup(to)
