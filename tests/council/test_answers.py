"""The council's clock and its answer, on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal.accounts.models import Role
from portal.audit import AuditEntry
from portal.consultations.models import Phase
from portal.council import answers, docket
from portal.council.answers import AlreadyAnswered, Answer, Incomplete, NotCounted, Step
from portal.council.models import CouncilItem, Decision, Milestone
from tests.conftest import NOON
from tests.council.rows import make_asked

BOTH = {"it": "Lo faremo.", "en": "We will."}
LANGUAGES = ["it", "en"]
COUNTED = NOON - timedelta(days=5)


def whole(**values):
    return Answer(**{"decision": Decision.ACCEPTED, "answer": BOTH, "reasons": BOTH, **values})


def give(session, asked, account, given=None, now=NOON):
    return answers.answer(
        session, asked, given or whole(), by=account, languages=LANGUAGES, now=now
    )


def test_a_counted_consultation_is_received_on_its_day_and_due_thirty_days_later(session):
    item = answers.receive(session, make_asked(session, counted_at=COUNTED))
    assert (item.received_on, item.due_on) == (date(2026, 5, 27), date(2026, 6, 26))


def test_it_is_received_once_however_often_it_is_asked(session):
    asked = make_asked(session, counted_at=COUNTED)
    assert answers.receive(session, asked).id == answers.receive(session, asked).id


def test_nothing_is_received_before_the_count(session):
    with pytest.raises(NotCounted):
        answers.receive(session, make_asked(session))


def test_the_clock_runs_although_nobody_received_it(session):
    asked = make_asked(session, counted_at=NOON - timedelta(days=40))
    entry = docket.entry(session, asked, NOON)
    assert entry.overdue and entry.days == 10
    assert session.exec(select(CouncilItem)).first() is None


def test_an_answer_on_the_last_day_is_not_late(session):
    asked = make_asked(session, counted_at=NOON - timedelta(days=30))
    assert not docket.entry(session, asked, NOON).overdue


def test_an_answer_closes_the_consultation_and_is_written_into_the_trail(session, sign_in):
    asked, member = make_asked(session, counted_at=COUNTED), sign_in(Role.COUNCIL)
    item = give(session, asked, member)
    assert item.decision is Decision.ACCEPTED and item.answered_at == NOON
    assert asked.phase(NOON) is Phase.ANSWERED
    actions = session.exec(select(AuditEntry.action).where(AuditEntry.actor == member.id)).all()
    assert "council.answered" in actions


def test_an_answer_keeps_its_steps_in_order(session, sign_in):
    asked = make_asked(session, counted_at=COUNTED)
    steps = (Step(date(2026, 9, 1), BOTH), Step(date(2026, 7, 1), BOTH))
    give(session, asked, sign_in(Role.COUNCIL), whole(steps=steps))
    entry = docket.entry(session, asked, NOON)
    assert [(s.position, s.on.month) for s in entry.steps] == [(1, 9), (2, 7)]
    assert entry.next_step.position == 1


def test_nobody_answers_before_the_count(session, sign_in):
    with pytest.raises(NotCounted):
        give(session, make_asked(session), sign_in(Role.COUNCIL))


def test_a_second_answer_is_refused(session, sign_in):
    asked, member = make_asked(session, counted_at=COUNTED), sign_in(Role.COUNCIL)
    give(session, asked, member)
    with pytest.raises(AlreadyAnswered):
        give(session, asked, member)


def test_every_gap_of_an_answer_is_named_at_once(session, sign_in):
    asked = make_asked(session, counted_at=COUNTED)
    poor = whole(decision=Decision.NONE, reasons={"it": " "}, next_review_on=date(2026, 5, 1))
    with pytest.raises(Incomplete) as refused:
        give(session, asked, sign_in(Role.COUNCIL), poor)
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["decision", "reasons_it", "reasons_en", "next_review_on"]
    assert docket.entry(session, asked, NOON).item.answered_at is None


def test_the_table_refuses_to_change_an_answer_that_was_given(session, sign_in):
    item = give(session, make_asked(session, counted_at=COUNTED), sign_in(Role.COUNCIL))
    with pytest.raises(sa.exc.DBAPIError, match="stands"):
        session.execute(
            sa.update(CouncilItem)
            .where(CouncilItem.id == item.id)
            .values(decision=Decision.REJECTED)
        )


def test_the_table_refuses_an_answer_without_a_day(session):
    asked = make_asked(session, counted_at=COUNTED)
    item = answers.receive(session, asked)
    item.decision = Decision.REJECTED
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_a_step_can_be_done_and_after_all_not(session, sign_in):
    asked, member = make_asked(session, counted_at=COUNTED), sign_in(Role.COUNCIL)
    give(session, asked, member, whole(steps=(Step(date(2026, 7, 1), BOTH),)))
    step = session.exec(select(Milestone)).one()
    for done in (True, True, False):
        answers.set_done(session, step, done, by=member, slug=asked.slug, now=NOON)
    actions = session.exec(select(AuditEntry.action).where(AuditEntry.ref == asked.slug)).all()
    assert sorted(actions) == ["council.answered", "council.step_done", "council.step_undone"]
    assert not step.done


def test_the_overdue_come_first_then_the_due_then_the_answered(session, sign_in):
    late = make_asked(session, counted_at=NOON - timedelta(days=50))
    latest = make_asked(session, counted_at=NOON - timedelta(days=60))
    due = make_asked(session, counted_at=COUNTED)
    answered = make_asked(session, counted_at=COUNTED)
    make_asked(session)
    give(session, answered, sign_in(Role.COUNCIL))
    found = docket.read(session, NOON)
    assert [e.consultation.slug for e in found.overdue] == [latest.slug, late.slug]
    assert [e.consultation.slug for e in found.due] == [due.slug]
    assert [e.consultation.slug for e in found.answered] == [answered.slug]


def test_a_cancelled_consultation_owes_no_answer(session):
    make_asked(session, counted_at=COUNTED, cancelled_at=NOON)
    assert docket.read(session, NOON).all == ()
