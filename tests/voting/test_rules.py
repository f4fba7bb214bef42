"""The five rules: each against its definition worked out slowly, and against what is fair."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.voting.rules import approval, budget, elsewhere, majority, purses, ranking, score, sums
from portal.voting.rules.backers import Backers
from portal.voting.rules.columns import grouped, of_rows

OPTIONS = ("a", "b", "c", "d")
ONE_WINNER = {"approval": approval, "score": score, "majority": majority, "ranking": ranking}
SIGNS = {"approval": "-1", "score": "-012345", "majority": "-012345", "ranking": "-123456",
         "budget": "-1"}  # fmt: skip


def ballots(rule):
    """Rows of signs and how often each was cast."""
    row = st.text(SIGNS[rule], min_size=len(OPTIONS), max_size=len(OPTIONS)).map(str.encode)
    return st.dictionaries(row, st.integers(1, 9), max_size=8)


def summed(rule, patterns, options=OPTIONS, none=0):
    return sums.of(rule, grouped(options, patterns, none))


def counted(rule, patterns, options=OPTIONS):
    return ONE_WINNER[rule].count(summed(rule, patterns, options))


# --- sums ----------------------------------------------------------------------------------------


def worth(rule, sign):
    if sign == ord("-"):
        return 0
    return 10 - (sign - 48) if rule == "ranking" else sign - 48


@pytest.mark.parametrize("rule", sums.PAIRED)
@given(data=st.data())
def test_pairs_are_compared_as_one_by_one(rule, data):
    patterns = data.draw(ballots(rule))
    found = summed(rule, patterns)
    for a, b in itertools.permutations(range(len(OPTIONS)), 2):
        assert found.prefer[a][b] == sum(
            n for row, n in patterns.items() if worth(rule, row[a]) > worth(rule, row[b])
        )
    for a in range(len(OPTIONS)):
        for mark in range(sums.HIGHEST[rule] + 1):
            assert found.marks[a][mark] == sum(
                n for row, n in patterns.items() if row[a] == ord(str(mark))
            )


@pytest.mark.parametrize("rule", ONE_WINNER)
@given(data=st.data())
def test_ballots_may_be_added_to_the_sums(rule, data):
    patterns, option = data.draw(ballots(rule)), data.draw(st.sampled_from(OPTIONS))
    best = b"5" if rule in ("score", "majority") else b"1"
    row = b"".join(best if o == option else b"-" for o in OPTIONS)
    more = patterns | {row: patterns.get(row, 0) + 3}
    assert summed(rule, patterns).with_ballots(option, 3) == summed(rule, more)


# --- what holds for every rule -------------------------------------------------------------------


@pytest.mark.parametrize("rule", ONE_WINNER)
def test_nobody_wins_where_nobody_voted(rule):
    found = ONE_WINNER[rule].count(summed(rule, {}, none=9))
    assert found.winners == () and sorted(sum(found.places, ())) == list(OPTIONS)


@pytest.mark.parametrize("rule", ONE_WINNER)
@given(data=st.data(), order=st.permutations(range(len(OPTIONS))))
def test_names_and_order_of_the_options_do_not_matter(rule, data, order):
    patterns = data.draw(ballots(rule))
    turned = {bytes(row[i] for i in order): n for row, n in patterns.items()}
    one = counted(rule, patterns).places
    other = counted(rule, turned, tuple(OPTIONS[i] for i in order)).places
    assert [set(place) for place in one] == [set(place) for place in other]


@pytest.mark.parametrize("rule", ONE_WINNER)
@given(data=st.data())
def test_whose_ballot_it_is_and_when_it_came_does_not_matter(rule, data):
    rows = [row for row, n in data.draw(ballots(rule)).items() for _ in range(n)]
    turned = data.draw(st.permutations(rows))
    assert sums.of(rule, of_rows(OPTIONS, rows)) == sums.of(rule, of_rows(OPTIONS, turned))


@pytest.mark.parametrize("rule", ONE_WINNER)
@settings(deadline=None)
@given(data=st.data())
def test_who_wins_still_wins_when_a_ballot_raises_it(rule, data):
    """Monotonicity: a better mark for a winner, all else as it was, never makes it lose."""
    rows = [row for row, n in data.draw(ballots(rule)).items() for _ in range(n)]
    before = ONE_WINNER[rule].count(sums.of(rule, of_rows(OPTIONS, rows))).winners
    if not before or not rows:
        return
    place, which = OPTIONS.index(before[0]), data.draw(st.integers(0, len(rows) - 1))
    raised = bytearray(rows[which])
    raised[place] = ord("5") if rule in ("score", "majority") else ord("1")
    after = ONE_WINNER[rule].count(
        sums.of(rule, of_rows(OPTIONS, [*rows[:which], bytes(raised), *rows[which + 1 :]]))
    )
    assert before[0] in after.winners


# --- approval and score --------------------------------------------------------------------------


def test_every_accepted_option_gets_a_vote_from_each_ballot():
    found = counted("approval", {b"11--": 3, b"-1--": 2})
    assert found.votes == {"a": 3, "b": 5, "c": 0, "d": 0}
    assert found.places == (("b",), ("a",), ("c", "d")) and found.winners == ("b",)


def test_points_are_added_and_silence_gives_none():
    found = counted("score", {b"53-0": 2, b"041-": 1})
    assert found.points == {"a": 10, "b": 10, "c": 1, "d": 0}
    assert found.winners == ("a", "b")
    assert summed("score", {b"53-0": 2, b"041-": 1}).steps(2) == (2, 1, 0, 0, 0, 0)


# --- majority judgment ---------------------------------------------------------------------------


def taken_away_one_by_one(grades):
    """The majority value by its definition: lower medians, one after the other."""
    left = sorted(grades)
    return tuple(left.pop((len(left) - 1) // 2) for _ in range(len(left)))


@given(ballots("majority"))
def test_majority_values_order_as_by_taking_medians_away(patterns):
    values = [
        taken_away_one_by_one(
            [max(row[i] - 48, 0) for row, times in patterns.items() for _ in range(times)]
        )
        for i in range(len(OPTIONS))
    ]
    places = [
        tuple(o for o, value in zip(OPTIONS, values, strict=True) if value == wanted)
        for wanted in sorted(set(values), reverse=True)
    ]
    assert counted("majority", patterns).places == tuple(places)


def test_the_majority_grade_is_the_lower_median():
    found = counted("majority", {b"52": 1, b"12": 1}, ("a", "b"))
    assert found.grades == {"a": 1, "b": 2} and found.winners == ("b",)


# --- ranking -------------------------------------------------------------------------------------

# M. Schulze's own example: 45 voters, five candidates, order E > A > C > B > D
SCHULZE = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7,
           "EBADC": 8}  # fmt: skip


def test_the_published_example_comes_out_as_published():
    rows = {"".join(str(order.index(c) + 1) for c in "ABCDE").encode(): n
            for order, n in SCHULZE.items()}  # fmt: skip
    found = counted("ranking", rows, tuple("ABCDE"))
    assert found.places == (("E",), ("A",), ("C",), ("B",), ("D",))
    assert found.duel("A", "B") == (20, 25)
    assert found.paths[0] == (0, 28, 28, 30, 24)


def strongest(prefer, start, end):
    """The strongest path by trying all of them."""
    between = [k for k in range(len(OPTIONS)) if k not in (start, end)]
    paths = [
        [start, *some, end]
        for n in range(len(between) + 1)
        for some in itertools.permutations(between, n)
    ]

    def link(a, b):
        return prefer[a][b] if prefer[a][b] > prefer[b][a] else 0

    return max(min(link(a, b) for a, b in itertools.pairwise(path)) for path in paths)


@given(ballots("ranking"))
def test_paths_are_the_strongest_there_are(patterns):
    found = counted("ranking", patterns)
    for a, b in itertools.permutations(range(len(OPTIONS)), 2):
        assert found.paths[a][b] == strongest(found.prefer, a, b)


@given(ballots("ranking"))
def test_who_beats_everybody_in_a_duel_wins_alone(patterns):
    found = counted("ranking", patterns)
    for option in OPTIONS:
        duels = [found.duel(option, other) for other in OPTIONS if other != option]
        if all(mine > theirs for mine, theirs in duels):
            assert found.winners == (option,)


# --- budget --------------------------------------------------------------------------------------

costs_of = st.tuples(*[st.integers(1, 60)] * len(OPTIONS))


def both(patterns, costs, money, options=OPTIONS):
    cast = grouped(options, patterns)
    return (
        budget.greedy(Backers(cast).votes, costs, money),
        budget.equal_shares(cast, costs, money),
    )


def test_a_minority_gets_the_measure_its_part_can_pay():
    costs = {"a": 70, "b": 40, "c": 40, "d": 10}
    greedy, shares = both({b"11--": 6, b"1---": 1, b"--1-": 4}, costs, 110)
    assert set(greedy.winners) == {"a", "b"} and set(shares.winners) == {"a", "c"}


def test_disjoint_groups_get_money_as_they_are_many():
    """Laminar proportionality: 60, 30 and 10 of 100 voters, ten equal measures, get 6, 3 and 1."""
    names = [f"{group}{n}" for group in "xyz" for n in range(10)]
    rows = {("1" * 10 + "-" * 20).encode(): 60, ("-" * 10 + "1" * 10 + "-" * 10).encode(): 30,
            ("-" * 20 + "1" * 10).encode(): 10}  # fmt: skip
    costs = dict.fromkeys(names, 100)
    found = budget.equal_shares(grouped(names, rows), costs, 1000)
    groups = [item[0] for item in found.winners]
    assert (groups.count("x"), groups.count("y"), groups.count("z")) == (6, 3, 1)


def test_a_common_measure_is_paid_by_both_parts_of_a_group_first():
    """Laminar: four measures all want, then what is left as the parts of the group are many."""
    names = ["p1", "p2", "p3", "p4", *(f"l{n}" for n in range(8)), *(f"r{n}" for n in range(8))]
    left, right = "1111" + "1" * 8 + "-" * 8, "1111" + "-" * 8 + "1" * 8
    found = budget.equal_shares(
        grouped(names, {left.encode(): 6, right.encode(): 2}), dict.fromkeys(names, 10), 80
    )
    assert set(found.winners[:4]) == {"p1", "p2", "p3", "p4"}
    assert [item[0] for item in found.winners[4:]].count("l") == 3
    assert [item[0] for item in found.winners[4:]].count("r") == 1


def test_equal_measures_are_reported_as_a_tie():
    costs = dict.fromkeys(OPTIONS, 50)
    _, found = both({b"1---": 5, b"-1--": 5, b"--1-": 5}, costs, 100)
    assert found.bought[0].tied == ("b", "c") and found.spent == 100


@settings(deadline=None)
@given(ballots("budget"), costs_of, st.integers(1, 100))
def test_never_more_is_spent_than_there_is(patterns, prices, money):
    costs = dict(zip(OPTIONS, prices, strict=True))
    for found in both(patterns, costs, money):
        assert found.spent == sum(costs[item] for item in found.winners) <= money
        assert len(set(found.winners)) == len(found.winners)
        assert all(found.votes[item] for item in found.winners)
        left = [o for o in OPTIONS if o not in found.winners and found.votes[o]]
        assert all(costs[item] > money - found.spent for item in left)


@settings(deadline=None)
@given(ballots("budget"), costs_of, st.fractions(0, 40, max_denominator=9))
def test_floating_point_never_says_other_than_fractions(patterns, prices, part):
    backers = Backers(grouped(OPTIONS, patterns))
    quick = purses.quickly(backers, prices, float(part))
    exact = {OPTIONS.index(one.item) for one in purses.exactly(backers, prices, part).bought}
    assert quick is None or quick == exact


def slowly(patterns, prices, part):
    """Equal shares by its definition, a purse for each voter."""
    voters = [row for row, n in patterns.items() for _ in range(n)]
    purse, found = [part] * len(voters), []
    while True:
        offers = []
        for place, cost in enumerate(prices):
            backing = [v for v, row in enumerate(voters) if row[place] == ord("1")]
            if place in found or sum(purse[v] for v in backing) < cost or not backing:
                continue
            due, people = Fraction(cost), len(backing)
            for money in sorted(purse[v] for v in backing):
                if money * people >= due:
                    break
                due, people = due - money, people - 1
            offers.append((due / people / cost, cost, -len(backing), place, due / people, backing))
        if not offers:
            return found
        *_, place, each, backing = min(offers, key=lambda offer: offer[:4])
        found.append(place)
        for v in backing:
            purse[v] -= min(purse[v], each)


@settings(deadline=None)
@given(ballots("budget"), costs_of, st.fractions(0, 40, max_denominator=9))
def test_groups_of_voters_pay_as_every_voter_would(patterns, prices, part):
    backers = Backers(grouped(OPTIONS, patterns))
    exact = [OPTIONS.index(one.item) for one in purses.exactly(backers, prices, part).bought]
    assert exact == slowly(patterns, prices, part)


@settings(deadline=None)
@given(ballots("budget"), costs_of, st.integers(1, 100))
def test_a_group_that_can_pay_for_what_it_wants_gets_some_of_it(patterns, prices, money):
    """Justified representation for one measure: who all want it and can pay, get something."""
    backers = Backers(grouped(OPTIONS, patterns))
    if not backers.voters:
        return
    part = Fraction(money, backers.voters)
    bought = {OPTIONS.index(one.item) for one in purses.exactly(backers, prices, part).bought}
    for place, cost in enumerate(prices):
        backing = {row: n for row, n in patterns.items() if row[place] == ord("1")}
        if backing and sum(backing.values()) * money >= cost * backers.voters:
            wanted = {i for row in backing for i in range(len(OPTIONS)) if row[i] == ord("1")}
            assert place in bought or wanted & bought


# --- what would have changed it ------------------------------------------------------------------


@pytest.mark.parametrize("rule", ONE_WINNER)
@settings(deadline=None)
@given(data=st.data())
def test_so_many_ballots_more_win_and_one_less_does_not(rule, data):
    found = summed(rule, data.draw(ballots(rule)))
    option = data.draw(st.sampled_from(OPTIONS))
    n = elsewhere.missing(found, option)
    assert n is not None
    assert elsewhere.winners(rule, found.with_ballots(option, n)) == (option,)
    assert not n or elsewhere.winners(rule, found.with_ballots(option, n - 1)) != (option,)


def test_rules_that_read_the_same_ballots_may_choose_otherwise():
    found = summed("score", {b"53": 3, b"03": 2}, ("a", "b"))
    assert {rule: elsewhere.winners(rule, found) for rule in ("score", *elsewhere.OTHERS["score"])} == {
        "approval": ("b",), "score": ("a", "b"), "ranking": ("a",), "majority": ("a",)
    }  # fmt: skip


def test_the_smallest_change_names_the_option_that_came_nearest():
    found = summed("approval", {b"1---": 50, b"-1--": 40, b"--1-": 45})
    assert elsewhere.smallest_change(found) == ("c", 6)
    assert elsewhere.smallest_change(summed("approval", {b"1---": 4, b"-1--": 4})) is None
