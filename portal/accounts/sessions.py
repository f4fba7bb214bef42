"""Open sessions: kept on the server, ended by time or by hand, found by a hashed token."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.accounts.models import Account, Role, SignIn, Tier

IDLE = timedelta(minutes=60)
STAFF_IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
STAFF_LONGEST = timedelta(hours=8)
HALF_WAY = timedelta(minutes=10)  # between the first and the second factor
TOUCH_EVERY = timedelta(minutes=5)  # a page view does not write; a long stay does
STAFF_TOUCH_EVERY = timedelta(minutes=1)

Found = tuple[Account, SignIn]


def fingerprint(token: str) -> str:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    session: Session,
    account: Account,
    tier: Tier,
    now: datetime,
    *,
    channel: str = "email",
    device: str = "",
    facts: Mapping[str, bool] | None = None,
    second_at: datetime | None = None,
) -> str:
    """Open a session for the account and return the cookie's token."""
    token = secrets.token_urlsafe(32)
    longest = LONGEST if account.role is Role.CITIZEN else STAFF_LONGEST
    session.execute(
        sa.delete(SignIn).where(col(SignIn.account_id) == account.id, col(SignIn.expires_at) <= now)
    )
    session.add(
        SignIn(
            token_hash=fingerprint(token),
            account_id=account.id,
            tier=tier,
            channel=channel,
            device=device[:40],
            facts=dict(facts or {}),
            second_at=second_at,
            created_at=now,
            seen_at=now,
            expires_at=now + longest,
        )
    )
    return token


def find(session: Session, token: str, now: datetime) -> Found | None:
    """The account behind a token, unless the session ended or the account was disabled.

    Of staff, only with both factors: someone given a role meanwhile has to sign in anew.
    """
    found = _found(session, token, now)
    return None if found is None or is_half(*found) else found


def find_half(session: Session, token: str, now: datetime) -> Found | None:
    """Who showed the first factor a moment ago, and still owes the second."""
    found = _found(session, token, now)
    if found is None or not is_half(*found):
        return None
    return None if now - found[1].created_at > HALF_WAY else found


def is_half(account: Account, sign_in: SignIn) -> bool:
    """Whether a second factor is owed. Made-up people have no phone."""
    return account.role is not Role.CITIZEN and not account.demonstration and not sign_in.second_at


def complete(session: Session, token: str, now: datetime) -> str | None:
    """Put a session with both factors in the place of a half one, under a new token.

    None where the half one has ended meanwhile.
    """
    found = find_half(session, token, now)
    if found is None:
        return None
    account, half = found
    whole = begin(
        session, account, half.tier, now, channel=half.channel, device=half.device,
        facts=half.facts, second_at=now,
    )  # fmt: skip
    end(session, token)
    return whole


# asked for every page: put together once, it costs a third
_OPEN = (
    sa.select(Account, SignIn)
    .join(SignIn, col(SignIn.account_id) == col(Account.id))
    .where(
        col(SignIn.token_hash) == sa.bindparam("token"),
        col(SignIn.expires_at) > sa.bindparam("now"),
    )
)


def _found(session: Session, token: str, now: datetime) -> Found | None:
    found = session.execute(_OPEN, {"token": fingerprint(token), "now": now}).first()
    if found is None or found[0].disabled:
        return None
    account, sign_in = found
    idle = IDLE if account.role is Role.CITIZEN else STAFF_IDLE
    return None if now - sign_in.seen_at > idle else (account, sign_in)


def untouched_for_long(account: Account, sign_in: SignIn, now: datetime) -> bool:
    """Whether the session's last use should be noted now."""
    every = TOUCH_EVERY if account.role is Role.CITIZEN else STAFF_TOUCH_EVERY
    return now - sign_in.seen_at > every


def touch(session: Session, sign_in: SignIn, now: datetime) -> None:
    """Note that the session is in use."""
    session.execute(
        sa.update(SignIn).where(col(SignIn.token_hash) == sign_in.token_hash).values(seen_at=now)
    )


def of(session: Session, account: Account, now: datetime) -> list[SignIn]:
    """The account's open sessions, the latest used first."""
    idle = IDLE if account.role is Role.CITIZEN else STAFF_IDLE
    query = (
        select(SignIn)
        .where(
            SignIn.account_id == account.id, SignIn.expires_at > now, SignIn.seen_at >= now - idle
        )
        .order_by(col(SignIn.seen_at).desc(), col(SignIn.token_hash))
    )
    return list(session.exec(query))


def end(session: Session, token: str) -> None:
    """Close one session."""
    session.execute(sa.delete(SignIn).where(col(SignIn.token_hash) == fingerprint(token)))


def end_one(session: Session, account: Account, handle: str) -> bool:
    """Close one of one's own sessions by what its page calls it; whether there was one."""
    gone = session.execute(
        sa.delete(SignIn).where(
            col(SignIn.account_id) == account.id,
            sa.func.substr(col(SignIn.token_hash), 1, 16) == handle,
        )
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def end_others(session: Session, account: Account, token: str) -> None:
    """Close every session of an account but the one at hand."""
    session.execute(
        sa.delete(SignIn).where(
            col(SignIn.account_id) == account.id, col(SignIn.token_hash) != fingerprint(token)
        )
    )


def end_all(session: Session, account: Account) -> None:
    """Close every session of an account."""
    session.execute(sa.delete(SignIn).where(col(SignIn.account_id) == account.id))
