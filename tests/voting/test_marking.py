"""Ballots of the five rules: what they say, how that is written, and every mistake at once."""

from contextlib import contextmanager

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from portal.consultations.models import NONE, Rule
from portal.voting.casting import ballots
from portal.voting.casting.ballots import BadBallot, Choice, Sent, canonical, parse
from portal.voting.casting.marking import FIELDS, Offer
from tests.conftest import NOON
from tests.voting.conftest import person

OPTIONS = ("a", "b", "c")


@contextmanager
def speaking():
    """Sentences need a reader, and nothing else of the portal."""
    with Flask("words").app_context():
        g.language = "en"
        yield


def offer(rule, options=OPTIONS, **values):
    return Offer(options, rule=rule, **values)


BUDGET = offer(Rule.BUDGET, costs={"a": 60, "b": 50, "c": 40}, budget=100)


def marks(prefix, **given):
    return tuple((f"{prefix}.{option}", value) for option, value in given.items())


def read(offered, *given, choice=()):
    return ballots.check(offered, Sent("k", choice, marks=tuple(given)))


def problems(offered, *given, choice=()):
    with pytest.raises(BadBallot) as refused:
        read(offered, *given, choice=choice)
    assert all(problem.text for problem in refused.value.problems)
    return [(problem.field, problem.text) for problem in refused.value.problems]


# --- how a choice is written ----------------------------------------------------------------------

mark = st.none() | st.integers(0, 9)


@given(st.lists(mark, min_size=1, max_size=12).filter(lambda row: any(m is not None for m in row)))
def test_a_choice_is_written_with_a_sign_for_each_option_and_read_again(row):
    choice = Choice(tuple(row))
    assert len(canonical(choice)) == len(row) and parse(canonical(choice)) == choice


def test_none_of_these_and_a_vote_withdrawn_have_signs_of_their_own():
    assert canonical(Choice()) == b"none" and parse(b"none") == Choice()
    assert canonical(None) == b"" and parse(b"") is None


@given(st.binary(max_size=6))
def test_what_is_not_written_so_is_not_read(written):
    try:
        choice = parse(written)
    except ValueError:
        return
    assert canonical(choice) == written


# --- what each rule reads -------------------------------------------------------------------------


def test_approval_marks_what_is_chosen():
    assert read(offer(Rule.APPROVAL), choice=("c", "a")).marks == (1, None, 1)


def test_points_may_be_left_out():
    assert read(offer(Rule.SCORE), *marks("score", c="5", a="0", b="")).marks == (0, None, 5)


def test_gaps_between_ranks_are_closed_up():
    given = marks("rank", a="7", b="", c="2")
    assert read(offer(Rule.RANKING), *given).marks == (2, None, 1)


def test_grades_are_words_and_no_opinion_is_silence():
    given = marks("grade", a="excellent", b="no-opinion", c="reject")
    assert read(offer(Rule.MAJORITY), *given).marks == (5, None, 0)


def test_a_budget_may_be_spent_to_the_last_euro():
    assert read(BUDGET, *marks("fund", a="1", c="1")).marks == (1, None, 1)


@pytest.mark.parametrize("rule", Rule)
def test_none_of_these_is_always_an_option(rule):
    offered = BUDGET if rule is Rule.BUDGET else offer(rule)
    assert read(offered, choice=(NONE,)).none


# --- every mistake --------------------------------------------------------------------------------

MISTAKES = [
    (offer(Rule.SCORE), marks("score", a="6", b="-1", c="2.5"), 3),
    (offer(Rule.SCORE), marks("score", a="٣"), 1),
    (offer(Rule.SCORE), (("score.a", "1"), ("score.a", "2")), 1),
    (offer(Rule.SCORE), (("score.x", "1"),), 1),
    (offer(Rule.SCORE), (("score.a", "1"), ("rank.a", "1"), ("fund.b", "1")), 2),
    (offer(Rule.SCORE), (), 1),
    (offer(Rule.RANKING), marks("rank", a="1", b="1", c="1"), 1),
    (offer(Rule.RANKING), marks("rank", a="0", b="-1", c="1.5"), 3),
    (offer(Rule.RANKING), marks("rank", a="first"), 1),
    (offer(Rule.RANKING, "abcdefgh"), marks("rank", **{o: str(n + 1) for n, o in enumerate("abcdefgh")}), 1),
    (offer(Rule.MAJORITY), marks("grade", a="good"), 2),
    (offer(Rule.MAJORITY), marks("grade", a="good", b="superb", c="poor"), 1),
    (offer(Rule.MAJORITY), marks("grade", a="no-opinion", b="no-opinion", c="no-opinion"), 1),
    (offer(Rule.MAJORITY), (), 1),
    (BUDGET, marks("fund", a="1", b="1", c="1"), 1),
    (BUDGET, marks("fund", a="2", b="-1", c="0.5"), 3),
    (BUDGET, (), 1),
    (offer(Rule.APPROVAL), marks("score", a="1"), 2),
]  # fmt: skip


@pytest.mark.parametrize(("offered", "given", "many"), MISTAKES)
def test_a_bad_ballot_is_refused_with_every_mistake(offered, given, many):
    with speaking():
        assert len(problems(offered, *given)) == many


@pytest.mark.parametrize(
    ("offered", "given"),
    [(offer(Rule.SCORE), marks("score", a="1")), (BUDGET, marks("fund", a="1")),
     (offer(Rule.RANKING), marks("rank", a="1"))],
)  # fmt: skip
def test_none_of_these_goes_with_nothing_else(offered, given):
    with speaking():
        found = problems(offered, *given, choice=(NONE,))
    assert [text for _, text in found] == [
        "“None of these” cannot be chosen together with an option."
    ]


def test_a_budget_overrun_says_by_how_much():
    with speaking():
        (found,) = problems(BUDGET, *marks("fund", a="1", b="1"))
    assert "110 euros" in found[1] and "10 euros more" in found[1]


def test_a_missing_grade_is_named_at_its_option():
    with speaking():
        found = problems(offer(Rule.MAJORITY), *marks("grade", a="good", c="poor"))
    assert [field for field, _ in found] == ["grade.b"]


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.APPROVAL])
def test_a_hundred_thousand_marks_give_a_short_answer(rule):
    offered = BUDGET if rule is Rule.BUDGET else offer(rule)
    flood = tuple((f"{name}x{n}", "1") for name in FIELDS for n in range(10**4))
    with speaking():
        assert len(problems(offered, *flood)) <= 12


@given(st.sampled_from(list(Rule)), st.lists(st.tuples(
    st.sampled_from([f"{f}{o}" for f in FIELDS for o in (*OPTIONS, "none", "")]),
    st.text(max_size=4)), max_size=9), st.lists(st.text(max_size=4) | st.sampled_from(OPTIONS)))  # fmt: skip
def test_whatever_is_sent_is_read_or_refused(rule, given, choice):
    offered = BUDGET if rule is Rule.BUDGET else offer(rule)
    try:
        found = read(offered, *given, choice=tuple(choice))
    except BadBallot as refused:
        assert refused.problems
    else:
        assert parse(canonical(found)) == found


def test_a_ballot_of_another_rule_is_never_recorded(vote):
    with pytest.raises(BadBallot):
        sent = Sent("k", ("dove-mancano",), marks=(("rank.dove-mancano", "1"),))
        ballots.cast(vote.consultation, vote.offer, person(1), sent, now=NOON)
