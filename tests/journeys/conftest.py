"""The ground of the journeys: the demonstration city served by gunicorn, a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from portal.config import ROOT
from tests import sharing
from tests.journeys.people import WAIT, City, Person

# the shell draws pages as the browser does and takes half of its time
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
READY_WITHIN = 120  # seconds, on a busy machine
expect.set_options(timeout=WAIT)
PORTAL = [sys.executable, "-c", "from portal.cli import main; main()"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey needs a browser, and says so."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Iterator[City]:
    """The demonstration city as `portal demo` serves it, on a free port of this machine.

    It is made up once for all who test side by side, on the scenarios that other tests published;
    each serves a copy.
    """
    made = sharing.made_once(tmp_path_factory, "city", lambda data: _make_up(data, published))
    data = tmp_path_factory.mktemp("served") / "city"
    shutil.copytree(made, data)
    port = _free_port()
    log = data.parent / "city.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*PORTAL, "demo", "--port", str(port)],
            cwd=ROOT,
            env=_settings(data),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/readyz", server, log)
        yield City(f"http://127.0.0.1:{port}", data)
    finally:
        server.terminate()
        server.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()[-6000:]


def _make_up(data: Path, published: Path) -> None:
    shutil.copytree(published, data / "scenarios")
    command = [*PORTAL, "demo", "--no-serve"]
    done = subprocess.run(command, cwd=ROOT, env=_settings(data), capture_output=True, text=True)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-6000:]


def _settings(data: Path) -> dict[str, str]:
    return {**os.environ, "PORTAL_DATA": str(data), "PORTAL_DATABASE_URL": ""}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the demonstration city did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A real browser; a machine without one fails here and is told what to install."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("no Chromium on the path: run tools/chromium.sh")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def person(city: City, chromium: Browser) -> Iterator[Callable[..., Person]]:
    """`person("citizen", 7, scripts=False)`: somebody at a browser of their own, signed in.

    At the end every page they saw must have been clean: no error in the console, no breach of
    the security policy, nothing asked of another host.
    """
    everyone: list[Person] = []

    def arrive(role: str | None = None, n: int = 1, **options: Any) -> Person:
        one = Person.arrive(city, chromium, **options)
        everyone.append(one)
        if role is not None:
            one.sign_in(role, n)
        return one

    yield arrive
    troubles = [trouble for one in everyone for trouble in one.leave()]
    assert not troubles, "\n".join(troubles)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Every journey is made twice: with scripts and without."""
    return bool(request.param)
