"""A first vote by e-mail has its small price; nobody else's has, and no price is paid twice."""

import base64
import html
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.voting.guard import arrivals, proof
from portal.voting.guard.seals import Seals
from tests.conftest import NOON
from tests.voting.conftest import open_vote
from tests.voting.guard.conftest import solved

PAGE = "/en/consultations/alberi/vote"
BALLOT = {"choice": ["dove-mancano"], "idempotency_key": "form 1"}


@pytest.fixture
def poll(app):
    with app.app_context():
        return open_vote(app, slug="alberi")


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """Less work than in life, so that tests are quick."""
    monkeypatch.setattr(proof, "COST", 10)


def review(browser, **sent):
    """What the review asks for."""
    browser.get(PAGE)
    text = browser.post(PAGE, data=BALLOT | sent).text
    work = re.search(r'data-proof="([^"]*)"', text)
    since = re.search(r'name="since" value="([^"]+)"', text)
    return html.unescape(work[1]) if work else None, since[1] if since else None


def cast(browser, **sent):
    return browser.post(PAGE, data=BALLOT | {"confirm": "1"} | sent)


def test_with_the_devices_work_a_vote_is_taken_at_once(poll, by_mail):
    browser = by_mail()
    challenge, since = review(browser)
    answer = cast(browser, proof=solved(challenge), since=since)
    assert answer.status_code == 303 and "/receipt/" in answer.location
    assert "Your vote is in." in browser.get(answer.location).text


def test_without_scripts_a_minute_must_pass(poll, by_mail, later):
    browser = by_mail()
    _challenge, since = review(browser)
    later(timedelta(seconds=20))
    early = cast(browser, proof="", since=since)
    assert early.status_code == 422 and "in 40 seconds" in early.text
    assert f'name="since" value="{since}"' in early.text  # the minute does not begin again
    assert poll.rows("SELECT count(*) FROM {box}ballot") in ([], [(0,)])
    later(timedelta(seconds=40))
    assert cast(browser, since=since).status_code == 303


def test_made_up_answers_are_no_use(poll, by_mail):
    browser = by_mail()
    for answer in ("", "x", "e30=", "bnVsbA==", "A" * 5000, "[]", "\u00e9"):
        for since in ("", "x", "1.2.3", "1780308000.aa.bb"):
            with pytest.raises(proof.NotYet) as refused:
                proof.price(Seals(b"k" * 32), uuid4(), answer, since, "n", NOON, "2026-06-01")
            assert refused.value.gaps == {"seconds": 60}
    refused = cast(browser, proof="bnVsbA==", since="9" * 200)
    assert refused.status_code == 422 and "in 60 seconds" in refused.text


def test_an_answer_is_taken_once_and_by_one_person(poll, by_mail):
    one, two = by_mail(1), by_mail(2)
    challenge, since = review(one)
    answer = solved(challenge)
    receipt = cast(one, proof=answer, since=since).location
    assert cast(one, proof=answer, since=since).location == receipt  # the same form again
    again = cast(two, proof=answer, since=since)
    assert again.status_code == 409 and "used before" in again.text
    assert poll.rows("SELECT count(*) FROM {box}ballot") == [(1,)]


def test_a_solved_challenge_cannot_be_bent(poll, by_mail):
    browser = by_mail()
    challenge, since = review(browser)
    told = json.loads(base64.b64decode(solved(challenge)))

    def sent(**changes):
        changed = json.loads(json.dumps(told))
        changed["challenge"]["parameters"] |= changes
        return base64.b64encode(json.dumps(changed).encode()).decode()

    for changes in (
        {"cost": 1},
        {"keyPrefix": ""},
        {"data": {"c": "x", "until": 10**12}},
        {"salt": "00"},
    ):
        assert cast(browser, proof=sent(**changes), since=since).status_code == 422
    told["solution"]["counter"] += 1
    assert cast(browser, proof=sent(), since=since).status_code == 422


def test_an_answer_is_too_old_after_half_an_hour(poll, by_mail, later):
    browser = by_mail()
    challenge, _since = review(browser)
    later(timedelta(minutes=31))
    assert cast(browser, proof=solved(challenge), since="").status_code == 422


def test_without_work_few_are_taken_from_one_network_in_an_hour(poll, by_mail, later, monkeypatch):
    monkeypatch.setattr(proof, "WITHOUT_SCRIPTS", 2)
    for n, status in enumerate((303, 303, 429), start=1):
        browser = by_mail(n)
        _challenge, since = review(browser)
        later(timedelta(seconds=61))
        assert cast(browser, since=since).status_code == status
    other = by_mail(9, network="198.51.100.3")
    _challenge, since = review(other)
    later(timedelta(seconds=61))
    assert cast(other, since=since).status_code == 303


def test_a_second_vote_and_a_proven_identity_have_no_price(poll, by_mail, people):
    browser = by_mail()
    challenge, since = review(browser)
    cast(browser, proof=solved(challenge), since=since)
    assert review(browser, idempotency_key="form 2") == (None, None)
    assert cast(browser, idempotency_key="form 2", choice="none").status_code == 303
    citizen = people()
    assert review(citizen) == (None, None)
    assert cast(citizen).status_code == 303


def test_changing_a_signed_note_is_noticed():
    kept = Seals(b"k" * 32)
    note = proof.begin(kept, NOON)
    assert proof.begun(kept, note) == NOON
    assert proof.begun(kept, note.replace(note[0], "2", 1)) is None
    assert proof.begun(Seals(b"o" * 32), note) is None


@pytest.mark.parametrize(("one", "two", "same"), [
    ("192.0.2.1", "192.0.2.250", True), ("192.0.2.1", "192.0.3.1", False),
    ("2001:db8::1", "2001:db8::ffff", True), ("2001:db8::1", "2001:db8:0:1::1", False),
    ("::ffff:192.0.2.9", "192.0.2.1", True),
])  # fmt: skip
def test_neighbours_share_a_network(one, two, same):
    assert (arrivals.network_of(one) == arrivals.network_of(two)) is same


@pytest.mark.parametrize(("tier", "channel", "looked_at"), [
    (Tier.EMAIL, "email", True), (Tier.EMAIL, "oidc", True), (Tier.PAPER, "paper", True),
    (Tier.PAPER, "desk", False), (Tier.PAPER, "sheet", False), (Tier.VERIFIED, "spid", False),
])  # fmt: skip
def test_who_is_looked_at(tier, channel, looked_at):
    assert arrivals.concerns(Subject("x", tier, channel)) is looked_at
