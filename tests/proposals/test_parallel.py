"""Many equal requests at the same moment count once, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal import db
from portal.proposals.comments.models import Comment
from portal.proposals.models import Proposal, Support
from tests.factories import make_consultation, make_proposal
from tests.proposals.conftest import GOOD

CROWD = 64


def _same_person(app: Flask, n: int = 1) -> str:
    browser = app.test_client()
    browser.post("/it/sign-in/demo", data={"role": "citizen", "n": n})
    cookie = browser.get_cookie("session")
    assert cookie is not None
    return cookie.value


def _browser(app: Flask, token: str) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("session", token)
    return browser


def _all_at_once(app: Flask, tokens: list[str], address: str, data: dict[str, str]) -> list[int]:
    def post(token: str) -> int:
        return _browser(app, token).post(address, data=data).status_code

    with ThreadPoolExecutor(16) as crowd:
        return list(crowd.map(post, tokens))


def _collecting(app: Flask) -> str:
    with app.app_context(), db.transaction() as session:
        consultation = make_consultation(session, slug="alberi")
        proposal = make_proposal(session, consultation_id=consultation.id)
        return f"/it/consultations/alberi/proposals/{proposal.id}"


def test_sixty_four_supports_of_one_person_count_one(any_app):
    page = _collecting(any_app)
    codes = _all_at_once(any_app, [_same_person(any_app)] * CROWD, f"{page}/supports", {})
    assert sorted(codes) == [303] + [409] * (CROWD - 1)
    with any_app.app_context():
        kept = db.session().execute(sa.select(Proposal.supports_count)).scalar_one()
        rows = db.session().execute(sa.select(sa.func.count()).select_from(Support)).scalar_one()
    assert kept == rows == 1


def test_supports_of_many_people_at_once_all_count(any_app):
    page = _collecting(any_app)
    tokens = [_same_person(any_app, n) for n in range(1, 25)]
    codes = _all_at_once(any_app, tokens, f"{page}/supports", {})
    assert set(codes) == {303}
    with any_app.app_context():
        assert db.session().execute(sa.select(Proposal.supports_count)).scalar_one() == 24


def test_the_same_form_sent_sixty_four_times_is_one_proposal(any_app):
    page = _collecting(any_app)
    address = page.rpartition("/")[0]
    codes = _all_at_once(any_app, [_same_person(any_app)] * CROWD, address, GOOD)
    assert set(codes) == {303}
    with any_app.app_context():
        made = (
            sa.select(sa.func.count()).select_from(Proposal).where(Proposal.title == GOOD["title"])
        )
        assert db.session().execute(made).scalar_one() == 1


def test_different_proposals_at_once_stop_at_the_daily_limit(any_app):
    page = _collecting(any_app)
    address, token = page.rpartition("/")[0], _same_person(any_app)

    def post(number: int) -> int:
        sent = {**GOOD, "title": f"La mia proposta numero {number}"}
        return _browser(any_app, token).post(address, data=sent).status_code

    with ThreadPoolExecutor(16) as crowd:
        codes = sorted(crowd.map(post, range(20)))
    assert codes == [303] * 5 + [429] * 15


def test_sixty_four_equal_comments_of_one_person_are_one(any_app):
    page = _collecting(any_app)
    said = {"body": "Anche a me piace molto.", "stance": "for"}
    codes = _all_at_once(any_app, [_same_person(any_app)] * CROWD, f"{page}/comments", said)
    assert set(codes) == {303}
    with any_app.app_context():
        rows = db.session().execute(sa.select(sa.func.count()).select_from(Comment)).scalar_one()
        kept = db.session().execute(sa.select(Proposal.comments_count)).scalar_one()
    assert rows == kept == 1
