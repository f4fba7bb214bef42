"""Photos: nobody sees one before a person looked at it, and of a covered one no original stays."""

import io
import random

import pytest
from PIL import Image
from sqlmodel import select

from portal import db
from portal.accounts.models import Role
from portal.news.models import NewsItem
from portal.observations.models import Grade, Observation, ObservationPhoto, PhotoState
from portal.observations.photo_models import PhotoCheck
from portal.observations.photos import photo_checks, pictures
from portal.observations.photos.photo_checks import Part
from tests.conftest import NOON
from tests.factories import make_account, make_campaign

DESK = "/it/manage/observations/photos"


def noisy(seed=1):
    """A picture in which every spot differs from its neighbours."""
    made = Image.frombytes("RGB", (120, 80), random.Random(seed).randbytes(120 * 80 * 3))
    file = io.BytesIO()
    made.resize((480, 320), Image.Resampling.NEAREST).save(file, "PNG")
    file.seek(0)
    return file


@pytest.fixture
def sent(app):
    """A photo that waits; its id and the name of its file."""
    with app.test_request_context("/it/"), db.transaction() as session:
        campaign = make_campaign(session, slug="noise", photos="optional")
        owner = make_account(session)
        observation = Observation(
            campaign_id=campaign.id, contributor_id=owner.id, result=60.0, unit="dB",
            phenomenon_time=NOON, received_at=NOON, key_hash="a",
        )  # fmt: skip
        session.add(observation)
        session.flush()
        sha256 = pictures.take(noisy())
        pictures.attach(session, observation.id, sha256, now=NOON)
        photo = pictures.of(session, observation.id)[0]
    return photo.id, sha256, owner.id


def state(app, photo_id):
    with app.test_request_context("/it/"):
        return db.session().get_one(ObservationPhoto, photo_id)


def file_of(app, sha256):
    from portal import photos

    with app.app_context():
        return photos.path_of(pictures.folder(), sha256)


def test_nobody_outside_sees_a_photo_that_waits(client, people, sent):
    assert client.get(f"/it/observations/photos/{sent[0]}.jpg").status_code == 404
    assert people().get(f"{DESK}/{sent[0]}/file").status_code == 403
    desk = people("community_manager")
    assert desk.get(f"{DESK}/{sent[0]}/file").mimetype == "image/jpeg"
    assert f"{sent[0]}" in desk.get(DESK).text


def test_covering_leaves_no_original_and_everybody_sees_the_covered_one(app, client, people, sent):
    desk = people("community_manager")
    seen = desk.post(f"{DESK}/{sent[0]}", data={"parts": "10 20 30 40", "act": "preview"})
    assert "data:image/jpeg" in seen.text
    assert "10 20 30 40</textarea>" in seen.text  # so that the next step covers the same
    answer = desk.post(f"{DESK}/{sent[0]}", data={"parts": "10 20 30 40", "act": "publish"})
    assert answer.status_code == 303
    found = state(app, sent[0])
    assert found.state is PhotoState.PUBLISHED
    assert not file_of(app, sent[1]).exists()
    shown = client.get(f"/it/observations/photos/{sent[0]}.jpg")
    assert shown.status_code == 200
    assert f"photos/{sent[0]}.jpg" in client.get("/it/observations/noise").text
    with Image.open(io.BytesIO(shown.data)) as picture:
        assert not picture.getexif()
        part = picture.convert("L").crop((60, 80, 180, 180))
        low, high = part.getextrema()
        assert high - low < 80  # black and white noise is grey now


def test_the_same_decision_sent_twice_is_one_and_an_unknown_one_none(app, people, sent):
    desk, here = people("community_manager"), f"{DESK}/{sent[0]}"
    assert desk.post(here, data={"act": "show"}).status_code == 422
    assert state(app, sent[0]).state is PhotoState.WAITING
    assert f'name="seen" value="{sent[1]}"' in desk.get(here).text
    form = {"seen": sent[1], "parts": "10 20 30 40", "act": "publish"}
    assert [desk.post(here, data=form).status_code for _ in range(3)] == [303, 409, 409]
    once = state(app, sent[0]).sha256
    assert f'name="seen" value="{once}"' in desk.post(here, data=form).text
    assert desk.post(here, data={"seen": once, "act": "publish"}).status_code == 303
    with app.test_request_context("/it/"):
        assert len(db.session().exec(select(PhotoCheck)).all()) == 1


def test_the_photo_of_what_was_rejected_is_shown_to_nobody(app, client, people, sent):
    people("community_manager").post(f"{DESK}/{sent[0]}", data={"act": "publish"})
    here = f"/it/observations/photos/{sent[0]}.jpg"
    assert client.get(here).status_code == 200
    with app.test_request_context("/it/"), db.transaction() as session:
        photo = session.get_one(ObservationPhoto, sent[0])
        session.get_one(Observation, photo.observation_id).grade = Grade.REJECTED
    assert client.get(here).status_code == 404
    assert f"photos/{sent[0]}.jpg" not in client.get("/it/observations/noise").text


def test_a_refused_photo_is_deleted_and_its_sender_told_why(app, people, sent):
    desk = people("community_manager")
    without = desk.post(f"{DESK}/{sent[0]}", data={"act": "refuse"})
    assert without.status_code == 422
    desk.post(f"{DESK}/{sent[0]}", data={"act": "refuse", "reason": "A face"})
    assert state(app, sent[0]).state is PhotoState.REFUSED
    assert not file_of(app, sent[1]).exists()
    with app.test_request_context("/it/"):
        told = db.session().exec(select(NewsItem)).all()
    assert any("A face" in str(one.gaps) for one in told)
    again = desk.post(f"{DESK}/{sent[0]}", data={"act": "publish"})
    assert again.status_code == 409


@pytest.mark.parametrize("parts", ["1 2 3", "a b c d", "nan 1 1 1", "100 0 5 5", "-1 0 5 5",
                                   "0 0 0 5", "1e999 0 5 5", "1 1 5 5\n" * 41])  # fmt: skip
def test_parts_that_make_no_sense_are_told_so(app, people, sent, parts):
    answer = people("community_manager").post(
        f"{DESK}/{sent[0]}", data={"parts": parts, "act": "publish"}
    )
    assert answer.status_code == 422
    assert state(app, sent[0]).state is PhotoState.WAITING


def test_nobody_decides_on_their_own_photo(app, sent):
    with app.test_request_context("/it/"), db.transaction() as session:
        owner = make_account(session, role=Role.COMMUNITY_MANAGER)
        photo = session.get_one(ObservationPhoto, sent[0])
        session.get_one(Observation, photo.observation_id).contributor_id = owner.id
        with pytest.raises(photo_checks.OwnPhoto):
            photo_checks.publish(session, photo, owner, [], now=NOON)


def test_a_part_is_read_back_from_nine_points_at_most(app, sent):
    covered = photo_checks.covered(file_of(app, sent[1]), [Part(0, 0, 100, 100)])
    with Image.open(io.BytesIO(covered.data)) as picture:
        small = picture.convert("L").resize((60, 40))
        steps = [abs(a - b) for a, b in zip(*(iter(small.tobytes()),) * 2, strict=False)]
    assert max(steps) < 25


def test_squares_ticked_on_the_photo_are_covered_without_scripts(app, client, people, sent):
    desk = people("community_manager")
    assert 'name="squares" value="F6"' in desk.get(f"{DESK}/{sent[0]}").text
    seen = desk.post(f"{DESK}/{sent[0]}", data={"squares": ["A1", "B1"], "act": "preview"}).text
    assert 'value="A1" checked' in seen and 'value="C1" checked' not in seen
    desk.post(f"{DESK}/{sent[0]}", data={"squares": ["A1", "B1"], "act": "publish"})
    shown = client.get(f"/it/observations/photos/{sent[0]}.jpg")
    with Image.open(io.BytesIO(shown.data)) as picture:
        grey = picture.convert("L")
        low, high = grey.crop((8, 8, 72, 45)).getextrema()
        assert high - low < 80  # covered
        low, high = grey.crop((340, 200, 470, 310)).getextrema()
        assert high - low > 150  # as it came


def test_a_square_the_photo_does_not_have_is_refused(app, people, sent):
    answer = people("community_manager").post(
        f"{DESK}/{sent[0]}", data={"squares": ["Z9"], "act": "publish"}
    )
    assert answer.status_code == 422
    assert state(app, sent[0]).state is PhotoState.WAITING
