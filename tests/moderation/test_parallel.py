"""Many equal decisions at the same moment decide once, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from portal import db
from portal.moderation.models import ModerationCase, ModerationDecision
from tests.factories import make_consultation, make_proposal
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
