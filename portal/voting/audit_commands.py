"""The command line's side of an audit: the auditor's file, and the statement for the log."""

from pathlib import Path

import click

from portal import db
from portal.consultations import listing
from portal.voting import agreed, auditing, destroying
from portal.voting.commands import cards_asked, moment, votes


@votes.command("audit")
@click.argument("slug")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="a new file to write to")  # fmt: skip
@click.option("--first", required=True, help="e-mail of the first person")
@click.option("--second", required=True, help="e-mail of the second person")
@click.option("--key", help="the auditor's public key, from verify.py --new-audit-key")
@click.option("--plain", is_flag=True, help="not sealed: whoever has the file reads every ballot")
def audit(slug: str, out: Path, first: str, second: str, key: str | None, plain: bool) -> None:
    """Open every ballot of SLUG for the appointed auditor, by alias, without identities.

    Two different people of the staff do this, after the count; the audit trail says so.
    """
    if bool(key) == plain:
        raise click.UsageError("give the auditor's key with --key, or say --plain")
    if out.exists():
        raise click.UsageError(f"{out} is there already")
    now = moment()
    consultation = listing.find(db.session(), slug, now)
    cards = cards_asked() if agreed.needs_cards(consultation) else []
    with db.transaction() as session, agreed.opened_by(consultation, cards):
        held = listing.find(session, slug, now)
        one, other = destroying.two(session, first, second)
        made = auditing.make(session, held, (one, other), out, key, now=now)
    click.echo(f"{made} ballots are in {out}. Check: portal votes verify FOLDER --audit {out}")


@votes.command("audit-statement")
@click.argument("slug")
@click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="the auditor's key, as verify.py --sign printed it")
def audit_statement(slug: str, statement: Path, key: str) -> None:
    """Put the auditor's signed STATEMENT on SLUG into its log."""
    consultation = listing.find(db.session(), slug, moment())
    auditing.state(consultation, statement.read_text(encoding="utf-8"), key, now=moment())
    click.echo("The statement stands in the log.")
