"""Suppression, attacked: what someone who knows every published figure can work out."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.voting.counts.disclosure import Group, release

K = 10
OPTIONS = ("a", "b", "c")


@st.composite
def tables(draw):
    groups = []
    for code in draw(st.sets(st.sampled_from("nsewpq"), min_size=1)):
        voters = draw(st.one_of(st.integers(0, 30), st.integers(0, 400)))
        votes = {option: draw(st.integers(0, voters)) for option in OPTIONS}
        groups.append(Group(code, voters, votes))
    return groups


def bounds(groups, released, option):
    """What an attacker knows of each hidden cell, by subtracting to and fro until nothing moves."""
    total = sum(group.votes[option] for group in groups)
    people = sum(group.voters for group in groups)
    unknown = people - sum(r.voters for r in released if r.voters is not None)
    most = {r.code: unknown if r.voters is None else r.voters for r in released}
    low = {r.code: r.votes[option] if r.votes[option] is not None else 0 for r in released}
    high = {
        r.code: r.votes[option] if r.votes[option] is not None else most[r.code] for r in released
    }
    for _ in range(5):
        for code in low:
            others = [c for c in low if c != code]
            low[code] = max(low[code], total - sum(high[c] for c in others))
            high[code] = min(high[code], total - sum(low[c] for c in others))
    return low, high


@settings(max_examples=150)
@given(tables())
def test_no_small_cell_can_be_worked_out(groups):
    released = release(groups, OPTIONS, K)
    for option in OPTIONS:
        if all(r.votes[option] is None for r in released):
            continue  # then only the public total is known
        low, high = bounds(groups, released, option)
        for group in groups:
            chose = group.votes[option]
            if chose < K or group.voters - chose < K:
                assert high[group.code] - low[group.code] >= K


@given(tables())
def test_no_small_group_can_be_worked_out(groups):
    released = release(groups, OPTIONS, K)
    shown = [r.voters for r in released if r.voters is not None]
    hidden = [g.voters for g, r in zip(groups, released, strict=True) if r.voters is None]
    assert all(voters >= K for voters in shown)
    if hidden and shown:
        assert len(hidden) > 1 and sum(hidden) >= K


@given(tables())
def test_what_is_shown_is_true(groups):
    for group, shown in zip(groups, release(groups, OPTIONS, K), strict=True):
        assert shown.voters in (None, group.voters)
        assert all(shown.votes[o] in (None, group.votes[o]) for o in OPTIONS)


def test_large_groups_are_shown_whole():
    groups = [Group(code, 100, dict.fromkeys(OPTIONS, 50)) for code in "ns"]
    assert all(None not in r.votes.values() for r in release(groups, OPTIONS, K))


def test_one_hidden_cell_takes_another_with_it():
    groups = [Group("n", 100, {"a": 4}), Group("s", 100, {"a": 40}), Group("e", 100, {"a": 50})]
    assert [r.votes["a"] for r in release(groups, ["a"], K)] == [None, None, 50]


def test_neither_nobody_nor_everybody_is_shown():
    groups = [Group("n", 50, {"a": 50}), Group("s", 50, {"a": 0}), Group("e", 80, {"a": 40})]
    shown = [r.votes["a"] for r in release(groups, ["a"], K)]
    assert shown[:2] == [None, None]


# --- whoever tries out every table that fits --------------------------------------------------

FEW = 3  # k of these small tables, so that all of them can be tried out


def fitting(sums, limits):
    """Every way to share a sum out over cells with these limits."""
    if not limits:
        if sums == 0:
            yield ()
        return
    for first in range(min(sums, limits[0]) + 1):
        for rest in fitting(sums - first, limits[1:]):
            yield first, *rest


def filled(shown, rest, limits):
    """Every column that fits what is shown of it and its sum."""
    hidden = [i for i, value in enumerate(shown) if value is None]
    for values in fitting(rest, [limits[i] for i in hidden]):
        column = list(shown)
        for i, value in zip(hidden, values, strict=True):
            column[i] = value
        yield column


def worlds(groups, released, options, one_each):
    """Every table that somebody who knows what is published must think possible."""
    people = sum(group.voters for group in groups)
    sizes = [one.voters for one in released]
    unknown = people - sum(size for size in sizes if size is not None)
    for table in filled(sizes, unknown, [unknown] * len(sizes)):
        columns = []
        for option in options:
            shown = [one.votes[option] for one in released]
            known = sum(value for value in shown if value is not None)
            rest = sum(group.votes[option] for group in groups) - known
            columns.append(list(filled(shown, rest, table)))
        for found in product(*columns):
            if not one_each or all(
                sum(row) <= n for row, n in zip(zip(*found, strict=True), table, strict=True)
            ):
                yield table, found


@st.composite
def small_tables(draw, one_each):
    groups = []
    for code in "nse"[: draw(st.integers(2, 3))]:
        voters = draw(st.integers(0, 9))
        first = draw(st.integers(0, voters))
        second = draw(st.integers(0, voters - first if one_each else voters))
        groups.append(Group(code, voters, {"a": first, "b": second}))
    return groups


def attack(groups, one_each):
    """How wide every cell is for whoever tried out every table, and whether a mind is given away."""
    options = ["a", "b"]
    released = release(groups, options, FEW, one_each=one_each)
    seen = {(i, o): set() for i in range(len(groups)) for o in options}
    for _sizes, found in worlds(groups, released, options, one_each):
        for o, column in zip(options, found, strict=True):
            for i, value in enumerate(column):
                seen[i, o].add(value)
    for o in options:
        hidden = [i for i, one in enumerate(released) if one.votes[o] is None]
        if len(hidden) == len(groups):
            continue  # only the public total is known
        rest = sum(groups[i].votes[o] for i in hidden)
        assert not hidden or FEW <= rest <= sum(groups[i].voters for i in hidden) - FEW
        for i, group in enumerate(groups):
            if group.votes[o] < FEW or group.voters - group.votes[o] < FEW:
                yield max(seen[i, o]) - min(seen[i, o])


@settings(max_examples=50)
@given(small_tables(one_each=False))
def test_whoever_tries_every_table_learns_no_small_cell(groups):
    assert all(width >= FEW for width in attack(groups, one_each=False))


@settings(max_examples=50)
@given(small_tables(one_each=True))
def test_nor_where_everybody_counts_under_one_option_only(groups):
    assert all(width >= FEW for width in attack(groups, one_each=True))


def test_two_small_groups_of_one_mind_are_not_given_away_by_the_sum():
    groups = [Group("n", 4, {"a": 4}), Group("s", 8, {"a": 8}), Group("e", 100, {"a": 40}),
              Group("w", 100, {"a": 50})]  # fmt: skip
    shown = [one.votes["a"] for one in release(groups, ["a"], K)]
    assert shown == [None, None, None, 50]


def test_shown_first_ranks_do_not_corner_the_hidden_ones():
    groups = [Group("n", 50, {"a": 21, "b": 20, "c": 9}), Group("s", 90, {"a": 30, "b": 30, "c": 30}),
              Group("e", 60, {"a": 20, "b": 20, "c": 20})]  # fmt: skip
    first = release(groups, OPTIONS, K, one_each=True)[0]
    assert [first.votes[o] for o in OPTIONS].count(None) > 1
