"""A consultation that collects proposals, and addresses in it."""

from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.moderation import cases  # noqa: F401 - it listens from here on, before any test
from portal.proposals import posted
from portal.proposals.models import Proposal
from tests.factories import make_consultation, make_proposal

GOOD: dict[str, str] = {
    "title": "Un filare di tigli in via Saffi",
    "body": "Alle fermate si aspetta sotto il sole.\n\nPiantiamo tigli.",
    "theme": "verde",
    "lat": "44.50120",
    "lon": "11.31420",
    "district": "",
    "indicator": "alberi_per_1000_abitanti",
    "direction": "up",
}
LIST = "/it/consultations/alberi/proposals"


@pytest.fixture(autouse=True)
def nobody_looks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """No later room listens: what this room does with a post is seen at once."""
    monkeypatch.setattr(posted, "_listeners", [])


@pytest.fixture
def city(app: Flask) -> Flask:
    """The portal with an open consultation at `alberi`."""
    with app.app_context(), db.transaction() as session:
        make_consultation(session, slug="alberi")
    return app


@pytest.fixture
def proposed(city: Flask) -> Any:
    """`proposed(title=…)`: one more proposal in that consultation; its address."""

    def make(**values: Any) -> str:
        from portal.consultations.models import Consultation

        with city.app_context(), db.transaction() as session:
            at = session.exec(select(Consultation)).one()
            proposal = make_proposal(session, consultation_id=at.id, **values)
            return f"{LIST}/{proposal.id}"

    return make


def kept(app: Flask) -> list[Proposal]:
    """Every proposal in the table."""
    with app.app_context():
        return list(db.session().exec(select(Proposal)))
