"""Trustees: two cards open the box, one does not, and nobody votes before it was tried."""

import itertools
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.voting import commands
from portal.voting.box import boxes, sealing, trustees
from portal.voting.box.trustees import (
    AlreadySealed,
    BadCard,
    Card,
    CardsNeeded,
    OtherCards,
    RehearsalMissing,
)
from portal.voting.counts import opening
from tests.voting.conftest import open_vote
from tests.voting.test_commands import staff


@given(st.binary(min_size=1, max_size=32), st.integers(2, 5), st.integers(0, 3))
def test_enough_parts_give_the_whole(whole, needed, more):
    parts = trustees.split(whole, needed, needed + more)
    for chosen in itertools.combinations(parts, needed):
        assert trustees.join(chosen) == whole


def test_one_part_says_nothing():
    # the same first part is as likely for any whole: over the field, all differences occur
    seen = {trustees.split(b"\x00")[0][1] for _ in range(4000)}
    assert len(seen) == 256


@given(st.integers(1, 3), st.binary(min_size=3, max_size=3), st.binary(min_size=16, max_size=16))
def test_a_card_is_read_as_it_was_written(number, name, part):
    card = Card(number, name, part)
    words = card.words()
    assert Card.read(words.upper().replace(" ", "-")) == card and len(words.split()) == 11
    places, passed = range(0, len(words), 7), 0
    for place in places:
        wrong = words[:place] + ("b" if words[place] != "b" else "d") + words[place + 1 :]
        try:
            passed += Card.read(wrong) is not None
        except BadCard:
            continue
    assert passed <= 1  # of two bytes' checksums one in 65,536 fits by chance


@pytest.fixture
def vote(any_app):
    with any_app.test_request_context("/en/"):
        yield open_vote(any_app)
        boxes.close_all()


@pytest.fixture
def cards(vote):
    return trustees.make(vote.app.config["DATA"], vote.consultation.id)


def test_nobody_votes_before_the_rehearsal(vote, cards):
    with pytest.raises(RehearsalMissing):
        vote.cast(1, "none")
    data = vote.app.config["DATA"]
    for wrong in (cards[:1], [cards[0], cards[0]], [cards[0], Card(2, b"xyz", bytes(16))]):
        with pytest.raises(OtherCards):
            trustees.rehearse(data, vote.consultation.id, wrong)
    trustees.rehearse(data, vote.consultation.id, cards[1:])
    assert vote.cast(1, "none").version == 1


def test_only_two_cards_open_the_box(vote, cards):
    data = vote.app.config["DATA"]
    trustees.rehearse(data, vote.consultation.id, cards[:2])
    vote.fill(30, "dove-mancano")
    assert not sealing.path_of(data, vote.consultation.id).exists()
    with pytest.raises(CardsNeeded):
        vote.count()
    held = trustees.of(data, vote.consultation.id)
    with opening.unlocked(vote.consultation.id, trustees.unlock(held, [cards[2], cards[0]])):
        assert vote.count()["winners"] == ["dove-mancano"]


def test_a_vote_that_has_begun_keeps_its_key(vote):
    vote.cast(1, "none")
    with pytest.raises(AlreadySealed):
        trustees.make(vote.app.config["DATA"], vote.consultation.id)


def test_the_command_line_leads_through_it(app, later, tmp_path):
    from datetime import timedelta

    with app.test_request_context("/en/"):
        vote = open_vote(app, slug="alberi")
        run = app.test_cli_runner().invoke
        sheet = tmp_path / "cards.html"
        made = run(commands.votes, ["trustees", "make", "alberi", "--cards", str(sheet)])
        assert made.exit_code == 0, made.output
        assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
        page = sheet.read_text()
        words = [part.split("</li>")[0] for part in page.split("<li>")[1:]]
        typed = "\n".join([" ".join(words[:11]), " ".join(words[22:])]) + "\n"
        tried = run(commands.votes, ["trustees", "rehearse", "alberi"], input=typed)
        assert tried.exit_code == 0 and words[0] not in tried.output
        vote.fill(30, "dove-mancano")
        later(timedelta(days=11))
        two = [part for name in ("first", "second") for part in staff(name)]
        counted = run(commands.votes, ["count", "alberi", *two], input=typed)
        assert counted.exit_code == 0 and "people (V and P)" in counted.output
