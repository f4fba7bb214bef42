"""Casting: who may, what a good ballot is, and that every vote counts once."""

from datetime import timedelta

import pytest

from portal import db
from portal.accounts.models import Tier
from portal.consultations.models import NONE
from portal.voting.casting import ballots
from portal.voting.casting.ballots import BadBallot, Closed, NotOpenYet, Sent, TierNotAdmitted
from tests.conftest import NOON
from tests.voting.conftest import open_vote, person

DAY = timedelta(days=1)


def test_a_vote_gives_a_receipt_that_finds_it(vote):
    receipt = vote.cast(1, "dove-mancano")
    found = ballots.find(vote.consultation, receipt.tracker, person(1))
    assert found == ballots.Found(receipt.tracker, 1, latest=True, own=True)
    assert ballots.voted(vote.consultation, person(1)) == receipt.tracker
    assert ballots.voted(vote.consultation, person(2)) is None


def test_the_same_form_sent_twenty_times_gives_one_receipt(vote):
    receipts = [vote.cast(1, "dove-mancano", key="same") for _ in range(20)]
    assert len({receipt.tracker for receipt in receipts}) == 1
    assert [receipt.repeated for receipt in receipts] == [False] + [True] * 19
    assert vote.rows("SELECT count(*) FROM {box}ballot")[0][0] == 1


def test_the_same_form_with_another_choice_keeps_the_first_and_says_so(vote):
    first = vote.cast(1, "dove-mancano", key="same")
    again = vote.cast(1, "per-abitante", key="same")
    assert again.tracker == first.tracker and again.other_choice


def test_two_people_may_send_the_same_key(vote):
    assert vote.cast(1, NONE, key="1").tracker != vote.cast(2, NONE, key="1").tracker


def test_voting_again_adds_a_version_and_the_last_counts(vote):
    receipts = [vote.cast(1, choice) for choice in ("dove-mancano", NONE, "per-abitante")]
    assert [receipt.version for receipt in receipts] == [1, 2, 3]
    assert ballots.find(vote.consultation, receipts[0].tracker, person(1)).latest is False
    assert ballots.voted(vote.consultation, person(1)) == receipts[2].tracker


def test_only_the_voter_learns_that_a_vote_was_replaced(vote):
    receipt = vote.cast(1, "dove-mancano")
    before = ballots.find(vote.consultation, receipt.tracker, None)
    vote.cast(1, "per-abitante")
    assert ballots.find(vote.consultation, receipt.tracker, None) == before
    assert ballots.find(vote.consultation, receipt.tracker, person(2)) == before


def test_nobody_has_an_unknown_number(vote):
    vote.cast(1, "dove-mancano")
    assert ballots.find(vote.consultation, "0" * 12, None) is None


@pytest.mark.parametrize(
    ("hours", "refusal"),
    [(-25, NotOpenYet), (-24, None), (239, None), (240, Closed), (9999, Closed)],
)
def test_votes_are_taken_from_the_opening_to_the_close_by_our_clock(vote, hours, refusal):
    now = NOON + timedelta(hours=hours)
    if refusal is None:
        assert vote.cast(1, "dove-mancano", now=now).version == 1
    else:
        with pytest.raises(refusal):
            vote.cast(1, "dove-mancano", now=now)


def test_a_tier_that_is_not_admitted_is_refused(vote):
    only_verified = open_vote(vote.app, tiers=["V"])
    with pytest.raises(TierNotAdmitted):
        only_verified.cast(1, "dove-mancano", tier=Tier.EMAIL)
    with pytest.raises(TierNotAdmitted):
        vote.cast(1, "dove-mancano", tier=Tier.PAPER)


BAD = {
    "nothing chosen": ((), (), {}, 1),
    "unknown": (("rossi",), (), {}, 1),
    "twice": (("dove-mancano", "dove-mancano"), (), {}, 1),
    "none and one": ((NONE, "dove-mancano"), (), {}, 1),
    "too many": (("dove-mancano",) * 9, (), {}, 2),
    "unknown reason": (("dove-mancano",), ("beauty",), {}, 1),
    "unknown district": (("dove-mancano",), (), {"district": "Atlantis"}, 1),
    "not asked": (("dove-mancano",), (), {"age": "7"}, 1),
    "everything": ((NONE, "x", "x"), ("a", "b", "c", "d", "d"), {"age": "1"}, 10),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_ballot_is_refused_with_every_mistake(vote, case):
    choice, reasons, attributes, mistakes = BAD[case]
    with pytest.raises(BadBallot) as refused:
        sent = Sent("k", choice, reasons, attributes)
        ballots.cast(vote.consultation, vote.offer, person(1), sent, now=NOON)
    assert len(refused.value.problems) == mistakes
    assert all(problem.text for problem in refused.value.problems)
    assert vote.rows("SELECT count(*) FROM {box}ballot") in ([], [(0,)])


def test_a_hundred_thousand_choices_give_a_short_answer(vote):
    with pytest.raises(BadBallot) as refused:
        vote.cast(1, *(f"option {n}" for n in range(10**5)))
    assert len(refused.value.problems) <= 12


def test_fields_of_another_rule_are_named(vote):
    with pytest.raises(BadBallot) as refused:
        sent = Sent("k", ("dove-mancano",), marks=(("score.dove-mancano", "1"),))
        ballots.cast(vote.consultation, vote.offer, person(1), sent, now=NOON)
    assert "score.dove-mancano" in refused.value.problems[0].text


def test_many_votes_in_one_commit_follow_the_same_rules(vote):
    votes = [(person(n), Sent(f"k{n}", ("dove-mancano",))) for n in range(50)]
    receipts = ballots.cast_many(vote.consultation, vote.offer, votes, now=NOON)
    assert len({receipt.tracker for receipt in receipts}) == 50
    again = ballots.cast_many(vote.consultation, vote.offer, votes, now=NOON)
    assert [one.tracker for one in again] == [one.tracker for one in receipts]
    with pytest.raises(BadBallot):
        ballots.cast_many(vote.consultation, vote.offer, [(person(1), Sent("x", ()))], now=NOON)


def test_a_vote_writes_nothing_into_the_participation_database(vote):
    before = db.session().connection().exec_driver_sql("SELECT count(*) FROM audit_entry").scalar()
    vote.cast(1, "dove-mancano")
    db.session().rollback()
    connection = db.session().connection()
    assert connection.exec_driver_sql("SELECT count(*) FROM audit_entry").scalar() == before
    assert connection.exec_driver_sql("SELECT count(*) FROM job").scalar() == 0
