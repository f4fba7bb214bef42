"""The `portal scenarios` commands: begin, seal, check and publish packages, list what is out."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app

from portal import cli, i18n
from portal.i18n import N_, gettext, ngettext
from portal.scenarios.authoring import newcomer, sealing, speech
from portal.scenarios.checking import check as checking
from portal.scenarios.checking import naming, reporting
from portal.scenarios.checking.faults import Fault
from portal.scenarios.downloads import pictures
from portal.scenarios.package import Store
from portal.scenarios.publishing import publish as publishing
from portal.scenarios.reading import semver

PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH…"
)
EVERY = click.option("--all", "every", is_flag=True, help="every problem, however many are alike")


@cli.group("scenarios", "Scenario packages: begin, import, seal, check, publish, list.")
def scenarios() -> None:
    """Scenario packages."""


@scenarios.command("new")
@click.argument("name")
@click.option("--family", help="family it belongs to, if NAME does not begin with one")
@click.option("--like", metavar="PACKAGE", help="begin with the words and keys of this package")
@click.option(
    "--into",
    default=".",
    type=click.Path(file_okay=False, path_type=Path),
    help="folder of the packages",
)
@speech.option
def new(name: str, family: str | None, like: str | None, into: Path) -> None:
    """Make the starting folder of a scenario: every field, with words on what belongs there.

    NAME is <family>-<scenario>, like market-closed. The first scenario of a new family is its
    baseline. What is left to fill is listed by `portal scenarios check`.
    """
    made = newcomer.make(
        name,
        into,
        Store(folder()),
        family=family,
        like=like,
        languages=languages(),
        now=datetime.now(UTC),
    )
    sealing.seal([made.folder])
    tell(made)


@scenarios.command("seal")
@PATHS
@speech.option
def seal(paths: tuple[Path, ...]) -> None:
    """Write the size and hash of every file into datapackage.json, and missing table schemas.

    Looks at PATH and below. Run it after the last change of a table or layer.
    """
    sealed, faults = sealing.seal(paths)
    for name, changed in sealed.items():
        said = ngettext("%(name)s: %(n)s file sealed", "%(name)s: %(n)s files sealed", changed,
                        name=name)  # fmt: skip
        click.echo(said)
    if faults:
        _refuse(faults, every=True)


@scenarios.command("check")
@PATHS
@click.option("--json", "as_json", is_flag=True, help="the problems as JSON on standard output")
@EVERY
@speech.option
def check(paths: tuple[Path, ...], as_json: bool, every: bool) -> None:
    """Say everything that is wrong with packages; 1 if anything is.

    Looks at PATH and below; what packages refer to may lie above them, or be published.
    """
    progress = _silent if as_json else _progress
    seen = checking.examine(paths, store=folder(), languages=languages(), progress=progress)
    faults = reporting.in_order(seen.faults + publishing.forbidden(seen, folder()))
    _warn(f"{s.name} {s.version}" + ": " + words for s, words in naming.unknown(seen.packages))
    if as_json:
        click.echo(json.dumps([f.as_json() for f in faults], ensure_ascii=False, indent=1))
        raise SystemExit(1 if faults else 0)
    if faults:
        _refuse(faults, every=every)
    one, many = "%(n)s scenario package, nothing wrong.", "%(n)s scenario packages, nothing wrong."
    click.echo(ngettext(one, many, len(seen.packages)))


@scenarios.command("publish")
@PATHS
@EVERY
@speech.option
def publish(paths: tuple[Path, ...], every: bool) -> None:
    """Check packages and publish them: all, or none if any is wrong.

    Looks at PATH and below. Equal bytes under a published version change nothing.
    """
    try:
        done = publishing.publish(paths, folder(), languages=languages(), progress=_progress)
    except publishing.Unpublishable as refused:
        click.echo(gettext(refused.title) + ".", err=True)
        _refuse(refused.faults, every=every)
    for label in done.added:
        click.echo(gettext(N_("published %(label)s"), label=label))
    click.echo(
        gettext(
            N_("%(added)s published, %(there)s were there already."),
            added=len(done.added),
            there=len(done.unchanged),
        )
    )
    for note in pictures.notes(pictures.refresh()):
        click.echo(note, err=True)


@scenarios.command("list")
@click.option("--json", "as_json", is_flag=True, help="the list as JSON")
@speech.option
def list_published(as_json: bool) -> None:
    """List the published packages, with the hash of their content."""
    entries = sorted(Store(folder()).catalogue().entries, key=lambda e: (e.name, semver(e.version)))
    if as_json:
        rows = [
            {"name": e.name, "version": e.version, "sha256": e.sha256, "family": e.family,
             "superseded": e.superseded}
            for e in entries
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=1))
        return
    label = max((len(f"{e.name} {e.version}") for e in entries), default=0)
    for entry in entries:
        mark = f"  {gettext(N_('superseded'))}" if entry.superseded else ""
        title = i18n.text(entry.title)
        name = f"{entry.name} {entry.version}"
        click.echo(f"{name:<{label}}  {entry.sha256[:12]}  {title}{mark}")


def tell(made: newcomer.Made) -> None:
    """Say what was made and what comes next."""
    said = (
        N_("%(folder)s: the baseline of a new family.")
        if made.role == "baseline"
        else N_("%(folder)s: an alternative.")
    )
    click.echo(gettext(said, folder=made.folder))
    for path in made.beside:
        click.echo(gettext(N_("%(path)s: written or extended too."), path=path))
    shown = made.folder.parent.parent
    click.echo(gettext(N_("What is left to fill: portal scenarios check %(folder)s"), folder=shown))


def _warn(lines: Iterable[str]) -> None:
    """Say what is no fault but should be known."""
    for line in lines:
        click.echo(line, err=True, color=speech.colour())


def _refuse(faults: Iterable[Fault], *, every: bool) -> Any:
    """Write the problems and end with 1."""
    for line in reporting.lines(faults, every=every):
        click.echo(line, err=True, color=speech.colour())
    raise SystemExit(1)


def folder() -> Path:
    """The scenario store."""
    data: Path = current_app.config["DATA"]
    return data / "scenarios"


def languages() -> list[str]:
    """Languages every package must have."""
    return list(current_app.config.get("DUTY_LANGUAGES") or checking.LANGUAGES)


def _progress(items: Any, label: str = N_("Checking")) -> Any:
    return cli.progress(items, gettext(label))


def _silent(items: Any, label: str = "") -> Any:
    return click.progressbar(items, hidden=True)
