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
    values = {
        "email": f"person{next(_numbers)}@example.org",
        "created_on": date(2026, 1, 1),
        **values,
    }
    account = Account(role=role, **values)
    session.add(account)
    session.flush()
    return account


def make_campaign(session: Session, **values: Any) -> Any:
    """An open campaign on street noise in the demonstration's city."""
    from datetime import UTC, timedelta

    from portal.observations.models import Campaign

    start = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    words = {"it": "Rumore in strada", "en": "Street noise"}
    values = {
        "slug": f"rumore-{next(_numbers)}",
        "dataset": f"rumore-{next(_numbers)}",
        "family": "citta-30",
        "title": words,
        "purpose": words,
        "instructions": words,
        "observed_property": "sound_pressure_level",
        "property_name": words,
        "unit": "dB[SPL]",
        "unit_shown": "dB(A)",
        "minimum": 20.0,
        "maximum": 120.0,
        "decimals": 1,
        "procedure": words,
        "opens_at": start - timedelta(days=60),
        "closes_at": start + timedelta(days=40),
        **values,
    }
    campaign = Campaign(**values)
    session.add(campaign)
    session.flush()
    return campaign
