"""Backup and restore: every store copied while the portal runs, put back only where nothing is."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from portal.i18n import N_
from portal.refusal import Refusal

FOLDERS = ("scenarios", "releases", "public", "keys", "signer", "photos")
FILES = ("secret.key", "demonstration.done")
NOTE = "backup.json"


class FolderNotEmpty(Refusal):
    """A backup never writes over anything."""

    message = N_("%(folder)s is not empty. Nothing was copied: name a new folder.")


class DataFolderNotEmpty(Refusal):
    """A restore never writes over anything."""

    message = N_(
        "%(folder)s is not empty. Nothing was restored: let PORTAL_DATA name an empty or new "
        "folder."
    )


class NothingToCopy(Refusal):
    """There is no portal in the data folder."""

    message = N_("%(folder)s holds no portal: does PORTAL_DATA name the right folder?")


class NotABackup(Refusal):
    """The folder was not made by `portal backup`."""

    message = N_("%(folder)s holds no complete backup of this portal.")


class OtherDatabase(Refusal):
    """PostgreSQL has better tools for itself."""

    message = N_(
        "This portal keeps its tables in PostgreSQL: use pg_dump and pg_restore for the database, "
        "and copy the data folder."
    )


def backup(app: Flask, folder: Path) -> str:
    """Copy databases, boxes, packages, releases and keys into a new folder; return a sentence.

    SQLite files are copied by SQLite's own online backup, so a running portal is not disturbed.
    """
    _sqlite_only(app)
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
    data: Path = app.config["DATA"]
    if not (data / "portal.sqlite").is_file():
        raise NothingToCopy(folder=data)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    databases = [data / "portal.sqlite", *sorted((data / "boxes").glob("*.sqlite"))]
    for source in databases:
        _copy_database(source, folder / source.relative_to(data))
    for name in FOLDERS:
        if (data / name).is_dir():
            shutil.copytree(data / name, folder / name)
    for name in FILES:
        if (data / name).exists():
            shutil.copy2(data / name, folder / name)
    note = {"made": datetime.now(UTC).isoformat(), "databases": len(databases)}
    (folder / NOTE).write_text(json.dumps(note), encoding="utf-8")
    return f"Backed up to {folder}: keep it as safely as the portal itself."


def restore(app: Flask, folder: Path) -> str:
    """Put a backup back into an empty data folder; return a sentence."""
    _sqlite_only(app)
    data: Path = app.config["DATA"]
    if not (folder / NOTE).is_file() or not (folder / "portal.sqlite").is_file():
        raise NotABackup(folder=folder)
    if any(path.name not in ("secret.key", "write.lock") for path in data.iterdir()):
        raise DataFolderNotEmpty(folder=data)
    app.extensions["engine"].dispose()
    shutil.copytree(folder, data, dirs_exist_ok=True, ignore=shutil.ignore_patterns(NOTE))
    return f"Restored from {folder}."


def _copy_database(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as old, sqlite3.connect(target) as new:
        target.chmod(0o600)
        old.backup(new, pages=2000)
    new.execute("VACUUM")  # pages copied as they were would tell in which order ballots came
    old.close()
    new.close()


def _sqlite_only(app: Flask) -> None:
    if not app.config["DATABASE"].startswith("sqlite"):
        raise OtherDatabase
