"""Counting: what any fair count of approval votes must do."""

from hypothesis import given
from hypothesis import strategies as st

from portal.consultations.models import NONE
from portal.voting.tally import count

OPTIONS = ("a", "b", "c", "d")
ballots = st.lists(
    st.tuples(
        st.one_of(st.just((NONE,)), st.sets(st.sampled_from(OPTIONS), min_size=1).map(tuple)),
        st.integers(1, 50),
    )
)


def test_every_option_named_gets_one_vote_from_each_ballot():
    tally = count([(("a", "b"), 3), (("b",), 2), ((NONE,), 1)], OPTIONS)
    assert (tally.ballots, tally.none) == (6, 1)
    assert tally.votes == {"a": 3, "b": 5, "c": 0, "d": 0}
    assert tally.places == (("b",), ("a",), ("c", "d"))
    assert tally.winners == ("b",) and tally.lead == 2


def test_a_tie_stays_a_tie():
    tally = count([(("a",), 2), (("c",), 2)], OPTIONS)
    assert tally.winners == ("a", "c") and tally.lead == 2


def test_nobody_wins_without_votes():
    assert count([((NONE,), 9)], OPTIONS).winners == ()
    assert count([], OPTIONS).ballots == 0


def test_an_option_named_twice_on_a_ballot_gets_one_vote():
    assert count([(("a", "a"), 1)], OPTIONS).votes["a"] == 1


@given(ballots)
def test_no_option_has_more_votes_than_there_are_ballots(cast):
    tally = count(cast, OPTIONS)
    assert all(0 <= votes <= tally.ballots - tally.none for votes in tally.votes.values())


@given(ballots, st.randoms())
def test_the_order_of_ballots_does_not_matter(cast, chance):
    shuffled = list(cast)
    chance.shuffle(shuffled)
    assert count(shuffled, OPTIONS) == count(cast, OPTIONS)


@given(ballots, ballots)
def test_two_boxes_counted_apart_add_up(one, other):
    whole, first, second = count(one + other, OPTIONS), count(one, OPTIONS), count(other, OPTIONS)
    assert whole.ballots == first.ballots + second.ballots
    assert all(whole.votes[o] == first.votes[o] + second.votes[o] for o in OPTIONS)


@given(ballots, st.sampled_from(OPTIONS))
def test_one_more_approval_never_harms(cast, option):
    before, after = count(cast, OPTIONS), count([*cast, ((option,), 1)], OPTIONS)
    if option in before.winners:
        assert after.winners == (option,)
