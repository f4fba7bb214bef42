"""The room's pages: whole and as fragments, for everyone and for programs."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlmodel import select

from portal import db
from portal.observations.campaigns import pages
from portal.observations.models import Grade, Observation
from tests.factories import make_campaign

HERE = "/it/observations/noise"
GOOD = {
    "result": "61,5",
    "lat": "44.4938",
    "lon": "11.3430",
    "accuracy": "12",
    "phenomenon_time": "2026-06-01T10:30",
    "note": "autobus",
}


@pytest.fixture
def campaign(app):
    with app.app_context(), db.transaction() as session:
        return make_campaign(session, slug="noise", dataset="noise", demonstration=True)


def kept(app):
    with app.app_context():
        return list(db.session().exec(select(Observation)).all())


@pytest.mark.parametrize("language", ["it", "en"])
def test_everyone_sees_campaigns_and_their_coverage(client, campaign, language):
    listed = client.get(f"/{language}/observations")
    shown = client.get(f"/{language}/observations/noise")
    assert listed.status_code == shown.status_code == 200
    assert f"/{language}/observations/noise" in listed.text
    assert shown.text.count("<h1") == 1
    assert "data-demonstration" in shown.text or "badge--demonstration" in shown.text


def test_programs_read_the_same(client, campaign):
    told = client.get("/observations/noise.json").get_json()
    assert told["unit"] == "dB[SPL]"
    assert told["grades"]["accepted"] == 0
    cells = client.get("/it/observations/noise/cells.geojson")
    assert cells.content_type == "application/geo+json"
    assert cells.get_json()["features"] == []


def test_a_count_stands_in_one_class_of_the_legend(app):
    with app.test_request_context("/en/"):
        shown = pages.count_classes([6, 8, 11, 11, 12, 13, 13, 15, 16, 17, 20, 24])
    labels = [one["label"] for one in shown]
    ends = [[int(number) for number in re.findall(r"\d+", label)] for label in labels]
    assert ends[0][0] == 6 and ends[-1][-1] == 24
    assert all(before[-1] + 1 == after[0] for before, after in pairwise(ends))


@pytest.mark.parametrize("page", ["/it/observations/none", "/it/observations/none/new"])
def test_an_unknown_campaign_is_told_so(people, campaign, page):
    assert people().get(page).status_code == 404


def test_a_visitor_signs_in_first(client, campaign):
    answer = client.post(HERE, data=GOOD)
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_a_measurement_leads_to_its_own_page_with_every_check(app, people, campaign):
    citizen = people()
    answer = citizen.post(HERE, data=GOOD)
    assert answer.status_code == 303
    page = citizen.get(answer.location)
    assert page.status_code == 200
    assert "61,5 dB(A)" in page.text
    assert page.text.count("badge--good") == 5 and page.text.count("non confrontata") == 1
    assert "44.4938" not in page.text
    (made,) = kept(app)
    assert (made.result, made.grade, made.note) == (61.5, Grade.CHECKED, "autobus")
    assert made.phenomenon_time.isoformat() == "2026-06-01T08:30:00+00:00"


def test_nobody_sees_the_measurement_of_another(people, campaign):
    page = people(n=1).post(HERE, data=GOOD).location
    assert people(n=2).get(page).status_code == 404
    assert people("community_manager").get(page).status_code == 404


def test_ones_own_list_shows_only_ones_own(people, campaign):
    people(n=1).post(HERE, data=GOOD)
    assert "61,5" in people(n=1).get(f"{HERE}/mine").text
    assert "61,5" not in people(n=2).get(f"{HERE}/mine").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": "NaN"},
        {"result": "inf"},
        {"result": "1e308"},
        {"result": ""},
        {"result": "loud"},
        {"result": "５００"},
        {"lat": "45.9"},
        {"lat": "91"},
        {"lat": ""},
        {"lat": "", "lon": ""},
        {"lat": "", "lon": "", "district": "atlantis"},
        {"lat": "nan", "lon": "nan"},
        {"accuracy": "-1"},
        {"accuracy": "1e99"},
        {"unit": "Pa"},
        {"phenomenon_time": "0001-01-01T00:00"},
        {"phenomenon_time": "9999-12-31T23:59"},
        {"phenomenon_time": "2026-03-29T02:30"},
        {"phenomenon_time": "2026-06-01T13:30"},
        {"phenomenon_time": "2020-06-01T13:30"},
        {"phenomenon_time": ""},
        {"note": "x" * 501},
        {"note": "a\x00b"},
        {"result": ["60", "61"]},
        {"idempotency_key": "k" * 101},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_words_and_shown_again(app, people, campaign, wrong):
    answer = people().post(HERE, data={**GOOD, **wrong})
    assert answer.status_code == 422
    assert "data-summary" in answer.text
    assert 'name="result"' in answer.text
    assert kept(app) == []


def test_refused_entries_count_in_the_pass_rates(client, people, campaign):
    people().post(HERE, data={**GOOD, "result": "640"})
    checks = {one["id"]: one for one in client.get("/observations/noise.json").get_json()["checks"]}
    assert checks["inside_range"]["failed"] == 1


def test_a_photo_is_not_kept_and_that_is_said(people, campaign):
    citizen = people()
    photo = (io.BytesIO(b"\xff\xd8\xff"), "home.jpg")
    answer = citizen.post(HERE, data={**GOOD, "photo": photo}, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert "non raccoglie foto" in citizen.get(answer.location).text


def test_sixty_four_equal_posts_at_once_are_one_measurement(app, people, campaign):
    cookie = people().get_cookie("session").value

    def send(_n):
        browser = app.test_client()
        browser.set_cookie("session", cookie)
        return browser.post(HERE, data={**GOOD, "idempotency_key": "one-form"})

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(send, range(64)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(kept(app)) == 1


def test_one_form_sent_with_another_value_says_so_and_gives_a_new_key(app, people, campaign):
    citizen = people()
    citizen.post(HERE, data={**GOOD, "idempotency_key": "k"})
    again = citizen.post(HERE, data={**GOOD, "result": "70", "idempotency_key": "k"})
    assert again.status_code == 409
    assert 'name="idempotency_key" value="k"' not in again.text
    assert len(kept(app)) == 1


def test_the_lineage_of_an_observation_says_nothing_of_who_measured(app, client, people, campaign):
    people().post(HERE, data=GOOD)
    (made,) = kept(app)
    told = client.get(f"/lineage/observation/{made.id}.json").get_json()
    assert [one["kind"] for one in told["uses"]] == ["campaign"]
    assert str(made.contributor_id) not in str(told)
    assert made.cell not in str(told)
    assert client.get("/lineage/observation/none.json").status_code == 404


def test_a_decimal_comma_reaches_the_portal_in_every_browser(people, campaign):
    """Fields of type number drop it, or take 65,7 for 657, where the browser counts otherwise."""
    page = people().get(f"{HERE}/new").text
    field = re.search(r"<input[^>]*name=\"result\"[^>]*>", page).group()
    assert 'type="text"' in field
    assert 'inputmode="decimal"' in field
