"""The command line's side of the vote: log, close, count, publish, verify, keys, destroy."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from portal import cli, db
from portal.accounts import codes
from portal.accounts.models import Account, Role
from portal.consultations import listing
from portal.voting import verify, verify_audit
from portal.voting.box import trustees
from portal.voting.box.trustees import Card
from portal.voting.counts import agreed, auditing, counting, destroying, publication
from portal.voting.log import keeping, signing_process, witness
from portal.voting.log.signer import Refused


def _now() -> datetime:
    clock = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)


def _cards() -> list[Card]:
    return [
        Card.read(click.prompt(f"Words of card {place}", hide_input=True), place)
        for place in range(1, trustees.NEEDED + 1)
    ]


@cli.group("votes", "Ballot boxes: log, close, count, publish, verify.")
def votes() -> None:
    """Ballot boxes: log, close, count, publish, verify."""


@votes.command("close")
@click.argument("slug")
def close(slug: str) -> None:
    """Close the box of SLUG once its voting is over: it takes no ballot any more."""
    consultation = listing.find(db.session(), slug, _now())
    counting.close(consultation, _now())
    click.echo(f"The box of {slug} is closed.")


@votes.command("count")
@click.argument("slug")
@click.option("--first", help="e-mail of the person who asks for the count")
@click.option("--second", help="e-mail of the person who confirms it")
def count(slug: str, first: str | None, second: str | None) -> None:
    """Close, count and publish the votes of SLUG, by two people of the staff.

    What one of them has asked for on the staff desk, the other may confirm here. Where trustees
    hold the key, two of them type in their cards. In the demonstration two made-up managers count
    where nobody is named.
    """
    now = _now()
    consultation = listing.find(db.session(), slug, now)
    people = _two(first, second, now)
    if agreed.waiting(db.session(), consultation, now) is None:
        agreed.ask(slug, people[0], now=now)
    act = agreed.waiting(db.session(), consultation, now)
    assert act is not None
    cards = _cards() if agreed.needs_cards(consultation) else []
    result = agreed.confirm(slug, act.id, people[1], cards, now=now)
    for line in publication.lines(result):
        click.echo(line)


def _two(first: str | None, second: str | None, now: datetime) -> list[Account]:
    if first and second:
        return destroying.two(db.session(), first, second)
    if not current_app.config["DEMO"]:
        raise click.UsageError("name both with --first and --second")
    with db.transaction() as session:
        return [
            codes.demonstration_person(session, Role.COMMUNITY_MANAGER, number, now.date())
            for number in (1, 2)
        ]


@votes.command("publish")
@click.argument("slug")
def publish(slug: str) -> None:
    """Write the public result of SLUG once more from its box, the same as before."""
    consultation = listing.find(db.session(), slug, _now())
    options = listing.options_of(db.session(), consultation)
    counting.publish_again(consultation, options)
    click.echo(str(publication.folder(consultation) / "results.json"))


@votes.command("checkpoint")
@click.argument("slug")
def checkpoint(slug: str) -> None:
    """Take waiting votes of SLUG into its log, sign it and publish it."""
    consultation = listing.find(db.session(), slug, _now())
    try:
        made = keeping.keep(consultation, everything=True)
    except Refused as refused:
        click.echo(f"The signer refused: {refused}. Voting is paused.", err=True)
        sys.exit(1)
    if made is None:
        click.echo(f"Nobody has voted in {slug} yet.")
    else:
        click.echo(f"{made.size} entries, root {made.root.hex()}")


@votes.command("signer", with_appcontext=False)
@click.option("--socket", "path", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="where it answers; the portal is told by PORTAL_SIGNER=unix:/…")  # fmt: skip
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="where its keys and what it signed last rest, best on another disk")  # fmt: skip
def signer_command(path: Path, folder: Path) -> None:
    """Sign the logs of votes in a process of its own, best as another user of the machine."""
    click.echo(f"The signer answers at {path}.")
    signing_process.serve(path, folder)


@votes.command("verify", with_appcontext=False)
@click.argument("source", metavar="FOLDER|ADDRESS")
@click.option("--key", help="the log's public key, from elsewhere")
@click.option("--receipt", multiple=True, help="a receipt, a proof or a check number")
@click.option("--before", help="a folder that was downloaded earlier")
@click.option("--audit", help="the appointed auditor's file")
@click.option("--secret", help="file with the key it was sealed to")
def verify_command(
    source: str, key: str | None, receipt: tuple[str, ...], before: str, audit: str, secret: str
) -> None:
    """Check a published vote and count it again: a folder, or the address of its log."""
    report = verify.check(source, key, receipt, before)
    if audit:
        found, _log = verify_audit.check(source, audit, secret, key)
        report.good += found.good[-1:] if not found.wrong else []
        report.wrong += found.wrong[-1:]
    for words in report.good:
        click.echo(f"ok     {words}")
    for words in report.wrong:
        click.echo(f"WRONG  {words}", err=True)
    if report.wrong:
        sys.exit(1)
    click.echo("Everything agrees.")


@votes.command("witness", with_appcontext=False)
@click.argument("address")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default="witness",
              help="where this witness keeps its key and what it saw")  # fmt: skip
@click.option("--name", default="witness.example", help="the name it signs under")
def witness_command(address: str, folder: Path, name: str) -> None:
    """Look at the log at ADDRESS (…/log), check that it only grew since last time, and sign it."""
    try:
        seen = witness.look(address, folder, name)
    except (witness.Suspicious, OSError) as problem:
        click.echo(f"Not signed: {problem}", err=True)
        sys.exit(1)
    click.echo(seen.cosigned, nl=False)
    click.echo(f"{seen.new} new entries. This witness: {witness.key_of(folder, name).written()}",
               err=True)  # fmt: skip


@votes.group("trustees")
def trustees_group() -> None:
    """Give the key of a ballot box to three people, of whom two open it."""


@trustees_group.command("make")
@click.argument("slug")
@click.option("--cards", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="file to write the three cards to, for printing (HTML)")  # fmt: skip
def make_trustees(slug: str, cards: Path) -> None:
    """Make a key for SLUG in three parts. Print the cards, then destroy the file."""
    consultation = listing.find(db.session(), slug, _now())
    made = trustees.make(current_app.config["DATA"], consultation.id)
    trustees.print_cards(cards, slug, made)
    click.echo(f"Three cards are in {cards}. Print them, hand them out, destroy the file. Then: "
               f"portal votes trustees rehearse {slug}")  # fmt: skip


@trustees_group.command("rehearse")
@click.argument("slug")
def rehearse(slug: str) -> None:
    """Try whether two cards open a trial ballot of SLUG. Voting cannot open before."""
    consultation = listing.find(db.session(), slug, _now())
    trustees.rehearse(current_app.config["DATA"], consultation.id, _cards())
    click.echo("The cards open the box. Voting can begin.")


@votes.command("destroy")
@click.argument("slug")
@click.option("--first", prompt="E-mail of the first person", help="who does this")
@click.option("--second", prompt="E-mail of the second person", help="and who else")
@click.confirmation_option(prompt="Keys and ballots cannot be brought back. Go on?")
def destroy(slug: str, first: str, second: str) -> None:
    """Destroy keys and box of SLUG, thirty days after the count, by two people."""
    with db.transaction() as session:
        consultation = listing.find(session, slug, _now())
        destroying.destroy(session, consultation, first, second, now=_now())
    click.echo(f"Keys and box of {slug} are destroyed. Its public files stay.")


@votes.command("audit")
@click.argument("slug")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="a new file to write to")  # fmt: skip
@click.option("--first", required=True, help="e-mail of the first person")
@click.option("--second", required=True, help="e-mail of the second person")
@click.option("--key", help="the auditor's public key, from verify_audit.py --new-key")
@click.option("--plain", is_flag=True, help="not sealed: whoever has the file reads every ballot")
def audit(slug: str, out: Path, first: str, second: str, key: str | None, plain: bool) -> None:
    """Open every ballot of SLUG for the appointed auditor, by alias, without identities.

    Two different people of the staff do this, after the count; the audit trail says so.
    """
    if bool(key) == plain:
        raise click.UsageError("give the auditor's key with --key, or say --plain")
    if out.exists():
        raise click.UsageError(f"{out} is there already")
    now = _now()
    consultation = listing.find(db.session(), slug, now)
    cards = _cards() if agreed.needs_cards(consultation) else []
    with db.transaction() as session, agreed.opened_by(consultation, cards):
        held = listing.find(session, slug, now)
        one, other = destroying.two(session, first, second)
        made = auditing.make(session, held, (one, other), out, key, now=now)
    click.echo(f"{made} ballots are in {out}. Check: portal votes verify FOLDER --audit {out}")


@votes.command("audit-statement")
@click.argument("slug")
@click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", required=True, help="the auditor's key, as verify_audit.py --sign printed it"
)
def audit_statement(slug: str, statement: Path, key: str) -> None:
    """Put the auditor's signed STATEMENT on SLUG into its log."""
    consultation = listing.find(db.session(), slug, _now())
    auditing.state(consultation, statement.read_text(encoding="utf-8"), key, now=_now())
    click.echo("The statement stands in the log.")
