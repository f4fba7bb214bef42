"""Decisions: once, by somebody else than the author, reversible, recorded, told."""

from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal.accounts.models import Role
from portal.audit import AuditEntry
from portal.jobs import Job
from portal.moderation import claims, deciding, notices, steps, undoing
from portal.moderation.deciding import Ruling
from portal.moderation.models import (
    Level,
    ModerationDecision,
    ModerationOriginal,
    Step,
)
from portal.moderation.refusals import (
    AlreadyDecided,
    NothingToRemove,
    NotPossible,
    NotYourDecision,
    OwnPost,
    PassedOn,
    SomebodyElse,
    TooLateToUndo,
)
from portal.news import telling
from portal.news.models import NewsItem
from portal.proposals import lifecycle, told
from portal.proposals.comments.models import CommentState
from portal.proposals.models import Report, ReportReason, State
from tests.conftest import NOON
from tests.factories import make_proposal
from tests.moderation.conftest import make_case, make_comment, thing_of

HIDE = Ruling(Step.HIDE, rule="privacy", sentence="phone", reason="C'è un numero.")
KEEP = Ruling(Step.KEEP, sentence="fits")


def _decide(session, case, by, ruling, now=NOON):
    return deciding.decide(session, case.id, by, ruling, now=now)


def test_a_hidden_post_comes_back_as_it_was(session, manager):
    for state in set(State) - {State.HIDDEN, State.WAITING}:
        proposal = make_proposal(session, state=state, state_reason="Una risposta.")
        _decide(session, make_case(session, proposal), manager, HIDE)
        assert proposal.state is State.HIDDEN and "C'è un numero." in proposal.state_reason
        again = Ruling(Step.RESTORE, sentence="mistaken")
        _decide(session, make_case(session, proposal), manager, again)
        assert (proposal.state, proposal.state_reason) == (state, "Una risposta.")


def test_a_hidden_comment_no_longer_counts(session, manager):
    comment = make_comment(session)
    proposal = thing_of(session, comment).proposal
    assert proposal.comments_count == 1
    _decide(session, make_case(session, comment), manager, HIDE)
    assert comment.state is CommentState.HIDDEN and proposal.comments_count == 0
    again = Ruling(Step.RESTORE, sentence="mistaken")
    _decide(session, make_case(session, comment), manager, again)
    assert comment.state is CommentState.PUBLISHED and proposal.comments_count == 1


def test_every_decision_settles_the_reports_and_a_case_is_decided_once(
    session, sign_in, manager, colleague
):
    proposal = make_proposal(session)
    for _ in range(3):
        lifecycle.report(session, proposal, sign_in(), ReportReason.SPAM, "", now=NOON)
    case = make_case(session, proposal)
    _decide(session, case, manager, KEEP)
    assert all(session.execute(sa.select(Report.settled_at)).scalars())
    with pytest.raises(AlreadyDecided) as refused:
        _decide(session, case, colleague, HIDE)
    assert refused.value.status == 409 and "Gestrice Uno" in refused.value.message_text
    assert proposal.state is State.PUBLISHED


def test_nobody_decides_about_their_own_post(session, manager):
    for row in (make_proposal(session, author_id=manager.id),
                make_comment(session, author_id=manager.id)):  # fmt: skip
        with pytest.raises(OwnPost):
            _decide(session, make_case(session, row), manager, KEEP)


def test_words_are_taken_out_marked_and_kept_apart(session, manager):
    proposal = make_proposal(
        session, title="Chiamate il 333 1234567 per gli alberi",
        body="Il mio numero è 333 1234567, quello di Ugo Bassi 051 2193111.",
    )  # fmt: skip
    ruling = Ruling(Step.REDACT, "privacy", "phone", offered=["333 1234567", "051 2193111"],
                    marked=["Ugo Bassi"])  # fmt: skip
    decision = _decide(session, make_case(session, proposal), manager, ruling)
    gone = "▇▇▇ [rimosso: numero di telefono]"
    assert proposal.title == f"Chiamate il {gone} per gli alberi"
    assert proposal.body.count(gone) == 2 and "[rimosso: dati personali]" in proposal.body
    assert "1234567" not in proposal.search
    kept = session.get(ModerationOriginal, decision.id)
    assert kept.words["before"]["title"] == "Chiamate il 333 1234567 per gli alberi"
    assert kept.keep_until > notices.appeal_until(decision)


def test_what_is_not_in_the_text_cannot_be_taken_out(session, manager):
    case = make_case(session)
    for marked in ([], ["pinguino"]):
        with pytest.raises(NothingToRemove):
            _decide(session, case, manager, Ruling(Step.REDACT, "privacy", "phone", marked=marked))


def test_a_text_full_to_the_brim_still_fits(session, manager):
    title = "x" * 139 + " a@b.it b@c.it"[:11]
    proposal = make_proposal(session, title=title)
    ruling = Ruling(Step.REDACT, "privacy", marked=["a@b.it"], reason="Posta elettronica")
    _decide(session, make_case(session, proposal), manager, ruling)
    assert "a@b.it" not in proposal.title and len(proposal.title) <= 150


def test_only_steps_that_fit_are_taken(session, manager):
    for hidden, step in product((False, True), Step):
        proposal = make_proposal(
            session, state=State.HIDDEN if hidden else State.PUBLISHED,
            hidden_from=State.PUBLISHED if hidden else None,
        )  # fmt: skip
        case = make_case(session, proposal)
        if step not in steps.possible(thing_of(session, proposal), appealed=False):
            with pytest.raises(NotPossible):
                _decide(session, case, manager, Ruling(step, "privacy", "phone"))


def test_without_administrators_a_case_is_passed_to_a_colleague(session, manager, colleague):
    case = make_case(session)
    _decide(session, case, manager, Ruling(Step.ESCALATE, level=Level.ADMINISTRATOR))
    assert case.escalated is Level.COLLEAGUE
    _decide(session, case, colleague, KEEP)


def test_a_case_passed_on_is_anothers(session, sign_in, manager, colleague):
    case, administrator = make_case(session), sign_in(Role.ADMINISTRATOR)
    _decide(session, case, manager, Ruling(Step.ESCALATE, sentence="second"))
    assert case.settled_at is None and case.escalated is Level.COLLEAGUE
    with pytest.raises(PassedOn):
        _decide(session, case, manager, KEEP)
    _decide(session, case, colleague, Ruling(Step.ESCALATE, level=Level.ADMINISTRATOR))
    for one in (manager, colleague):
        with pytest.raises(PassedOn):
            _decide(session, case, one, KEEP)
    _decide(session, case, administrator, KEEP)
    assert case.settled_at == NOON


def test_a_colleagues_case_is_left_to_them_for_some_minutes(session, manager, colleague):
    case = make_case(session)
    assert claims.claim(session, case, manager, now=NOON)
    assert not claims.claim(session, case, colleague, now=NOON)
    session.refresh(case)
    with pytest.raises(SomebodyElse):
        _decide(session, case, colleague, KEEP)
    later = NOON + claims.LEASE
    assert claims.claim(session, case, colleague, now=later)
    session.refresh(case)
    claims.take_over(session, case, manager, now=later)
    _decide(session, case, manager, KEEP, later)


@pytest.mark.parametrize("ruling", [
    KEEP, HIDE, Ruling(Step.REDACT, "privacy", "phone", marked=["ombra"]),
    Ruling(Step.ESCALATE, level=Level.ADMINISTRATOR),
])  # fmt: skip
def test_an_undone_decision_leaves_no_trace_on_the_post(session, sign_in, manager, ruling):
    proposal = make_proposal(session, state=State.WAITING)
    lifecycle.report(session, proposal, sign_in(), ReportReason.SPAM, "", now=NOON)
    case = make_case(session, proposal)
    before = (proposal.state, proposal.title, proposal.body, proposal.search, proposal.hidden_from)
    decision = _decide(session, case, manager, ruling)
    undoing.undo(session, decision.id, manager, now=NOON + timedelta(minutes=9))
    after = (proposal.state, proposal.title, proposal.body, proposal.search, proposal.hidden_from)
    assert before == after and case.settled_at is None and case.escalated is None
    assert session.execute(sa.select(Report.settled_at)).scalars().all() == [None]
    assert session.get(ModerationOriginal, decision.id) is None
    notices.tell(session, decision, now=NOON)
    assert session.exec(select(NewsItem)).all() == []
    _decide(session, case, manager, KEEP, NOON + timedelta(minutes=10))


def test_undoing_is_for_oneself_and_for_a_moment(session, manager, colleague):
    proposal = make_proposal(session)
    decision = _decide(session, make_case(session, proposal), manager, HIDE)
    with pytest.raises(NotYourDecision):
        undoing.undo(session, decision.id, colleague, now=NOON)
    with pytest.raises(TooLateToUndo):
        undoing.undo(session, decision.id, manager, now=NOON + timedelta(minutes=11))
    make_case(session, proposal)  # somebody wants it looked at again
    with pytest.raises(TooLateToUndo):
        undoing.undo(session, decision.id, manager, now=NOON)


def test_every_decision_is_recorded_and_told_once(session, manager):
    proposal = make_proposal(session)
    decision = _decide(session, make_case(session, proposal), manager, HIDE)
    entry = session.execute(
        sa.select(AuditEntry).where(AuditEntry.ref == str(proposal.id))
    ).scalar_one()
    assert entry.action == "proposal.hidden" and "C'è un numero." in entry.reason
    assert entry.actor == manager.id and entry.details["rule"] == "privacy"
    [job] = session.exec(select(Job)).all()
    assert job.due == NOON + deciding.UNDO and job.payload == {"decision_id": str(decision.id)}
    for _ in range(2):
        notices.tell(session, decision, now=NOON)
    [item] = session.exec(select(NewsItem)).all()
    assert item.account_id == proposal.author_id and item.topic == "answers"
    assert item.gaps["title"] == proposal.title and "C'è un numero." in item.gaps["reason"]["it"]
    assert set(item.gaps["rule"]) == {"it", "en"} and str(decision.id) in item.path
    assert len(session.exec(select(ModerationDecision)).all()) == 1


def test_news_already_told_do_not_keep_what_was_taken_out_of_a_title(session, manager):
    proposal = make_proposal(session, title="Chiamate il 333 1234567 per gli alberi")
    telling.tell(session, "followed", "News of “%(title)s”.", "/x", now=NOON,
                 about=(told.KIND, proposal.id), gaps={"title": proposal.title})  # fmt: skip
    ruling = Ruling(Step.REDACT, rule="privacy", sentence="phone", marked=["333 1234567"])
    decision = _decide(session, make_case(session, proposal), manager, ruling)
    [item] = session.exec(select(NewsItem).where(NewsItem.ref == str(proposal.id))).all()
    session.refresh(item)
    assert item.gaps["title"] == proposal.title and "1234567" not in item.gaps["title"]
    undoing.undo(session, decision.id, manager, now=NOON)
    session.refresh(item)
    assert "333 1234567" in item.gaps["title"]
