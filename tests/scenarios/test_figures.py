"""Comparing figures, sorting them into classes, finding the highest: laws that always hold."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.scenarios.figures import (
    Figure,
    class_breaks,
    class_counts,
    class_of,
    compare,
    diverging_breaks,
    highest,
    lowest,
)

numbers = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 4) + 0.0)
many = st.lists(numbers, min_size=1, max_size=60)
polarities = st.sampled_from(["higher_better", "lower_better", "neutral"])
OPPOSITE = {
    "better": "worse",
    "worse": "better",
    "higher": "lower",
    "lower": "higher",
    "about_the_same": "about_the_same",
    "indistinguishable": "indistinguishable",
}


@st.composite
def figures(draw, paired=False):
    low, value, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    if not paired:
        return Figure(value, low, high)
    delta_low, delta, delta_high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    return Figure(value, low, high, 10, delta, delta_low, delta_high)


@given(figures(), figures(), polarities)
def test_comparing_the_other_way_turns_every_word_round(a, b, polarity):
    there, back = compare(a, b, polarity), compare(b, a, polarity)
    assert OPPOSITE[there.kind] == back.kind
    assert there.difference == -back.difference


@given(figures(paired=True), figures(), polarities)
def test_a_paired_comparison_turns_round_too(alternative, baseline, polarity):
    there = compare(alternative, baseline, polarity, baseline="reference")
    back = compare(baseline, alternative, polarity, baseline="figure")
    assert there.basis == back.basis == "paired"
    assert OPPOSITE[there.kind] == back.kind
    assert (there.low, there.high) == (-back.high, -back.low)


@given(figures(), polarities)
def test_a_figure_cannot_be_told_from_itself(a, polarity):
    assert not compare(a, a, polarity).distinguishable


@given(figures(), figures())
def test_figures_differ_exactly_where_their_intervals_do_not_overlap(a, b):
    apart = a.low > b.high or a.high < b.low
    assert compare(a, b).distinguishable == apart


@given(figures(paired=True), figures())
def test_paired_figures_differ_exactly_where_the_interval_excludes_zero(a, base):
    apart = a.delta_low > 0 or a.delta_high < 0
    assert compare(a, base, baseline="reference").distinguishable == apart


@given(figures(), figures())
def test_what_cannot_be_told_apart_is_never_called_better(a, b):
    found = compare(a, b, "lower_better")
    assert found.distinguishable == (found.kind in ("better", "worse"))
    assert (
        found.low <= found.difference <= found.high
        or abs(found.difference - found.low) < 1e-3
        or abs(found.difference - found.high) < 1e-3
    )


@pytest.mark.parametrize(
    ("a", "b", "polarity", "kind", "basis"),
    [
        (Figure(1), Figure(2), "lower_better", "indistinguishable", "none"),
        (Figure(1, 0, 2), Figure(9), "lower_better", "indistinguishable", "none"),
        (Figure(1, 0, 2), Figure(9, 8, 10), "lower_better", "better", "intervals"),
        (Figure(1, 0, 2), Figure(9, 8, 10), "higher_better", "worse", "intervals"),
        (Figure(1, 0, 2), Figure(9, 8, 10), "neutral", "lower", "intervals"),
        (Figure(1, 0, 2), Figure(3, 2, 4), "neutral", "indistinguishable", "intervals"),
        (Figure(3, 3, 3), Figure(3, 3, 3), "neutral", "about_the_same", "intervals"),
        (Figure(4, 4, 4), Figure(3, 3, 3), "higher_better", "better", "intervals"),
    ],
)
def test_examples_without_a_pairing(a, b, polarity, kind, basis):
    found = compare(a, b, polarity)
    assert (found.kind, found.basis) == (kind, basis)


@pytest.mark.parametrize(
    ("figure", "kind", "basis"),
    [
        (Figure(68, 60, 76, 10, -2, -2.5, -1.5), "better", "paired"),
        (Figure(68, 60, 76, 10, -2, -5, 1), "indistinguishable", "paired"),
        (Figure(68, 60, 76, 10, -2, -4, 0), "indistinguishable", "paired"),
        (Figure(70, 60, 76, 10, 0, 0, 0), "about_the_same", "paired"),
        (Figure(68, 60, 76, 10, -2), "indistinguishable", "intervals"),
        (Figure(68, None, None, 10, -2), "indistinguishable", "none"),
        (Figure(50, 49, 51), "better", "intervals"),
    ],
)
def test_examples_against_a_baseline(figure, kind, basis):
    found = compare(figure, Figure(70, 62, 78), "lower_better", baseline="reference")
    assert (found.kind, found.basis) == (kind, basis)


@given(many, st.integers(1, 6), st.sampled_from(["quantile", "pretty"]))
def test_every_value_has_a_class_and_edges_rise(values, most, style):
    breaks = class_breaks(values, most, style)
    assert breaks[0] <= min(values) <= max(values) <= breaks[-1]
    assert len(breaks) - 1 <= most
    assert len(breaks) == 2 or all(a < b for a, b in pairwise(breaks))
    assert sum(class_counts(values, breaks)) == len(values)
    for value in values:
        index = class_of(value, breaks)
        assert breaks[index] <= value <= breaks[index + 1]


@given(many, st.integers(0, 3))
def test_inner_edges_of_a_legend_can_be_shown_exactly(values, decimals):
    for edge in class_breaks(values, 6, "quantile", decimals)[1:-1]:
        assert edge == round(edge, decimals)


@given(many, st.integers(2, 6))
def test_differences_have_zero_in_the_middle(values, most):
    breaks = diverging_breaks(values, most)
    assume(breaks)
    assert breaks[len(breaks) // 2] == 0
    assert tuple(-b for b in reversed(breaks)) == breaks
    assert len(breaks) - 1 <= most
    assert breaks[0] <= min(values) <= max(values) <= breaks[-1]


def test_nothing_to_class_has_no_edges():
    assert class_breaks([]) == ()
    assert class_breaks([float("nan"), float("inf")]) == ()
    assert diverging_breaks([0, 0]) == ()
    assert diverging_breaks([]) == ()
    assert class_breaks([3, 3]) == (3, 3)
    assert class_counts([], ()) == ()


def test_pretty_edges_are_round():
    assert class_breaks([0.3, 97], 5, "pretty") == (0, 20, 40, 60, 80, 100)
    assert diverging_breaks([-7.2, 3], 6) == (-7.5, -5, -2.5, 0, 2.5, 5, 7.5)


@given(st.dictionaries(st.text(min_size=1, max_size=3), numbers, min_size=1))
def test_the_highest_are_all_those_that_none_exceeds(areas):
    top, bottom = highest(areas), lowest(areas)
    assert top and bottom
    assert {areas[c] for c in top} == {max(areas.values())}
    assert {areas[c] for c in bottom} == {min(areas.values())}


def test_areas_equal_as_shown_are_highest_together():
    assert highest({"a": 1.04, "b": 0.96, "c": 0.5}, decimals=1) == ["a", "b"]
    assert highest({"a": 1.04, "b": 0.96}) == ["a"]
    assert highest({}) == []
