"""Figures: every value lands where it should, whatever the values are."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal import charts
from portal.charts import measure

values = st.none() | st.floats(allow_nan=True, allow_infinity=True)
rows = st.builds(charts.Bar, st.text(max_size=200), values, values, values)
points = st.builds(charts.Point, st.floats(-1e6, 1e6), values, values, values)
series = st.builds(charts.Series, st.text(max_size=20), st.lists(points, max_size=30))
NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")


def draw(*given: charts.Bar) -> charts.BarChart:
    return charts.bars(given, title="Electricity", unit="GWh", write="{:.0f}".format)


def test_bars_start_at_zero_and_keep_their_proportions() -> None:
    first, second = draw(charts.Bar("a", 400), charts.Bar("b", 100)).bars
    assert first.x == second.x == 0
    assert first.width == pytest.approx(4 * second.width, rel=0.01)


def test_bars_below_zero_grow_the_other_way() -> None:
    chart = draw(charts.Bar("less", -10), charts.Bar("more", 5))
    less, more = chart.bars
    assert less.x == 0
    assert less.x + less.width == pytest.approx(chart.zero, abs=0.02)
    assert more.x == chart.zero


def test_whiskers_reach_from_low_to_high() -> None:
    chart = draw(charts.Bar("a", 10, 8, 12), charts.Bar("b", 12))
    whisker, full = chart.bars[0].whisker, chart.bars[1]
    assert whisker is not None
    assert whisker.low_x < chart.bars[0].width < whisker.high_x == full.width
    assert (whisker.low_text, whisker.high_text) == ("8", "12")
    assert chart.has_intervals


def test_half_an_interval_is_not_shown() -> None:
    assert draw(charts.Bar("a", 10, low=8)).bars[0].whisker is None


def test_a_missing_value_has_a_dash_and_no_bar() -> None:
    bar = draw(charts.Bar("a", None), charts.Bar("b", 1)).bars[0]
    assert (bar.text, bar.width) == ("–", 0)


def test_the_given_words_stand_beside_the_bar() -> None:
    assert draw(charts.Bar("a", 1.5, text="1,5")).bars[0].text == "1,5"


def test_a_long_label_takes_several_lines_and_pushes_its_bar_down() -> None:
    short, long = draw(charts.Bar("a", 1)).bars[0], draw(charts.Bar("word " * 12, 1)).bars[0]
    assert len(long.lines) == 2
    assert long.y > short.y
    assert max(len(line.text) for line in long.lines) <= 38


@given(st.lists(rows, max_size=12))
def test_no_bar_leaves_its_figure(given: list[charts.Bar]) -> None:
    chart = charts.bars(given, title="t")
    places = [chart.zero, *(tick.at for tick in chart.ticks)]
    for bar in chart.bars:
        places += [bar.x, bar.x + bar.width, bar.text_x]
        places += [bar.whisker.low_x, bar.whisker.high_x] if bar.whisker else []
    assert all(-0.1 <= place <= 100 for place in places)
    assert all(0 < bar.y < chart.axis_y for bar in chart.bars)


@given(st.lists(rows, max_size=6))
def test_rows_keep_their_order_and_never_overlap(given: list[charts.Bar]) -> None:
    drawn = charts.bars(given, title="t").bars
    assert [bar.row for bar in drawn] == given
    for above, below in pairwise(drawn):
        assert above.y + 1.15 < below.lines[0].y


def line(*values: float | None) -> charts.LineChart:
    given = [charts.Point(i, value) for i, value in enumerate(values)]
    return charts.lines([charts.Series("a", given)], title="t", write="{:g}".format)


def test_a_line_goes_through_its_points() -> None:
    chart = line(0, 10)
    assert chart.series[0].path == "M0.0 1000.0L1000.0 0.0"
    assert chart.series[0].points == ((0, 16.5), (100, 1.5))


def test_a_missing_value_breaks_the_line_and_does_not_bend_it() -> None:
    assert line(1, 2, None, 3, 4).series[0].path.count("M") == 2


def test_a_lonely_value_is_marked_even_among_many() -> None:
    assert line(1, None, *range(40)).series[0].points


def test_the_axis_starts_at_zero_unless_that_would_flatten_the_line() -> None:
    assert line(2, 10).y_ticks[0].label == "0"
    assert line(980, 1000).y_ticks[0].label == "980"


def test_the_band_runs_along_the_top_and_back_along_the_bottom() -> None:
    given = [charts.Point(0, 5, 0, 10), charts.Point(1, 5, 0, 10)]
    chart = charts.lines([charts.Series("a", given)], title="t")
    assert chart.series[0].spread == "M0.0 0.0L1000.0 0.0L1000.0 1000.0L0.0 1000.0Z"


def test_the_table_has_a_row_for_every_place_and_a_cell_for_every_line() -> None:
    first = charts.Series("a", [charts.Point(2020, 1, 0.5, 1.5), charts.Point(2030, 2)])
    second = charts.Series("b", [charts.Point(2030, 4)])
    chart = charts.lines([first, second], title="t", write="{:g}".format, write_x="{:.0f}".format)
    assert [name for name, _ in chart.rows] == ["2020", "2030"]
    assert [[cell.text for cell in cells] for _, cells in chart.rows] == [["1", "–"], ["2", "4"]]
    assert (chart.rows[0][1][0].low, chart.rows[0][1][0].high) == ("0.5", "1.5")


def test_lines_differ_by_more_than_colour() -> None:
    given = [charts.Series(str(i), [charts.Point(0, i)]) for i in range(6)]
    drawn = charts.lines(given, title="t").series
    assert len({one.dash for one in drawn}) == len({one.shape for one in drawn}) == 6


@example([charts.Series("", [charts.Point(0, None, None, 3.5e16), charts.Point(0, -3.49e14)])])
@given(st.lists(series, max_size=8))
def test_no_line_leaves_its_figure(given: list[charts.Series]) -> None:
    chart = charts.lines(given, title="t")
    for one in chart.series:
        assert all(-1 <= float(n) <= 1001 for n in NUMBERS.findall(one.path + one.spread))
        assert all(-0.1 <= x <= 100.1 and 1.4 <= y <= 16.6 for x, y in one.points)


@given(st.lists(st.floats(), min_size=1), st.integers(2, 8))
def test_round_steps_cover_what_is_measured(found: list[float], about: int) -> None:
    low, high = measure.extent(found)
    steps = measure.round_steps(low, high, about)
    slack = (high - low) * 1e-6
    assert low < high
    assert steps[0] <= low + slack and steps[-1] >= high - slack
    assert steps == sorted(set(steps))
    assert 2 <= len(steps) <= about + 3


def test_marks_leave_room_for_their_words() -> None:
    places = [float(i) for i in range(100)]
    assert len(measure.some(places, str)) <= 7
    assert len(measure.some(places, lambda place: "a long day in October")) == 2


def test_a_band_a_hair_below_zero_adds_no_step_under_the_axis() -> None:
    one = charts.Series("a", [charts.Point(0, 2000, 1990, 2010), charts.Point(1, 2, -3, 7)])
    chart = charts.lines([one], title="Vehicles", write="{:.0f}".format)
    assert chart.y_ticks[0].label == "0"
