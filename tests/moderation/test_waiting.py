"""A newcomer's first words wait for a look, and their author may take them back unseen."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.moderation.models import ModerationCase
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import Proposal, State
from tests.factories import make_consultation, make_proposal

LIST = "/it/consultations/alberi/proposals"
SENT = {
    "title": "Un filare di tigli in via Saffi",
    "body": "Alle fermate si aspetta sotto il sole.",
    "theme": "verde",
    "district": "city",
}
MINE = "Anche a me piacerebbe molto."


@pytest.fixture
def city(app: Flask) -> Flask:
    """The portal with an open consultation at `alberi` and one proposal."""
    with app.app_context(), db.transaction() as session:
        consultation = make_consultation(session, slug="alberi")
        make_proposal(session, consultation_id=consultation.id)
    return app


def kept(app: Flask, table: Any) -> list[Any]:
    with app.app_context():
        return list(db.session().exec(select(table)))


def first_proposal(city: Flask, citizen: Any) -> str:
    answer = citizen.post(LIST, data=SENT)
    assert answer.status_code == 303
    return str(answer.location)


def test_a_first_proposal_waits_and_says_why(city, people, client):
    citizen = people()
    page = first_proposal(city, citizen)
    shown = citizen.get(page).text
    assert "una persona della redazione lo guarda" in shown and "0 commenti" not in shown
    assert client.get(page).status_code == 404
    assert SENT["title"] not in client.get(LIST).text


def test_a_waiting_proposal_is_taken_back_and_nothing_of_it_stays(city, people, client):
    citizen = people()
    page = first_proposal(city, citizen)
    done = citizen.post(f"{page}/withdrawal")
    assert done.status_code == 303 and done.location.endswith(LIST)
    assert [one.title for one in kept(city, Proposal)] != [SENT["title"]]
    assert len(kept(city, Proposal)) == 1 and kept(city, ModerationCase) == []
    assert client.get(page).status_code == citizen.get(page).status_code == 404
    assert citizen.post(f"{page}/withdrawal").status_code == 404
    first_proposal(city, citizen)  # the next one is a first one again
    assert sorted(one.state.value for one in kept(city, Proposal)) == ["published", "waiting"]


def test_nobody_else_takes_a_waiting_proposal_back(city, people):
    page = first_proposal(city, people())
    assert people("citizen", 2).post(f"{page}/withdrawal").status_code == 404
    assert len(kept(city, Proposal)) == 2


def test_a_proposal_that_was_looked_at_is_withdrawn_with_a_reason(city, people):
    citizen = people()
    page = first_proposal(city, citizen)
    with city.app_context(), db.transaction() as session:
        row = session.exec(select(Proposal).where(Proposal.state == State.WAITING)).one()
        row.state = State.PUBLISHED
        session.add(row)
    assert citizen.post(f"{page}/withdrawal").status_code == 422
    citizen.post(f"{page}/withdrawal", data={"reason": "Ho cambiato idea, scusate."})
    assert State.WITHDRAWN in {one.state for one in kept(city, Proposal)}


def test_a_waiting_comment_is_removed_without_a_trace(city, people, client):
    citizen = people()
    [proposal] = kept(city, Proposal)
    talk = f"{LIST}/{proposal.id}/comments"
    citizen.post(talk, data={"body": MINE, "stance": "for"})
    [made] = kept(city, Comment)
    assert made.state is CommentState.WAITING
    shown = citizen.get(talk).text
    assert MINE in shown and f"reply={made.id}" not in shown
    assert citizen.post(f"{talk}/{made.id}/removal").status_code == 303
    assert kept(city, Comment) == [] and kept(city, ModerationCase) == []
    assert citizen.post(f"{talk}/{made.id}/removal").status_code == 404
    assert not re.search(r"comment-[0-9a-f]{8}", client.get(talk).text)
