"""The `portal scenarios` commands: check packages, publish them, list what is published."""

import json
from pathlib import Path
from typing import Any

import click
from flask import current_app

from portal import cli, i18n
from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios import check as checking
from portal.scenarios import publish as publishing
from portal.scenarios.faults import Fault
from portal.scenarios.package import Store
from portal.scenarios.reading import semver

PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH…"
)


class Faulty(Refusal):
    """A check found something wrong."""

    message = N_("Problems found: %(count)s.")

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__([f.problem() for f in faults], count=len(faults))


@cli.group("scenarios", "Scenario packages: check, publish, list.")
def scenarios() -> None:
    """Scenario packages."""


@scenarios.command("check")
@PATHS
@click.option("--json", "as_json", is_flag=True, help="the problems as JSON on standard output")
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say everything that is wrong with packages; 1 if anything is.

    Looks at PATH and below; what packages refer to may lie above them, or be published.
    """
    seen = checking.examine(paths, store=_folder(), languages=_languages(), progress=_progress)
    faults = seen.faults + publishing.forbidden(seen, _folder())
    if as_json:
        click.echo(json.dumps([f.as_json() for f in faults], ensure_ascii=False, indent=1))
        if faults:
            raise SystemExit(1)
        return
    if faults:
        raise Faulty(faults)
    n = len(seen.packages)
    click.echo(f"{n} scenario package{'' if n == 1 else 's'}, nothing wrong.")


@scenarios.command("publish")
@PATHS
def publish(paths: tuple[Path, ...]) -> None:
    """Check packages and publish them: all, or none if any is wrong.

    Looks at PATH and below. Equal bytes under a published version change nothing.
    """
    done = publishing.publish(paths, _folder(), languages=_languages(), progress=_progress)
    for label in done.added:
        click.echo(f"published {label}")
    click.echo(f"{len(done.added)} published, {len(done.unchanged)} were there already.")


@scenarios.command("list")
@click.option("--json", "as_json", is_flag=True, help="the list as JSON")
def list_published(as_json: bool) -> None:
    """List the published packages, with the hash of their content."""
    entries = sorted(
        Store(_folder()).catalogue().entries, key=lambda e: (e.name, semver(e.version))
    )
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
        mark = "  superseded" if entry.superseded else ""
        title = i18n.text(entry.title)
        name = f"{entry.name} {entry.version}"
        click.echo(f"{name:<{label}}  {entry.sha256[:12]}  {title}{mark}")


def _folder() -> Path:
    data: Path = current_app.config["DATA"]
    return data / "scenarios"


def _languages() -> list[str]:
    return list(current_app.config.get("DUTY_LANGUAGES") or checking.LANGUAGES)


def _progress(items: Any) -> Any:
    return cli.progress(items, "Checking")
