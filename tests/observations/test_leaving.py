"""What is kept beside a measurement is handed out with the rest, and goes with its owner."""

import io

from sqlmodel import select

from portal import db, jobs
from portal.accounts import personal
from portal.accounts.models import Account, Role
from portal.observations import personal as own
from portal.observations.models import Observation, ObservationExact, ObservationPhoto, PlaceKind
from portal.observations.photos import pictures
from portal.observations.request_models import ServiceRequest
from tests.factories import make_campaign
from tests.proposals import hostile

HERE = "/en/observations/noise"
SENT = {"result": "61", "lat": "44.4938", "lon": "11.3430", "phenomenon_time": "2026-06-01T10:30",
        "needs_action": "1"}  # fmt: skip


def test_exact_point_photo_and_request_are_exported_and_let_go(app, people):
    app.config["OPEN311_URL"] = "http://127.0.0.1:9"
    values = {"photos": "optional", "exact_days": 30, "place_kind": PlaceKind.STREET,
              "service_code": "drains"}  # fmt: skip
    with app.app_context(), db.transaction() as session:
        make_campaign(session, slug="noise", dataset="noise", **values)
    photo = (io.BytesIO(hostile.GOOD), "photo.jpg")
    answer = people().post(HERE, data={**SENT, "photo": photo}, content_type="multipart/form-data")
    assert answer.status_code == 303
    with app.app_context(), db.transaction() as session:
        file = pictures.path_of(session.exec(select(ObservationPhoto)).one())
        assert file.is_file()
        owner_id = session.exec(select(Observation)).one().contributor_id
        owner = session.get_one(Account, owner_id)
        assert owner.role is Role.CITIZEN
        part = next(one for one in personal.parts() if one.name == "observation-extras")
        told = {row["kind"] for row in part.gather(session, owner, None)}
        assert told == {"exact_point", "photo", "request"}
        for one in reversed(personal.parts()):
            if one.let_go is not None and one.name.startswith("observation"):
                one.let_go(session, owner, False)
        session.expire_all()
        for table in (ObservationExact, ObservationPhoto, ServiceRequest):
            assert session.exec(select(table)).all() == []
        assert session.exec(select(Observation)).one().contributor_id is None
    with app.app_context():
        jobs.work()
    assert not file.exists()


def test_a_picture_somebody_else_sent_as_well_stays(app, people):
    with app.app_context(), db.transaction() as session:
        make_campaign(session, slug="noise", dataset="noise", photos="optional")
    for n in (1, 2):
        photo = (io.BytesIO(hostile.GOOD), "photo.jpg")
        sent = {**SENT, "needs_action": "", "photo": photo}
        people(n=n).post(HERE, data=sent, content_type="multipart/form-data")
    with app.app_context():
        with db.transaction() as session:
            first, second = session.exec(select(ObservationPhoto)).all()
            assert first.sha256 == second.sha256
            owner_id = session.get_one(Observation, first.observation_id).contributor_id
            own.let_extras_go(session, session.get_one(Account, owner_id), False)
        jobs.work()
        assert pictures.path_of(second).is_file()
