"""A measurement somebody has open on the desk is theirs for some minutes."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.accounts.models import Role
from portal.observations import intake
from portal.observations.contributing.entries import Entry
from portal.observations.desk import claims, queue, review
from portal.observations.desk.queue import Filter
from portal.observations.desk.refusals import BeingLookedAt
from portal.observations.models import Grade, Observation
from tests.conftest import NOON
from tests.factories import make_campaign

HERE, DESK = "/en/observations/noise", "/en/manage/observations"
GOOD = {"result": "61.5", "lat": "44.4938", "lon": "11.3430", "phenomenon_time": "2026-06-01T10:30"}
WHY = {"decision": "rejected", "reason": "in the house"}


@pytest.fixture
def case(app, people):
    with app.app_context(), db.transaction() as session:
        make_campaign(session, slug="noise", dataset="noise")
    people().post(HERE, data=GOOD)
    with app.app_context():
        made = db.session().exec(select(Observation)).one()
    return f"{DESK}/{made.id}"


def waits(session, sign_in):
    entry = Entry(result=61.0, phenomenon_time=NOON - timedelta(hours=2), point=(44.4938, 11.343))
    return intake.submit(session, make_campaign(session), sign_in().id, entry, now=NOON)


def test_only_one_of_two_has_it_until_the_time_is_over(session, sign_in):
    found = waits(session, sign_in)
    ada, bruno = sign_in(Role.COMMUNITY_MANAGER), sign_in(Role.COMMUNITY_MANAGER)
    assert claims.claim(session, found, ada, now=NOON)
    assert not claims.claim(session, found, bruno, now=NOON)
    assert queue.beside(session, None, Filter(), bruno, now=NOON) is None
    assert queue.beside(session, None, Filter(), ada, now=NOON) == found.id
    with pytest.raises(BeingLookedAt):
        review.decide(session, found, bruno, Grade.ACCEPTED, now=NOON)
    with pytest.raises(BeingLookedAt):
        review.pass_on(session, found, bruno, Grade.REJECTED, "in the house", now=NOON)
    later = NOON + claims.LEASE
    assert queue.beside(session, None, Filter(), bruno, now=later) == found.id
    assert claims.claim(session, found, bruno, now=later)
    review.decide(session, found, bruno, Grade.ACCEPTED, now=later)


def test_what_is_decided_is_held_by_nobody(session, sign_in):
    found = waits(session, sign_in)
    ada, bruno = sign_in(Role.COMMUNITY_MANAGER), sign_in(Role.COMMUNITY_MANAGER)
    claims.claim(session, found, ada, now=NOON)
    review.decide(session, found, ada, Grade.ACCEPTED, now=NOON)
    review.decide(session, found, bruno, Grade.REJECTED, "in the house", now=NOON)
    assert found.grade is Grade.REJECTED


def test_a_colleague_is_told_and_can_take_it_over(people, case):
    ada, bruno = people("community_manager", 1), people("community_manager", 2)
    assert 'name="decision"' in ada.get(case).text
    shown = bruno.get(case).text
    assert "has this measurement open" in shown and 'name="decision"' not in shown
    assert "A colleague has it open" in bruno.get(DESK).text
    assert "A colleague has it open" not in ada.get(DESK).text
    assert bruno.post(case, data=WHY).status_code == 409
    assert bruno.post(f"{case}/claim").status_code == 303
    assert "has this measurement open" in ada.get(case).text
    assert bruno.post(case, data=WHY).status_code == 303


def test_who_opens_the_next_leaves_the_one_before_to_others(app, people, case):
    ada, bruno = people("community_manager", 1), people("community_manager", 2)
    people(n=2).post(HERE, data={**GOOD, "result": "64"})
    with app.app_context():
        found = db.session().exec(select(Observation.id)).all()
    other = next(f"{DESK}/{one}" for one in found if str(one) not in case)
    ada.get(case)
    ada.get(other)
    assert "has this measurement open" not in bruno.get(case).text
    assert "has this measurement open" in bruno.get(other).text


def test_what_one_measured_is_not_taken_from_others(people, case):
    assert people().get(case).status_code == 403
    assert people("community_manager", 1).post(f"{case}/claim").status_code == 303
