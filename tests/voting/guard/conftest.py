"""A night of votes by e-mail, as they come through the door."""

import base64
import json
import random
from datetime import datetime, timedelta

import altcha
import pytest

from portal import db
from portal.accounts import sessions
from portal.accounts.identity import Subject
from portal.accounts.models import Role, Tier
from portal.voting.casting import ballots
from portal.voting.casting.ballots import Sent
from portal.voting.guard import arrivals, proof, seals, watching
from portal.voting.guard.arrivals import Door
from tests.conftest import NOON
from tests.factories import make_account
from tests.voting.conftest import open_vote

NIGHT = NOON.replace(hour=0, minute=10) + timedelta(days=4)  # 02:10 in the city


def mailed(n, domain="throwaway.example"):
    return Subject(f"email:person{n}@{domain}", Tier.EMAIL, "email")


def solved(challenge):
    """What a device sends back."""
    asked = altcha.Challenge.from_dict(json.loads(challenge))
    found = altcha.solve_challenge(asked)
    told = {"challenge": asked.to_dict(), "solution": found.to_dict()}
    return base64.b64encode(json.dumps(told).encode()).decode()


def come(vote, subject, address="198.51.100.7", now=NIGHT, choice="dove-mancano", **door):
    """Cast a vote by e-mail as the web does; the minute has passed."""
    sent = Sent(f"form {subject.value}", (choice,))
    with vote.app.test_request_context("/en/"):
        note = proof.begin(seals.of(vote.consultation.id), now - timedelta(minutes=2))
        return ballots.cast(vote.consultation, vote.offer, subject, sent, now=now,
                            door=Door(address, note=note, **door))  # fmt: skip


def night(vote, people=30, now=NIGHT, choice="dove-mancano"):
    """A night of fraud after an ordinary day; every twenty seconds another vote."""
    chance = random.Random("night")
    vote.cast(10_000, "none")  # makes the key
    for n in range(60):
        at = NIGHT - timedelta(hours=6) + timedelta(minutes=3 * n)
        come(vote, mailed(n, f"mail{n % 7}.example"), f"203.0.{n}.9", at, opened=True)
    for n in range(people):
        come(vote, mailed(1000 + n), f"198.51.100.{chance.randrange(250)}",
             now + timedelta(seconds=20 * n), choice)  # fmt: skip
    return now + timedelta(seconds=20 * people)


@pytest.fixture
def no_quota(monkeypatch):
    """Votes of one network without a device's work, as many as a test needs."""
    monkeypatch.setattr(proof, "WITHOUT_SCRIPTS", 1000)


@pytest.fixture
def poll(app):
    """An open vote under a known address, with proven and mailed votes."""
    with app.test_request_context("/en/"):
        yield open_vote(app, slug="alberi")


@pytest.fixture
def town(app):
    """The same, for browsers: nothing of a request is left open."""
    with app.app_context():
        return open_vote(app, slug="alberi")


@pytest.fixture
def staff(app):
    """Three managers."""
    with app.app_context(), db.transaction() as session:
        return [make_account(session, role=Role.COMMUNITY_MANAGER) for _ in range(3)]


def look(vote, now: datetime):
    with vote.app.test_request_context("/en/"):
        return watching.look(vote.consultation, now)


def slot(now):
    return int(now.timestamp()) // arrivals.SLOT


@pytest.fixture
def by_mail(app):
    """`by_mail(3)`: the browser of somebody known by an e-mail address only."""

    def enter(n=1, network="192.0.2.5"):
        with app.app_context(), db.transaction() as session:
            account = make_account(session, email=f"reader{n}@mail.example")
            token = sessions.begin(session, account, Tier.EMAIL, app.config["CLOCK"]())
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = network
        browser.set_cookie("session", token)
        return browser

    return enter
