"""Photos sent with a measurement: hostile ones are refused, others keep nothing but pixels."""

import io

import pytest
from PIL import Image
from sqlmodel import select

from portal import db
from portal.observations.models import Observation, ObservationPhoto, PhotoState
from portal.observations.photos import pictures
from tests.factories import make_campaign
from tests.proposals import hostile

HERE = "/en/observations/noise"
GOOD = {"result": "61", "lat": "44.4938", "lon": "11.3430", "phenomenon_time": "2026-06-01T10:30"}


@pytest.fixture
def campaign(app):
    with app.app_context(), db.transaction() as session:
        return make_campaign(session, slug="noise", dataset="noise", photos="required")


def send(browser, data, name="photo.jpg", **fields):
    sent = {**GOOD, **fields, "photo": (io.BytesIO(data), name)}
    return browser.post(HERE, data=sent, content_type="multipart/form-data")


def kept(app, kind=ObservationPhoto):
    with app.app_context():
        return db.session().exec(select(kind)).all()


def file_of(app, photo):
    with app.app_context():
        return pictures.path_of(photo)


def test_every_hostile_file_is_refused_in_words_and_nothing_is_kept(app, people, campaign):
    citizen = people()
    for name, data in hostile.BAD.items():
        answer = send(citizen, data, f"{name}.png")
        assert answer.status_code in (413, 422), name
        assert "<h" in answer.text and "Traceback" not in answer.text
    assert kept(app) == [] and kept(app, Observation) == []
    left = app.config["DATA"] / "photos"
    assert [path for path in left.rglob("*") if path.is_file()] == []


def test_nothing_but_pixels_is_kept_of_what_tells_more(app, people, campaign):
    citizen = people()
    for name, data in hostile.TELLING.items():
        answer = send(citizen, data, idempotency_key=name)
        assert answer.status_code == 303, name
    for photo in kept(app):
        assert photo.state is PhotoState.WAITING
        written = file_of(app, photo).read_bytes()
        assert not [secret for secret in hostile.SECRETS if secret in written]
        with Image.open(io.BytesIO(written)) as shown:
            assert shown.format == "JPEG" and not shown.getexif()
            assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                       "progressive", "progression"}  # fmt: skip
    assert len(kept(app)) == len(hostile.TELLING)


def test_a_photo_is_seen_by_its_sender_alone(app, people, campaign, client):
    page = send(people(n=1), hostile.GOOD).location
    assert people(n=1).get(f"{page}/photo").content_type == "image/jpeg"
    assert "no-store" in people(n=1).get(f"{page}/photo").headers["Cache-Control"]
    for other in (people(n=2), people("community_manager")):
        assert other.get(f"{page}/photo").status_code == 404
    assert client.get(f"{page}/photo").status_code == 303


def test_a_campaign_that_needs_a_photo_says_so_with_every_other_problem(people, campaign):
    answer = people().post(HERE, data={**GOOD, "result": "loud"})
    assert answer.status_code == 422
    assert "needs a photo" in answer.text and "enter a number" in answer.text


def test_a_photo_sent_with_a_mistake_need_not_be_sent_again(app, people, campaign):
    citizen = people()
    refused = send(citizen, hostile.GOOD, result="loud")
    mark = refused.text.split('name="kept" value="')[1].split('"')[0]
    assert mark
    assert people(n=2).post(HERE, data={**GOOD, "kept": mark}).status_code == 422
    assert citizen.post(HERE, data={**GOOD, "kept": mark}).status_code == 303
    assert len(kept(app)) == 1


def test_the_same_form_sent_again_has_its_photo_once(app, people, campaign):
    citizen = people()
    pages = {send(citizen, hostile.GOOD, idempotency_key="k").location for _ in range(3)}
    assert len(pages) == 1
    assert len(kept(app)) == 1


def test_files_of_forms_nobody_sent_go_and_others_stay(app, people, campaign, monkeypatch):
    citizen = people()
    send(citizen, hostile.GOOD)
    send(citizen, hostile.picture(size=(90, 60)), result="loud")
    monkeypatch.setattr(pictures, "ABANDONED", -pictures.ABANDONED)
    with app.app_context():
        assert pictures.tidy() == 1
    assert file_of(app, kept(app)[0]).is_file()
