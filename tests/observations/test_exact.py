"""Exact points go when their hour comes, and nothing of them stays on the disk."""

import random
import struct
from datetime import timedelta

from sqlmodel import select

from portal import db
from portal.observations.models import Observation, ObservationExact
from portal.observations.where import exact
from tests.conftest import NOON
from tests.factories import make_account, make_campaign

POINTS = 300


def kept(session, count=POINTS):
    """Points of which every third goes tomorrow, the others today."""
    chance = random.Random("exact")
    campaign, owner = make_campaign(session, exact_days=1), make_account(session)
    points = []
    for n in range(count):
        lat, lon = chance.uniform(44.4, 44.6), chance.uniform(11.2, 11.4)
        one = Observation(
            campaign_id=campaign.id, contributor_id=owner.id, result=1.0, unit="m",
            phenomenon_time=NOON, received_at=NOON, key_hash=str(n),
        )  # fmt: skip
        session.add(one)
        session.flush()
        after = NOON + timedelta(days=1 if n % 3 == 0 else 0)
        session.add(ObservationExact(observation_id=one.id, lat=lat, lon=lon, delete_after=after))
        points.append(lat)
    session.flush()
    return points


def on_disk(app):
    """Everything the database's files hold."""
    return b"".join(path.read_bytes() for path in app.config["DATA"].glob("portal.sqlite*"))


def test_what_is_due_goes_from_the_file_and_its_log_and_the_rest_stays(app):
    with app.app_context():
        with db.transaction() as session:
            points = kept(session)
        assert exact.forget(NOON - timedelta(minutes=1)) == 0
        assert all(struct.pack(">d", lat) in on_disk(app) for lat in points)
        assert exact.forget(NOON) == 200
        held = on_disk(app)
        for n, lat in enumerate(points):
            assert (struct.pack(">d", lat) in held) == (n % 3 == 0), n


def test_on_both_databases_the_others_stay_until_their_own_hour(any_app):
    with any_app.app_context():
        with db.transaction() as session:
            kept(session, 9)
        assert exact.forget(NOON) == 6
        assert len(db.session().exec(select(ObservationExact)).all()) == 3
        assert exact.forget(NOON) == 0
        db.session().rollback()
        assert exact.forget(NOON + timedelta(days=1)) == 3
