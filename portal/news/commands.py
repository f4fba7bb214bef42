"""The command line's side of news."""

from datetime import UTC, datetime

import click

from portal import cli, db
from portal.news import choices


@cli.group("news", "What people are sent.")
def news() -> None:
    """What people are sent."""


@news.command("stop")
@click.argument("token")
def stop(token: str) -> None:
    """Switch off what TOKEN names.

    For messages that come to the sender's mailbox with the subject “stop TOKEN”.
    """
    account, topic = choices.read_token(token)
    with db.transaction() as session:
        choices.stop(session, account, topic, now=datetime.now(UTC))
    click.echo("Switched off.")
