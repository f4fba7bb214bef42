"""What staff changes after the vote was frozen stands in the log, and the verifier follows it."""

import json
from datetime import timedelta

import pytest

from portal import db
from portal.accounts.models import Role
from portal.consultations import acts, correcting, lifecycle, listing, two_persons
from portal.consultations.models import Ask
from portal.scenarios import store
from portal.voting import verify
from portal.voting.box import boxes
from portal.voting.casting import ballots
from portal.voting.log import frozen, keeping, ledger
from tests.conftest import NOON
from tests.factories import make_account

WHY = "The portal was away for an hour."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def two(vote):
    with db.transaction() as session:
        return [make_account(session, role=Role.COMMUNITY_MANAGER) for _ in range(2)]


def act(vote, two, kind, now=NOON, **values):
    """Asked for by one, confirmed by another."""
    given = {"store": store(), "languages": ["it", "en"], "now": now}
    with db.transaction() as session:
        found = listing.find(session, vote.consultation.slug, now)
        asked = two_persons.ask(session, found, kind, two[0], reason=WHY, **given, **values)
        two_persons.confirm(session, found, asked, two[1], **given)
    again(vote, now)


def again(vote, now=NOON):
    vote.consultation = listing.find(db.session(), vote.consultation.slug, now)


def logged(vote):
    keeping.keep(vote.consultation, everything=True)
    return ledger.of_kind(boxes.of(vote.consultation.id), "amend")


def checked(vote):
    return verify.check(str(keeping.folder_of(vote.consultation).path))


def test_an_extension_is_logged_once_with_its_reason(vote, two):
    vote.cast(1, "none")
    before = vote.consultation.closes_at
    act(vote, two, Ask.EXTEND, closes_at=before + 2 * DAY)
    (entry,) = logged(vote)
    assert logged(vote) == [entry]
    assert {key: entry[key] for key in ("act", "reason", "day", "what", "from", "to")} == {
        "act": "extended", "reason": WHY, "day": "2026-06-01", "what": "closes_at",
        "from": before.isoformat(), "to": (before + 2 * DAY).isoformat(),
    }  # fmt: skip
    assert vote.cast(2, "none", now=before + DAY).version == 1
    vote.fill(30, "dove-mancano", first=10)
    vote.count()
    assert not checked(vote).wrong


def test_what_was_changed_before_the_first_vote_is_in_the_configuration(vote, two):
    act(vote, two, Ask.EXTEND, closes_at=vote.consultation.closes_at + DAY)
    vote.cast(1, "none")
    told = frozen.of(vote.consultation).content
    assert told["closes_at"] == vote.consultation.closes_at.isoformat() and len(told["acts"]) == 1
    assert logged(vote) == []


def test_an_early_close_ends_casting_and_stands_before_the_close(vote, two):
    vote.fill(30, "dove-mancano")
    act(vote, two, Ask.CLOSE, now=NOON + HOUR)
    with pytest.raises(ballots.Closed):
        vote.cast(99, "none", now=NOON + HOUR)
    result = vote.count()
    assert result["closed_at"] == (NOON + HOUR).isoformat()
    folder = keeping.folder_of(vote.consultation).path
    kinds = [json.loads(line)["k"] for line in (folder / "entries.jsonl").open()]
    assert kinds[31:] == ["amend", "rights", "exclusions", "close", "result"]
    assert any("1 acts of staff" in words for words in checked(vote).good)
    assert not checked(vote).wrong


def test_a_pause_and_its_end_are_logged_in_turn(vote, two):
    vote.cast(1, "none")
    with db.transaction() as session:
        found = listing.find(session, vote.consultation.slug, NOON)
        acts.pause(session, found, reason="Figures changed.", now=NOON, packages={"a": "2.0.0"})
    again(vote)
    with pytest.raises(ballots.Paused):
        vote.cast(2, "none")
    act(vote, two, Ask.RESUME, now=NOON + HOUR, closes_at=vote.consultation.closes_at + DAY)
    assert vote.cast(2, "none", now=NOON + HOUR).version == 1
    said = logged(vote)
    assert said[0]["packages"] == {"a": "2.0.0"} and (said[0]["from"], said[0]["to"]) == (
        "open", "paused")  # fmt: skip
    assert sorted(e["act"] for e in said[1:]) == ["extended", "resumed"]
    assert not checked(vote).wrong


def test_a_vote_called_off_says_so_and_can_have_no_result(vote, two):
    vote.cast(1, "none")
    act(vote, two, Ask.CANCEL)
    (entry,) = logged(vote)
    assert (entry["act"], entry["to"]) == ("cancelled", "cancelled")
    assert not checked(vote).wrong
    keeping.result(vote.consultation, b"{}")
    assert any("called off" in words for words in checked(vote).wrong)


def correct(vote, two, words, now):
    with db.transaction() as session:
        found = listing.find(session, vote.consultation.slug, now)
        correcting.correct(session, found, "title", "it", words, reason=WHY, actor=two[0].id,
                           now=now, store=store())  # fmt: skip
    again(vote, now)


def test_a_corrected_word_is_followed_to_the_result_and_after(vote, two):
    vote.fill(30, "dove-mancano")
    correct(vote, two, "Altre parole", NOON)
    assert vote.count()["title"]["it"] == "Altre parole"
    assert not checked(vote).wrong
    correct(vote, two, "Parole dopo il conteggio", vote.consultation.closes_at + DAY)
    assert [entry["to"] for entry in logged(vote)] == ["Altre parole", "Parole dopo il conteggio"]
    assert not checked(vote).wrong


def test_a_closing_time_moved_without_an_act_is_named(vote):
    vote.fill(30, "dove-mancano")
    with db.transaction() as session:
        found = listing.find(session, vote.consultation.slug, NOON)
        found.closes_at += DAY
        session.add(found)
    again(vote)
    logged(vote)
    assert any("without a public act" in words for words in checked(vote).wrong)


def change(vote, name, edit):
    path = keeping.folder_of(vote.consultation).path / name
    told = json.loads(path.read_bytes())
    edit(told)
    path.write_bytes(ledger.canonical(told))


@pytest.mark.parametrize(
    ("name", "edit", "named"),
    [
        ("config.json", lambda told: told.update(closes_at="2026-07-01T00:00:00+00:00"),
         "says that closes_at was"),
        ("results.json", lambda told: told.update(closed_at="2026-07-01T00:00:00+00:00"),
         "closed_at is not"),
        ("results.json", lambda told: told["title"].update(it="x"), "title (it) has other words"),
    ],
)  # fmt: skip
def test_another_closing_time_or_word_than_the_acts_say_is_named(vote, two, name, edit, named):
    vote.fill(30, "dove-mancano")
    act(vote, two, Ask.EXTEND, closes_at=vote.consultation.closes_at + DAY)
    vote.count()
    change(vote, name, edit)
    assert any(named in words for words in checked(vote).wrong), checked(vote).wrong


def test_acts_of_other_kinds_leave_the_log_alone(vote):
    vote.cast(1, "none")
    with db.transaction() as session:
        found = listing.find(session, vote.consultation.slug, NOON)
        lifecycle.note(session, "changed", found, NOON, None, WHY, section="abilities")
    assert logged(vote) == []
