"""The command line's side of the vote: close, count, publish."""

from datetime import UTC, datetime

import click
from flask import current_app

from portal import cli, db
from portal.consultations import listing
from portal.voting import counting, publication


def _now() -> datetime:
    clock = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)


@cli.group("votes", "Ballot boxes: close, count, publish.")
def votes() -> None:
    """Ballot boxes: close, count, publish."""


@votes.command("close")
@click.argument("slug")
def close(slug: str) -> None:
    """Close the box of SLUG once its voting is over: it takes no ballot any more."""
    consultation = listing.find(db.session(), slug, _now())
    counting.close(consultation, _now())
    click.echo(f"The box of {slug} is closed.")


@votes.command("count")
@click.argument("slug")
def count(slug: str) -> None:
    """Close, count and publish the votes of SLUG."""
    with db.transaction() as session:
        consultation = listing.find(session, slug, _now())
        options = listing.options_of(session, consultation)
        result = counting.count(session, consultation, options, now=_now())
    for line in publication.lines(result):
        click.echo(line)


@votes.command("publish")
@click.argument("slug")
def publish(slug: str) -> None:
    """Write the public result of SLUG once more from its box, the same as before."""
    consultation = listing.find(db.session(), slug, _now())
    options = listing.options_of(db.session(), consultation)
    counting.publish_again(consultation, options)
    click.echo(str(publication.folder(consultation) / "results.json"))
