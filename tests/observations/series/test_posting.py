"""Sensors: named by a person, sending by SensorThings with a key, stopped at any time."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from portal import db
from portal.observations.models import Observation, Origin
from portal.observations.series import devices, posted
from portal.observations.series.posted import BadRequest
from portal.observations.series_models import Device
from tests.conftest import NOON
from tests.factories import make_campaign

AT = (NOON - timedelta(hours=2)).isoformat()
ROOT = "/sta/v1.1"


@pytest.fixture
def sensor(app, people):
    """A sensor of the first citizen: `(browser, its key, its id)`."""
    with app.app_context(), db.transaction() as session:
        make_campaign(session, slug="rumore")
    browser = people()
    form = {"id": uuid4(), "campaign": "rumore", "name": "balcone", "model": "DNMS",
            "lat": "44.4938", "lon": "11.3430"}  # fmt: skip
    page = browser.post("/it/account/devices", data=form)
    assert page.status_code == 200, page.text
    assert browser.post("/it/account/devices", data=form).status_code == 409
    return browser, re.search(r"sens_[\w-]{43}", page.text)[0], str(form["id"])


@pytest.fixture
def post(app, sensor):
    """Post as the sensor, without any cookie."""
    app.config["WTF_CSRF_ENABLED"] = True

    def send(body, path=f"{ROOT}/Datastreams({sensor[2]})/Observations", key=sensor[1], **more):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        headers = {"Authorization": f"Bearer {key}"}
        more = {"content_type": "application/json", **more}
        return app.test_client().post(path, data=data, headers=headers, **more)

    return send


def kept(app):
    with app.app_context():
        return db.session().exec(select(Observation)).all()


def test_another_datastream_or_an_interval_that_ends_too_early_is_not_passed_over(
    app, sensor, post
):
    before = (NOON - timedelta(hours=3)).isoformat()
    body = {"phenomenonTime": AT, "result": 61.5}
    assert post({**body, "Datastream": {"@iot.id": str(uuid4())}}).status_code == 404
    assert post({**body, "Datastream": "rumore"}).status_code == 400
    assert post({**body, "phenomenonTime": f"{AT}/{before}"}).status_code == 400
    assert post({**body, "phenomenonTime": f"{AT}/later"}).status_code == 400
    assert not kept(app)
    whole = {**body, "Datastream": {"@iot.id": sensor[2]}, "phenomenonTime": f"{before}/{AT}"}
    assert post(whole).status_code == 201
    assert len(kept(app)) == 1


def test_a_sensor_sends_and_the_same_moment_counts_once(app, sensor, post):
    body = {"phenomenonTime": AT, "result": 61.5}
    answers = [post(body), post(body)]
    linked = {**body, "Datastream": {"@iot.id": sensor[2]}}
    answers.append(post(linked, f"{ROOT}/Observations"))
    answers.append(post(body, f"{ROOT}/Datastreams('{sensor[2]}')/Observations"))
    assert [one.status_code for one in answers] == [201] * 4
    assert len({one.headers["Location"] for one in answers}) == 1
    assert "Set-Cookie" not in answers[0].headers
    (found,) = kept(app)
    assert (found.origin, str(found.device_id), found.result) == (Origin.DEVICE, sensor[2], 61.5)
    other = post({"phenomenonTime": AT, "result": 70})
    assert other.status_code == 409 and other.json["error"]["code"] == "AlreadySent"
    where = answers[0].headers["Location"].partition("/sta")[2]
    own = {"Authorization": f"Bearer {sensor[1]}"}
    assert app.test_client().get(f"/sta{where}", headers=own).json["result"] == 61.5
    assert app.test_client().get(f"/sta{where}").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff", b"[]", b"null", b"1", b"[" * 50_000,
        b'{"phenomenonTime": "%s", "result": NaN}' % AT.encode(),
        b'{"phenomenonTime": "%s", "result": 1e999}' % AT.encode(),
        b'{"result": 1, "result": 2, "phenomenonTime": "%s"}' % AT.encode(),
        {"phenomenonTime": AT}, {"result": 61}, {"phenomenonTime": AT, "result": "61"},
        {"phenomenonTime": AT, "result": True}, {"phenomenonTime": AT, "result": [1] * 10_000},
        {"phenomenonTime": AT, "result": 10**400}, {"phenomenonTime": AT, "result": 900},
        {"phenomenonTime": "0001-01-01T00:00:00Z", "result": 61},
        {"phenomenonTime": "9999-12-31T23:59:59Z", "result": 61},
        {"phenomenonTime": "2026-05-31T10:00:00", "result": 61},
        {"phenomenonTime": 5, "result": 61},
        {"phenomenonTime": AT, "result": 61, "parameters": {"unit": "Pa"}},
        {"phenomenonTime": AT, "result": 61, "FeatureOfInterest": {}},
        {"phenomenonTime": AT, "result": 61, "colour": "red"},
    ],
)  # fmt: skip
def test_what_is_no_observation_is_refused_in_the_standards_shape(app, post, body):
    answer = post(body)
    assert answer.status_code == 400, answer.text
    assert set(answer.json["error"]) == {"code", "message", "details"}
    assert kept(app) == []


def test_bodies_too_large_and_of_other_kinds_are_refused(post):
    assert post(b"1" * 2_000_000).status_code == 413
    assert post("result=61", content_type="application/x-www-form-urlencoded").status_code == 400


def test_data_arrays_bring_many_and_say_of_each_what_became_of_it(app, sensor, post):
    rows = [[AT, 61.5], [AT, 61.5], ["0001-01-01T00:00:00Z", 61], [AT, 70], [1]]
    group = {"Datastream": {"@iot.id": sensor[2]}, "components": ["phenomenonTime", "result"],
             "dataArray@iot.count": len(rows), "dataArray": rows}  # fmt: skip
    answer = post([group], f"{ROOT}/CreateObservations")
    assert answer.status_code == 201
    assert answer.json[0] == answer.json[1] and answer.json[2:] == ["error"] * 3
    assert len(kept(app)) == 1
    many = {**group, "dataArray": [[AT, 1]] * (posted.MOST_AT_ONCE + 1)}
    assert post([many], f"{ROOT}/CreateObservations").status_code == 413


def test_only_the_key_lets_in_and_only_to_its_own_datastream(app, sensor, post):
    body = {"phenomenonTime": AT, "result": 61.5}
    for key in ("", "sens_wrong", sensor[1][:-1], "sens_" + "x" * 5_000):
        refused = post(body, key=key)
        assert refused.status_code == 401 and refused.headers["WWW-Authenticate"]
    other = f"{ROOT}/Datastreams({uuid4()})/Observations"
    assert post(body, other).status_code == 404
    with app.app_context():
        device = db.session().exec(select(Device)).one()
        assert sensor[1] not in str(device.model_dump())


def test_a_key_is_changed_a_sensor_paused_and_let_go(app, sensor, people, post):
    browser, _key, id = sensor
    body = {"phenomenonTime": AT, "result": 61.5}
    assert post(body).status_code == 201
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = people(n=2)
    for act in ("key", "pause", "delete"):
        assert stranger.post(f"/it/account/devices/{id}/{act}").status_code == 404
    browser.post(f"/it/account/devices/{id}/pause")
    assert post(body).status_code == 403
    browser.post(f"/it/account/devices/{id}/pause", data={"on": "1"})
    page = browser.post(f"/it/account/devices/{id}/key")
    assert post(body).status_code == 401
    assert post(body, key=re.search(r"sens_[\w-]{43}", page.text)[0]).status_code == 201
    assert browser.get("/it/account/devices").text.count("balcone") > 1
    assert browser.post(f"/it/account/devices/{id}/delete").status_code == 303
    (found,) = kept(app)
    assert found.device_id is None


def test_a_sensor_sends_only_so_much_a_day(app, post):
    with app.app_context(), db.transaction() as session:
        device = session.exec(select(Device)).one()
        device.sent_on, device.sent_then = NOON.date(), devices.MOST_A_DAY
        session.add(device)
    answer = post({"phenomenonTime": AT, "result": 61.5})
    assert answer.status_code == 429 and answer.headers["Retry-After"]


def test_a_sensor_outside_the_city_or_nowhere_is_refused(app, people):
    with app.app_context(), db.transaction() as session:
        make_campaign(session, slug="rumore")
    browser = people()
    assert browser.get("/it/account/devices?campaign=rumore").status_code == 200
    for place in ({}, {"lat": "45", "lon": "9"}, {"district": "milano"}, {"lat": "44.49"}):
        form = {"id": uuid4(), "campaign": "rumore", "name": "x", **place}
        assert browser.post("/it/account/devices", data=form).status_code == 422


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["phenomenonTime", "result", "Datastream", "@iot.id", "components",
                         "dataArray", "parameters", "unit", "resultTime", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(VALUES, st.binary(max_size=60))
def test_anything_posted_is_an_observation_or_a_bad_request(value, body):
    campaign = type("C", (), {"categories": [], "unit": "dB", "unit_shown": "dB(A)"})()
    for read in (
        lambda: posted.parsed(body),
        lambda: posted.reading(value, campaign),
        lambda: posted.groups(value),
        lambda: posted.datastream_of(value),
    ):
        try:
            read()
        except BadRequest as refused:
            assert refused.status in (400, 413)


def test_what_is_too_long_is_refused_in_words(post):
    answer = post(b'"' + b"x" * 300_000 + b'"')
    assert answer.status_code == 413
    (problem,) = answer.json["error"]["details"]
    assert problem["target"] == "body"
    assert "256 kB" in problem["message"]


def test_a_problem_is_at_the_member_the_standard_names(post):
    answer = post({"phenomenonTime": (NOON + timedelta(days=9)).isoformat(), "result": 61})
    assert [one["target"] for one in answer.json["error"]["details"]] == ["phenomenonTime"]
