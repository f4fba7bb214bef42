"""Deciding: by doubt, with a reason, never taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal import db
from portal.accounts.models import Role
from portal.audit import AuditEntry
from portal.news.models import NewsItem
from portal.observations import counts, intake
from portal.observations.contributing.entries import Entry
from portal.observations.desk import batches, notices, queue, review, undoing
from portal.observations.desk.queue import Filter
from portal.observations.desk.refusals import (
    AlreadyPassedOn,
    NoDecision,
    NotAsShown,
    NothingNamed,
    Overtaken,
    OwnObservation,
    ReasonNeeded,
    SomebodyElseDecides,
    TooLate,
)
from portal.observations.models import UNDECIDED, Grade, Observation
from portal.observations.review_models import Act, ObservationDoubt, Review
from tests.conftest import NOON
from tests.factories import make_account, make_campaign


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
    assert [one.id for one in queue.page(session, Filter())] == [doubtful.id, first.id, later.id]
    confidence, received_at, last = queue.place_of(doubtful)
    after = Filter(confidence=confidence, received_at=received_at, last=last)
    assert [one.id for one in queue.page(session, after)] == [first.id, later.id]
    assert review.waiting(session) == 3


def test_a_decision_sets_the_grade_and_leaves_the_queue(session, sign_in, manager):
    made = measured(session, make_campaign(session), sign_in())
    review.decide(session, made, manager, Grade.ACCEPTED, now=NOON)
    assert made.grade is Grade.ACCEPTED
    assert queue.page(session, Filter()) == []
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
        .where(sa.text(UNDECIDED))
        .order_by(Observation.confidence, Observation.received_at, Observation.id)
    )
    plan = session.execute(sa.text(f"{explain} {query.compile(session.get_bind())}"))
    assert "ix_observation_queue" in str(plan.all())


def test_of_two_who_decide_at_the_same_moment_the_second_sees_what_the_first_did(any_app):
    with any_app.app_context(), db.transaction() as session:
        made = measured(session, make_campaign(session), make_account(session))
        managers = [make_account(session, role=Role.COMMUNITY_MANAGER) for _ in range(4)]

    def decide(manager):
        with any_app.app_context(), db.transaction() as session:
            found = session.get_one(Observation, made.id)
            try:
                review.decide(session, found, manager, Grade.ACCEPTED, now=NOON, seen=0)
            except Overtaken:
                return "late"
            return "first"

    with ThreadPoolExecutor(4) as room:
        told = sorted(room.map(decide, managers))
    assert told == ["first", "late", "late", "late"]
    with any_app.app_context():
        assert len(review.history(db.session(), made.id)) == 1


def test_a_second_opinion_is_somebody_else_s_and_asked_for_once(session, sign_in, manager):
    other, third = sign_in(Role.COMMUNITY_MANAGER), sign_in(Role.COMMUNITY_MANAGER)
    made = measured(session, make_campaign(session), sign_in(), note="051 555 0142")
    with pytest.raises(ReasonNeeded):
        review.pass_on(session, made, manager, Grade.REJECTED, "", now=NOON)
    review.pass_on(session, made, manager, Grade.REJECTED, "unsure", now=NOON)
    review.pass_on(session, made, manager, Grade.REJECTED, "unsure", now=NOON)
    with pytest.raises(SomebodyElseDecides):
        review.decide(session, made, manager, Grade.ACCEPTED, now=NOON)
    with pytest.raises(AlreadyPassedOn):
        review.pass_on(session, made, other, Grade.ACCEPTED, "me too", now=NOON)
    assert queue.beside(session, None, Filter(), manager, now=NOON) is None
    assert queue.beside(session, None, Filter(whose="passed_on"), other, now=NOON) == made.id
    review.decide(session, made, other, Grade.ACCEPTED, now=NOON)
    undoing.undo(session, review.latest(session, made.id).id, other, now=NOON)
    assert (made.grade, made.passed_on_by) == (Grade.RECEIVED, manager.id)
    review.decide(session, made, third, Grade.CAVEAT, "so so", now=NOON)
    acts = [one.act for one in review.history(session, made.id)]
    assert acts == [Act.PASSED_ON, Act.DECIDED, Act.UNDONE, Act.DECIDED]


def test_what_people_made_of_doubts_is_counted_with_the_check(session, sign_in, manager):
    campaign = make_campaign(session)
    made = [measured(session, campaign, sign_in(), note="051 555 0142") for _ in range(3)]
    for one in made[:2]:
        review.decide(session, one, manager, Grade.ACCEPTED, now=NOON)
    review.decide(session, made[1], manager, Grade.REJECTED, "no", now=NOON)
    undone = review.decide(session, made[2], manager, Grade.REJECTED, "no", now=NOON)
    undoing.undo(session, review.latest(session, undone.id).id, manager, now=NOON)
    rate = {one.check_id: one for one in counts.pass_rates(session, campaign.id)}
    assert rate["no_personal_data"].failed == 3
    assert (rate["no_personal_data"].overturned, rate["no_personal_data"].confirmed) == (1, 1)


def test_people_are_told_once_each_and_of_many_in_one_message_in_the_evening(
    session, sign_in, manager
):
    campaign, citizen = make_campaign(session), sign_in()
    alone, undone, *many = [
        measured(session, campaign, citizen, note="051 555 0142", result=60.0 + n) for n in range(6)
    ]
    review.decide(session, alone, manager, Grade.REJECTED, "indoors", now=NOON)
    review.decide(session, undone, manager, Grade.REJECTED, "indoors", now=NOON)
    undoing.undo(session, review.latest(session, undone.id).id, manager, now=NOON)
    wanted = Filter(check="no_personal_data")
    with pytest.raises(NotAsShown):
        batches.decide(session, wanted, manager, Grade.REJECTED, "no", expected=4, now=NOON)
    batches.decide(session, wanted, manager, Grade.REJECTED, "no", expected=5, now=NOON)
    assert notices.tell(session, NOON + timedelta(minutes=9)) == 0
    assert notices.tell(session, NOON + timedelta(minutes=10)) == 1
    assert notices.tell(session, NOON + timedelta(hours=9)) == 5
    assert notices.tell(session, NOON + timedelta(days=1)) == 0
    told = list(session.exec(select(NewsItem).where(NewsItem.account_id == citizen.id)))
    assert [one.gaps["reason"] for one in told] == ["indoors", "no"]
    assert told[1].gaps["rejected"] == 5 and told[1].path.endswith("/mine")
    assert len(many) == 4


def test_five_thousand_are_decided_and_undone_at_once_each_with_a_row(app):
    with app.app_context(), db.transaction() as session:
        campaign, citizen = make_campaign(session), make_account(session)
        manager = make_account(session, role=Role.COMMUNITY_MANAGER)
        first = measured(session, campaign, citizen, note="051 555 0142")
        same = first.model_dump(exclude={"id", "key_hash"})
        rows = [{**same, "id": uuid4(), "key_hash": str(n)} for n in range(4_999)]
        session.execute(sa.insert(Observation), rows)
        doubt = {"check_id": "no_personal_data", "confidence": -1, "received_at": NOON}
        session.execute(
            sa.insert(ObservationDoubt), [doubt | {"observation_id": row["id"]} for row in rows]
        )
        wanted = Filter(check="no_personal_data")
        assert batches.preview(session, wanted, citizen).not_mine == 5_000
        n, row = batches.decide(
            session, wanted, manager, Grade.REJECTED, "no", expected=5_000, now=NOON
        )
        assert n == 5_000
        assert counts.by_grade(session, campaign.id)[Grade.REJECTED] == 5_000
        assert session.scalar(sa.select(sa.func.count()).select_from(Review)) == 5_000
        assert len(undoing.undo(session, row, manager, now=NOON)) == 5_000
        assert counts.by_grade(session, campaign.id)[Grade.RECEIVED] == 5_000
        assert batches.preview(session, wanted, manager).n == 5_000
        with pytest.raises(TooLate):
            undoing.undo(session, row, manager, now=NOON)
        with pytest.raises(NothingNamed):
            batches.preview(session, Filter(campaign=campaign.slug), manager)
