"""Writing a measurement down: the look before sending, places by name, categories, exact points."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.observations.models import Observation, ObservationExact, PlaceKind
from tests.factories import make_campaign

HERE = "/en/observations/flood"
GOOD = {"result": "deep", "lat": "44.4938", "lon": "11.3430", "accuracy": "8",
        "phenomenon_time": "2026-06-01T10:30", "note": "sottopasso", "idempotency_key": "k"}  # fmt: skip
NAMES = {"dry": "Niente acqua", "shallow": "Pozze", "deep": "Acqua alta"}


@pytest.fixture
def campaign(app):
    words = [{"code": code, "name": {"it": name, "en": code}} for code, name in NAMES.items()]
    values = {"slug": "flood", "dataset": "flood", "categories": words, "minimum": 0, "maximum": 2,
              "decimals": 0, "unit": "1", "unit_shown": "", "place_kind": PlaceKind.STREET,
              "resolution": 10, "exact_days": 30, "area": ["porto-saragozza", "santo-stefano"]}  # fmt: skip
    with app.app_context(), db.transaction() as session:
        return make_campaign(session, **values).slug


def kept(app, kind=Observation):
    with app.app_context():
        return db.session().exec(select(kind)).all()


def test_before_it_is_sent_the_form_shows_what_becomes_public(app, people, campaign):
    citizen = people()
    answer = citizen.post(HERE, data={**GOOD, "act": "review"})
    assert answer.status_code == 200
    assert "becomes this hexagon" in answer.text and "for 30 days, then deleted" in answer.text
    assert kept(app) == []
    assert 'name="lat" value="44.4938"' in answer.text
    assert citizen.post(HERE, data={**GOOD, "act": "send"}).status_code == 303
    assert len(kept(app)) == 1


def test_personal_data_in_the_note_are_told_before_it_is_sent(people, campaign):
    note = {**GOOD, "note": "chiamare 051 555 0142", "act": "review"}
    answer = people().post(HERE, data=note).text
    assert "may hold personal data: a phone number" in answer
    assert "<textarea" in answer


def test_a_category_is_kept_by_its_place_and_its_code(app, people, campaign):
    page = people().post(HERE, data=GOOD).location
    (made,) = kept(app)
    assert (made.result, made.category) == (2.0, "deep")
    assert "deep" in people().get(page).text


@pytest.mark.parametrize("result", ["2", "flood", "", "DEEP", "0", "nan"])
def test_what_is_no_category_is_refused(app, people, campaign, result):
    answer = people().post(HERE, data={**GOOD, "result": result})
    assert answer.status_code == 422
    assert kept(app) == []


def test_places_of_other_districts_are_refused(app, people, campaign):
    answer = people().post(HERE, data={**GOOD, "lat": "44.5061", "lon": "11.3702"})
    assert answer.status_code == 422
    assert "measures elsewhere" in answer.text


def test_the_exact_point_is_kept_apart_with_the_day_it_goes(app, people, campaign):
    people().post(HERE, data=GOOD)
    (exact,) = kept(app, ObservationExact)
    (made,) = kept(app)
    assert (exact.lat, exact.lon) == (44.4938, 11.343)
    assert exact.delete_after == made.received_at + timedelta(days=30)


def test_an_address_fills_the_point_and_sends_nothing(app, people, campaign):
    citizen = people()
    sent = {**GOOD, "lat": "", "lon": "", "address": "via dei Poeti", "act": "find"}
    answer = citizen.post(HERE, data=sent)
    assert answer.status_code == 200
    assert 'name="lat" value="44.4' in answer.text
    several = citizen.post(HERE, data={**sent, "address": "piazza Maggiore"}).text
    assert "Which one do you mean?" in several and 'name="spot"' in several
    unknown = citizen.post(HERE, data={**sent, "address": "Piazza che non esiste"})
    assert unknown.status_code == 422
    assert citizen.post(HERE, data={**sent, "address": ""}).status_code == 422
    assert kept(app) == []


def test_the_return_key_looks_an_address_up_and_sends_nothing(app, people, campaign):
    sent = {**GOOD, "lat": "", "lon": "", "address": "via dei Poeti", "act": "enter"}
    assert 'name="lat" value="44.4' in people().post(HERE, data=sent).text
    assert kept(app) == []


def test_programs_get_the_address_of_what_they_sent_or_every_problem(people, campaign):
    citizen = people()
    json = {"Accept": "application/json"}
    answer = citizen.post(HERE, data=GOOD, headers=json)
    assert answer.status_code == 201
    assert citizen.get(answer.get_json()["url"]).status_code == 200
    refused = citizen.post(HERE, data={**GOOD, "result": "x", "lat": "45.9"}, headers=json)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.get_json()["problems"]} == {"result", "lat"}


def test_a_form_begins_at_the_area_somebody_came_from(people, campaign):
    citizen = people()
    assert citizen.get(f"{HERE}/new?area=%00none").status_code == 200


def test_the_copy_for_places_without_a_signal_holds_nothing_of_the_reader(people, campaign, client):
    for reader in (client, people()):
        page = reader.get(f"{HERE}/away")
        assert page.status_code == 200
        assert "csrf" not in page.text and "Your account" not in page.text
        assert not page.headers.get("Set-Cookie")


def test_the_worker_knows_open_campaigns_and_caches_only_their_pages(client, campaign):
    script = client.get("/en/observations/worker.js")
    assert script.content_type.startswith("text/javascript")
    assert "/en/observations/flood/away" in script.text
    assert "worker-src 'self'" in script.headers["Content-Security-Policy"]


def test_the_queue_learns_who_is_signed_in_by_a_word_that_says_nothing(people, campaign, client):
    assert client.get("/en/observations/status.json").get_json()["who"] == ""
    ada, bob = (people(n=n).get("/en/observations/status.json").get_json()["who"] for n in (1, 2))
    assert ada and bob and ada != bob
    assert people(n=1).get("/en/observations/status.json").get_json()["who"] == ada


def test_who_signs_out_leaves_no_drafts_on_the_device(people):
    assert people().post("/en/sign-out").headers["Clear-Site-Data"] == '"storage"'
