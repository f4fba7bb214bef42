"""Cells: numbers and moments in the ways people write them; formulas and impossible days refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.observations.contributing.entries import SKIPPED
from portal.observations.series import cells
from portal.observations.series.cells import Unlike, moment, number

ROME = ZoneInfo("Europe/Rome")
TEN = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("61,5", ",", 61.5),
        ("1.234,5", ",", 1234.5),
        ("61.5", ".", 61.5),
        ("1,234.5", ".", 1234.5),
        (" -3 ", ".", -3.0),
        (".5", ".", 0.5),
        ("6e1", ".", 60.0),
    ],
)
def test_numbers_are_read_by_their_decimal_sign(text, decimal, value):
    assert number(text, decimal) == value


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e9999", "61.5 dB", "٦١", "0x1f", "1_000", "--1", "61;5"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Unlike) as refused:
        number(text, ".")
    assert refused.value.message == cells.NO_NUMBER


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+HYPERLINK(1)"])
def test_formulas_are_named_as_such(text):
    for read in (lambda: number(text, ","), lambda: moment(text, ROME)):
        with pytest.raises(Unlike) as refused:
            read()
        assert refused.value.message == cells.FORMULA


@pytest.mark.parametrize(
    "text",
    ["2026-05-01 10:00", "2026-05-01T10:00:00", "2026-05-01T08:00Z", "2026-05-01T10:00+02:00",
     "01/05/2026 10:00", "1.5.2026 10.00", "2026/05/01 10:00:00.000", "1777622400", "1777622400000",
     "2026-05-01T10:00+0200"],
)  # fmt: skip
def test_moments_are_read_as_people_and_programs_write_them(text):
    assert moment(text, ROME) == TEN


def test_months_come_first_where_it_was_said():
    assert moment("05/01/2026 10:00", ROME, "month") == TEN


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-03-29 02:30", SKIPPED),
        ("0001-01-01 10:00", cells.OTHER_CENTURY),
        ("9999-12-31 10:00", cells.OTHER_CENTURY),
        ("9999999999999", cells.OTHER_CENTURY),
        ("2026-02-30 10:00", cells.NO_SUCH_DAY),
        ("2026-05-01 25:00", cells.NO_SUCH_DAY),
        ("2026-05-01T10:00+99:00", cells.NO_SUCH_DAY),
        ("2026-05-01", cells.NOT_A_TIME),
        ("", cells.NO_TIME),
        ("yesterday", cells.NOT_A_TIME),
    ],
)
def test_moments_that_never_were_are_refused(text, words):
    with pytest.raises(Unlike) as refused:
        moment(text, ROME)
    assert refused.value.message == words


def test_the_hour_that_comes_twice_goes_on_as_a_clock_does():
    read, after = [], None
    for text in ("01:30", "02:00", "02:30", "02:00", "02:30", "03:00"):
        after = moment(f"2026-10-25 {text}", ROME, after=after)
        read.append(after)
    assert [b - a for a, b in pairwise(read)] == [timedelta(minutes=30)] * 5


@given(st.text(max_size=40), st.sampled_from([",", "."]), st.sampled_from(["day", "month"]))
@settings(max_examples=300)
def test_any_text_is_a_value_or_a_refusal(text, decimal, order):
    for read in (lambda: number(text, decimal), lambda: moment(text, ROME, order)):
        try:
            assert read() is not None
        except Unlike as refused:
            assert refused.message
    assert cells.looks_like_value(text) in (True, False)


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)), st.sampled_from(["", "Z", "+05:30"])
)
@settings(max_examples=200)
def test_every_moment_that_was_is_read_back(at, zone):
    text = at.replace(microsecond=0).isoformat() + zone
    try:
        assert moment(text, ROME).tzinfo is UTC
    except Unlike as refused:
        assert refused.message == SKIPPED and not zone
