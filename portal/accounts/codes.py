"""Signing in by a code sent by mail: ask for one, then show it."""

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.accounts.identity import add_once
from portal.accounts.models import Account, EmailCode, Invitation, Role
from portal.i18n import N_
from portal.refusal import Refusal, TooManyRequests

LIFETIME = timedelta(minutes=10)
TRIES = 5
PER_ADDRESS = 5  # codes per address in the window
PER_NETWORK = 30
WINDOW = timedelta(hours=1)
KEPT = timedelta(hours=24)


class WrongCode(Refusal):
    """Wrong, used, old, or from another browser: one answer for all of them."""

    title = N_("The code was not accepted")
    message = N_(
        "This code is wrong or no longer valid. A code works once, for ten minutes, in the "
        "browser that asked for it. You can ask for a new one."
    )


def keyed(key: str, purpose: str, value: str) -> str:
    """A keyed hash of something short, so that the table cannot be searched for it."""
    return hmac.new(key.encode(), f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()


def ask(
    session: Session,
    *,
    email: str,
    browser: str,
    network: str,
    key: str,
    now: datetime,
) -> tuple[UUID, str]:
    """Make a code for an address, known or not; return its id and the code to send.

    Raises TooManyRequests when the address or the network asked too often.
    """
    session.execute(sa.delete(EmailCode).where(col(EmailCode.created_at) < now - KEPT))
    network_hash = keyed(key, "network", network_of(network))
    recent = col(EmailCode.created_at) > now - WINDOW
    for column, value, most in (
        (col(EmailCode.email), email, PER_ADDRESS),
        (col(EmailCode.network_hash), network_hash, PER_NETWORK),
    ):
        asked = session.execute(
            sa.select(sa.func.count()).select_from(EmailCode).where(column == value, recent)
        ).scalar_one()
        if asked >= most:
            raise TooManyRequests
    code = f"{secrets.randbelow(10**8):08d}"
    row = EmailCode(
        email=email,
        code_hash="",
        browser_hash=keyed(key, "browser", browser),
        network_hash=network_hash,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    row.code_hash = keyed(key, f"code|{row.id}", code)
    session.add(row)
    return row.id, code


def network_of(address: str) -> str:
    """What counts as one network: an IPv4 address, or the half of an IPv6 address a line gets."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False))


def count_try(session: Session, code_id: UUID) -> None:
    """Count a try in a transaction of its own, so that a refusal cannot undo the count."""
    session.execute(
        sa.update(EmailCode).where(col(EmailCode.id) == code_id).values(tries=EmailCode.tries + 1)
    )


def redeem(
    session: Session,
    *,
    code_id: UUID,
    code: str,
    browser: str,
    key: str,
    language: str,
    now: datetime,
) -> Account:
    """Use a code up and return its account, made on first sign-in. Raises WrongCode."""
    email = use(session, code_id=code_id, code=code, browser=browser, key=key, now=now)
    return enrol(session, email, language, now)


def use(
    session: Session, *, code_id: UUID, code: str, browser: str, key: str, now: datetime
) -> str:
    """Use a code up and return the address it was sent to. Raises WrongCode."""
    row = session.exec(select(EmailCode).where(EmailCode.id == code_id).with_for_update()).first()
    given = keyed(key, f"code|{code_id}", "".join(code.split()))
    right = (
        row is not None
        and row.used_at is None
        and row.expires_at > now
        and row.tries <= TRIES
        and hmac.compare_digest(row.browser_hash, keyed(key, "browser", browser))
        and hmac.compare_digest(row.code_hash, given)
    )
    if row is None or not right:
        raise WrongCode
    row.used_at = now
    session.add(row)
    return row.email


def enrol(session: Session, email: str, language: str, now: datetime) -> Account:
    """The account of an address, made if new, with the role an open invitation gives it."""
    query = select(Account).where(Account.email == email)
    account = session.exec(query).first()
    if account is None:
        account = Account(email=email, language=language, created_on=now.date())
        if not add_once(session, account):
            account = session.exec(query).one()
    invitation = session.exec(
        select(Invitation).where(
            Invitation.email == email,
            col(Invitation.used_at).is_(None),
            Invitation.expires_at > now,
        )
    ).first()
    if invitation is not None:
        account.role = invitation.role
        invitation.used_at = now
        session.add(invitation)
    session.add(account)
    session.flush()
    return account


def invite(session: Session, email: str, role: Role, now: datetime) -> Invitation:
    """Offer a role to an address for seven days, in place of earlier offers."""
    session.execute(
        sa.delete(Invitation).where(
            col(Invitation.email) == email, col(Invitation.used_at).is_(None)
        )
    )
    invitation = Invitation(
        email=email, role=role, created_at=now, expires_at=now + timedelta(days=7)
    )
    session.add(invitation)
    return invitation


def demonstration_person(session: Session, role: Role, number: int, today: date) -> Account:
    """The n-th made-up person of a role, made if new."""
    query = select(Account).where(Account.role == role, Account.number == number)
    account = session.exec(query).first()
    if account is None:
        account = Account(
            role=role,
            number=number,
            created_on=today,
            # role by role another name, so that one sees who one is
            name=f"{NAMES[(number + 5 * list(Role).index(role)) % len(NAMES)]} {number}",
        )
        session.add(account)
        session.flush()
    return account


NAMES = (
    "Ada",
    "Bruno",
    "Chiara",
    "Dario",
    "Elena",
    "Fatima",
    "Giorgio",
    "Hana",
    "Irene",
    "Luca",
    "Marta",
    "Nadia",
    "Omar",
    "Paolo",
    "Rita",
    "Samir",
    "Teresa",
    "Ugo",
    "Vera",
    "Wei",
)
