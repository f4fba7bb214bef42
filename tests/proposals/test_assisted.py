"""Writing proposals down for people at a desk or a meeting, and what their slip's code opens."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from portal import audit, db
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.desk import assisted, guesses
from portal.proposals.models import Origin, Proposal
from portal.proposals.source_models import AssistedEntry
from tests.conftest import NOON
from tests.factories import make_meeting
from tests.proposals.conftest import LIST, kept

DESK = "/it/manage/desk"
GOOD = {
    "consultation": "alberi", "place": "biblioteca Lame", "title": "Un filare di tigli in via Saffi",
    "body": "Alle fermate si aspetta sotto il sole.", "district": "city", "language": "it",
    "key": "a-form-of-its-own-1",
}  # fmt: skip


@pytest.fixture
def desk(people, city):
    return people("community_manager")


@pytest.fixture(autouse=True)
def nobody_guessed_before():
    guesses.forget()


def publish(browser, **values):
    return browser.post(DESK, data={**GOOD, "step": "publish", "agreed": "1", **values})


def code_in(answer) -> str:
    return re.search(r'slip__code">([0-9A-Z-]+)<', answer.text)[1]


def test_the_text_is_read_back_before_anything_is_kept(desk, city):
    assert desk.get(DESK).status_code == 200
    answer = desk.post(DESK, data={**GOOD, "step": "read"})
    assert answer.status_code == 200
    assert "Un filare di tigli in via Saffi" in answer.text
    assert kept(city) == []
    back = desk.post(DESK, data={**GOOD, "step": "write", "body": "breve"})
    assert "breve" in back.text
    assert desk.post(DESK, data={**GOOD, "step": "publish"}).status_code == 422
    assert kept(city) == []


def test_a_proposal_of_the_desk_has_no_author_and_staff_stand_in_the_trail(desk, city, client):
    answer = publish(desk)
    assert answer.status_code == 200, answer.text
    proposal = kept(city)[0]
    assert (proposal.author_id, proposal.origin) == (None, Origin.DESK)
    assert "biblioteca Lame" in client.get(f"{LIST}/{proposal.id}").text
    with city.app_context():
        entry = db.session().get_one(AssistedEntry, proposal.id)
        assert code_in(answer).replace("-", "") not in repr(entry)
        acts = db.session().exec(
            select(audit.AuditEntry).where(audit.AuditEntry.action == "proposal.entered")
        )
        assert [act.actor is not None for act in acts] == [True]


def test_a_form_sent_twice_gives_one_proposal_and_the_same_slip(desk, city):
    assert code_in(publish(desk)) == code_in(publish(desk))
    assert len(kept(city)) == 1


def test_hands_at_a_meeting_are_a_note_and_never_supports(desk, city, client):
    from portal.consultations.models import Consultation

    with city.app_context(), db.transaction() as session:
        here = session.exec(select(Consultation)).one()
        meeting = make_meeting(session, consultation_id=here.id, slug="navile",
                               starts_at=NOON - timedelta(days=1))  # fmt: skip
        foreign = make_meeting(session, starts_at=NOON - timedelta(days=1))
    assert desk.get(f"{DESK}?meeting={meeting.id}").status_code == 200
    assert publish(desk, meeting=str(foreign.id)).status_code == 422
    assert publish(desk, meeting=str(meeting.id), hands="12").status_code == 200
    proposal = kept(city)[0]
    assert (proposal.origin, proposal.supports_count) == (Origin.MEETING, 0)
    assert "12" in client.get(f"{LIST}/{proposal.id}").text
    shown = client.get("/it/consultations/alberi/meetings/navile").text
    assert proposal.title in shown


def test_the_slip_takes_a_proposal_back_once(desk, city, client):
    code = code_in(publish(desk))
    assert GOOD["title"] in client.post("/it/slip", data={"code": code.lower()}).text
    short = client.post("/it/slip/withdrawal", data={"code": code, "reason": "no"})
    assert short.status_code == 422
    done = client.post("/it/slip/withdrawal", data={"code": code, "reason": "Ho cambiato idea."})
    assert done.status_code == 303
    assert "Ho cambiato idea." in client.get(done.location).text
    again = client.post("/it/slip/withdrawal", data={"code": code, "reason": "Ho cambiato idea."})
    assert again.status_code == 404


def test_the_slip_puts_a_proposal_into_an_account(desk, city, people):
    code = code_in(publish(desk))
    citizen = people()
    assert citizen.post("/it/slip/account", data={"code": code}).status_code == 303
    assert kept(city)[0].author_id is not None
    assert citizen.post("/it/slip/account", data={"code": code}).status_code == 404


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA", "x" * 40, "x" * 5000, "';--", "\x00", "é"])
def test_wrong_codes_open_nothing(client, city, code):
    assert client.post("/it/slip", data={"code": code}).status_code in (404, 422)


@pytest.mark.parametrize(
    ("field", "value"),
    [("consultation", "none-such"), ("meeting", "x"), ("hands", "-1"), ("hands", "many"),
     ("key", "short"), ("title", "x"), ("body", ""), ("district", "Atlantis"), ("lat", "44.5"),
     ("place", "x" * 121), ("step", "leap")],
)  # fmt: skip
def test_bad_fields_are_named_and_nothing_is_kept(desk, city, field, value):
    answer = publish(desk, **{field: value})
    assert answer.status_code == 422
    assert kept(city) == []


def test_codes_read_alike_however_they_are_typed():
    code = assisted.code_of("secret", "a-form-of-its-own-1")
    assert len(code) == assisted.LENGTH
    assert assisted.plain(f" {assisted.shown(code).lower()} ") == code


def test_nothing_is_entered_when_the_consultation_collects_nothing(people, city, later):
    later(timedelta(days=30))
    assert publish(people("community_manager")).status_code == 409
    with city.app_context():
        assert db.session().exec(select(Proposal)).all() == []


def test_a_comment_of_the_desk_is_read_back_and_stands_without_an_author(desk, city, client):
    publish(desk)
    talk = f"{LIST}/{kept(city)[0].id}/comments"
    words = {"body": "Anche in via Vittorio Veneto.", "stance": "for", "key": "a-form-of-its-own-2"}
    assert client.get(f"{talk}/desk").status_code in (303, 403)
    assert desk.get(f"{talk}/desk").status_code == 200
    assert desk.post(f"{talk}/desk", data={**words, "body": ""}).status_code == 422
    assert words["body"] in desk.post(f"{talk}/desk", data={**words, "step": "read"}).text
    assert words["body"] in desk.post(f"{talk}/desk", data={**words, "step": "write"}).text
    assert desk.post(f"{talk}/desk", data={**words, "step": "publish"}).status_code == 422
    assert words["body"] not in client.get(talk).text
    for _ in range(2):
        sent = desk.post(f"{talk}/desk", data={**words, "step": "publish", "agreed": "1"})
        assert sent.status_code == 200 and words["body"] not in code_in(sent)
    shown = client.get(talk).text
    assert shown.count(words["body"]) == 1 and "1 comment" in shown
    with city.app_context():
        comment = db.session().exec(select(Comment)).one()
        assert (comment.author_id, comment.origin) == (None, Origin.DESK)
        assert comment.state is CommentState.PUBLISHED  # staff entries wait for nobody


def spoken(desk, city, **words) -> tuple[str, str]:
    """A comment written down at the desk: its talk's address and the slip's code."""
    publish(desk)
    talk = f"{LIST}/{kept(city)[0].id}/comments"
    sent = {"body": "Anche in via Vittorio Veneto.", "stance": "for", "key": "a-form-of-its-own-3"}
    answer = desk.post(f"{talk}/desk", data={**sent, "step": "publish", "agreed": "1", **words})
    return talk, code_in(answer)


def test_the_slip_of_a_comment_takes_its_words_back_once(desk, city, client):
    talk, code = spoken(desk, city)
    opened = client.post("/it/slip", data={"code": code.lower()})
    assert "Anche in via Vittorio Veneto." in opened.text and 'name="reason"' not in opened.text
    assert client.post("/it/slip/withdrawal", data={"code": code}).status_code == 303
    assert "Anche in via Vittorio Veneto." not in client.get(talk).text
    assert client.post("/it/slip/withdrawal", data={"code": code}).status_code == 404


def test_the_slip_of_a_comment_makes_it_ones_own_and_opens_nothing_more(desk, city, people):
    _talk, code = spoken(desk, city)
    citizen = people("citizen")
    assert citizen.post("/it/slip/account", data={"code": code}).status_code == 303
    with city.app_context():
        assert db.session().exec(select(Comment)).one().author_id is not None
    assert citizen.post("/it/slip", data={"code": code}).status_code == 404


def test_whoever_types_many_wrong_codes_waits_and_right_ones_cost_nothing(desk, city, client):
    code = code_in(publish(desk))
    for _ in range(guesses.WRONG):
        assert client.post("/it/slip", data={"code": code}).status_code == 200
    for number in range(guesses.WRONG):
        wrong = client.post("/it/slip", data={"code": f"WRNG-WRNG-{number:04}"})
        assert wrong.status_code == 404
    assert client.post("/it/slip", data={"code": code}).status_code == 429
