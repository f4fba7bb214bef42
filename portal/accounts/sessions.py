"""Open sessions: kept on the server, ended by time or by hand, found by a hashed token."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts.models import Account, Role, SignIn, Tier

IDLE = {True: timedelta(minutes=60), False: timedelta(minutes=60)}
STAFF_IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
STAFF_LONGEST = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=5)  # a page view does not write; a long stay does


def fingerprint(token: str) -> str:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, account: Account, tier: Tier, now: datetime) -> str:
    """Open a session for the account and return the cookie's token."""
    token = secrets.token_urlsafe(32)
    longest = LONGEST if account.role is Role.CITIZEN else STAFF_LONGEST
    session.add(
        SignIn(
            token_hash=fingerprint(token),
            account_id=account.id,
            tier=tier,
            created_at=now,
            seen_at=now,
            expires_at=now + longest,
        )
    )
    return token


def find(session: Session, token: str, now: datetime) -> tuple[Account, SignIn] | None:
    """The account behind a token, unless the session ended or the account was disabled."""
    query = (
        sa.select(Account, SignIn)
        .join(SignIn, col(SignIn.account_id) == col(Account.id))
        .where(col(SignIn.token_hash) == fingerprint(token), col(SignIn.expires_at) > now)
    )
    found = session.execute(query).first()
    if found is None or found[0].disabled:
        return None
    account, sign_in = found
    idle = IDLE[True] if account.role is Role.CITIZEN else STAFF_IDLE
    return None if now - sign_in.seen_at > idle else (account, sign_in)


def touch(session: Session, sign_in: SignIn, now: datetime) -> None:
    """Note that the session is in use."""
    session.execute(
        sa.update(SignIn).where(col(SignIn.token_hash) == sign_in.token_hash).values(seen_at=now)
    )


def end(session: Session, token: str) -> None:
    """Close one session."""
    session.execute(sa.delete(SignIn).where(col(SignIn.token_hash) == fingerprint(token)))


def end_all(session: Session, account: Account) -> None:
    """Close every session of an account."""
    session.execute(sa.delete(SignIn).where(col(SignIn.account_id) == account.id))
