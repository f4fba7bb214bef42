"""A code that carries a vote session from the operator's device to the voter's, once."""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.voting.box.receipts import LETTERS
from portal.voting.paper import codes, passes
from portal.voting.paper.passes import Pass

LENGTH = 12  # eleven letters that chance chose (55 bits), and a check letter
LASTS = timedelta(minutes=10)


def given(session: Session, held: Pass, now: datetime) -> str:
    """A new code for a vote session, as it is shown."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH - 1))
    code = letters + codes.check_letter(letters)
    passes.keep(session, code, held, now + LASTS)
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read(typed: str) -> str | None:
    """A code as it was typed; None if it is none of these."""
    return codes.read(typed, LENGTH)


def taken(session: Session, code: str, now: datetime) -> Pass | None:
    """The session it carries; the code is used up."""
    return passes.take(session, code, now)
