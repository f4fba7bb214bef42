"""Earlier votes added to the running city, so that every journey finds one of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask import Flask

from portal import create_app, db
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.config import Settings
from portal.consultations import lifecycle, listing
from portal.consultations.models import Consultation, ConsultationOption
from portal.scenarios import store
from portal.voting.box import boxes
from portal.voting.casting import ballots, offers
from portal.voting.counts import counting
from tests.journeys.people import City

OPTIONS = ("dove-mancano", "per-abitante")
VOTERS = 60


@contextmanager
def inside(city: City) -> Iterator[Flask]:
    """The city's portal, seen from within this process."""
    portal = create_app(Settings(data=city.data, demo=True, _env_file=None))
    with portal.test_request_context("/en/"):
        yield portal
        boxes.close_all()
    portal.extensions["engine"].dispose()


def add_closed_vote(city: City, slug: str, title: str, *, counted: bool = False) -> str:
    """A vote that closed yesterday; two of three voters chose the first option."""
    end = datetime.now(UTC) - timedelta(days=1)
    start = end - timedelta(days=20)
    with inside(city):
        asked, options = _asked(slug, title, start, end)
        with db.transaction() as session:
            lifecycle.announce(
                session, asked, options, store=store(), languages=["it", "en"], now=start
            )
        _vote(asked, options, start + timedelta(days=1))
        if counted:
            with db.transaction() as session:
                again = listing.find(session, slug, datetime.now(UTC))
                counting.count(session, again, options, now=datetime.now(UTC))
    return slug


def _asked(
    slug: str, title: str, start: datetime, end: datetime
) -> tuple[Consultation, list[ConsultationOption]]:
    words = {"it": title, "en": title}
    asked = Consultation(
        slug=slug, family="verde", title=words, question=words, summary=words, can_change=words,
        cannot_change=words, attributes=["district"], announced_at=start, opens_at=start,
        closes_at=end, demonstration=True,
    )  # fmt: skip
    options = []
    for position, key in enumerate(OPTIONS, start=1):
        package = store().package(f"verde-{key}")
        options.append(ConsultationOption(
            consultation_id=asked.id, key=key, position=position, title=dict(package.title),
            package=package.name, version=package.version, sha256=package.sha256,
        ))  # fmt: skip
    return asked, options


def _vote(asked: Consultation, options: list[ConsultationOption], at: datetime) -> None:
    offer = offers.offer(asked, options)
    votes = [
        (
            Subject(f"demo:citizen:{5000 + n}", Tier.VERIFIED, "demo"),
            ballots.Sent(f"past-{n}", (OPTIONS[n % 3 == 0],), (), {"district": "navile"}),
        )
        for n in range(VOTERS)
    ]
    ballots.cast_many(asked, offer, votes, now=at)
