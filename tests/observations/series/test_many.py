"""Many at once: the same findings as one by one, nothing twice, few queries."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal.accounts.models import Role
from portal.observations import counts, intake
from portal.observations.contributing.entries import Entry
from portal.observations.desk import review
from portal.observations.many import submit_many
from portal.observations.models import Grade, Observation, ObservationExact, Origin
from tests.conftest import NOON
from tests.factories import make_campaign

PLAZA = (44.4938, 11.3430)


def readings(n=30, **values):
    """One in twenty minutes, some odd, two of the same minute, one impossible."""
    made = [
        Entry(
            result=60 + number % 3,
            phenomenon_time=NOON - timedelta(days=3) + timedelta(minutes=20 * number),
            point=PLAZA,
            origin=Origin.FILE,
            **values,
        )
        for number in range(n)
    ]
    same_minute = made[4].phenomenon_time + timedelta(seconds=20)
    return [
        *made,
        Entry(
            110.0, made[9].phenomenon_time + timedelta(minutes=5), point=PLAZA, origin=Origin.FILE
        ),
        Entry(63.0, same_minute, point=PLAZA, origin=Origin.FILE),
        Entry(900.0, NOON - timedelta(days=2), point=PLAZA, origin=Origin.FILE),
    ]


def accepted(session, sign_in, campaign):
    """Six accepted neighbours, so that odd values are noticed."""
    manager = sign_in(Role.COMMUNITY_MANAGER)
    for number in range(6):
        entry = Entry(60.0 + number % 2, NOON - timedelta(days=9, hours=number), point=PLAZA)
        made = intake.submit(session, campaign, sign_in().id, entry, now=NOON - timedelta(days=8))
        review.decide(session, made, manager, Grade.ACCEPTED, "", now=NOON - timedelta(days=7))


def test_many_get_the_findings_each_would_get_alone(session, sign_in):
    one_by_one, together = make_campaign(session), make_campaign(session)
    for campaign in (one_by_one, together):
        accepted(session, sign_in, campaign)
    person = sign_in().id
    sent = readings()
    alone = [
        intake.submit(session, one_by_one, person, entry, now=NOON).checks for entry in sent[:-1]
    ]
    outcomes = submit_many(session, together, person, sent, now=NOON)
    checks = [session.get_one(Observation, one.id).checks for one in outcomes[:-1]]
    assert checks == alone
    assert {one["passed"] for found in checks for one in found} == {True, False}
    assert outcomes[-1].id is None and outcomes[-1].wrong[0].problem.field == "result"
    rates = [counts.pass_rates(session, one.id) for one in (one_by_one, together)]
    refused = {rate.check_id: rate.failed for rate in rates[1]}["inside_range"]
    assert refused == 1 and len(rates[0]) == len(rates[1])


def test_the_same_twice_adds_nothing(session, sign_in):
    campaign, person = make_campaign(session), sign_in().id
    first = submit_many(session, campaign, person, readings() + readings(), now=NOON)
    again = submit_many(session, campaign, person, readings(), now=NOON)
    assert [one.new for one in first].count(True) == 32
    assert not any(one.new for one in again)
    assert {one.id for one in again} == {one.id for one in first}
    number = sa.select(sa.func.count()).select_from(Observation)
    assert session.execute(number).scalar_one() == 32


def test_other_values_under_the_same_key_are_told_apart(session, sign_in):
    campaign, person = make_campaign(session), sign_in().id
    at = NOON - timedelta(days=1)
    sent = [Entry(value, at, point=PLAZA, key="k", origin=Origin.DEVICE) for value in (60.0, 61.0)]
    assert [one.other for one in submit_many(session, campaign, person, sent, now=NOON)] == [
        False,
        True,
    ]


def test_a_thousand_take_no_more_queries_than_ten(session, sign_in):
    campaign, person = make_campaign(session), sign_in().id
    asked = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *_: asked.append(1))
    submit_many(session, campaign, person, readings(10, note="few"), now=NOON)
    few = len(asked)
    submit_many(session, campaign, person, readings(400, note="many"), now=NOON)
    assert len(asked) - few <= few + 1


def test_exact_points_are_kept_only_where_declared(session, sign_in):
    person = sign_in().id
    for days in (0, 30):
        campaign = make_campaign(session, exact_days=days)
        submit_many(session, campaign, person, readings(12), now=NOON)
        kept = session.exec(select(ObservationExact)).all()
        assert bool(kept) is bool(days)


def test_a_closed_campaign_takes_none(session, sign_in):
    campaign = make_campaign(session)
    with pytest.raises(intake.NotOpen):
        submit_many(session, campaign, sign_in().id, readings(), now=campaign.closes_at)
