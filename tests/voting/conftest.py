"""A consultation that takes votes, on each database in turn, and people to cast them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask

from portal import db
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.consultations import listing
from portal.consultations.models import Consultation
from portal.voting.box import boxes
from portal.voting.box.receipts import Receipt
from portal.voting.casting import ballots, offers
from portal.voting.casting.ballots import Offer, Sent
from portal.voting.counts import counting
from tests.conftest import NOON
from tests.factories import make_consultation

_keys = count(1)


@dataclass
class Vote:
    """One consultation and its box."""

    app: Flask
    consultation: Consultation
    offer: Offer

    def cast(
        self, n: int, *choice: str, key: str | None = None, tier: Tier = Tier.VERIFIED,
        now: datetime = NOON, district: str = "", reasons: tuple[str, ...] = (),
    ) -> Receipt:  # fmt: skip
        """The n-th person's vote."""
        attributes = {"district": district} if district else {}
        sent = Sent(key or f"key {next(_keys)}", choice, reasons, attributes)
        with self.app.app_context():
            return ballots.cast(self.consultation, self.offer, person(n, tier), sent, now=now)

    def fill(
        self, people: int, *choice: str, first: int = 0, tier: Tier = Tier.VERIFIED,
        district: str = "",
    ) -> None:  # fmt: skip
        """Many people's equal votes."""
        attributes = {"district": district} if district else {}
        votes = [
            (person(n, tier), Sent(f"k{n}", choice, (), attributes))
            for n in range(first, first + people)
        ]
        with self.app.app_context():
            ballots.cast_many(self.consultation, self.offer, votes, now=NOON)

    def count(self, after: timedelta = timedelta(minutes=5)) -> dict[str, Any]:
        """The result, counted after the close."""
        now = self.consultation.closes_at + after
        with db.transaction() as session:
            self.consultation = listing.find(session, self.consultation.slug, now)
            options = listing.options_of(session, self.consultation)
            return counting.count(session, self.consultation, options, now=now)

    def rows(self, statement: str) -> list[Any]:
        """Rows of the box."""
        with self.app.app_context():
            return boxes.of(self.consultation.id).read(statement)


def person(n: int, tier: Tier = Tier.VERIFIED) -> Subject:
    """A person as the box sees them."""
    return Subject(f"person {n} {tier.value}", tier, "test")


def count_by_two(people: Any, slug: str) -> Any:
    """One manager closes the box and asks, another opens it and counts; the last answer."""
    address = f"/en/manage/consultations/{slug}/count"
    asked = people("community_manager").post(address)
    if asked.status_code != 303:
        return asked
    second = people("community_manager", 2)
    act = re.search(rf'action="({address}/[^"]+)"', second.get(address).text)
    assert act is not None
    return second.post(act[1])


def open_vote(app: Flask, **values: Any) -> Vote:
    """A new consultation whose voting is open."""
    with db.transaction() as session:
        consultation = make_consultation(session, **values)
        options = listing.options_of(session, consultation)
    return Vote(app, consultation, offers.offer(consultation, options))


@pytest.fixture
def vote(any_app: Flask) -> Iterator[Vote]:
    """An open vote on each database in turn."""
    with any_app.test_request_context("/en/"):
        yield open_vote(any_app)
        boxes.close_all()
