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
    from portal.scenarios.publishing.publish import publish

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


def make_proposal(session: Session, **values: Any) -> Any:
    """A published proposal for the whole city, in a consultation of its own unless one is named."""
    from datetime import UTC

    from portal.proposals.from_draft import searchable
    from portal.proposals.models import Proposal

    number = next(_numbers)
    at = datetime(2026, 5, 30, 9, 0, tzinfo=UTC)
    values = {
        "title": f"Più alberi in piazza, la numero {number}",
        "body": "Perché d'estate non c'è ombra e i vecchi restano a casa.",
        "language": "it",
        "theme": "verde",
        "created_at": at,
        "state_since": at,
        **values,
    }
    if "consultation_id" not in values:
        values["consultation_id"] = make_consultation(session).id
    if "author_id" not in values:
        values["author_id"] = make_account(session).id
    proposal = Proposal(**values, search=searchable(values["title"], values["body"]))
    session.add(proposal)
    session.flush()
    return proposal


def make_consultation(
    session: Session, *, options: Any = None, costs: Any = None, **values: Any
) -> Any:
    """A consultation on the trees, open since yesterday; its options as published."""
    from datetime import UTC, timedelta

    from portal.consultations.models import Consultation, ConsultationOption
    from portal.scenarios import store

    now = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    words = {"it": "Dove gli alberi?", "en": "Where should trees go?"}
    values = {
        "slug": f"alberi-{next(_numbers)}",
        "family": "verde",
        **dict.fromkeys(("title", "question", "summary", "can_change", "cannot_change"), words),
        "tiers": ["V", "E"],
        "attributes": ["district"],
        "announced_at": now - timedelta(days=8),
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=10),
        **values,
    }
    consultation = Consultation(**values)
    session.add(consultation)
    session.flush()
    for position, key in enumerate(options or ("per-abitante", "dove-mancano", "caldo-anziani"), 1):
        package = store().package(f"{consultation.family}-{key}")
        session.add(
            ConsultationOption(
                consultation_id=consultation.id, key=key, position=position,
                title=dict(package.title), package=package.name, version=package.version,
                sha256=package.sha256, cost=(costs or {}).get(key),
            )
        )  # fmt: skip
    session.flush()
    return consultation


def make_meeting(session: Session, **values: Any) -> Any:
    """A public meeting in three days, in a consultation of its own unless one is named."""
    from datetime import UTC, timedelta

    from portal.meetings.models import Meeting

    now = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    starts = values.get("starts_at", now + timedelta(days=3))
    values = {
        "slug": f"incontro-{next(_numbers)}",
        "title": {"it": "Incontro al Navile", "en": "Meeting in Navile"},
        "address": "via Saliceto 5",
        "languages": ["it"],
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "created_at": now - timedelta(days=9),
        "published_at": now - timedelta(days=8),
        **values,
    }
    if "consultation_id" not in values:
        values["consultation_id"] = make_consultation(session).id
    meeting = Meeting(**values)
    session.add(meeting)
    session.flush()
    return meeting
