"""Paper and desks as people meet them: the code's door, the session with no account, the desk."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.audit import AuditEntry
from portal.voting.paper import codes
from portal.voting.paper_models import PaperBatch, PaperKind, PaperSlip, SheetEntry, VotePass
from tests.voting.paper.conftest import printed

BALLOT = {"choice": ["dove-mancano"], "idempotency_key": "form 1"}
NUMBER = "RSSMRA85T10A562S"
BOOTH = "/en/consultations/alberi/booth"


@pytest.fixture
def code(poll):
    """The first code of a printed batch."""
    return slips(poll)[0]


def slips(poll, kind=PaperKind.CODES):
    with poll.app.app_context():
        return printed(poll.consultation, kind)[0]


def kept(poll, *query):
    """Rows of the participation database."""
    with poll.app.app_context():
        return db.session().exec(select(*query)).all()


def opened(browser, code):
    answer = browser.post("/en/paper", data={"code": code})
    assert answer.status_code == 303, answer.text
    return answer.location


def cast(browser, **changes):
    return browser.post(BOOTH, data={**BALLOT, "confirm": "1", **changes})


def rows(poll, statement):
    return poll.rows(statement)


def test_a_code_leads_through_ballot_and_review_to_a_receipt_without_scripts(poll, code, client):
    assert client.get("/paper").location == "/it/paper"
    assert opened(client, codes.shown(code)) == BOOTH
    ballot = client.get(BOOTH)
    assert 'name="choice"' in ballot.text and "Leave without voting" in ballot.text
    assert ballot.headers["Cache-Control"] == "no-store"
    assert "Check your vote" in client.post(BOOTH, data=BALLOT).text
    answer = cast(client)
    assert answer.location == "/en/paper/receipt"
    receipt = client.get(answer.location)
    assert "Your vote is in." in receipt.text and "dove-mancano" not in receipt.text
    assert rows(poll, 'SELECT tier, channel FROM {box}"right"') == [("P", "paper")]


def test_the_same_form_twice_is_one_vote_and_another_form_is_refused(poll, code, client):
    opened(client, code)
    assert cast(client).location == cast(client).location == "/en/paper/receipt"
    assert cast(client, idempotency_key="form 2").status_code == 403
    assert rows(poll, "SELECT count(*) FROM {box}ballot") == [(1,)]


def test_the_same_code_changes_the_vote(poll, code, client):
    opened(client, code)
    cast(client)
    opened(client, code)
    assert "You have voted already" in client.get(BOOTH).text
    cast(client, idempotency_key="form 2", choice=["none"])
    assert rows(poll, 'SELECT count(*) FROM {box}"right"') == [(1,)]
    assert rows(poll, "SELECT max(version) FROM {box}ballot") == [(2,)]


def test_whoever_comes_next_finds_nothing(poll, code, client):
    opened(client, code)
    cast(client)
    assert client.get(BOOTH).location == "/en/paper/receipt"
    assert client.post("/en/paper/end").location == "/en/"
    for address in (BOOTH, "/en/paper/receipt"):
        answer = client.get(address)
        assert answer.status_code == 403 and "has ended" in answer.text
        assert 'href="/en/paper"' in answer.text and "another account" not in answer.text
    assert kept(poll, VotePass) == []


def test_a_session_ends_by_time_and_the_receipt_leaves_sooner(poll, code, client, later):
    opened(client, code)
    cast(client)
    later(timedelta(minutes=6))
    assert client.get("/en/paper/receipt").status_code == 403
    opened(client, code)
    later(timedelta(minutes=21))
    assert client.get(BOOTH).status_code == 403 and cast(client).status_code == 403


def test_a_session_opens_its_own_consultation_only(poll, code, client, app):
    from tests.voting.conftest import open_vote

    with app.app_context():
        open_vote(app, slug="altro", tiers=["V", "P"])
    opened(client, code)
    assert client.get("/en/consultations/altro/booth").status_code == 403


@pytest.mark.parametrize("typed", ["", "x", "7QK3-92MF-XA8D-PW2C", "9" * 70, "%00", "🗳"])
def test_what_is_no_code_is_answered_in_words(poll, client, typed):
    answer = client.post("/en/paper", data={"code": typed})
    assert answer.status_code == 422 and "Your code" in answer.text


def test_a_signed_in_citizen_votes_with_a_code_as_somebody_else(poll, code, people):
    citizen = people()
    opened(citizen, code)
    cast(citizen)
    assert rows(poll, 'SELECT tier FROM {box}"right"') == [("P",)]
    assert "You have voted already" not in citizen.get("/en/consultations/alberi/vote").text


def test_the_code_is_in_no_address_a_server_sees():
    from pathlib import Path

    script = Path("static/js/code.js").read_text()
    assert "location.hash" in script and "replaceState" in script


# --- batches --------------------------------------------------------------------------------

PAPER = "/en/manage/consultations/alberi/paper"


def ordered(people, **changes):
    values = {"kind": "codes", "label": "Library", "amount": "3", **changes}
    return people("community_manager").post(PAPER, data=values)


def test_a_batch_is_ordered_released_and_printed_once_with_codes_that_open_the_vote(
    poll, people, client
):
    assert ordered(people).status_code == 303
    one, other = people("community_manager"), people("community_manager", 2)
    batch = kept(poll, PaperBatch)[0]
    act = f"/en/manage/paper/{batch.id}"
    assert one.post(f"{act}/release").status_code == 403
    assert "waits for your release" in other.get("/en/manage").text
    assert other.post(f"{act}/print").status_code == 409
    assert other.post(f"{act}/release").status_code == 303
    assert "it cannot be made again" in one.get(PAPER).text
    sheet = one.post(f"{act}/print")
    assert sheet.mimetype == "application/pdf" and sheet.headers["Cache-Control"] == "no-store"
    assert sheet.data.startswith(b"%PDF")
    assert one.post(f"{act}/print").status_code == 409
    assert len(kept(poll, PaperSlip)) == 3
    done = [entry.action for entry in kept(poll, AuditEntry)]
    for action in ("votes.paper_ordered", "votes.paper_released", "votes.paper_printed"):
        assert action in done
    assert "Paper printed: Library" in one.get("/en/manage/consultations/alberi").text
    wordless = one.post(f"{act}/void", data={"reason": ""})
    assert wordless.status_code == 422
    assert f'href="#field-reason-{batch.id}"' in wordless.text
    assert re.search(rf'<details [^>]*open>.*id="field-reason-{batch.id}"', wordless.text, re.S)
    assert one.post(f"{act}/void", data={"reason": "lost"}).status_code == 303
    assert "fewer than ten" in one.get(PAPER).text


@pytest.mark.parametrize(
    "changes",
    [{"amount": "0"}, {"amount": "9999"}, {"amount": "x"}, {"label": ""}, {"kind": "x"},
     {"valid_until": "2030-01-01T10:00"}, {"valid_until": "yesterday"}],
)  # fmt: skip
def test_a_bad_order_is_answered_in_words(poll, people, changes):
    answer = ordered(people, **changes)
    assert answer.status_code == 422 and "Order a batch" in answer.text


def test_the_same_order_sent_twice_is_one_batch(poll, people):
    assert ordered(people).status_code == 303
    again = ordered(people)
    assert again.status_code == 409 and "waits for a second person already" in again.text
    assert len(kept(poll, PaperBatch)) == 1


def test_a_consultation_without_paper_takes_no_order(app, people):
    from tests.voting.conftest import open_vote

    with app.app_context():
        open_vote(app, slug="alberi")
    assert ordered(people).status_code == 409


# --- the desk -------------------------------------------------------------------------------

DESK = "/en/manage/desk/vote/alberi"
SEEN = {"way": "document", "evidence": "passport", "number": NUMBER, "met": "1"}


def test_the_operator_is_signed_out_before_the_ballot_opens(poll, people):
    operator = people("community_manager")
    answer = operator.post(DESK, data={**SEEN, "final": "1"})
    assert answer.location == BOOTH
    ballot = operator.get(BOOTH).text
    assert "Staff desk" not in ballot and "Sign in" in ballot
    assert operator.get("/en/manage").status_code == 303
    cast(operator)
    assert "This vote is final" in operator.get("/en/paper/receipt").text
    assert operator.post("/en/paper/end").location == "/en/manage/desk/vote"
    assert "next=" in operator.get("/en/manage/desk/vote").location
    assert rows(poll, 'SELECT tier, channel FROM {box}"right"') == [("V", "desk")]
    vouched = rows(poll, "SELECT operator, evidence, final FROM {box}vouched")
    assert [one[1:] for one in vouched] == [("passport", 1)]


def test_another_device_gets_the_session_by_a_code_that_works_once(poll, people, app):
    operator = people("community_manager")
    shown = operator.post(DESK, data={**SEEN, "device": "other"}).text
    code = re.search(r'class="receipt">([0-9A-Z-]+)<', shown)[1]
    tablet = app.test_client()
    opened(tablet, code)
    assert tablet.post("/en/paper", data={"code": code}).status_code == 422
    assert cast(tablet).status_code == 303
    assert operator.get("/en/manage").status_code == 200


def test_nothing_of_the_person_stands_in_the_participation_database(poll, people):
    people("community_manager").post(DESK, data=SEEN)
    entry = next(one for one in kept(poll, AuditEntry) if one.action == "votes.desk")
    assert entry.at.hour == entry.at.minute == 0
    held = kept(poll, VotePass)[0]
    for text in (str(entry.model_dump()), str(held.model_dump())):
        assert NUMBER not in text and "person:" not in text


@pytest.mark.parametrize(
    "changes",
    [{"number": ""}, {"number": "RSSMRA85T10A562T"}, {"evidence": "x"}, {"met": ""}, {"way": "x"},
     {"way": "slip", "code": "nothing"}, {"device": "x"}],
)  # fmt: skip
def test_what_the_operator_left_out_is_said_and_nobody_is_signed_out(poll, people, changes):
    operator = people("community_manager")
    answer = operator.post(DESK, data={**SEEN, **changes})
    assert answer.status_code == 422 and NUMBER not in answer.text
    assert operator.get("/en/manage").status_code == 200


def test_an_empty_number_is_asked_for_and_a_wrong_one_is_called_wrong(poll, people):
    operator = people("community_manager")
    empty = operator.post(DESK, data={**SEEN, "number": ""}).text
    wrong = operator.post(DESK, data={**SEEN, "number": "RSSMRA85T10A562T"}).text
    assert "Please type the fiscal number" in empty and "is wrong" not in empty
    assert "a letter or digit is wrong" in wrong


def test_a_slip_at_the_desk_is_the_right_of_its_code(poll, people, code, client):
    operator = people("community_manager")
    operator.post(DESK, data={"way": "slip", "code": code, "met": "1", "final": "1"})
    cast(operator)
    assert rows(poll, 'SELECT tier, channel FROM {box}"right"') == [("P", "desk")]
    opened(client, code)
    answer = cast(client, idempotency_key="form 2")
    assert answer.status_code == 409 and "voted at a desk" in answer.text


# --- ballot papers --------------------------------------------------------------------------

SHEETS = f"{PAPER}/sheets"


def test_two_persons_read_a_paper_and_differ_until_one_settles_it(poll, people):
    number = codes.shown(slips(poll, PaperKind.BALLOTS)[0])
    one, other = people("community_manager"), people("community_manager", 2)
    third = people("community_manager", 3)
    first = one.post(SHEETS, data={"number": number, "choice": ["dove-mancano"]})
    assert first.status_code == 303
    assert rows(poll, "SELECT count(*) FROM {box}ballot") in ([], [(0,)])
    differs = other.post(SHEETS, data={"number": number, "choice": ["per-abitante"]})
    assert differs.location == f"{SHEETS}/{number}"
    page = other.get(differs.location).text
    assert "Where they are missing" in page and "Two readings differ" in page
    assert third.get(differs.location).status_code == 404
    refused = third.post(SHEETS, data={"number": number, "choice": ["none"]})
    assert refused.status_code == 409
    form = re.search(r'<form class="form" action="([^"]+)" method="post"', page)
    agreed = other.post(form[1], data={"number": number, "choice": ["dove-mancano"]})
    assert agreed.location == SHEETS
    assert rows(poll, 'SELECT tier, channel FROM {box}"right"') == [("P", "sheet")]
    assert one.post(SHEETS, data={"number": number, "choice": ["none"]}).status_code == 409
    report = third.get(f"{SHEETS}/report.csv")
    assert f"{number},cast," in report.text and ",yes," in report.text
    assert "dove-mancano" not in report.text


@pytest.mark.parametrize("number", ["", "x", "7QK-3M8", "9" * 40, "🗳"])
def test_an_unknown_number_is_answered_in_words(poll, people, number):
    answer = people("community_manager").post(SHEETS, data={"number": number, "choice": ["none"]})
    assert answer.status_code == 422 and "Number of the ballot paper" in answer.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [({}, "This reading has not been kept yet."),
     ({"choice": ["none"], "spoiled": "1"}, "Either the paper is spoiled")],
)  # fmt: skip
def test_a_reading_that_cannot_be_meant_is_not_kept(poll, people, sent, words):
    number = slips(poll, PaperKind.BALLOTS)[0]
    answer = people("community_manager").post(SHEETS, data={"number": number, **sent})
    assert answer.status_code == 422 and words in answer.text
    assert "Your vote has not" not in answer.text and not kept(poll, SheetEntry)


def test_a_spoiled_paper_both_call_spoiled_is_not_counted(poll, people):
    number = slips(poll, PaperKind.BALLOTS)[0]
    for n in (1, 2):
        answer = people("community_manager", n).post(
            SHEETS, data={"number": number, "spoiled": "1"}
        )
        assert answer.status_code == 303
    assert rows(poll, "SELECT count(*) FROM {box}ballot") in ([], [(0,)])
    assert ",spoiled," in people("community_manager").get(f"{SHEETS}/report.csv").text
