"""The demonstration city: real scenarios, made-up people; set up once, then served."""

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click
from flask import Flask

from portal import ROOMS, create_app, db, migrations, serving
from portal.i18n import N_
from portal.refusal import Refusal

MARK, BEGUN = "demonstration.done", "demonstration.begun"
KEPT_BY_THE_CITY = (
    "boxes",
    "delivered",
    "keys",
    "outbox",
    "photos",
    "public",
    "releases",
    "scenarios",
)


class NotADemonstration(Refusal):
    """The data folder holds a real portal."""

    message = N_(
        "%(folder)s holds a portal that is not a demonstration. Name another folder (PORTAL_DATA), "
        "or serve it with `portal serve`."
    )


def run(port: int, serve: bool) -> None:
    """Set the city up where it is not yet, then serve it on this machine only."""
    started = time.monotonic()
    os.environ["PORTAL_DEMO"] = "1"
    os.environ.setdefault("PORTAL_DELIVERY", "folder")  # so that deliveries can be looked at
    os.environ.setdefault("PORTAL_BASE_URL", f"http://127.0.0.1:{port}")
    app = create_app()
    if serve and not (app.config["DATA"] / MARK).exists():
        _set_up_apart()
    with app.app_context():
        set_up(app)
    if serve:
        app.config["SAY_WHEN_READY"] = _welcome(app, port, started)
        serving.run(app, "127.0.0.1", port, processes=2, threads=8, worker=True)


def _set_up_apart() -> None:
    """Set up in a process of its own: what only publishing and releasing need stays there.

    Whoever ends this process meanwhile ends that one too.
    """
    code = "from portal.cli import main; main()"
    child = subprocess.Popen([sys.executable, "-c", code, "demo", "--no-serve"])
    before = signal.signal(signal.SIGTERM, lambda *told: child.terminate())
    status = child.wait()
    signal.signal(signal.SIGTERM, before)
    if status:
        raise SystemExit(status if status > 0 else 128 - status)


def set_up(app: Flask) -> None:
    """Migrate, publish the bundled scenarios, make up the city. Does nothing twice.

    What a broken-off start left is cleared away first; a folder with anything else is refused.
    """
    data: Path = app.config["DATA"]
    mark, begun = data / MARK, data / BEGUN
    if not mark.exists():
        _clear(data, begun.exists())
        begun.touch()
    migrations.upgrade(db.engine())
    if mark.exists():
        return
    made = [name for name in ROOMS if find_spec(f"portal.{name}.demonstration") is not None]
    for name in made:
        began = time.monotonic()
        click.echo(f"  demonstration: {name} …", nl=False)
        import_module(f"portal.{name}.demonstration").seed(app)
        click.echo(f" {time.monotonic() - began:.1f} s")
    for name in made:  # what needs to know the other rooms' content
        finish = getattr(import_module(f"portal.{name}.demonstration"), "finish", None)
        if finish is not None:
            finish(app)
    mark.write_text("made up\n")
    begun.unlink()


def _clear(data: Path, broken_off: bool) -> None:
    """Remove a half-made city; refuse to touch a portal that is no demonstration."""
    if not broken_off and (data / "portal.sqlite").exists():
        raise NotADemonstration(folder=data)
    for name in KEPT_BY_THE_CITY:
        shutil.rmtree(data / name, ignore_errors=True)
    for file in data.glob("portal.sqlite*"):
        file.unlink()


def _welcome(app: Flask, port: int, started: float) -> list[str]:
    address = f"http://127.0.0.1:{port}"
    return [
        "",
        f"  The portal of {app.config['CITY']} is at {address}"
        f"   ({time.monotonic() - started:.1f} s)",
        "  This is a demonstration: people, votes and observations are made up.",
        f"  Sign in at {address}/it/sign-in as a demonstration person:",
        "    citizen 1, 2, 3 …   explore, vote, propose, measure",
        "    community manager 1 review, moderate, count",
        "    council member 1    read the summary, answer",
        f"  Vote without an account, with a code on paper: {address}/paper shows some to try.",
        "  Stop with Ctrl+C. Data rest in " + os.path.relpath(app.config["DATA"]) + ".",
        "",
    ]
