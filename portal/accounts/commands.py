"""The command line's side of accounts."""

from datetime import UTC, datetime

import click

from portal import audit, cli, db
from portal.accounts import codes
from portal.accounts.models import Role


@cli.group("accounts", "People and their roles.")
def accounts() -> None:
    """People and their roles."""


@accounts.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True,
              help="what the person may do then")  # fmt: skip
def invite(email: str, role: str) -> None:
    """Offer a role to EMAIL.

    It is taken up when that address signs in by e-mail code within seven days.
    """
    address = email.strip().lower()
    if address.count("@") != 1:
        raise click.BadParameter("this is not an e-mail address", param_hint="EMAIL")
    now = datetime.now(UTC)
    with db.transaction() as session:
        invitation = codes.invite(session, address, Role(role), now)
        audit.record(
            session,
            action="account.invited",
            kind="invitation",
            ref=invitation.id,
            role=role,
            now=now,
        )
    click.echo(f"{address} becomes {role} when signing in by e-mail code within seven days.")
