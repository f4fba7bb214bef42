"""The automatic checks, as plain formulas."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import i18n
from portal.observations import steps
from portal.observations.checking import checking, quality, reference, wording
from portal.observations.models import Campaign, Origin

NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
OPENS, CLOSES = NOON - timedelta(days=10), NOON + timedelta(days=10)


@pytest.mark.parametrize("value", [20.0, 61.5, 120.0])
def test_a_value_at_or_between_the_bounds_is_possible(value):
    assert quality.inside_range(value, 20.0, 120.0).passed


@pytest.mark.parametrize("value", [19.99, 120.01, 1e308, float("inf"), float("-inf"), float("nan")])
def test_any_other_value_is_not(value):
    assert not quality.inside_range(value, 20.0, 120.0).passed


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (NOON + timedelta(minutes=6), "future"),
        (NOON + timedelta(days=300), "future"),
        (OPENS - timedelta(seconds=1), "outside_campaign"),
        (datetime(1900, 1, 1, tzinfo=UTC), "outside_campaign"),
    ],
)
def test_a_time_to_come_or_outside_the_campaign_is_not_plausible(at, why):
    found = quality.plausible_time(at, NOON, OPENS, CLOSES)
    assert not found.passed
    assert found.detail["why"] == why


@pytest.mark.parametrize("at", [NOON, NOON + timedelta(minutes=4), OPENS])
def test_a_clock_five_minutes_fast_is_forgiven(at):
    assert quality.plausible_time(at, NOON, OPENS, CLOSES).passed


def test_with_fewer_than_five_neighbours_nobody_is_doubted():
    assert quality.like_neighbours(119.0, [50.0] * 4, 20.0, 120.0).passed


def test_a_value_far_from_its_neighbours_is_doubted():
    near = [60.0, 61.0, 62.0, 63.0, 64.0]
    assert quality.like_neighbours(63.5, near, 20.0, 120.0).passed
    found = quality.like_neighbours(90.0, near, 20.0, 120.0)
    assert not found.passed
    assert found.detail == {"n": 5, "z": 18.89, "median": 62.0}


def test_equal_neighbours_do_not_make_a_small_difference_odd():
    assert quality.like_neighbours(62.0, [60.0] * 9, 20.0, 120.0).passed


def test_one_wild_neighbour_does_not_hide_another():
    near = [60.0, 61.0, 62.0, 63.0, 64.0, 119.0]
    assert not quality.like_neighbours(118.0, near, 20.0, 120.0).passed


@given(
    st.floats(20, 120),
    st.lists(st.floats(20, 120), max_size=50),
)
def test_the_neighbours_check_always_answers(value, near):
    assert quality.like_neighbours(value, near, 20.0, 120.0).passed in (True, False)


@pytest.mark.parametrize(
    ("note", "kinds"),
    [
        ("scrivetemi a mario.rossi@example.org", ["email"]),
        ("chiamare 051 555 0142 o +39 333 1234567", ["phone"]),
        ("RSSMRA80A01A944I abita qui", ["fiscal_code"]),
        ("furgone AB 123 CD fermo", ["plate"]),
        ("AB123CD e a@b.it", ["email", "plate"]),
    ],
)
def test_personal_data_in_a_note_are_found_and_only_their_kind_is_kept(note, kinds):
    found = quality.no_personal_data(note)
    assert not found.passed
    assert found.detail["kinds"] == kinds
    assert set(found.detail["versions"]) == set(kinds)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Media di 5 minuti, 61,5 dB(A)",
        "il 01.06.2026 alle 10:30",
        "civico 12, bus 27",
        "ore 22",
    ],
)
def test_an_ordinary_note_is_no_personal_data(note):
    assert quality.no_personal_data(note).passed


def test_a_long_hostile_note_is_read_quickly():
    assert quality.no_personal_data("a@" * 250).passed in (True, False)
    assert quality.no_personal_data("0" * 500).passed in (True, False)


def test_every_check_stands_in_the_public_register(app):
    from portal import algorithms

    known = {algorithm.id: algorithm.version for algorithm in algorithms.register()}
    for check in steps.CHECKS:
        assert known[f"observation-{check.id.replace('_', '-')}"] == check.version


@given(
    st.floats(20, 120),
    st.lists(st.floats(20, 120), max_size=40),
    st.floats(-10, 40),
    st.floats(0.1, 20),
)
def test_a_value_is_doubted_only_for_a_reason_that_is_kept(value, near, usual, deviation):
    found = quality.like_neighbours(value, near, 20.0, 120.0, quality.Usual(usual, deviation))
    far = [told["z"] for told in (found.detail, found.detail["reference"]) if "z" in told]
    assert found.passed == all(abs(z) <= quality.FARTHEST for z in far)
    assert found.detail["n"] == len(near)
    assert ("z" in found.detail) == (len(near) >= quality.FEWEST_NEIGHBOURS)


@given(st.floats(30, 100), st.lists(st.floats(30, 100), min_size=5, max_size=30), st.randoms())
def test_in_which_order_neighbours_come_plays_no_part(value, near, chance):
    found = quality.like_neighbours(value, near, 20.0, 120.0)
    chance.shuffle(near)
    assert quality.like_neighbours(value, near, 20.0, 120.0) == found


def test_where_nobody_measured_yet_a_station_s_usual_values_are_compared():
    july = datetime(2026, 7, 15, 13, 0, tzinfo=UTC)
    usual = reference.usual("air_temperature", "Cel", july)
    assert quality.like_neighbours(33.0, [], -5.0, 50.0, usual).passed
    assert not quality.like_neighbours(-4.0, [], -5.0, 50.0, usual).passed
    night = reference.usual("air_temperature", "Cel", july.replace(hour=2))
    assert night.median < usual.median
    assert reference.usual("air_temperature", "[degF]", july) is None
    assert reference.usual("sound_pressure_level_a", "dB[SPL]", july) is None


def test_every_reference_names_its_source_and_licence_and_knows_every_month():
    for one in reference.every():
        assert one.source["it"] and one.source["en"] and one.licence == "CC-BY-4.0"
        assert {month for month, _part in one.usual} == set(range(1, 13))


def test_a_category_is_one_of_those_offered():
    assert quality.known_category("pozze", 4).passed
    assert quality.known_category(None, 4).as_json()["detail"] == {"categories": 4}


def test_a_device_measures_every_minute_and_a_person_every_hour():
    hour = checking.span(NOON + timedelta(minutes=7), Origin.FORM)
    assert hour == (NOON, NOON + timedelta(hours=1))
    minute = checking.span(NOON + timedelta(minutes=7, seconds=3), Origin.DEVICE)
    assert minute == (NOON + timedelta(minutes=7), NOON + timedelta(minutes=8))


def test_what_an_older_version_found_is_still_said(app):
    campaign = Campaign(slug="a", unit_shown="dB(A)", decimals=1, minimum=20.0, maximum=120.0)
    old = [
        {"id": "like_neighbours", "passed": False, "detail": {"n": 5, "z": 18.9, "median": 62.0}},
        {"id": "not_repeated", "passed": False, "detail": {"earlier": 1}},
        {"id": "no_personal_data", "passed": False, "detail": {"kinds": ["phone"]}},
        {"id": "gone_since", "passed": True, "detail": {}},
    ]
    with app.test_request_context("/en/"), i18n.in_language("en"):
        words = [wording.sentence(one | {"version": "1.0.0"}, campaign) for one in old]
    assert "18.9 robust" in words[0] and "hour" in words[1] and "phone" in words[2]
    assert words[3] == ""


def test_a_value_that_could_not_be_compared_is_not_called_passed(app):
    alone = {"id": "like_neighbours", "passed": True, "detail": {"n": 2}}
    near = alone | {"detail": {"n": 5, "z": 0.4, "median": 62.0}}
    with app.test_request_context("/en/"), i18n.in_language("en"):
        told = [wording.outcome(one)[1] for one in (alone, near, near | {"passed": False})]
    assert told == ["not compared", "passed", "in doubt"]
