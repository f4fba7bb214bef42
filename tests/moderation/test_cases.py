"""What opens a case, what joins it, and what waits until somebody looked."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import select

from portal.accounts.models import Role
from portal.moderation import cases, deciding
from portal.moderation.deciding import Ruling
from portal.moderation.models import ModerationCase, Step, Why
from portal.proposals import lifecycle, posted
from portal.proposals.models import ReportReason, State
from tests.conftest import NOON
from tests.factories import make_proposal
from tests.moderation.conftest import make_case, make_comment, post_of, thing_of


def _cases(session):
    return session.exec(select(ModerationCase)).all()


def test_a_first_post_waits_and_the_next_after_it_was_kept_does_not(session, sign_in, manager):
    author = sign_in()
    first = make_proposal(session, author_id=author.id, state=State.WAITING)
    assert posted.held(session, post_of(first))
    [case] = _cases(session)
    assert case.held and case.why is Why.FIRST_POST and case.author_id == author.id
    second = make_comment(session, author_id=author.id)
    assert posted.held(session, post_of(second))  # nobody has looked at anything of theirs
    deciding.decide(session, case.id, manager, Ruling(Step.KEEP, sentence="fits"), now=NOON)
    assert first.state is State.PUBLISHED
    third = make_comment(session, author_id=author.id)
    assert not posted.held(session, post_of(third))


def test_staff_and_desks_do_not_wait(session, sign_in):
    for author in (sign_in(Role.COUNCIL).id, sign_in(Role.COMMUNITY_MANAGER).id, None):
        assert not posted.held(session, post_of(make_proposal(session, author_id=author)))
    assert _cases(session) == []


def test_hints_open_a_case_but_hold_nothing(session, sign_in):
    author = sign_in()
    make_proposal(session, author_id=author.id)
    loud = make_comment(session, author_id=author.id, body="Chiamatemi al 333 1234567!!!")
    assert not posted.held(session, post_of(loud))
    [case] = _cases(session)
    assert case.why is Why.HINT and set(case.hints) == {"phone", "repetition"} and not case.held


def test_reports_join_one_case_and_weigh_more_together(session, sign_in):
    proposal = make_proposal(session)
    doubts = []
    for _ in range(3):
        lifecycle.report(session, proposal, sign_in(), ReportReason.SPAM, "Guardate", now=NOON)
        [case] = _cases(session)
        doubts.append(case.doubt)
    assert doubts == sorted(set(doubts)) and case.reports == 3
    assert case.place == case.opened_at - timedelta(hours=case.doubt)


def test_an_edit_of_what_was_kept_is_looked_at_again(session, manager):
    proposal = make_proposal(session)
    assert not posted.held(session, post_of(proposal, edited=True))
    assert _cases(session) == []  # nobody had looked before
    case = make_case(session, proposal)
    deciding.decide(session, case.id, manager, Ruling(Step.KEEP, sentence="fits"), now=NOON)
    proposal.body = "Ora c'è scritto tutt'altro, e molto di più."
    later = NOON + timedelta(hours=1)
    assert not posted.held(session, post_of(proposal, edited=True, at=later))
    open_now = cases.open_case(session, thing_of(session, proposal))
    assert open_now is not None and open_now.why is Why.EDIT and open_now.edited


def test_an_edit_while_waiting_goes_on_waiting(session, sign_in):
    first = make_proposal(session, author_id=sign_in().id, state=State.WAITING)
    posted.held(session, post_of(first))
    assert posted.held(session, post_of(first, edited=True))
    [case] = _cases(session)
    assert case.edited and case.why is Why.FIRST_POST


def test_a_post_has_one_open_case_whatever_happens(session, sign_in, manager):
    proposal = make_proposal(session, body="Comprate su www.example.com oppure al 051 2193111.")
    comment = make_comment(session, proposal)
    for row in (proposal, comment):
        thing = thing_of(session, row)
        found = {cases.start(session, thing, why, now=NOON).id for why in Why}
        assert len(found) == 1
    assert len(_cases(session)) == 2
    duplicate = sa.insert(ModerationCase).values(
        id=comment.id, kind="comment", proposal_id=proposal.id, comment_id=comment.id,
        consultation_id=proposal.consultation_id, why="staff", held=False, reports=0,
        edited=False, hints={}, doubt=0, opened_at=NOON, place=NOON,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.execute(duplicate)
    except sa.exc.IntegrityError:
        return
    raise AssertionError("the table let a second open case in")
