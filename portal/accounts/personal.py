"""What is kept about a person, over all rooms: each says how to hand it out and let go of it.

A later room registers its part here, so that an export and a deletion never forget one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts.models import Account, Declaration, EmailCode, Invitation, SignIn

Rows = Iterable[Mapping[str, Any]]
Gather = Callable[[Session, Account, SignIn], Rows]
LetGo = Callable[[Session, Account, bool], None]  # whether unanswered contributions go as well


@dataclass(frozen=True)
class Part:
    """One kind of thing kept: the file's name, what it holds, and both ways out."""

    name: str
    about: str
    gather: Gather
    let_go: LetGo | None = None


_parts: dict[str, Part] = {}


def part(name: str, about: str, gather: Gather, let_go: LetGo | None = None) -> None:
    """Register a kind of thing kept about people."""
    _parts[name] = Part(name, about, gather, let_go)


def parts() -> list[Part]:
    """Every registered part, the room of accounts first."""
    return list(_parts.values())


def account_rows(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """The account itself; of a proven identity only that there is one."""
    yield {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role,
        "language": account.language,
        "district": account.district,
        "created_on": account.created_on,
        "known_by_identity_provider": account.person is not None,
        "made_up": account.demonstration,
    }


def session_rows(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """Open sessions, with what an identity provider's answer decided."""
    query = (
        sa.select(SignIn).where(col(SignIn.account_id) == account.id)
        .order_by(col(SignIn.created_at))
    )  # fmt: skip
    for one in session.scalars(query):
        yield {
            "this_one": one.token_hash == sign_in.token_hash,
            "way": one.channel,
            "tier": one.tier,
            "device": one.device,
            "decided": dict(one.facts),
            "created_at": one.created_at,
            "last_used_at": one.seen_at,
            "ends_at": one.expires_at,
        }


def declaration_rows(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What the person declared."""
    query = sa.select(Declaration).where(col(Declaration.account_id) == account.id)
    for one in session.scalars(query):
        yield {"fact": one.fact, "declared_on": one.declared_on}


def let_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Let every room let go of a person, the latest first, and then the account itself."""
    for one in reversed(parts()):
        if one.let_go is not None:
            one.let_go(session, account, unanswered_too)
    session.execute(sa.delete(SignIn).where(col(SignIn.account_id) == account.id))
    for table in (EmailCode, Invitation):
        if account.email is not None:
            session.execute(sa.delete(table).where(col(table.email) == account.email))
    session.flush()
    session.execute(sa.delete(Account).where(col(Account.id) == account.id))
