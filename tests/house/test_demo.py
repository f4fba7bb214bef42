"""The demonstration sets itself up once, recovers from a broken-off start, and spares real data."""

import pytest
from sqlmodel import SQLModel

from portal import create_app, db, demo
from portal.config import Settings
from portal.scenarios import demonstration as scenarios
from tests import sharing


@pytest.fixture
def city(tmp_path, published, monkeypatch):
    monkeypatch.setattr(demo, "ROOMS", ("accounts", "scenarios", "consultations"))

    def lend(app):
        sharing.lend_store(published, tmp_path / "scenarios")

    monkeypatch.setattr(scenarios, "seed", lend)  # publishing all of them takes its time
    portal = create_app(Settings(data=tmp_path, demo=True, _env_file=None), TESTING=True)
    with portal.app_context():
        yield portal
    portal.extensions["engine"].dispose()


def test_a_broken_off_start_begins_afresh(city, monkeypatch, tmp_path):
    from portal.consultations import demonstration

    def broken(app):
        demonstration_seed(app)
        raise KeyboardInterrupt

    demonstration_seed = demonstration.seed
    monkeypatch.setattr(demonstration, "seed", broken)
    with pytest.raises(KeyboardInterrupt):
        demo.set_up(city)
    assert not (tmp_path / demo.MARK).exists()
    monkeypatch.setattr(demonstration, "seed", demonstration_seed)
    city.extensions["engine"].dispose()
    demo.set_up(city)
    assert (tmp_path / demo.MARK).exists()
    assert not (tmp_path / demo.BEGUN).exists()
    demo.set_up(city)


def test_a_real_portal_is_not_made_a_demonstration(city, tmp_path):
    SQLModel.metadata.create_all(db.engine())
    with pytest.raises(demo.NotADemonstration):
        demo.set_up(city)
    assert (tmp_path / "portal.sqlite").exists()
