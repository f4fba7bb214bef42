"""A count takes two persons: one closes the box and asks, the other opens it and counts."""

import re
from datetime import timedelta

import pytest

from portal import db
from portal.accounts.models import Role
from portal.consultations import lifecycle, listing, two_persons
from portal.consultations.models import Outcome, Phase
from portal.voting.box import boxes, trustees
from portal.voting.counts import agreed, counting, publication
from portal.voting.log import keeping, ledger
from tests.factories import make_account
from tests.voting.conftest import open_vote

SLUG = "alberi"
ADDRESS = f"/en/manage/consultations/{SLUG}/count"


@pytest.fixture
def two(vote):
    with db.transaction() as session:
        return [make_account(session, role=Role.COMMUNITY_MANAGER) for _ in range(2)]


def after(vote):
    return vote.consultation.closes_at + timedelta(minutes=5)


def asked(vote, who):
    agreed.ask(vote.consultation.slug, who, now=after(vote))
    return agreed.waiting(db.session(), vote.consultation, after(vote))


def confirm(vote, act, who, cards=()):
    return agreed.confirm(vote.consultation.slug, act.id, who, cards, now=after(vote))


def test_one_person_alone_counts_nothing(vote, two):
    vote.fill(30, "dove-mancano")
    act = asked(vote, two[0])
    with pytest.raises(two_persons.OwnAct):
        confirm(vote, act, two[0])
    assert not (publication.folder(vote.consultation) / "results.json").exists()
    assert confirm(vote, act, two[1])["winners"] == ["dove-mancano"]
    with pytest.raises(two_persons.AlreadyDecided):
        confirm(vote, act, two[1])
    done = lifecycle.acts_of(db.session(), vote.consultation)[-1]
    assert done.actor == two[0].id and done.details == {"confirmed_by": str(two[1].id)}


def test_the_box_is_closed_and_exclusions_are_logged_before_it_is_opened(vote, two):
    vote.fill(30, "dove-mancano")
    box = boxes.of(vote.consultation.id)
    with box.lock, box.writing() as run:
        alias = run("SELECT alias FROM {box}ballot ORDER BY alias LIMIT 1")[0][0]
        run("INSERT INTO {box}exclusion (alias, reason) VALUES (?, ?)", bytes(alias), "duplicate")
    act = asked(vote, two[0])
    assert agreed.logged(vote.consultation) == {
        "ballots": 30, "voters": 30, "excluded": 1, "reasons": {"duplicate": 1},
    }  # fmt: skip
    lines = (keeping.folder_of(vote.consultation).path / "entries.jsonl").read_text()
    assert '"k":"exclusions"' in lines and '"k":"result"' not in lines
    assert confirm(vote, act, two[1])["turnout"]["headline"] == 29


def test_nothing_is_asked_while_voting_goes_on_or_twice(vote, two):
    vote.cast(1, "none")
    with pytest.raises(counting.NotYetClosed):
        agreed.ask(vote.consultation.slug, two[0], now=vote.consultation.closes_at)
    assert not ledger.of_kind(boxes.of(vote.consultation.id), "close")
    asked(vote, two[0])
    with pytest.raises(two_persons.AlreadyAsked):
        asked(vote, two[1])


def test_the_page_of_other_acts_sends_whoever_confirms_to_the_box(vote, two):
    act = asked(vote, two[0])
    with pytest.raises(two_persons.BoxNeeded), db.transaction() as session:
        held = listing.find(session, vote.consultation.slug, after(vote))
        two_persons.confirm(session, held, act, two[1], store=None, languages=[], now=after(vote))
    assert agreed.waiting(db.session(), vote.consultation, after(vote)).outcome is Outcome.WAITING


def test_two_keyholders_type_in_their_cards_on_the_desk(app, people, later):
    with app.test_request_context("/en/"):
        vote = open_vote(app, slug=SLUG)
        data = app.config["DATA"]
        cards = trustees.make(data, vote.consultation.id)
        trustees.rehearse(data, vote.consultation.id, cards[:2])
        vote.fill(30, "dove-mancano")
    later(timedelta(days=11))
    first, second = people("community_manager"), people("community_manager", 2)
    assert first.post(ADDRESS).status_code == 303
    assert "You asked for this" in first.get(ADDRESS).text
    assert f'href="{ADDRESS}"' in second.get(ADDRESS.replace("/count", "/acts")).text
    page = second.get(ADDRESS).text
    act = re.search(rf'action="({ADDRESS}/[^"]+)"', page)[1]
    assert "The eleven words of card 2" in page and "Votes in the box" in page
    typed = {"card_1": cards[0].words(), "card_2": cards[2].words().upper()}
    for wrong, said in (
        ({}, "Card 1 was not read correctly"),
        ({**typed, "card_2": "x" * 200}, "Card 2 was not read correctly"),
        ({**typed, "card_2": typed["card_1"]}, "do not belong to this vote"),
        ({**typed, "card_2": "x" * 9999}, "200"),
    ):
        answer = second.post(act, data=wrong)
        assert answer.status_code == 422 and said in answer.text
        assert cards[0].words() not in answer.text
    assert first.post(act, data=typed).status_code == 403
    assert second.post(act, data=typed).status_code == 303
    with app.app_context():
        now = app.config["CLOCK"]()
        assert listing.find(db.session(), SLUG, now).phase(now) is Phase.COUNTED


def test_unknown_requests_and_other_peoples_are_not_found(app, people, later):
    with app.test_request_context("/en/"):
        open_vote(app, slug=SLUG)
    later(timedelta(days=11))
    manager = people("community_manager")
    missing = f"{ADDRESS}/00000000-0000-4000-8000-000000000000"
    assert manager.post(missing).status_code == 404
    assert people().get(ADDRESS).status_code == 403 == people().post(missing).status_code


def test_whoever_counts_has_shown_a_moment_ago_who_they_are(app, people, later):
    with app.test_request_context("/en/"):
        open_vote(app, slug=SLUG)
    later(timedelta(days=11))
    manager = people("community_manager")
    later(timedelta(minutes=10))
    assert manager.get(ADDRESS).status_code == 200
    later(timedelta(minutes=10))
    assert manager.get("/en/account").status_code == 200
    for answer in (manager.get(ADDRESS), manager.post(ADDRESS)):
        assert "/sign-in" in answer.location and "again=1" in answer.location
    with app.app_context():
        assert agreed.waiting(db.session(), listing.find_any(db.session(), SLUG),
                              app.config["CLOCK"]()) is None  # fmt: skip
