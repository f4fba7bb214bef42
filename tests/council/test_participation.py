"""Representativeness: rates with intervals, what is withheld, how even it was."""

from math import isclose

from hypothesis import given
from hypothesis import strategies as some

from portal.council.participation import compare, rate, wilson

RESIDENTS = {"navile": 70_000, "savena": 60_000, "centro": 50_000}


@given(trials=some.integers(1, 10**6), data=some.data())
def test_an_interval_stays_between_none_and_all_and_holds_the_share(trials, data):
    successes = data.draw(some.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


@given(successes=some.integers(0, 200), failures=some.integers(0, 200), times=some.integers(2, 50))
def test_the_same_share_of_more_people_is_known_more_closely(successes, failures, times):
    trials = successes + failures
    if trials == 0:
        return
    low, high = wilson(successes, trials)
    closer_low, closer_high = wilson(successes * times, trials * times)
    assert closer_high - closer_low <= high - low + 1e-12


@given(trials=some.integers(1, 5000), data=some.data())
def test_more_voters_never_lower_the_interval(trials, data):
    successes = data.draw(some.integers(0, trials - 1))
    low, high = wilson(successes, trials)
    next_low, next_high = wilson(successes + 1, trials)
    assert low <= next_low + 1e-12 and high <= next_high + 1e-12


def test_the_interval_is_the_one_of_the_books():
    low, high = wilson(10, 20)
    assert isclose(low, 0.2993, abs_tol=1e-4) and isclose(high, 0.7007, abs_tol=1e-4)


def test_of_nobody_everything_is_possible():
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_withheld_count_has_no_rate():
    assert rate("navile", None, 70_000).share is None


def test_more_voters_than_residents_give_no_rate():
    assert rate("navile", 12, 10).share is None


def test_the_score_is_the_lowest_rate_by_the_highest():
    found = compare(
        {"navile": 70, "savena": 120, "centro": 200}, RESIDENTS, total=400, did_not_say=10
    )
    assert isclose(found.r_score, (70 / 70_000) / (200 / 50_000))
    assert found.least.group == "navile" and found.most.group == "centro"
    assert found.did_not_say_share == 10 / 400
    assert found.told_apart


def test_groups_without_a_published_count_are_named_and_left_out_of_the_score():
    found = compare({"navile": 70, "savena": None, "centro": 200}, RESIDENTS, total=280)
    assert [r.group for r in found.withheld] == ["savena"]
    assert found.did_not_say is None
    assert found.r_score == (70 / 70_000) / (200 / 50_000)


def test_one_known_group_cannot_be_compared():
    found = compare({"navile": 70}, RESIDENTS, total=70)
    assert found.r_score is None and not found.told_apart


def test_where_nobody_voted_there_is_no_score():
    found = compare(dict.fromkeys(RESIDENTS, 0), RESIDENTS, total=0)
    assert found.r_score is None


@given(
    some.dictionaries(
        some.sampled_from(sorted(RESIDENTS)), some.one_of(some.none(), some.integers(0, 50_000))
    )
)
def test_a_score_lies_between_none_and_all(voters):
    found = compare(voters, RESIDENTS, total=sum(v or 0 for v in voters.values()))
    assert found.r_score is None or 0 <= found.r_score <= 1
    assert [r.group for r in found.rates] == list(RESIDENTS)
