"""The `portal` command: groups come from the rooms; refusals end with 1, wrong usage with 2."""

import errno
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app, has_app_context
from flask.cli import FlaskGroup, ScriptInfo

from portal.config import ROOT, UnsafeSettings
from portal.i18n import DEFAULT, in_language
from portal.refusal import Refusal

DISK_FULL = "The disk is full: this was not done. Make room, then run the command again."


class PortalGroup(FlaskGroup):
    """Flask's command group, which tells refusals apart from faults."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Rooms add their groups when the app is made, so look once more after that."""
        return super().get_command(ctx, name) or self.commands.get(name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.commands})

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UnsafeSettings as unsafe:
            _end([f"{name}: {why}" for name, why in unsafe.problems.items()])
        except Refusal as refusal:
            _end(_in_english(refusal).splitlines())
        except (OSError, sqlite3.OperationalError) as error:
            if not _disk_full(error):
                raise
            _end([DISK_FULL])
        except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
            if _disk_full(error.orig):
                _end([DISK_FULL])
            with ctx.ensure_object(ScriptInfo).load_app().app_context():
                why = _database_unfit()
            if why is None:
                raise
            _end([why])


def _disk_full(error: BaseException | None) -> bool:
    """Whether a file or a database could not be written for want of room."""
    return (
        getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
        or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    )


def _in_english(refusal: Refusal) -> str:
    """What was refused, in the language of the commands and their help."""
    if not has_app_context():
        return str(refusal)
    with in_language(DEFAULT):
        return str(refusal)


def _database_unfit() -> str | None:
    """Why the database cannot be used, if it is not the program that is at fault."""
    from portal import db, migrations

    try:
        with db.engine().connect() as connection:
            if migrations.is_current(connection):
                return None
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return f"The database cannot be reached: {reason}"
    return "The database lacks the tables of this version: run `portal migrate` first."


def _end(lines: list[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)


def _create() -> Flask:
    from portal import create_app

    return create_app()


@click.group(
    cls=PortalGroup,
    create_app=_create,
    add_default_commands=False,
    add_version_option=False,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
)
def portal() -> None:
    """The citizen-participation portal: publish scenarios, run votes, release datasets.

    Settings are environment variables (PORTAL_…), or lines of a file named .env.
    """


portal.params = []  # Flask's own options: which app, which file, debugging


def main() -> None:
    """Entry of the `portal` command."""
    portal(prog_name="portal")


def progress(items: Any, label: str) -> Any:
    """Show progress over anything that may take more than two seconds."""
    return click.progressbar(items, label=label, file=sys.stderr)


@portal.command("assets", with_appcontext=False)
def assets_command() -> None:
    """Install the browser assets from their pinned packages."""
    from portal import assets

    if not assets.install(ROOT, click.echo):
        raise SystemExit(1)


@portal.command("migrate")
@click.option("--to", "revision", default="head", help="revision to go to")
def migrate(revision: str) -> None:
    """Bring the database's tables up to date."""
    from portal import db, migrations

    try:
        migrations.upgrade(db.engine(), revision)
    except migrations.UnknownRevision as unknown:
        raise click.BadParameter(str(unknown), param_hint="--to") from None
    click.echo(f"The database is at {migrations.head() if revision == 'head' else revision}.")


@portal.command("serve")
@click.option("--host", default="127.0.0.1", help="address to listen on")
@click.option("--port", default=8000, type=click.IntRange(1, 65535), help="port to listen on")
@click.option("--processes", default=2, type=click.IntRange(1, 64), help="serving processes")
@click.option("--threads", default=8, type=click.IntRange(1, 64), help="threads of each of them")
@click.option("--worker/--no-worker", default=True, help="also run the job worker")
def serve(host: str, port: int, processes: int, threads: int, worker: bool) -> None:
    """Serve the portal with gunicorn, the job worker beside it."""
    from portal import db, migrations, serving

    for name, why in current_app.config["SETTINGS"].warnings().items():
        click.echo(f"Warning: {name} {why}.", err=True)
    migrations.upgrade(db.engine())
    serving.run(_app(), host, port, processes, threads, worker)


@portal.command("worker")
@click.option("--once", is_flag=True, help="do what is due, then end")
def worker(once: bool) -> None:
    """Do queued work: mail, checkpoints, retention."""
    from portal import serving

    serving.work(_app(), once)


@portal.command("demo", with_appcontext=False)
@click.option("--port", default=8000, type=click.IntRange(1, 65535), help="port to listen on")
@click.option("--serve/--no-serve", "serving_too", default=True, help="serve it, or set it up only")
def demo(port: int, serving_too: bool) -> None:
    """Set up the demonstration city (once) and serve it here."""
    from portal import demo as demonstration

    demonstration.run(port, serving_too)


@portal.group("translations")
def translations() -> None:
    """Catalogues of the portal's words."""


@translations.command("status")
def translations_status() -> None:
    """Say how complete every language is; 1 when a sentence is missing."""
    from portal import catalogues

    lines, complete = catalogues.status(current_app.config["LANGUAGES"])
    click.echo("\n".join(lines))
    if not complete:
        raise SystemExit(1)


@translations.command("extract")
@click.argument("rooms", nargs=-1)
def translations_extract(rooms: tuple[str, ...]) -> None:
    """Bring the catalogues up to date with code and templates.

    Without ROOMS, those of all rooms.
    """
    from portal import catalogues

    for line in catalogues.update(current_app.config["LANGUAGES"], rooms):
        click.echo(line)


@portal.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy everything the portal keeps into a new FOLDER.

    The portal may go on running meanwhile.
    """
    from portal import safekeeping

    click.echo(safekeeping.backup(_app(), folder))


@portal.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Put a backup back into an empty data folder (PORTAL_DATA)."""
    from portal import safekeeping

    click.echo(safekeeping.restore(_app(), folder))


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def group(name: str, help: str) -> Callable[[Callable[..., Any]], click.Group]:
    """A room's command group: `@cli.group("scenarios", "Scenario packages.")`."""

    def make(function: Callable[..., Any]) -> click.Group:
        made = portal.group(name, help=help)(function)
        assert isinstance(made, click.Group)
        return made

    return make


def enter(app: Flask) -> None:
    """Make the rooms' command groups available (they register when imported)."""
    app.extensions["portal_cli"] = portal
