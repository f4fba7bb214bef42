"""Alembic, called from our own commands: the tables' history, one numbered file per room.

Alembic is imported only where tables change: a serving process asks no more than whether its
tables are of today, and need not carry it along.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parent


class UnknownRevision(ValueError):
    """There is no revision of this name."""


@cache
def head() -> str:
    """The newest revision in the folder: files are numbered, and named as their revision."""
    return max(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has every migration."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    return found.scalars().all() == [head()]


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables up to `revision`; nothing happens where they are."""
    if revision == "head":
        with engine.connect() as connection:
            if is_current(connection):
                return
    elif not (FOLDER / "versions" / f"{revision}.py").is_file():
        raise UnknownRevision(f"there is no revision {revision!r}; the newest is {head()!r}")
    from alembic import command

    _run(engine, command.upgrade, revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the tables back to `revision`."""
    from alembic import command

    _run(engine, command.downgrade, revision)


def configuration(connection: sa.Connection | None = None) -> "Config":
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def _run(engine: sa.Engine, step: Any, revision: str) -> None:
    with engine.connect() as plain:
        connection = plain.execution_options(write=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":  # two servers starting must not both migrate
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(814302)")
            step(configuration(connection), revision)
