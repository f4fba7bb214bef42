"""Many equal decisions at the same moment decide once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import sqlalchemy as sa
from sqlmodel import select

from portal import db
from portal.moderation.models import ModerationCase, ModerationDecision
from portal.proposals import unseen
from portal.proposals.models import Proposal, State
from tests.factories import make_account, make_consultation, make_proposal
from tests.moderation.conftest import make_case

CROWD = 64


def _token(app, role: str, n: int) -> str:
    browser = app.test_client()
    browser.post("/it/sign-in/demo", data={"role": role, "n": n})
    return browser.get_cookie("session").value


def _post(app, token: str, address: str, data: dict[str, str]) -> int:
    browser = app.test_client()
    browser.set_cookie("session", token)
    return browser.post(address, data=data).status_code


def test_sixty_four_equal_decisions_decide_once(any_app):
    with any_app.test_request_context("/it/"), db.transaction() as session:
        case = make_case(session).id
    address = f"/it/manage/moderation/cases/{case}/decision"
    tokens = [_token(any_app, "community_manager", n % 4 + 1) for n in range(4)]
    sent = {"decision": "hide", "rule": "spam"}
    with ThreadPoolExecutor(16) as crowd:
        codes = list(
            crowd.map(lambda n: _post(any_app, tokens[n % 4], address, sent), range(CROWD))
        )
    assert sorted(codes) == [303] + [409] * (CROWD - 1)
    with any_app.app_context():
        count = sa.select(sa.func.count()).select_from(ModerationDecision)
        assert db.session().execute(count).scalar_one() == 1


def test_reports_of_many_at_once_open_one_case(any_app):
    with any_app.test_request_context("/it/"), db.transaction() as session:
        consultation = make_consultation(session, slug="alberi")
        proposal = make_proposal(session, consultation_id=consultation.id).id
    tokens = [_token(any_app, "citizen", n) for n in range(1, 17)]
    address = f"/it/consultations/alberi/proposals/{proposal}/reports"
    with ThreadPoolExecutor(16) as crowd:
        codes = list(crowd.map(lambda t: _post(any_app, t, address, {"about": "spam"}), tokens))
    assert set(codes) == {303}
    with any_app.app_context():
        [found] = db.session().execute(sa.select(ModerationCase)).scalars()
        assert found.reports == 16


def _until_somebody_waits(session) -> None:
    """PostgreSQL says who waits for a row; on SQLite whoever writes waits from the start."""
    if session.get_bind().dialect.name == "sqlite":
        return
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(1000):
        if session.execute(waiting).scalar_one():
            return
        Event().wait(0.02)
    raise AssertionError("nobody waits")


def test_a_manager_waits_for_an_author_who_takes_the_post_back_and_neither_is_turned_away(any_app):
    with any_app.test_request_context("/it/"), db.transaction() as session:
        author = make_account(session)
        proposal = make_proposal(session, author_id=author.id, state=State.WAITING)
        case, ident = make_case(session, proposal).id, proposal.id
    address = f"/it/manage/moderation/cases/{case}/decision"
    token = _token(any_app, "community_manager", 1)
    sent = {"decision": "hide", "rule": "spam"}
    with ThreadPoolExecutor(1) as other:
        with any_app.test_request_context("/it/"), db.transaction() as session:
            session.exec(select(Proposal.id).where(Proposal.id == ident).with_for_update()).one()
            answer = other.submit(_post, any_app, token, address, sent)
            _until_somebody_waits(session)
            unseen.take_back(session, ident, author)
        assert answer.result() == 404
    with any_app.app_context():
        assert db.session().exec(select(ModerationCase)).all() == []
