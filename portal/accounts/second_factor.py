"""The second factor of staff: enrolled at the first sign-in, asked at each, never taken twice."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts import totp
from portal.accounts.identity import add_once
from portal.accounts.models import Account, RecoveryCode, SecondFactor
from portal.accounts.person_keys import keyed, seal, unseal
from portal.i18n import N_
from portal.refusal import Refusal

TRIES = 5
PAUSE = timedelta(minutes=15)
RECOVERY_CODES = 10
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that look like another
GROUPS, IN_GROUP = 4, 4  # 80 bits, and only a keyed hash of them is kept


class WrongSecondCode(Refusal):
    """Wrong, late or taken before: one answer for all of them."""

    title = N_("The code was not accepted")
    message = N_(
        "This code is wrong, or was used already. Wait for the next code of your app and type "
        "that one. After five wrong codes there is a pause of a quarter of an hour."
    )


class Paused(Refusal):
    """Too many wrong codes."""

    status = 429
    title = N_("Too many wrong codes")
    message = N_("There were too many wrong codes. Please try again in a quarter of an hour.")


def prepare(session: Session, account: Account, key: bytes, now: datetime) -> None:
    """Make a secret for someone who has none yet; an unconfirmed one stays, to be shown again."""
    if session.get(SecondFactor, account.id) is None:
        add_once(session, _fresh(account, key, now))


def _fresh(account: Account, key: bytes, now: datetime) -> SecondFactor:
    secret = secrets.token_bytes(20)
    return SecondFactor(
        account_id=account.id, sealed=seal(key, f"second|{account.id}", secret), made_at=now
    )


def secret_of(session: Session, account: Account, key: bytes) -> bytes | None:
    """The secret to show at enrolment; None once it was confirmed, for it is shown no more."""
    row = session.get(SecondFactor, account.id)
    return None if row is None or row.confirmed_at else _unsealed(row, key)


def _unsealed(row: SecondFactor, key: bytes) -> bytes:
    return unseal(key, f"second|{row.account_id}", row.sealed)


def count_try(session: Session, account_id: UUID, now: datetime) -> None:
    """Count a try, in a transaction of its own. Raises Paused when there were too many.

    The count starts anew a pause after the last try that was let through.
    """
    row = sa.inspect(SecondFactor).local_table.c
    again = sa.or_(row.tried_at.is_(None), row.tried_at < now - PAUSE)
    counted = session.execute(
        sa.update(SecondFactor)
        .where(row.account_id == account_id, sa.or_(again, row.tries < TRIES))
        .values(tries=sa.case((again, 1), else_=row.tries + 1), tried_at=now)
        .execution_options(synchronize_session=False)
    )
    if not counted.rowcount:  # type: ignore[attr-defined]
        raise Paused


def confirm(session: Session, account: Account, given: str, key: bytes, now: datetime) -> list[str]:
    """Take a code of the app, or a recovery code. Return new recovery codes at enrolment.

    Raises WrongSecondCode. Call `count_try` before, in its own transaction.
    """
    typed = "".join(given.split()).replace("-", "").upper()
    row = session.get(SecondFactor, account.id, populate_existing=True)
    if row is None:
        raise WrongSecondCode
    if len(typed) == GROUPS * IN_GROUP and row.confirmed_at:
        _take_recovery_code(session, account, typed, key, now)
    else:
        _take_step(session, row, typed, key, now)
    row.tries = 0
    enrolled = row.confirmed_at is not None
    row.confirmed_at = row.confirmed_at or now
    session.add(row)
    return [] if enrolled else new_recovery_codes(session, account, key)


def _take_step(session: Session, row: SecondFactor, typed: str, key: bytes, now: datetime) -> None:
    step = totp.step_of(_unsealed(row, key), typed, now.timestamp())
    taken = session.execute(
        sa.update(SecondFactor)
        .where(
            col(SecondFactor.account_id) == row.account_id,
            col(SecondFactor.last_step) < (step or 0),  # of two equal posts, one finds it spent
        )
        .values(last_step=step or 0)
    )
    if step is None or not taken.rowcount:  # type: ignore[attr-defined]
        raise WrongSecondCode


def _take_recovery_code(
    session: Session, account: Account, typed: str, key: bytes, now: datetime
) -> None:
    taken = session.execute(
        sa.update(RecoveryCode)
        .where(
            col(RecoveryCode.code_hash) == keyed(key, f"recovery|{account.id}", typed),
            col(RecoveryCode.account_id) == account.id,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=now)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise WrongSecondCode


def new_recovery_codes(session: Session, account: Account, key: bytes) -> list[str]:
    """Ten codes in place of all earlier ones, written as a person types them."""
    session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    codes = []
    for _ in range(RECOVERY_CODES):
        plain = "".join(secrets.choice(LETTERS) for _ in range(GROUPS * IN_GROUP))
        digest = keyed(key, f"recovery|{account.id}", plain)
        session.add(RecoveryCode(code_hash=digest, account_id=account.id))
        codes.append("-".join(plain[at : at + IN_GROUP] for at in range(0, 16, IN_GROUP)))
    return codes


def recovery_codes_left(session: Session, account: Account) -> int:
    """How many recovery codes can still be used."""
    query = sa.select(sa.func.count()).where(
        col(RecoveryCode.account_id) == account.id, col(RecoveryCode.used_at).is_(None)
    )
    return int(session.execute(query).scalar_one())


def forget(session: Session, account_id: UUID) -> bool:
    """Remove someone's second factor, so that it is enrolled anew; whether there was one."""
    session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    gone = session.execute(
        sa.delete(SecondFactor).where(col(SecondFactor.account_id) == account_id)
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]
