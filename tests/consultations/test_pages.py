"""Consultations' pages: list, overview, desk, JSON, lineage."""

import json
from datetime import timedelta

import pytest

from portal import db
from tests.conftest import NOON
from tests.factories import make_consultation

DAY = timedelta(days=1)


@pytest.fixture
def city(app):
    """One consultation open, one announced, one closed."""
    with app.app_context(), db.transaction() as session:
        make_consultation(session, slug="alberi", demonstration=True)
        make_consultation(session, slug="pioggia", family="pioggia", options=("spugna-10",),
                          opens_at=NOON + DAY, closes_at=NOON + 5 * DAY)  # fmt: skip
        make_consultation(session, slug="casa", closes_at=NOON - timedelta(hours=1))
        make_consultation(session, slug="segreta", announced_at=None)


def test_the_list_says_what_is_open_and_until_when(city, client):
    text = client.get("/en/consultations").text
    assert "10 days left" in text and "Voting opens on" in text
    assert text.index("consultations/alberi") < text.index("consultations/pioggia")
    assert "segreta" not in text and "Made up for demonstration" in text


@pytest.mark.parametrize("address", ["/en/", "/en/consultations"])
def test_of_several_open_votes_the_first_to_close_stands_out(address, city, app, client):
    with app.app_context(), db.transaction() as session:
        make_consultation(session, slug="strade", closes_at=NOON + 2 * DAY)
    banner, others = client.get(address).text.split("Also open to your vote", 1)
    assert banner.count('class="decision"') == 1 and 'class="decision"' not in others
    assert "consultations/strade" in banner and "consultations/alberi" not in banner
    assert "consultations/alberi" in others and "10 days left to vote" in others


def test_an_empty_list_says_so(client):
    assert "No vote is open" in client.get("/en/consultations").text
    assert client.get("/en/").status_code == 200


def test_the_overview_holds_question_options_rules_and_phases(city, client):
    text = client.get("/en/consultations/alberi").text
    for words in ("Where should trees go?", "Where they are missing", "version 1.0.0",
                  "What can still change", "What cannot change", "consultative",
                  "Closing of the vote", "verde-dove-mancano"):  # fmt: skip
        assert words in text, words
    assert "/en/compare/verde" in text


def test_the_front_page_says_what_is_decided_and_until_when(city, client):
    text = client.get("/en/").text
    assert "Where should trees go?" in text and "10 days left to vote" in text
    assert "/en/consultations/alberi/vote" in text


@pytest.mark.parametrize("language", ["it", "en"])
def test_pages_stand_in_both_languages(city, client, language):
    for rest in ("", "/alberi", "/pioggia", "/casa"):
        answer = client.get(f"/{language}/consultations{rest}")
        assert answer.status_code == 200 and f'<html lang="{language}"' in answer.text


def test_programs_read_the_same(city, client):
    listed = json.loads(client.get("/consultations.json").data)["consultations"]
    assert [one["consultation"] for one in listed] == ["alberi", "pioggia", "casa"]
    one = json.loads(client.get("/en/consultations/alberi.json").data)
    assert one["state"] == "open" and len(one["options"][0]["sha256"]) == 64


@pytest.mark.parametrize("slug", ["segreta", "atlantide", "%00", "a" * 300, "..%2f", "<b>"])
def test_an_unknown_consultation_is_not_found(city, client, slug):
    for address in (f"/en/consultations/{slug}", f"/consultations/{slug}.json"):
        answer = client.get(address)
        assert answer.status_code == 404


def test_a_consultation_and_its_scenarios_lead_to_each_other(city, client):
    uses = json.loads(client.get("/lineage/consultation/alberi.json").data)["uses"]
    assert {"scenario"} == {ref["kind"] for ref in uses}
    ref = uses[0]["id"]
    used_by = json.loads(client.get(f"/lineage/scenario/{ref}.json").data)["used_by"]
    assert "alberi" in [one["id"] for one in used_by]
    scenario = client.get("/en/scenarios/verde-dove-mancano").text
    assert "Put to the vote" in scenario and "/en/consultations/alberi" in scenario


def test_the_desk_is_for_managers(city, client, people):
    assert client.get("/en/manage").status_code == 303
    assert people("citizen").get("/en/manage").status_code == 403
    assert people("council").get("/en/manage/consultations").status_code == 403
    assert "New consultation" in people("community_manager").get("/en/manage").text


@pytest.mark.parametrize(
    "sent",
    [
        {"closes_at": "2026-06-02T20:00", "reason": "Because we can."},
        {"closes_at": "2026-06-20T20:00", "reason": ""},
        {"closes_at": "tomorrow", "reason": "Because we can."},
        {"closes_at": "0001-01-01T00:00", "reason": "Because we can."},
        {"closes_at": "9999-12-31T23:59", "reason": "Because we can."},
        {"closes_at": "2027-03-28T02:30", "reason": "Because we can."},
        {"closes_at": "", "reason": "x" * 2000},
    ],
)
def test_a_bad_extension_is_refused_on_the_desk(city, people, sent):
    page = "/en/manage/consultations/alberi/ask/extend"
    answer = people("community_manager").post(page, data=sent)
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_the_desk_says_first_what_waits(city, people):
    text = people("community_manager").get("/en/manage").text
    waits = text.index("1 vote is over and waits to be counted.")
    assert waits < text.index('id="to-count"') < text.index('id="consultations"')


def test_an_extension_has_a_page_of_its_own(city, people):
    manager = people("community_manager")
    page = "/en/manage/consultations/alberi/ask/extend"
    assert f'href="{page}"' in manager.get("/en/manage/consultations/alberi").text
    assert manager.get(page).text.count('id="field-reason"') == 1
    assert people("citizen").get(page).status_code == 403
    sent = {"closes_at": "2026-06-20T20:00", "reason": "Neve: i municipi sono chiusi."}
    done = manager.post(page, data=sent)
    assert "another person of the staff confirms it" in manager.get(done.location).text
    over = manager.get("/en/manage/consultations/casa/ask/extend").text
    assert "another phase" in over and "<textarea" not in over


def test_a_closed_vote_cannot_be_extended(city, people):
    sent = {"closes_at": "2026-06-20T20:00", "reason": "The portal was away."}
    answer = people("community_manager").post("/en/manage/consultations/casa/ask/extend", data=sent)
    assert answer.status_code == 409
