"""The command line's side of accounts."""

from datetime import UTC, datetime

import click
from sqlmodel import select

from portal import audit, cli, db
from portal.accounts import codes, second_factor, sessions
from portal.accounts.models import Account, Role
from portal.i18n import N_
from portal.refusal import Refusal


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


class NobodyThere(Refusal):
    """No account has this address."""

    message = N_("No account has the address %(email)s.")


@accounts.command("reset-second-step")
@click.argument("email")
def reset_second_step(email: str) -> None:
    """Let EMAIL set up a new phone at the next sign-in.

    For staff who lost both phone and recovery codes. Make sure that it is they who ask.
    """
    address = email.strip().lower()
    with db.transaction() as session:
        account = session.exec(select(Account).where(Account.email == address)).first()
        if account is None:
            raise NobodyThere(email=address)
        second_factor.forget(session, account.id)
        sessions.end_all(session, account)
        audit.record(
            session,
            action="account.second_factor.reset",
            kind="account",
            ref=account.id,
        )
    click.echo(f"{address} sets up a new phone at the next sign-in. All sessions were closed.")
