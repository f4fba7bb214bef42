"""An address for news only, given by people who sign in without one: confirmed by a code."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal import db, mail
from portal.accounts import codes
from portal.accounts.models import Account
from portal.i18n import N_
from portal.news import choices
from portal.refusal import Refusal


class HasAddress(Refusal):
    """Someone who signs in by e-mail has an address already."""

    status = 409
    message = N_("Your news go to the address you sign in with.")


def ask(
    session: Session,
    account: Account,
    email: str,
    *,
    language: str,
    browser: str,
    network: str,
    key: str,
    now: datetime,
) -> UUID:
    """Send a code to an address; return what names it. Raises TooManyRequests."""
    if account.email:
        raise HasAddress
    code_id, code = codes.ask(
        session, email=email.lower(), browser=browser, network=network, key=key, now=now
    )
    mail.send(
        session, to=email, language=language, template="news/mail/address.txt", code=code,
        until=now + codes.LIFETIME,
    )  # fmt: skip
    return code_id


def count_try(code_id: UUID) -> None:
    """Count a try, in a transaction of its own."""
    with db.transaction() as session:
        codes.count_try(session, code_id)


def confirm(
    session: Session,
    account: Account,
    *,
    code_id: UUID,
    code: str,
    browser: str,
    key: str,
    now: datetime,
) -> None:
    """Keep the address the code was sent to. Raises WrongCode."""
    if account.email:
        raise HasAddress
    email = codes.use(session, code_id=code_id, code=code, browser=browser, key=key, now=now)
    reader = choices.reader(session, account.id)
    reader.contact, reader.bounces = email, 0
    session.add(reader)


def forget(session: Session, account: Account) -> None:
    """Forget the address given for news."""
    reader = choices.reader(session, account.id)
    reader.contact, reader.bounces = None, 0
    session.add(reader)


def try_again(session: Session, account: Account) -> None:
    """Send to an address again that refused messages."""
    reader = choices.reader(session, account.id)
    reader.bounces = 0
    session.add(reader)
