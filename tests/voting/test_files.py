"""Ballots as files: what is written is read again, and what is no such file is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.voting.files import pabulib, preflib

words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z")), max_size=12)
ids = st.text("abcdefghij-0123456789", min_size=1, max_size=8)


@st.composite
def profiles(draw):
    names = tuple(draw(st.lists(words, min_size=1, max_size=6)))
    numbers = range(1, len(names) + 1)
    order = st.permutations(numbers).flatmap(
        lambda row: st.integers(1, len(row)).map(lambda n: tuple((one,) for one in row[:n]))
    )
    orders = draw(st.dictionaries(order, st.integers(1, 10**6), max_size=8))
    return preflib.Profile(preflib.kind_of(orders, len(names)), draw(words), names, orders)


@st.composite
def categories(draw):
    names = tuple(draw(st.lists(words, min_size=1, max_size=6)))
    labels = tuple(draw(st.lists(words, min_size=1, max_size=4)))
    rows = st.tuples(*[st.integers(0, len(labels) - 1)] * len(names)).map(
        lambda row: tuple(
            tuple(n for n, given in enumerate(row, start=1) if given == level)
            for level in range(len(labels))
        )
    )
    orders = draw(st.dictionaries(rows, st.integers(1, 99), max_size=8))
    return preflib.Profile("cat", draw(words), names, orders, labels)


@given(profiles() | categories())
def test_a_profile_is_read_as_it_was_written(profile):
    assert preflib.read(preflib.write(profile)) == preflib.Profile(
        profile.kind, profile.title, profile.names, profile.orders, profile.categories,
        facts={"MODIFICATION TYPE": "original"},
    )  # fmt: skip


def test_orders_with_ties_of_other_people_are_read():
    text = (
        "# FILE NAME: 1.toc\n# DATA TYPE: toc\n# NUMBER ALTERNATIVES: 3\n"
        "# ALTERNATIVE NAME 1: x\n# ALTERNATIVE NAME 2: y\n# ALTERNATIVE NAME 3: z\n"
        "12: 1,{2,3}\n3: {1, 2},3\n"
    )
    found = preflib.read(text)
    assert found.orders == {((1,), (2, 3)): 12, ((1, 2), (3,)): 3} and found.voters == 15
    assert preflib.kind_of(found.orders, 3) == "toc"


@pytest.mark.parametrize(
    "text",
    ["", "# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 2\n1: 1,1\n",
     "# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 2\n1: 3\n",
     "# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 99999999\n",
     "# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 2\nhello\n"],
)  # fmt: skip
def test_what_is_no_preflib_file_is_refused(text):
    with pytest.raises(preflib.NotPrefLib):
        preflib.read(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    for reader, problem in ((preflib.read, preflib.NotPrefLib), (pabulib.read, pabulib.NotPabulib)):
        try:
            reader(text)
        except problem:
            continue


@st.composite
def instances(draw):
    names = draw(st.lists(ids, min_size=1, max_size=6, unique=True))
    projects = tuple(
        pabulib.Project(
            name, draw(st.integers(1, 10**9)), draw(words),
            draw(st.none() | st.integers(0, 99)), draw(st.none() | st.booleans()),
        )
        for name in names
    )  # fmt: skip
    votes = draw(st.lists(st.lists(st.sampled_from(names), unique=True).map(tuple), max_size=6))
    return pabulib.Instance(draw(st.integers(1, 10**9)), projects, tuple(votes), {"rule": "greedy"})


@given(instances())
def test_a_budget_vote_is_read_as_it_was_written(instance):
    assert pabulib.read(pabulib.write(instance)) == instance


@pytest.mark.parametrize(
    "text",
    ["META\nkey;value\n", "META\nbudget;x\nPROJECTS\nproject_id;cost\nVOTES\nvoter_id;vote\n",
     "META\nbudget;5\nPROJECTS\nproject_id;cost\na;1\nVOTES\nvoter_id;vote\n1;b\n"],
)  # fmt: skip
def test_what_is_no_pabulib_file_is_refused(text):
    with pytest.raises(pabulib.NotPabulib):
        pabulib.read(text)
