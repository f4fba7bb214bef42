"""The desk's pages, the public ones and the author's: who sees what, and what can be done there."""

import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts.models import Account, Role
from portal.jobs import Job
from portal.moderation import notices
from portal.moderation.models import ModerationCase, ModerationDecision
from portal.proposals.models import Proposal, State
from tests.conftest import NOON
from tests.factories import make_account, make_consultation, make_proposal
from tests.moderation.conftest import make_case

DESK = "/it/manage/moderation"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def city(app: Flask) -> Flask:
    """The portal with an open consultation at `alberi`."""
    with app.app_context(), db.transaction() as session:
        make_consultation(session, slug="alberi")
    return app


@pytest.fixture
def a_case(city: Flask) -> Any:
    """`a_case(title=…)`: one more open case about a proposal; its address on the desk."""

    def make(n: int | None = None, **values: Any) -> str:
        from portal.consultations.models import Consultation

        with city.app_context(), db.transaction() as session:
            at = session.exec(select(Consultation)).one()
            proposal = make_proposal(session, consultation_id=at.id, **values)
            return f"{DESK}/cases/{make_case(session, proposal).id}"

    return make


def kept(app: Flask, table: Any) -> list[Any]:
    with app.app_context():
        return list(db.session().exec(select(table)))


def test_the_desk_is_for_staff(a_case, people, client):
    page = a_case()
    assert client.get(page).status_code == 303
    for role in ("citizen", "council"):
        for address in (DESK, page, f"{DESK}/log"):
            assert people(role).get(address).status_code == 403
        assert people(role).post(f"{page}/decision", data={"decision": "keep"}).status_code == 403
    assert people("community_manager").get(f"{DESK}/cases/{uuid4()}").status_code == 404


def test_the_queue_leads_from_case_to_case_until_it_is_empty(a_case, people, city):
    pages = [a_case(title=f"Una proposta numero {n} da guardare") for n in range(3)]
    manager = people("community_manager")
    desk = manager.get(DESK).text
    assert all(page in desk for page in pages) and "3 casi" in desk
    here = re.search(rf'href="({DESK}/cases/[^"]+)" data-first', desk)[1]
    seen = []
    while "/cases/" in here:
        seen.append(here)
        assert manager.get(here).status_code == 200
        done = manager.post(f"{here}/decision", data={"decision": "keep"})
        assert done.status_code == 303
        here = done.location
    assert sorted(seen) == sorted(pages) and here == DESK
    assert manager.get(DESK).status_code == 200


def test_a_case_shows_marks_and_context_and_no_name(a_case, people, city):
    with city.app_context(), db.transaction() as session:
        author = make_account(session, name="Nome Cognome").id
    page = a_case(author_id=author, body="Scrivetemi al 333 1234567, grazie a tutte e tutti.")
    manager = people("community_manager")
    shown = manager.get(page).text
    assert "<mark>333 1234567</mark>" in shown and "Nome Cognome" not in shown
    assert 'value="privacy" selected' in shown
    assert manager.post(f"{page}/author", data={"purpose": "no"}).status_code == 422
    sent = {"purpose": "Ha chiesto per telefono di essere richiamato."}
    assert "Nome Cognome" in manager.post(f"{page}/author", data=sent).text
    from portal.accounts import accesses

    with city.app_context():
        noted = accesses.of(db.session(), db.session().get(Account, author))
    assert [one["reason"] for one in noted] == [sent["purpose"]]


def test_hiding_needs_a_rule_and_says_so(a_case, people, city):
    page, manager = a_case(), people("community_manager")
    answer = manager.post(f"{page}/decision", data={"decision": "hide"})
    assert answer.status_code == 422 and 'id="problem-rule"' in answer.text
    for wrong in (
        {}, {"decision": "explode"}, {"decision": "hide", "rule": "none-such"},
        {"decision": "keep", "sentence": "none-such"}, {"decision": "redact", "rule": "privacy"},
        {"decision": "keep", "reason": "x" * 1001}, {"decision": ["keep", "hide"]},
        {"decision": "redact", "rule": "privacy", "passages": "pinguino"},
        {"decision": "redact", "rule": "privacy", "offered": ["a"] * 60},
        {"decision": "hide", "rule": "privacy", "reason": "x" * 400_000},
    ):  # fmt: skip
        assert manager.post(f"{page}/decision", data=wrong).status_code == 422, wrong
    assert kept(city, ModerationDecision) == []
    sent = {"decision": "hide", "rule": "privacy"}
    assert manager.post(f"{page}/decision", data=sent).status_code == 303
    assert kept(city, Proposal)[0].state is State.HIDDEN
    [decision] = kept(city, ModerationDecision)
    assert (decision.rule, decision.sentence) == ("privacy", "phone")


def test_the_second_of_two_managers_is_told_who_was_first(a_case, people, city):
    page, first, second = a_case(), people("community_manager"), people("community_manager", 2)
    first.get(page)
    taken = second.get(page).text
    assert 'name="decision"' not in taken and "/claim" in taken
    refused = second.post(f"{page}/decision", data={"decision": "keep"})
    assert refused.status_code == 409
    assert second.post(f"{page}/claim").status_code == 303
    assert second.post(f"{page}/decision", data={"decision": "keep"}).status_code == 303
    late = first.post(f"{page}/decision", data={"decision": "hide", "rule": "spam"})
    assert late.status_code == 409 and kept(city, Proposal)[0].state is State.PUBLISHED


def test_the_last_decision_can_be_undone_for_ten_minutes(a_case, people, city, later):
    page, manager = a_case(), people("community_manager")
    manager.post(f"{page}/decision", data={"decision": "hide", "rule": "spam"})
    undo = re.search(r'action="([^"]+/undo)"', manager.get(DESK).text)[1]
    assert people("community_manager", 2).post(undo).status_code == 403
    assert manager.post(undo).location == page
    assert kept(city, Proposal)[0].state is State.PUBLISHED
    assert manager.post(undo).status_code == 409
    manager.post(f"{page}/decision", data={"decision": "hide", "rule": "spam"})
    undo = re.search(r'action="([^"]+/undo)"', manager.get(DESK).text)[1]
    later(timedelta(minutes=11))
    assert manager.post(undo).status_code == 409
    assert "/undo" not in manager.get(DESK).text


def _decided(people, city, a_case, author="citizen") -> tuple[Any, str]:
    """A citizen's proposal, hidden by the first manager; the citizen and their decision's page."""
    citizen = people(author)
    with city.app_context():
        me = db.session().exec(select(Account).where(Account.role == Role.CITIZEN)).one().id
    page = a_case(author_id=me)
    manager = people("community_manager")
    manager.post(f"{page}/decision", data={"decision": "hide", "rule": "topic"})
    decision = kept(city, ModerationDecision)[0]
    return citizen, f"/it/moderation/decisions/{decision.id}"


def test_the_author_reads_why_and_appeals_and_somebody_else_decides(a_case, people, city):
    citizen, page = _decided(people, city, a_case)
    shown = citizen.get(page).text
    assert "3. " in shown and "/rules#topic" in shown and 'name="words"' in shown
    assert people("citizen", 2).get(page).status_code == 404
    assert people("citizen", 2).post(f"{page}/appeal", data={"words": "x" * 20}).status_code == 404
    words = {"words": f"Riguarda proprio gli alberi! {XSS}"}
    assert citizen.post(f"{page}/appeal", data={"words": "no"}).status_code == 422
    assert citizen.post(f"{page}/appeal", data=words).status_code == 303
    assert citizen.post(f"{page}/appeal", data=words).status_code == 409
    [case] = [one for one in kept(city, ModerationCase) if one.settled_at is None]
    here = f"{DESK}/cases/{case.id}"
    first, second = people("community_manager"), people("community_manager", 2)
    assert first.post(f"{here}/decision", data={"decision": "reverse"}).status_code == 403
    shown = second.get(here).text
    assert "Riguarda proprio gli alberi" in shown and XSS not in shown
    assert second.post(f"{here}/decision", data={"decision": "hide"}).status_code == 422
    assert second.post(f"{here}/decision", data={"decision": "reverse"}).status_code == 303
    assert kept(city, Proposal)[0].state is State.PUBLISHED
    assert citizen.get(page).status_code == 200


def test_an_appeal_comes_within_thirty_days(a_case, people, city, later):
    citizen, page = _decided(people, city, a_case)
    later(timedelta(days=31))
    late = people("citizen").post(f"{page}/appeal", data={"words": "Non sono d'accordo affatto."})
    assert late.status_code == 409
    assert citizen.get(page).status_code in (200, 303)


def test_the_original_is_shown_to_staff_who_say_why_and_then_goes(a_case, people, city):
    page = a_case(body="Chiamate Ugo al 333 1234567 per avere gli alberi.")
    manager = people("community_manager")
    sent = {"decision": "redact", "rule": "privacy", "offered": "333 1234567"}
    assert manager.post(f"{page}/decision", data=sent).status_code == 303
    [decision] = kept(city, ModerationDecision)
    address = f"{DESK}/decisions/{decision.id}/original"
    assert "333 1234567" not in manager.get(page).text
    assert manager.post(address, data={"purpose": ""}).status_code == 422
    why = {"purpose": "L'autore chiede che cosa è stato tolto."}
    assert "333 1234567" in manager.post(address, data=why).text
    assert people().post(address, data=why).status_code == 403
    from portal.moderation import retention

    with city.app_context(), db.transaction() as session:
        gone = retention.delete(session, NOON + timedelta(days=32))
    assert gone["originals"] == 1
    assert manager.post(address, data=why).status_code == 410


def test_filters_and_keys_of_pages_bear_anything(a_case, people):
    for n in range(27):
        a_case(created_at=NOON - timedelta(minutes=n))
    manager = people("community_manager")
    following = re.search(r'rel="next" href="([^"]+)"', manager.get(DESK).text)
    assert manager.get(html.unescape(following[1])).text.count("/cases/") >= 2
    for query in (
        "why=report", "why=hint", "why=edit", "kind=comment", "whose=mine", "whose=escalated",
        "consultation=alberi", "consultation=%00", "at=x&last=y", "at=2026-01-01&last=1",
        f"at=2026-01-01T00:00:00%2B00:00&last={uuid4()}", "why=x&kind=y", "kind=comment&kind=x",
    ):  # fmt: skip
        assert manager.get(f"{DESK}?{query}").status_code == 200, query
    for after in ("x", "2026-01-01~y", f"2026-01-01T00:00:00%2B00:00~{UUID(int=1).hex}"):
        assert manager.get(f"{DESK}/log?after={after}").status_code == 200
        assert manager.get(f"{DESK}/answers?after={after}").status_code == 200


def test_the_old_desk_leads_to_the_new_one(people):
    assert people("community_manager").get("/it/manage/proposals").location == DESK


def test_rules_and_counts_are_public_and_have_twins(a_case, people, client, later):
    page, manager = a_case(), people("community_manager")
    manager.post(f"{page}/decision", data={"decision": "keep"})
    later(timedelta(days=8))
    for language in ("it", "en"):
        assert client.get(f"/{language}/rules").text.count("<li id=") == 7
        assert client.get(f"/{language}/moderation").status_code == 200
    for prefix in ("", "/it"):
        weeks = client.get(f"{prefix}/moderation.json").json["weeks"]
        assert len(weeks) == 12 and weeks[0]["decisions"]["keep"] is None  # one is too few
        assert weeks[3]["decisions"]["keep"] == 0
        assert client.get(f"{prefix}/moderation.csv").text.startswith("week,group,name,value")


def test_the_log_is_ones_own(a_case, people):
    page, manager = a_case(title="Una decisione tutta mia, qui"), people("community_manager")
    manager.post(f"{page}/decision", data={"decision": "keep"})
    assert "tutta mia" in manager.get(f"{DESK}/log").text
    other = people("community_manager", 2)
    assert "tutta mia" not in other.get(f"{DESK}/log?by={uuid4()}").text


def test_the_worker_tells_the_author_in_words_of_their_language(a_case, people, city):
    _decided(people, city, a_case)
    [job] = [one for one in kept(city, Job) if one.kind == "moderation.tell"]
    with city.app_context():
        notices.deliver(**job.payload)
        notices.deliver(**job.payload)
        from portal.news.models import NewsItem

        [item] = db.session().exec(select(NewsItem)).all()
    assert item.topic == "answers" and "3. " in item.gaps["rule"]["it"]


@pytest.mark.parametrize("language", ["it", "en"])
def test_what_people_write_is_never_run(city, people, language):
    """A comment's words, and the note of a report as staff read it."""
    with city.app_context(), db.transaction() as session:
        from portal.consultations.models import Consultation

        at = session.exec(select(Consultation)).one()
        proposal = make_proposal(session, consultation_id=at.id)
    page = f"/{language}/consultations/alberi/proposals/{proposal.id}"
    citizen, manager = people(), people("community_manager")
    citizen.post(f"{page}/comments", data={"body": f"Ecco {XSS}", "stance": "for"})
    citizen.post(f"{page}/reports", data={"about": "spam", "note": f"Guardate {XSS}"})
    shown = [citizen.get(page).text, citizen.get(f"{page}/comments").text, manager.get(page).text]
    cases = kept(city, ModerationCase)
    assert len(cases) == 2
    shown += [manager.get(f"/{language}/manage/moderation/cases/{one.id}").text for one in cases]
    shown.append(manager.get(f"/{language}/manage/moderation").text)
    assert any("onerror=alert" in html.unescape(text) for text in shown)
    for text in shown:
        assert "<script>alert" not in text and "<img src=x" not in text
