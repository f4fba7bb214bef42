"""Vote sessions that belong to no account: opened by a code or at a desk, closed by one vote.

Whose session it is stands in the table sealed with the cookie's own token, so that neither the
table nor its copies tell who voted when.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box.writer import Vouched
from portal.voting.paper_models import VotePass

LASTS = timedelta(minutes=20)
PAPER, DESK, SHEET = "paper", "desk", "sheet"  # channels of rights


class Ended(Refusal):
    """There is no open vote session in this browser."""

    status = 403
    title = N_("This vote session has ended")
    message = N_(
        "A vote session lasts twenty minutes and takes one vote. To vote or to change a vote, "
        "type the code again, or ask at the desk."
    )
    advised = True
    way_on = ("voting_paper.enter", N_("Vote with the code"))


@dataclass(frozen=True)
class Pass:
    """Who may vote in this session, and where."""

    consultation_id: UUID
    subject: Subject
    vouched: Vouched | None = None


@dataclass(frozen=True)
class Open:
    """A pass that was found, and whether this session's one vote was cast."""

    held: Pass
    seed: str
    spent: str


def begin(session: Session, held: Pass, now: datetime, lasts: timedelta = LASTS) -> str:
    """Open a vote session and return the cookie's token."""
    token = secrets.token_urlsafe(32)
    keep(session, token, held, now + lasts)
    return token


def keep(session: Session, token: str, held: Pass, until: datetime) -> None:
    """Keep a session under a token of one's own."""
    session.add(VotePass(token_hash=_hash(token), sealed=_seal(token, held), expires_at=until))
    session.flush()


def find(session: Session, token: str, now: datetime) -> Open | None:
    """The open session behind a token."""
    if not token:
        return None
    row = session.execute(
        sa.select(VotePass.sealed, VotePass.spent, VotePass.expires_at).where(  # type: ignore[call-overload]
            col(VotePass.token_hash) == _hash(token)
        )
    ).first()
    if row is None or row.expires_at <= now:
        return None
    return Open(_unseal(token, row.sealed), _keyed(token, "order").hex()[:16], row.spent)


def form_name(token: str, form: str) -> str:
    """What a session keeps of the form it was spent with; nobody without the token can compare."""
    return hmac.digest(_keyed(token, "form"), form.encode(), "sha256").hex()


def spend(session: Session, token: str, form: str) -> None:
    """Note that the session's vote is cast."""
    session.execute(
        sa.update(VotePass)
        .where(col(VotePass.token_hash) == _hash(token), col(VotePass.spent) == "")
        .values(spent=form_name(token, form))
    )


def end(session: Session, token: str) -> None:
    """Close a session."""
    session.execute(sa.delete(VotePass).where(col(VotePass.token_hash) == _hash(token)))


def take(session: Session, token: str, now: datetime) -> Pass | None:
    """Close a session and give what it held, once."""
    found = find(session, token, now)
    gone = session.execute(sa.delete(VotePass).where(col(VotePass.token_hash) == _hash(token)))
    return found.held if found and gone.rowcount == 1 else None  # type: ignore[attr-defined]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _keyed(token: str, purpose: str) -> bytes:
    return hmac.digest(token.encode(), f"pass|{purpose}".encode(), "sha256")


def _seal(token: str, held: Pass) -> str:
    from nacl.secret import SecretBox

    by = held.vouched
    content = {
        "c": held.consultation_id.hex, "who": held.subject.value, "tier": held.subject.tier.value,
        "channel": held.subject.channel,
        "by": [by.operator, by.evidence, by.final] if by else None,
    }  # fmt: skip
    sealed = SecretBox(_keyed(token, "seal")).encrypt(json.dumps(content).encode())
    return base64.b64encode(bytes(sealed)).decode()


def _unseal(token: str, sealed: str) -> Pass:
    from nacl.secret import SecretBox

    content = json.loads(SecretBox(_keyed(token, "seal")).decrypt(base64.b64decode(sealed)))
    subject = Subject(content["who"], Tier(content["tier"]), content["channel"])
    vouched = Vouched(*content["by"]) if content["by"] else None
    return Pass(UUID(content["c"]), subject, vouched)
