"""The demonstration's sensor and file: their owners' pages have something to show."""

from datetime import timedelta

from sqlmodel import select

from portal import db
from portal.observations.models import KEPT, Observation
from portal.observations.series import demonstration
from portal.observations.series_models import Device, ReadingFile
from tests.conftest import NOON
from tests.factories import make_campaign


def test_a_sensor_and_a_file_bring_readings_that_are_accepted(app):
    with app.app_context(), db.transaction() as session:
        make_campaign(
            session, slug=demonstration.SLUG, dataset="heat", observed_property="air_temperature",
            unit="Cel", minimum=-20.0, maximum=50.0, decimals=1, demonstration=True,
            opens_at=NOON - timedelta(days=45), closes_at=NOON + timedelta(days=45),
        )  # fmt: skip
        demonstration.seed(session, NOON)
        made = session.exec(select(Observation)).all()
        device, file = session.exec(select(Device)).one(), session.exec(select(ReadingFile)).one()
        assert [one.device_id for one in made].count(device.id) == demonstration.READINGS
        assert [one.batch_id for one in made].count(file.id) == file.added == file.total
        assert all(one.grade in KEPT and one.demonstration for one in made)
        assert (device.cell, device.sent_on) != (None, None)
