"""When a person is written to: the rules, without a database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from portal.news import pacing
from portal.news.models import Pace
from portal.news.pacing import Person, Rule

ROME = ZoneInfo("Europe/Rome")
ADA = UUID(int=120)  # written to two hours after nine
THURSDAY = datetime(2026, 6, 4, 12, 0, tzinfo=ROME)
WEEKLY, DAILY, SOON = Rule(Pace.WEEKLY), Rule(Pace.DAILY), Rule(Pace.AT_ONCE)
RULES = {"w": WEEKLY, "d": DAILY, "s": SOON, "a!": Rule(Pace.AT_ONCE, pressing=True)}


def lanes_of(waiting, now=THURSDAY, **person):
    plan = pacing.plan(Person(ADA, {}, **person), waiting, RULES, now, ROME)
    return set(plan.pressing), set(plan.gathered)


@pytest.mark.parametrize(
    ("hour", "quiet"), [(21, True), (23, True), (0, True), (7, True), (8, False), (20, False)]
)
def test_nobody_is_woken(hour, quiet):
    assert pacing.quiet(datetime(2026, 6, 4, hour, tzinfo=ROME), ROME) is quiet


def test_weekly_news_go_out_on_thursday_at_the_persons_own_minute():
    slot = pacing.slot(Pace.WEEKLY, THURSDAY, ADA, ROME)
    assert slot == datetime(2026, 6, 4, 11, 0, tzinfo=ROME)
    assert pacing.slot(Pace.WEEKLY, slot - timedelta(minutes=1), ADA, ROME) == slot - timedelta(
        days=7
    )
    assert pacing.slot(Pace.DAILY, THURSDAY + timedelta(days=1, hours=-2), ADA, ROME) == slot


def test_the_slot_stays_at_the_same_hour_over_a_change_of_clocks():
    for day in (
        datetime(2026, 3, 28, 20, tzinfo=ROME),
        datetime(2026, 3, 29, 20, tzinfo=ROME),
        datetime(2026, 10, 25, 20, tzinfo=ROME),
    ):
        assert pacing.slot(Pace.DAILY, day, ADA, ROME).astimezone(ROME).hour == 11


def test_people_are_spread_over_the_day():
    hours = {
        pacing.slot(Pace.DAILY, THURSDAY + timedelta(hours=8), UUID(int=n * 977), ROME).hour
        for n in range(200)
    }
    assert hours == set(range(9, 17))


def test_what_happened_before_the_slot_is_due_and_the_rest_comes_along():
    early, late = THURSDAY - timedelta(days=2), THURSDAY - timedelta(minutes=5)
    assert lanes_of({"w": early, "d": late, "s": late}) == (set(), {"w", "d", "s"})
    assert lanes_of({"w": late}) == (set(), set())
    assert lanes_of({"d": late}) == (set(), set())
    assert lanes_of({"s": late}) == (set(), {"s"})
    assert lanes_of({"s": late, "w": late}) == (set(), {"s"})


def test_there_is_one_gathered_message_a_day_and_what_presses_comes_apart():
    early = THURSDAY - timedelta(days=2)
    morning = THURSDAY - timedelta(hours=3)
    assert lanes_of({"w": early, "a!": early}, digest_at=morning) == ({"a!"}, set())
    assert lanes_of({"w": early, "a!": early}) == ({"a!"}, {"w"})
    assert lanes_of({"a!": early}, urgent_at=THURSDAY - timedelta(minutes=3)) == (set(), set())


def test_nothing_goes_out_at_night_and_it_does_in_the_morning():
    early = THURSDAY - timedelta(days=2)
    night = THURSDAY.replace(hour=22)
    assert lanes_of({"w": early, "a!": early}, now=night) == (set(), set())
    assert lanes_of({"w": early, "a!": early}, now=night + timedelta(hours=11)) == ({"a!"}, {"w"})


def test_ones_own_acts_are_no_news():
    at = [THURSDAY - timedelta(hours=n) for n in (5, 4, 3)]
    entries = [(at[0], ADA), (at[1], None), (at[2], ADA)]
    long_ago = THURSDAY - timedelta(days=9)
    assert pacing.earliest(entries, long_ago, THURSDAY, ADA) == at[1]
    assert pacing.earliest(entries, at[1], THURSDAY, ADA) is None
    assert pacing.earliest(entries, long_ago, at[0], UUID(int=7)) == at[0]


def test_only_what_is_new_since_following_and_since_the_last_message_is_told():
    entries = {"w": [(THURSDAY - timedelta(days=n), None) for n in (40, 6, 2)]}
    for told, since, first in (
        ({}, THURSDAY - timedelta(days=60), 6),
        ({}, THURSDAY - timedelta(days=3), 2),
        ({"w": THURSDAY - timedelta(days=5)}, THURSDAY - timedelta(days=60), 2),
    ):
        found = pacing.pending(Person(ADA, told), [(entries, since)], THURSDAY)
        assert found == {"w": THURSDAY - timedelta(days=first)}
    told = {"w": datetime.now(UTC) + timedelta(days=900)}
    assert pacing.pending(Person(ADA, told), [(entries, THURSDAY)], THURSDAY) == {}
