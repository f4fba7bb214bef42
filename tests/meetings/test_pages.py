"""The pages of meetings: what everybody sees, and what staff do from form to public page."""

import json
import re
from datetime import timedelta

import pytest

from portal import db
from portal.meetings.models import Meeting
from tests.conftest import NOON
from tests.factories import make_consultation, make_meeting

LIST = "/it/meetings"
GOOD = {
    "consultation": "alberi",
    "title_it": "Gli alberi del Navile",
    "title_en": "Trees in Navile",
    "starts_at": "2026-06-10T18:00",
    "ends_at": "2026-06-10T20:00",
    "place_it": "Centro civico",
    "address": "via Saliceto 5",
    "lat": "44,5139",
    "lon": "11.3512",
    "facilities": ["step_free", "sign_language"],
    "languages": ["it", "ro"],
    "places": "80",
}


@pytest.fixture
def city(app):
    with app.app_context(), db.transaction() as session:
        make_consultation(session, slug="alberi")
    return app


@pytest.fixture
def met(city):
    """`met(slug=…)`: one more meeting of the consultation; its address."""

    def make(**values):
        from sqlmodel import select

        from portal.consultations.models import Consultation

        with city.app_context(), db.transaction() as session:
            here = session.exec(select(Consultation)).one()
            meeting = make_meeting(session, consultation_id=here.id, **values)
            return f"/it/consultations/alberi/meetings/{meeting.slug}", meeting.id

    return make


def test_the_list_shows_what_comes_and_links_its_calendar(client, met):
    page, _ = met()
    shown = client.get(LIST).text
    assert page in shown
    assert "/it/meetings.ics?" not in shown
    assert "/it/meetings.ics" in shown
    assert client.get(f"{LIST}?when=past&consultation=alberi&last=x&starts_at=y").status_code == 200


def test_a_draft_is_seen_by_nobody(client, met):
    page, _ = met(published_at=None)
    assert client.get(page).status_code == 404
    assert page not in client.get(LIST).text
    assert client.get("/meetings.json").json["meetings"] == []


def test_the_page_tells_how_to_get_in_and_marks_foreign_words(client, met):
    page, _ = met(facilities=["step_free"], accessibility={"en": "Ring twice"}, lat=44.5, lon=11.3,
                  district=None, title={"en": "<b>Talk</b>"})  # fmt: skip
    shown = client.get(page).text
    assert "&lt;b&gt;Talk" in shown
    assert re.search(r'<p class="text measure" dir="auto" lang="en">Ring twice', shown)


def test_a_cancelled_meeting_stays_with_its_reason(client, met):
    page, _ = met(cancelled_at=NOON, cancelled_because={"it": "Sala chiusa per lavori"})
    assert "Sala chiusa per lavori" in client.get(page).text
    assert page in client.get(LIST).text
    assert "STATUS:CANCELLED" in client.get(f"{page}.ics").text


def test_calendars_carry_the_zone_and_every_meeting(client, met):
    page, _ = met()
    met()
    answer = client.get("/it/meetings.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.text.count("BEGIN:VEVENT") == 2
    assert client.get(f"{page}.ics").text.count("TZID:Europe/Rome") == 1
    points = client.get("/it/meetings/map.geojson").json
    assert points["features"] == []


def test_a_person_follows_and_stops(people, met):
    page, _ = met()
    browser = people()
    for wanted, follows in (("1", True), ("1", True), ("0", False)):
        assert browser.post(f"{page}/follow", data={"follow": wanted}).status_code == 303
        assert ('value="0"' in browser.get(page).text) is follows


def test_a_manager_plans_publishes_and_cancels(people, city, client):
    manager = people("community_manager")
    answer = manager.post("/it/manage/meetings", data=GOOD)
    assert answer.status_code == 303, answer.text
    desk, page = answer.location, "/it/consultations/alberi/meetings/gli-alberi-del-navile"
    assert client.get(page).status_code == 404
    assert manager.post(f"{desk}/publication", data={"revision": 1}).status_code == 303
    shown = client.get(page).text
    assert "Gli alberi del Navile" in shown
    assert "18:00" in shown
    refused = manager.post(f"{desk}/cancellation", data={"revision": 2})
    assert refused.status_code == 422
    done = manager.post(f"{desk}/cancellation", data={"revision": 2, "reason_it": "Pioggia forte"})
    assert done.status_code == 303
    assert "Pioggia forte" in client.get(page).text
    assert manager.post(f"{desk}/publication", data={"revision": 3}).status_code == 409


def test_two_managers_at_once_lose_nothing(people, met):
    _, meeting = met()
    first, second = people("community_manager"), people("community_manager", 2)
    desk = f"/it/manage/meetings/{meeting}"
    assert first.post(desk, data={**GOOD, "revision": 1}).status_code == 303
    answer = second.post(desk, data={**GOOD, "revision": 1, "title_it": "Titolo mio da tenere"})
    assert answer.status_code == 409
    assert "Titolo mio da tenere" in answer.text


def test_minutes_and_attendance_become_public_with_small_groups_together(people, met, client):
    page, meeting = met(starts_at=NOON - timedelta(days=1))
    manager, desk = people("community_manager"), f"/it/manage/meetings/{meeting}"
    said = {"revision": 1, "said_it": "Si è parlato di ombra.\n\nE di acqua.", "decided_it": "Sì."}
    assert manager.post(f"{desk}/minutes", data=said).status_code == 303
    numbers = {"revision": 2, "total": "54", "gender.women": "29", "gender.men": "20",
               "gender.other": "1", "age.18-34": "60"}  # fmt: skip
    refused = manager.post(f"{desk}/attendance", data=numbers)
    assert refused.status_code == 422
    del numbers["age.18-34"]
    assert manager.post(f"{desk}/attendance", data=numbers).status_code == 303
    shown = client.get(page).text
    assert "Si è parlato di ombra." in shown
    found = client.get(f"{page}.json").json
    assert found["attended"] == 54
    assert all(group["people"] >= 5 for group in found["attendance"]["gender"])
    assert "user" not in json.dumps(found)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_at", "gestern"),
        ("starts_at", "0001-01-01T00:00"),
        ("ends_at", "9999-12-31T23:59"),
        ("ends_at", "2026-06-10T17:00"),
        ("online", "http://example.org"),
        ("online", "https://user:pass@example.org"),
        ("online", "javascript:alert(1)"),
        ("online", "https://["),
        ("lat", "NaN"),
        ("lat", "95"),
        ("lon", ""),
        ("district", "Atlantis"),
        ("facilities", "teleport"),
        ("languages", ["it", "xx"]),
        ("places", "0"),
        ("places", "1e9"),
        ("title_it", "x" * 151),
        ("title_it", "a\x00b"),
        ("consultation", "none-such"),
    ],
)
def test_bad_fields_are_named_and_nothing_is_kept(people, city, field, value):
    answer = people("community_manager").post("/it/manage/meetings", data={**GOOD, field: value})
    assert answer.status_code == 422, answer.text
    assert "field-" in answer.text
    with city.app_context():
        assert db.session().query(Meeting).count() == 0


def test_a_meeting_needs_words_and_a_place(people, city):
    bare = {k: v for k, v in GOOD.items() if k in ("consultation", "starts_at", "ends_at")}
    answer = people("community_manager").post("/it/manage/meetings", data=bare)
    assert answer.status_code == 422
    assert "#field-title_it" in answer.text
    assert "#field-address" in answer.text
    nothing = people("community_manager").post("/it/manage/meetings", data={}).text
    assert all(
        f'href="#field-{one}"' in nothing for one in ("consultation", "starts_at", "ends_at")
    )


def test_panels_show_meetings_on_the_front_page_and_the_consultation(client, met, people):
    page, _ = met()
    assert page in client.get("/it/").text
    assert page in client.get("/it/consultations/alberi").text
    met(starts_at=NOON - timedelta(days=1))
    desk = people("community_manager").get("/it/manage").text
    assert "/it/manage/meetings" in desk
