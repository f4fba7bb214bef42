"""A server that speaks S3 (moto), in an environment of its own: its libraries are older than ours."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from portal.config import ROOT
from portal.db import FairLock

LOCK = Path(__file__).parent / "store" / "requirements.lock"
SERVER = "import sys; from moto.server import main; main(sys.argv[1:])"


def installed() -> Path:
    """The environment's Python, fetched by its lock once."""
    folder = ROOT / ".make" / f"store-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    folder.parent.mkdir(exist_ok=True)
    with FairLock(folder.with_suffix(".lock")):  # tests run side by side
        if not (folder / ".whole").exists():
            fetch(folder)
    return folder / "bin" / "python"


def fetch(folder):
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv") or str(ROOT / ".make" / "uv" / "bin" / "uv")
    for step in (
        [uv, "venv", "-q", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "-q", "--require-hashes", "--no-deps", "--only-binary", ":all:",
         "--python", str(folder / "bin" / "python"), "-r", str(LOCK)],
    ):  # fmt: skip
        done = subprocess.run(
            step, capture_output=True, text=True, timeout=300, check=False,
            env={"UV_SYSTEM_CERTS": "true", **os.environ},  # offices have certificates of their own
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[:500]
    (folder / ".whole").touch()


@contextmanager
def serving():
    """The server, empty; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [str(installed()), "-c", SERVER, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as server:  # fmt: skip
        try:
            yield _awake(f"http://127.0.0.1:{port}")
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _awake(address):
    for _ in range(300):
        try:
            urlopen(address, timeout=2).close()
            return address
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)
