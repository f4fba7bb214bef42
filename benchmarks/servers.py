"""Servers under measurement: started alike, watched through /proc, stopped by their own id."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROCESSES, THREADS = 2, 8  # as `portal demo` serves
TICKS = os.sysconf("SC_CLK_TCK")
PROJECT = Path(__file__).resolve().parent.parent


class NotReady(Exception):
    """A server did not start; holds the end of what it said."""


@dataclass
class Server:
    """One server: its first process, its port, where it writes what it says."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def processes(self) -> list[int]:
        """Return the ids of the first process and those that serve for it, without job workers."""
        children = [
            pid for pid in _children(self.process.pid) if not _command(pid).endswith("worker")
        ]
        return [self.process.pid, *children]

    def cpu(self) -> float:
        """Return the seconds of processor time used up to now."""
        return sum(_cpu(pid) for pid in self.processes())

    def memory(self) -> list[float]:
        """Return the resident megabytes of each process that answers requests."""
        return [_resident(pid) for pid in self.processes()[1:]]

    def wait_until_ready(self, path: str, seconds: float = 400) -> None:
        """Return as soon as the address answers; NotReady when it does not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if _answers(self.port, path):
                return
            time.sleep(0.1)
        said = self.log.read_text("utf-8", "replace").splitlines()[-15:]
        self.stop()
        raise NotReady("\n".join(said))

    def stop(self) -> None:
        """End the server in good order, or at once if it will not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()


def start(command: list[str], port: int, log: Path, **environment: str) -> Server:
    """Start a server whose words go into a file."""
    with log.open("wb") as words:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=os.environ | environment, stdout=words, stderr=words
        )
    return Server(process, port, log)


def reference(folder: Path, database: str = "") -> Server:
    """Start the reference application under gunicorn, set as the portal sets it."""
    port = free_port()
    options = f"-k gthread --workers {PROCESSES} --threads {THREADS} --preload --keep-alive 5"
    gunicorn = [sys.executable, "-m", "gunicorn", *options.split(), "--log-level", "warning"]
    command = [*gunicorn, "-b", f"127.0.0.1:{port}", "benchmarks.references:create_app()"]
    settings = {"REFERENCE_DATA": str(folder), "REFERENCE_DATABASE": database}
    return start(command, port, folder / "reference.log", **settings)


def portal(folder: Path) -> Server:
    """Start the demonstration city in a data folder of its own."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("portal")), "demo", "--port", str(port)]
    return start(command, port, folder / "portal.log", PORTAL_DATA=str(folder / "portal"))


def portal_on(data: Path, database: str) -> Server:
    """Serve a data folder with another database."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("portal")), "serve", "--no-worker", "--port",
               str(port)]  # fmt: skip
    settings = {"PORTAL_DATA": str(data), "PORTAL_DEMO": "1", "PORTAL_DATABASE_URL": database,
                "PORTAL_BASE_URL": f"http://127.0.0.1:{port}"}  # fmt: skip
    return start(command, port, data / "portal.log", **settings)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except OSError:
        return False
    finally:
        connection.close()


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").strip("\0")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
