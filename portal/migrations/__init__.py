"""Alembic, called from our own commands: the tables' history, one numbered file per room."""

from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parent


def configuration(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str | None:
    """The newest revision in the folder."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has every migration."""
    return MigrationContext.configure(connection).get_current_revision() == head()


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables up to `revision`; nothing happens where they are."""
    _run(engine, command.upgrade, revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the tables back to `revision`."""
    _run(engine, command.downgrade, revision)


def _run(engine: sa.Engine, step: Any, revision: str) -> None:
    with engine.connect() as plain:
        connection = plain.execution_options(write=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":  # two servers starting must not both migrate
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(814302)")
            step(configuration(connection), revision)
