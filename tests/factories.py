"""Rows for tests: each `make_…` adds one good row and returns it; name what should differ."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import Session

from portal.accounts.models import Account, Role
from portal.config import ROOT

_numbers = count(1)


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def publish_bundled(store: Path) -> Path:
    """Publish the packages that ship with the portal into `store`, and return it."""
    from portal.scenarios.publish import publish

    publish([ROOT / "scenarios"], store)
    return store


def make_account(session: Session, *, role: Role = Role.CITIZEN, **values: Any) -> Account:
    """A person; the next e-mail address unless told otherwise."""
    values = {"email": f"person{next(_numbers)}@example.org", "created_on": date(2026, 1, 1),
              **values}
    account = Account(role=role, **values)
    session.add(account)
    session.flush()
    return account
