"""The command line's side of proposals: bringing in those of other platforms."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from portal import cli, db
from portal.consultations import listing as consultations
from portal.i18n import DEFAULT, in_language
from portal.proposals.importing import decidim, pds, storing
from portal.proposals.importing.source import Content
from portal.refusal import Refusal

BYTES = 500_000_000
SHOWN = 3  # first rows told by a dry run


@cli.group("proposals", "What people propose.")
def proposals() -> None:
    """What people propose."""


@proposals.group("import")
def bring() -> None:
    """Bring in proposals of another platform: all of a file or nothing, and never twice."""


_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_consultation = click.option("--consultation", "slug", required=True, help="Where they belong.")
_dry = click.option("--dry-run", is_flag=True, help="Only say what would come in.")


@bring.command("decidim")
@_file
@_consultation
@_dry
@click.option("--language", help="Of columns that name none. Default: the portal's first.")
def from_decidim(file: Path, slug: str, dry_run: bool, language: str | None) -> None:
    """Import FILE, a CSV of proposals exported from Decidim."""
    language = language or current_app.config["LANGUAGES"][0]
    _import(file, decidim.read(_bytes(file), language, datetime.now(UTC)), slug, dry_run)


@bring.command("pds")
@_file
@_consultation
@_dry
@click.option("--language", default="de", show_default=True, help="Of the contributions.")
def from_pds(file: Path, slug: str, dry_run: bool, language: str) -> None:
    """Import FILE, a GeoJSON of DIPAS contributions (Participation Data Standard)."""
    _import(file, pds.read(_bytes(file), language, datetime.now(UTC)), slug, dry_run)


class TooLargeFile(Refusal):
    """More than is read into memory."""

    message = "%(file)s has more than %(most)s MB. Divide it."


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > BYTES:
        raise TooLargeFile(file=file.name, most=BYTES // 1_000_000)
    click.echo(f"Reading {file.name} …", err=True)
    return file.read_bytes()


def _import(file: Path, content: Content, slug: str, dry_run: bool) -> None:
    with in_language(DEFAULT):
        _check_and_import(file, content, slug, dry_run)


def _check_and_import(file: Path, content: Content, slug: str, dry_run: bool) -> None:
    now = datetime.now(UTC)
    consultation = consultations.find(db.session(), slug, now)
    found = storing.preview(db.session(), consultation, content)
    for one in content.left_out:
        click.echo(f"{file.name}:{one.row}: left out: {one.text}")
    click.echo(f"{found.new} to come in, {found.known} there already, {found.left_out} left out.")
    if content.faults:
        raise storing.faulty(content, file.name)
    if dry_run:
        _tell(found)
        return
    with click.progressbar(length=found.new, label=slug) as bar:
        made = storing.prepare(db.session(), consultation, content, file=file.name, now=now,
                               progress=bar.update)  # fmt: skip
    with db.transaction() as session:
        consultation = consultations.find(session, slug, now)
        n = storing.bring_in(session, consultation, made, actor=None, now=now)
    click.echo(f"{n} proposals imported into {slug}.")


def _tell(found: storing.Preview) -> None:
    click.echo(f"languages: {', '.join(found.languages) or 'none'}; with a point: {found.placed}")
    if found.extent:
        south, west, north, east = found.extent
        click.echo(f"between {south:.4f}, {west:.4f} and {north:.4f}, {east:.4f}")
    for row in found.first[:SHOWN]:
        click.echo(f"  {row.reference}: {row.words[0].title}")
    click.echo("Nothing was imported: this was a dry run.")
