"""Deciding: by doubt, with a reason, never taken back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.models import Role
from portal.audit import AuditEntry
from portal.observations import intake, review
from portal.observations.entries import Entry
from portal.observations.models import Grade, Observation
from portal.observations.review import NoDecision, OwnObservation, ReasonNeeded
from portal.observations.review_models import Review
from tests.conftest import NOON
from tests.factories import make_campaign


@pytest.fixture
def manager(sign_in):
    return sign_in(Role.COMMUNITY_MANAGER)


def measured(session, campaign, who, minutes=0, **values):
    at = NOON - timedelta(hours=2)
    entry = Entry(**{"result": 61.0, "phenomenon_time": at, "point": (44.4938, 11.343), **values})
    return intake.submit(session, campaign, who.id, entry, now=NOON + timedelta(minutes=minutes))


def test_the_queue_begins_with_the_most_doubtful_then_the_oldest(session, sign_in):
    campaign = make_campaign(session)
    later = measured(session, campaign, sign_in(), 2)
    first = measured(session, campaign, sign_in(), 1)
    doubtful = measured(session, campaign, sign_in(), 3, note="051 555 0142")
    assert [one.id for one in review.queue(session)] == [doubtful.id, first.id, later.id]
    last = review.queue(session, most=1)[-1]
    after = (last.confidence, last.received_at, last.id)
    assert [one.id for one in review.queue(session, after=after)] == [first.id, later.id]
    assert review.waiting(session) == 3


def test_a_decision_sets_the_grade_and_leaves_the_queue(session, sign_in, manager):
    made = measured(session, make_campaign(session), sign_in())
    review.decide(session, made, manager, Grade.ACCEPTED, now=NOON)
    assert made.grade is Grade.ACCEPTED
    assert review.queue(session) == []
    entry = session.execute(sa.select(AuditEntry)).scalars().one()
    assert (entry.action, entry.ref) == ("observation.decided", str(made.id))


@pytest.mark.parametrize("decision", [Grade.REJECTED, Grade.CAVEAT])
def test_a_rejection_or_a_caveat_needs_a_reason(session, sign_in, manager, decision):
    made = measured(session, make_campaign(session), sign_in())
    with pytest.raises(ReasonNeeded):
        review.decide(session, made, manager, decision, now=NOON)
    review.decide(session, made, manager, decision, "indoors", now=NOON)
    assert made.grade is decision


@pytest.mark.parametrize("grade", [Grade.RECEIVED, Grade.CHECKED])
def test_a_grade_of_the_machine_is_no_decision(session, sign_in, manager, grade):
    made = measured(session, make_campaign(session), sign_in())
    with pytest.raises(NoDecision):
        review.decide(session, made, manager, grade, "because", now=NOON)


def test_nobody_decides_on_their_own(session, manager):
    made = measured(session, make_campaign(session), manager)
    with pytest.raises(OwnObservation):
        review.decide(session, made, manager, Grade.ACCEPTED, now=NOON)


def test_a_later_decision_counts_and_the_earlier_stays(session, sign_in, manager):
    made = measured(session, make_campaign(session), sign_in())
    review.decide(session, made, manager, Grade.REJECTED, "indoors", now=NOON)
    review.decide(session, made, manager, Grade.ACCEPTED, now=NOON + timedelta(hours=1))
    assert [one.decision for one in review.history(session, made.id)] == [
        Grade.REJECTED,
        Grade.ACCEPTED,
    ]
    assert made.grade is Grade.ACCEPTED


def test_a_decision_sent_twice_is_one(session, sign_in, manager):
    made = measured(session, make_campaign(session), sign_in())
    for _ in range(2):
        review.decide(session, made, manager, Grade.REJECTED, "indoors", now=NOON)
    assert len(review.history(session, made.id)) == 1


@pytest.mark.parametrize("change", [sa.update(Review).values(reason="x"), sa.delete(Review)])
def test_the_database_lets_nobody_change_a_decision(session, sign_in, manager, change):
    made = measured(session, make_campaign(session), sign_in())
    review.decide(session, made, manager, Grade.ACCEPTED, now=NOON)
    session.flush()
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), session.begin_nested():
        session.execute(change)


def test_the_queue_finds_its_index(session):
    explain = "EXPLAIN QUERY PLAN"
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))  # it reads small tables whole
        session.execute(sa.text("SET LOCAL enable_sort = off"))
        explain = "EXPLAIN"
    make_campaign(session)
    query = (
        sa.select(Observation.id)
        .where(sa.text(review.UNDECIDED))
        .order_by(Observation.confidence, Observation.received_at, Observation.id)
    )
    plan = session.execute(sa.text(f"{explain} {query.compile(session.get_bind())}"))
    assert "ix_observation_queue" in str(plan.all())
