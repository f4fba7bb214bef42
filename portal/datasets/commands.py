"""The command line of datasets: `portal datasets release SLUG`."""

import click

from portal import cli
from portal.datasets import catalogue, releases


@cli.group("datasets", "Datasets made of the public's measurements.")
def datasets() -> None:
    """Datasets made of the public's measurements."""


@datasets.command("release")
@click.argument("slug")
def release(slug: str) -> None:
    """Release what was accepted since the last time.

    It becomes a new version, which never changes any more.
    """
    made = releases.make(slug)
    if made is None:
        click.echo(f"{slug}: nothing new since the last release.")
        return
    told = made.counts
    click.echo(
        f"{slug} {made.version}: {told['published']} rows published, "
        f"{told['withheld']} withheld, {told['rejected']} rejected."
    )
    click.echo(f"  {catalogue.folder_of(made)}")
