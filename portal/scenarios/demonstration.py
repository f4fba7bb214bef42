"""The demonstration's scenarios: the real packages that ship with the portal.

Their preview pictures are drawn by the worker: nobody waits for them when the portal starts.
"""

import sys
from collections.abc import Sequence
from typing import Any

import click
from flask import Flask

from portal import db, jobs
from portal.scenarios.publishing.publish import publish


def seed(app: Flask) -> None:
    """Publish the bundled packages; checking them takes a moment, so a terminal sees how far."""

    def progress(items: Sequence[Any]) -> Any:
        return click.progressbar(items, file=sys.stderr)

    publish(
        [app.config["SETTINGS"].bundled],
        app.config["DATA"] / "scenarios",
        languages=app.config["LANGUAGES"],
        progress=progress if sys.stderr.isatty() else None,
    )
    with db.transaction() as session:
        jobs.enqueue(session, "scenarios.pictures", rank=9)
