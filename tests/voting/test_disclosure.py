"""Suppression, attacked: what someone who knows every published figure can work out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.voting.disclosure import Group, release

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


@settings(max_examples=400)
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
