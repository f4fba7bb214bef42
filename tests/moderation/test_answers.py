"""Official answers: the table of states, every duty language, links both ways, who is told."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlmodel import select

from portal import db, lineage
from portal.accounts.models import Role
from portal.moderation import answers, promises
from portal.moderation.answers import Answer
from portal.moderation.refusals import NoSuchStep
from portal.news import telling
from portal.news.models import NewsItem
from portal.proposals.answer_models import Modelling, ProposalAnswer
from portal.proposals.models import Proposal, State
from tests.conftest import NOON
from tests.factories import make_consultation, make_proposal

WORDS = {"it": "Si parte in primavera.", "en": "It starts in spring."}
SENT = {"state": "accepted", "words_it": WORDS["it"], "words_en": WORDS["en"]}


def test_an_answer_follows_the_table_of_states(session, sign_in):
    council = sign_in(Role.COUNCIL)
    for state, chosen in product(State, State):
        before = State.PUBLISHED if state is State.HIDDEN else None
        proposal = make_proposal(session, state=state, hidden_from=before)
        given = Answer(chosen, WORDS)
        if chosen in answers.steps(state):
            answers.answer(session, proposal, council, given, now=NOON)
            assert (proposal.state, proposal.state_since) == (chosen, NOON)
        else:
            with pytest.raises(NoSuchStep):
                answers.answer(session, proposal, council, given, now=NOON)


def test_nobody_can_answer_a_proposal_into_hiding(session):
    for state in State:
        wrong = {State.HIDDEN, State.WITHDRAWN, State.WAITING}
        assert not wrong & set(answers.steps(state))


def test_author_and_followers_are_told_at_once(session, sign_in):
    author, follower = sign_in(), sign_in()
    proposal = make_proposal(session, author_id=author.id)
    telling.follow(session, follower.id, "proposal", proposal.id, now=NOON)
    answers.answer(session, proposal, sign_in(Role.COUNCIL), Answer(State.ACCEPTED, WORDS),
                   now=NOON)  # fmt: skip
    session.flush()
    told = {item.topic: item for item in session.exec(select(NewsItem))}
    assert told["answers"].account_id == author.id
    assert (told["followed"].kind, told["followed"].but_id) == ("proposal", author.id)
    assert told["answers"].gaps["words"] == WORDS


def test_the_latest_answer_counts_and_the_earlier_stay(session, sign_in):
    consultation = make_consultation(session)
    proposal = make_proposal(session, consultation_id=consultation.id)
    council = sign_in(Role.COUNCIL)
    for days, state in enumerate((State.EVALUATING, State.ACCEPTED, State.ACCEPTED)):
        given = Answer(state, WORDS, due=date(2026, 6, 1) + timedelta(days=days))
        answers.answer(session, proposal, council, given, now=NOON + timedelta(days=days))
    assert len(answers.history(session, proposal)) == 3
    [row] = promises.of_consultation(session, consultation, None)
    assert row.ProposalAnswer.due == date(2026, 6, 3)
    assert promises.late(row.ProposalAnswer, row.state, date(2026, 6, 4))
    assert not promises.late(row.ProposalAnswer, row.state, date(2026, 6, 3))
    assert not promises.late(row.ProposalAnswer, State.MODELLED, date(2026, 6, 4))


def test_a_computed_proposal_and_its_scenario_lead_to_each_other(session, sign_in):
    proposal = make_proposal(session)
    given = Answer(
        State.MODELLED, WORDS, modelling=Modelling.MODELLED,
        package="verde-dove-mancano", version="1.0.0",
    )  # fmt: skip
    answers.answer(session, proposal, sign_in(Role.COUNCIL), given, now=NOON)
    session.flush()
    [row] = promises.of_package(session, "verde-dove-mancano", "1.0.0")
    assert row.id == proposal.id
    assert not promises.of_package(session, "verde-dove-mancano", "9.9.9")


def test_a_promise_is_overdue_only_by_its_latest_answer(session, sign_in):
    late, kept, council = make_proposal(session), make_proposal(session), sign_in(Role.COUNCIL)
    today = NOON.date()
    for proposal in (late, kept):
        given = Answer(State.ACCEPTED, WORDS, due=today - timedelta(days=1))
        answers.answer(session, proposal, council, given, now=NOON - timedelta(days=9))
    later = Answer(State.ACCEPTED, WORDS, due=today)
    answers.answer(session, kept, council, later, now=NOON)
    assert [row.id for row in promises.overdue(session, today)] == [late.id]


@pytest.fixture
def asked(app):
    """A proposal that waits for an answer: its address."""
    with app.app_context(), db.transaction() as session:
        consultation = make_consultation(session, slug="alberi")
        proposal = make_proposal(session, consultation_id=consultation.id)
    return f"/it/consultations/alberi/proposals/{proposal.id}"


def test_council_and_managers_answer_citizens_do_not(asked, people, client):
    assert people().post(f"{asked}/answers", data=SENT).status_code == 403
    assert people().get(f"{asked}/answers/new").status_code == 403
    assert people("council").get(f"{asked}/answers/new").status_code == 200
    assert people("council").post(f"{asked}/answers", data=SENT).status_code == 303
    assert WORDS["it"] in client.get(asked).text
    assert WORDS["en"] in client.get(asked.replace("/it/", "/en/")).text
    found = client.get("/consultations/alberi/proposals/answers.json").json["answers"]
    assert [one["answer"] for one in found] == [WORDS]
    assert client.get("/it/consultations/alberi/proposals/answers").status_code == 200


def test_a_passed_day_stands_on_the_councils_page_and_an_answer_leads_to_the_next(
    asked, people, client, later, app
):
    with app.app_context(), db.transaction() as session:
        first = session.exec(select(Proposal)).one()
        make_proposal(session, consultation_id=first.consultation_id, title="Chi aspetta ancora")
    manager = people("community_manager")
    due = (NOON + timedelta(days=2)).date().isoformat()
    assert manager.post(f"{asked}/answers", data=SENT | {"due": due}).status_code == 303
    assert "Chi aspetta ancora" in manager.get(asked).text
    assert "Chi aspetta ancora" not in client.get(asked).text
    assert "#promises" not in client.get("/it/council").text
    later(timedelta(days=4))
    assert 'id="promises"' in client.get("/it/council").text
    [promise] = client.get("/council.json").json["late_promises"]
    assert promise["proposal"] == str(first.id) and promise["due"] == due


def test_every_mistake_of_an_answer_is_named_at_once(asked, people, app):
    manager = people("community_manager")
    for wrong, field in (
        ({**SENT, "words_en": ""}, "words_en"),
        ({**SENT, "state": "nonsense"}, "state"),
        ({**SENT, "state": "modelled"}, "modelling"),
        ({**SENT, "modelling": "modelled"}, "package"),
        ({**SENT, "modelling": "modelled", "package": "none@1.0.0"}, "package"),
        ({**SENT, "modelling": "cannot"}, "because_it"),
        ({**SENT, "due": "yesterday"}, "due"),
        ({**SENT, "words_it": "x" * 1001}, "words_it"),
        ({**SENT, "status_en": "dreamt"}, "status_en"),
    ):
        answer = manager.post(f"{asked}/answers", data=wrong)
        assert answer.status_code == 422 and f"field-{field}" in answer.text, wrong
    nothing = manager.post(f"{asked}/answers", data={}).text
    assert all(f'href="#field-{one}"' in nothing for one in ("state", "words_it", "words_en"))
    assert manager.post(f"{asked}/answers", data={**SENT, "state": "hidden"}).status_code == 409
    with app.app_context():
        assert db.session().exec(select(ProposalAnswer)).all() == []


def test_what_was_computed_stands_in_the_lineage(asked, people, app, client):
    sent = {**SENT, "state": "modelled", "modelling": "modelled",
            "package": "verde-dove-mancano@1.0.0"}  # fmt: skip
    assert people("council").post(f"{asked}/answers", data=sent).status_code == 303
    with app.test_request_context("/it/"):
        proposal = db.session().exec(select(Proposal)).one()
        uses = lineage.of("proposal", str(proposal.id)).uses
        assert ("scenario", "verde-dove-mancano@1.0.0") in [(one.kind, one.id) for one in uses]
        back = lineage.of("scenario", "verde-dove-mancano@1.0.0").used_by
        assert str(proposal.id) in [one.id for one in back]
    page = client.get("/it/scenarios/verde-dove-mancano/1.0.0").text
    assert proposal.title in page
