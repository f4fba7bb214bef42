"""What is broken reaches the city's desk once, without a name; the datum stays."""

import json
import struct
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from sqlmodel import select

from portal import db, jobs
from portal.observations.city import city_desk, open311
from portal.observations.city.open311 import Need
from portal.observations.models import Observation, PlaceKind
from portal.observations.request_models import RequestState, ServiceRequest
from tests.factories import make_campaign

HERE = "/en/observations/flood"
SENT = {
    "result": "deep", "lat": "44.4938", "lon": "11.3430", "phenomenon_time": "2026-06-01T10:30",
    "note": "caditoia chiusa", "needs_action": "1", "idempotency_key": "once",
}  # fmt: skip
TAKEN = 201, [{"service_request_id": "293944", "service_notice": "Entro tre giorni."}]


class Desk:
    """The other side: a small server that speaks GeoReport v2 and keeps what it was sent."""

    def __init__(self):
        self.answer, self.got = TAKEN, []
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                desk.got.append((self.path, {k: v[0] for k, v in parse_qs(body).items()}))
                code, told = desk.answer
                if code is None:  # it took the request, and the line broke
                    self.connection.close()
                    return
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

            def log_message(self, *told):
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/open311/v2"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def desk():
    found = Desk()
    yield found
    found.close()


@pytest.fixture
def campaign(app, desk):
    app.config["OPEN311_URL"], app.config["OPEN311_KEY"] = desk.url, "key"
    words = [{"code": c, "name": {"it": c, "en": c}} for c in ("dry", "deep")]
    values = {"slug": "flood", "dataset": "flood", "categories": words, "minimum": 0, "maximum": 1,
              "decimals": 0, "unit": "1", "unit_shown": "", "service_code": "drains",
              "place_kind": PlaceKind.STREET, "resolution": 10}  # fmt: skip
    with app.app_context(), db.transaction() as session:
        return make_campaign(session, **values).slug


def work(app, times=1, after=timedelta(0)):
    with app.app_context():
        for _ in range(times):
            from datetime import UTC, datetime

            jobs.work(datetime.now(UTC) + after)


def asked(app):
    with app.app_context():
        return db.session().exec(select(ServiceRequest)).all()


def test_the_desk_gets_place_and_words_but_no_name_and_answers_with_its_number(
    app, people, campaign, desk
):
    citizen = people()
    page = citizen.post(HERE, data=SENT).location
    work(app)
    ((path, sent),) = desk.got
    assert path == "/open311/v2/requests.json"
    assert sent == {
        "service_code": "drains", "lat": "44.493800", "long": "11.343000", "api_key": "key",
        "description": "Rumore in strada. deep. caditoia chiusa",
    }  # fmt: skip
    shown = citizen.get(page).text
    assert "293944" in shown and "Entro tre giorni." in shown
    (kept,) = asked(app)
    assert (kept.state, kept.lat, kept.lon, kept.description) == (RequestState.SENT, None, None, "")


def test_the_same_form_sent_again_files_nothing_twice(app, people, campaign, desk):
    citizen = people()
    assert citizen.post(HERE, data=SENT).location == citizen.post(HERE, data=SENT).location
    work(app, times=3)
    assert len(desk.got) == 1
    with app.app_context():
        assert len(db.session().exec(select(Observation)).all()) == 1


def test_without_the_tick_nothing_leaves(app, people, campaign, desk):
    people().post(HERE, data={**SENT, "needs_action": ""})
    work(app)
    assert desk.got == [] and asked(app) == []


def test_the_desk_must_know_where_exactly(app, people, campaign):
    sent = {**SENT, "lat": "", "lon": "", "district": "navile"}
    answer = people().post(HERE, data=sent)
    assert answer.status_code == 422
    assert "must know where exactly" in answer.text


def test_a_desk_that_refuses_is_told_to_the_person_and_not_asked_again(app, people, campaign, desk):
    desk.answer = 400, [{"code": 400, "description": "service_code is unknown"}]
    citizen = people()
    page = citizen.post(HERE, data=SENT).location
    work(app, times=3, after=timedelta(days=1))
    assert len(desk.got) == 1
    shown = citizen.get(page).text
    assert "did not take it" in shown and "service_code is unknown" in shown


@pytest.mark.parametrize("answer", [(503, []), (429, [])])
def test_a_desk_that_says_later_is_asked_again(app, people, campaign, desk, answer):
    desk.answer = answer
    people().post(HERE, data=SENT)
    work(app)
    desk.answer = TAKEN
    work(app, after=timedelta(hours=1))
    assert len(desk.got) == 2
    assert [one.state for one in asked(app)] == [RequestState.SENT]


@pytest.mark.parametrize(
    "answer", [(500, []), (None, None), (201, b"<html>"), (201, []), (302, [])]
)
def test_what_may_have_arrived_is_never_sent_twice(app, people, campaign, desk, answer):
    desk.answer = answer
    citizen = people()
    page = citizen.post(HERE, data=SENT).location
    work(app, times=3, after=timedelta(days=1))
    assert len(desk.got) == 1
    assert [one.state for one in asked(app)] == [RequestState.UNCERTAIN]
    assert "not sent twice" in citizen.get(page).text


def test_a_desk_that_is_away_is_tried_again(app, people, campaign, desk):
    with pytest.raises(open311.NotReached):
        open311.post("http://127.0.0.1:9/open311/v2", "", Need("drains", 44.5, 11.3, "x"))
    app.config["OPEN311_URL"] = "http://127.0.0.1:9"
    people().post(HERE, data=SENT)
    work(app)
    assert [one.state for one in asked(app)] == [RequestState.WAITING]
    app.config["OPEN311_URL"] = desk.url
    work(app, after=timedelta(hours=1))
    assert [one.state for one in asked(app)] == [RequestState.SENT]


def test_what_nobody_heard_of_for_days_keeps_no_place(app, people, campaign):
    people().post(HERE, data=SENT)
    with app.app_context():
        with db.transaction() as session:
            request = session.exec(select(ServiceRequest)).one()
            request.asked_at -= timedelta(days=5)
            session.add(request)
        assert city_desk.leave_uncertain() == 1
    (kept,) = asked(app)
    assert (kept.state, kept.lat) == (RequestState.UNCERTAIN, None)
    with app.app_context():
        db.session().close()
    files = app.config["DATA"].glob("portal.sqlite*")
    held = b"".join(path.read_bytes() for path in files)
    assert struct.pack(">d", 11.3430) not in held


def test_without_a_desk_the_form_names_it_and_nothing_is_filed(app, people, campaign):
    app.config["OPEN311_URL"] = ""
    app.config["CITY_DESK"] = "Numero verde 800 000 000"
    citizen = people()
    form = citizen.get(f"{HERE}/new").text
    assert "Numero verde 800 000 000" in form and 'name="needs_action"' not in form
    assert citizen.post(HERE, data=SENT).status_code == 303
    assert asked(app) == []
