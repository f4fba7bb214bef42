"""How streets are brought to cells, and how far two sets of values are said to be apart."""

from dataclasses import asdict
from math import comb
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.datasets.street import formula
from portal.datasets.street.formula import Agreement, Modelled
from portal.observations.where import coarse

LINE = {"type": "LineString", "coordinates": [[11.31, 44.495], [11.32, 44.495], [11.32, 44.5]]}
differences = st.lists(st.floats(-100, 100), max_size=60)


def test_pieces_keep_the_length_of_the_line():
    found = list(formula.pieces(LINE["coordinates"]))
    assert all(metres <= formula.STEP for _lat, _lon, metres in found)
    assert sum(metres for _lat, _lon, metres in found) == pytest.approx(793 + 556, rel=0.01)


def test_a_street_weighs_in_a_cell_as_much_as_lies_in_it():
    long, short = LINE, {"type": "LineString", "coordinates": [[11.31, 44.4951], [11.311, 44.4951]]}
    cell = coarse.cell_of(44.4951, 11.3105, 8)
    found = formula.to_cells([(60.0, long), (80.0, short)], 8)
    assert found[cell].value == 60.0
    assert sum(one.metres for one in found.values()) == pytest.approx(793 + 556 + 79, rel=0.01)


def test_shapes_without_lines_count_nothing():
    square = {"type": "Polygon", "coordinates": [[[11.31, 44.49], [11.32, 44.49], [11.32, 44.5]]]}
    assert formula.to_cells([(60.0, square)], 9) == {}


def test_a_line_of_several_parts_is_all_of_them():
    parts = {"type": "MultiLineString", "coordinates": [LINE["coordinates"][:2]] * 2}
    found = formula.to_cells([(60.0, parts)], 9)
    assert sum(one.metres for one in found.values()) == pytest.approx(2 * 793, rel=0.01)


@given(st.lists(st.floats(-50, 150), min_size=1, max_size=30))
def test_equal_weights_give_a_value_in_the_middle(values):
    found = formula.weighted_median((value, 1.0) for value in values)
    assert sum(value < found for value in values) <= len(values) / 2
    assert sum(value > found for value in values) <= len(values) / 2


@given(differences)
def test_bias_lies_in_its_interval_and_no_error_is_smaller_than_it_may_be(values):
    told = formula.agreement(values, 3.0)
    assert told.n == len(values)
    if not values:
        return
    assert told.bias == median(values)
    assert abs(sum(values)) / len(values) <= told.mae + 1e-6
    assert told.mae <= told.rmse + 1e-6
    if told.low is not None:
        assert told.low <= told.bias <= told.high


@given(differences)
def test_turned_around_everything_turns_around(values):
    one, other = (formula.agreement([sign * x for x in values], 3.0) for sign in (1, -1))
    assert one.side == -other.side
    assert (one.mae, one.close) == (other.mae, other.close)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_with_fewer_than_six_places_there_is_no_interval_and_no_side(n):
    told = formula.agreement([-9.0] * n, 3.0)
    assert (told.low, told.high, told.side) == (None, None, 0)


@pytest.mark.parametrize(
    ("n", "ranks"), [(6, (1, 6)), (8, (1, 8)), (9, (2, 8)), (20, (6, 15)), (100, (40, 61))]
)
def test_the_interval_has_the_ranks_of_the_tables(n, ranks):
    assert formula.median_interval(list(range(1, n + 1))) == ranks


@settings(max_examples=30)
@given(st.integers(6, 300))
def test_the_interval_holds_the_median_at_least_as_often_as_it_says(n):
    low, _high = formula.median_interval(list(range(1, n + 1)))
    beyond = sum(comb(n, k) for k in range(int(low)))
    assert 2 * beyond / 2**n <= 0.05


def test_places_the_model_hardly_knows_are_left_out():
    places = [
        {"code": code, "place_level": "h3-9", "n": 7, "median": 60.0} for code in ("a", "b", "c")
    ]
    found = formula.pairs(places, {"a": Modelled(65.0, 400), "b": Modelled(60.0, 99)})
    assert [(one.code, one.difference) for one in found] == [("a", -5.0)]


def test_a_larger_place_covers_the_cells_in_it():
    cell, far = coarse.cell_of(44.495, 11.31, 9), coarse.cell_of(44.53, 11.40, 9)
    modelled = {cell: Modelled(60.0, 300), far: Modelled(60.0, 100)}
    assert formula.covered(modelled, [coarse.upwards(cell)[-1]]) == 0.75
    assert formula.covered(modelled, []) == 0.0
    assert formula.covered({}, [cell]) == 0.0


def test_it_can_be_written_and_read_again():
    told = formula.agreement([-1.0, -2.0, -3.0, -4.0, -5.0, -6.0], 3.0)
    assert Agreement(**asdict(told)).side == -1
