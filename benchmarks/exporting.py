"""The export of 20,000 proposals in 14 languages: what its process takes.

Usage: python -m benchmarks.exporting DATABASE FOLDER ADDRESS. A process of its own asks for the
file, throws away what it reads, and prints as JSON the seconds of the clock and of the processor,
the bytes and its largest memory. The file is made and read in one process that waits for nobody.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Line
from portal import create_app
from portal.config import Settings

FILES = {"JSON": "all.json", "CSV": "texts.csv"}


def lines(database: str, folder: Path, page: str) -> Iterator[Line]:
    """Both files: the processor's seconds, and the megabytes of the process at its largest."""
    for kind, name in FILES.items():
        command = [sys.executable, "-m", "benchmarks.exporting", database, str(folder)]
        done = subprocess.run([*command, f"{page}/{name}"], capture_output=True, text=True)
        if done.returncode:
            raise LookupError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
        found = json.loads(done.stdout)
        print(
            f"    {kind}: {found['bytes'] / 1e6:.0f} MB, by the clock {found['seconds']:.1f} s",
            flush=True,
        )
        what = f"export of 20,000 proposals × 14 languages, {kind}"
        yield Line(what, found["cpu"], "s", 60)
        yield Line(f"{what}: whole process", found["megabytes"], "MB", 200)


def measure(database: str, folder: Path, address: str) -> dict[str, float]:
    """Ask for one file as a browser would, and read it piece by piece."""
    portal = create_app(Settings(data=folder, demo=True, _env_file=None), DATABASE=database)
    begun, worked, size = time.perf_counter(), time.process_time(), 0
    answer = portal.test_client().get(address, buffered=False)
    if answer.status_code != 200:
        raise LookupError(f"{address} answered {answer.status}")
    for part in answer.response:
        size += len(part if isinstance(part, bytes) else part.encode())
    answer.close()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
    return {"seconds": seconds, "cpu": cpu, "bytes": size, "megabytes": _largest()}


def _largest() -> float:
    """The largest resident memory of this process, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    json.dump(measure(sys.argv[1], Path(sys.argv[2]), sys.argv[3]), sys.stdout)
