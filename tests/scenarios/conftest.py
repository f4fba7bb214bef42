"""A small city of packages, fresh for each test; and a portal that tests only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import SQLModel

from portal import create_app, db
from portal.config import Settings
from tests.scenarios.making import make_city


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return make_city(tmp_path / "given/scenarios")


@pytest.fixture(scope="session")
def reading(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One portal for all tests that change nothing: making one takes longer than such a test."""
    data = tmp_path_factory.mktemp("reading")
    (data / "scenarios").symlink_to(published)
    portal = create_app(
        Settings(data=data, demo=True, _env_file=None),
        DATABASE=f"sqlite:///{data}/portal.sqlite",
        TESTING=True,
        WTF_CSRF_ENABLED=False,
    )
    with portal.app_context():
        SQLModel.metadata.create_all(db.engine())
    yield portal
    portal.extensions["engine"].dispose()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """A portal that has published nothing yet."""
    data = tmp_path / "bare"
    data.mkdir()
    portal = create_app(
        Settings(data=data, demo=True, _env_file=None),
        DATABASE=f"sqlite:///{data}/portal.sqlite",
        TESTING=True,
        WTF_CSRF_ENABLED=False,
    )
    with portal.app_context():
        SQLModel.metadata.create_all(db.engine())
    yield portal
    portal.extensions["engine"].dispose()
