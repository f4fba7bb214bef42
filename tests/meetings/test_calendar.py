"""The calendar files as RFC 5545 asks: line ends, folding, escaping, the city's time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.meetings.calendar import Event, calendar, escaped, folded

ROME = ZoneInfo("Europe/Rome")


def event(**values) -> Event:
    starts = values.pop("starts_at", datetime(2026, 6, 4, 16, 0, tzinfo=UTC))
    return Event(
        uid="meeting-1@example.org", title="Incontro", starts_at=starts,
        ends_at=starts + timedelta(hours=2), changed_at=datetime(2026, 5, 1, tzinfo=UTC),
        url="https://example.org/it/m", **values,
    )  # fmt: skip


def lines_of(*events, zone=ROME) -> list[str]:
    text = "".join(calendar("Incontri", events, zone, "it"))
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.replace("\r\n", "").isprintable()
    return text.replace("\r\n ", "").split("\r\n")


@given(st.text(max_size=300))
def test_lines_are_short_and_unfold_to_what_they_were(text):
    line = "SUMMARY:" + escaped(text)
    written = folded(line)
    assert all(len(piece.encode()) <= 75 for piece in written.split("\r\n"))
    assert written.replace("\r\n ", "").removesuffix("\r\n") == line


@given(st.text(max_size=200))
def test_no_text_can_begin_a_line_of_its_own(text):
    assert "\n" not in escaped(text)
    assert "\r" not in escaped(text)


def test_signs_with_a_meaning_are_escaped():
    assert escaped("a,b;c\\d\r\ne") == "a\\,b\\;c\\\\d\\ne"


def test_times_are_the_citys_and_the_zone_is_told_with_its_changes():
    lines = lines_of(event())
    assert "DTSTART;TZID=Europe/Rome:20260604T180000" in lines
    assert "DTSTART:20260329T020000" in lines  # summer time begins, told in winter time
    assert "DTSTART:20261025T030000" in lines
    at = lines.index("DTSTART:20260329T020000")
    assert lines[at - 1 : at + 4] == [
        "BEGIN:DAYLIGHT", "DTSTART:20260329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
        "TZNAME:CEST",
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns"])
def test_any_zone_can_be_told(zone):
    lines = lines_of(event(), zone=ZoneInfo(zone))
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert sum(line.startswith("BEGIN:") for line in lines) == sum(
        line.startswith("END:") for line in lines
    )


def test_a_cancelled_meeting_says_so_with_a_new_sequence():
    lines = lines_of(event(cancelled=True, revision=3))
    assert "STATUS:CANCELLED" in lines
    assert "SEQUENCE:2" in lines


def test_an_empty_calendar_is_one_too():
    assert lines_of()[0] == "BEGIN:VCALENDAR"
