"""The worker's duty: an index for each release, and none for what is not released."""

import logging
import shutil
import time
from contextlib import suppress

from flask import current_app
from sqlmodel import select

from portal import db
from portal.datasets.models import Release
from portal.datasets.reading import index
from portal.datasets.reading.building import NoTable

FORGOTTEN = 6 * 3600  # seconds
log = logging.getLogger(__name__)


def keep() -> int:
    """Make what is missing, remove what is left over; return how many were made."""
    releases = db.session().exec(select(Release)).all()
    wanted = {index.path_of(release): release for release in releases}
    db.session().rollback()  # making one may take a while: hold nothing open meanwhile
    made = 0
    for path, release in wanted.items():
        if path.is_file():
            continue
        try:
            index.make(release)
            made += 1
        except (OSError, ValueError, NoTable) as problem:
            log.error("no index for %s: %s", path.stem, type(problem).__name__)
    for path in (current_app.config["DATA"] / "reading").glob("*/*.sqlite"):
        if path not in wanted:
            with suppress(OSError):
                path.unlink()
    for left in (current_app.config["DATA"] / "reading").glob("*/.making-*"):
        if time.time() - left.stat().st_mtime > FORGOTTEN:  # of a killed process
            shutil.rmtree(left, ignore_errors=True)
    return made
