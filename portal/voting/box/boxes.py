"""Ballot boxes: one store per consultation, apart from everything that knows people.

SQLite: a file of its own. PostgreSQL: a schema of its own in the participation database's server.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, current_app

from portal.db import FairLock

TABLES = {name: Path(__file__).with_name(f"box_{name}.sql").read_text()
          for name in ("sqlite", "postgresql", "postgresql_later")}  # fmt: skip
NEWEST = "appeal"  # a box without this table was made before the tables that came later
Run = Callable[..., list[Any]]  # a statement with `?` gaps, its values -> rows

# what either database says when it refuses a row, and when it cannot write: disk full, gone
REFUSED = (sqlite3.IntegrityError, sa.exc.IntegrityError)
TROUBLE = (sqlite3.DatabaseError, sa.exc.DBAPIError, OSError)


class SqliteBox:
    """A box that is a file. One connection writes, another reads, each used by one at a time."""

    locking = ""
    exclusive = ""  # whoever writes is alone anyway
    queue: Any = None  # the writer before it, see `writer.of`

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.lock = FairLock(path.with_suffix(".lock"))
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._reading = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Run]:
        """One durable transaction (`synchronous=FULL`: acknowledged means on the disk)."""
        if self._writer is None:
            self._writer = self._open()
        connection = self._writer

        def run(statement: str, *values: Any) -> list[Any]:
            return connection.execute(_plain(statement), values).fetchall()

        connection.execute("BEGIN IMMEDIATE")
        try:
            yield run
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite may have rolled back by itself
                connection.execute("ROLLBACK")
            raise

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=10, isolation_level=None, check_same_thread=False,
            cached_statements=32,
        )  # fmt: skip
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY",
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        # all tables or none: who reads meanwhile takes any table for all of them
        connection.executescript(f"BEGIN IMMEDIATE; {TABLES['sqlite']} COMMIT;")
        self.path.chmod(0o600)
        return connection

    def read(self, statement: str, *values: Any) -> list[Any]:
        """Rows of a committed state; none where the box was never used."""
        with self._reading:
            if self._reader is None:
                if not self.path.exists():
                    return []
                self._add_later_tables()
                self._reader = sqlite3.connect(
                    self.path, timeout=10, isolation_level=None, check_same_thread=False
                )
                self._reader.execute("PRAGMA query_only=ON")
            if not self._reader.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
                return []  # made this moment by another, its tables not yet
            return self._reader.execute(_plain(statement), values).fetchall()

    def _add_later_tables(self) -> None:
        """Give a box of an earlier release the tables it lacks, under SQLite's own lock."""
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as connection:
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            if names and NEWEST not in names:
                connection.executescript(f"BEGIN IMMEDIATE; {TABLES['sqlite']} COMMIT;")

    def tidy(self) -> bool:
        """Rewrite the file in key order and empty the write-ahead log; False if a reader was there.

        Both keep the order of arrival: pages inside, the log from commit to commit.
        """
        with self.lock, self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
            if self._writer is None:
                self._writer = self._open()
            self._writer.execute("VACUUM")
            busy = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy

    def close(self) -> None:
        """Let go of the file."""
        with self.lock, self._reading:
            for connection in (self._writer, self._reader):
                if connection is not None:
                    connection.close()
            self._writer = self._reader = None


class PostgresBox:
    """A box that is a schema."""

    locking = " FOR UPDATE"  # one person's two requests take turns; different people do not wait
    exclusive = "LOCK TABLE {box}batch IN EXCLUSIVE MODE"  # one at a time adds to the log
    queue: Any = None

    def __init__(self, engine: sa.Engine, consultation_id: UUID) -> None:
        self.schema = f"box_{consultation_id.hex}"
        self.lock = FairLock()
        self._engine = engine
        self._made = False

    @contextmanager
    def writing(self) -> Iterator[Run]:
        """One transaction; the server makes it durable (`synchronous_commit=on`)."""
        if not self._made:
            self._make()
        with self._engine.begin() as connection:
            yield self._runner(connection)

    def _runner(self, connection: sa.Connection) -> Run:
        """Statements straight to the driver: half a vote's time here would be what lies between."""
        dialect = connection.dialect
        trouble: Any = dialect.loaded_dbapi.Error
        cursor: Any = connection.connection.cursor()

        def run(statement: str, *values: Any) -> list[Any]:
            try:
                cursor.execute(_placed(statement, self.schema), values)
            except trouble as error:
                raise sa.exc.DBAPIError.instance(
                    statement, None, error, trouble, hide_parameters=True, dialect=dialect
                ) from error
            return cursor.fetchall() if cursor.description else []

        return run

    def _make(self) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.schema,))
            if not self._there(connection):
                connection.exec_driver_sql(TABLES["postgresql"].replace("{schema}", self.schema))
            if not self._there(connection, NEWEST):
                later = TABLES["postgresql_later"].replace("{schema}", self.schema)
                connection.exec_driver_sql(later)
        self._made = True

    def _there(self, connection: sa.Connection, table: str = "closing") -> bool:
        # read as a table: `to_regclass` may remember that there was none, though another process
        # made it while this one waited
        named = "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = %s"
        return connection.exec_driver_sql(named, (self.schema, table)).first() is not None

    def read(self, statement: str, *values: Any) -> list[Any]:
        """Rows of a committed state; none where the box was never used."""
        if not self._made and not self._exists():
            return []
        with self._engine.connect() as connection:
            return self._runner(connection)(statement, *values)

    def _exists(self) -> bool:
        with self._engine.connect() as connection:
            there = self._there(connection)
        if there:
            self._make()
        return there

    def tidy(self) -> bool:
        """Rewrite the tables in key order, all rows by one and the same transaction.

        A heap keeps the order of arrival, and each row the number of the transaction that wrote it,
        which a right and its ballot share. A column's rewriting gives all rows a new number.
        """
        if not self._made:
            self._make()
        with self._engine.begin() as connection:
            for table, column, kind, nothing in (
                ("right", "channel", "text", "''"),
                ("ballot", "tier", "text", "''"),
                ("pending", "commitment", "bytea", "''::bytea"),
                ("vouched", "evidence", "text", "''"),
                ("spent", "day", "text", "''"),
                ("trace", "sealed", "bytea", "''::bytea"),
                ("flag", "sealed", "bytea", "''::bytea"),
                ("appeal", "sealed", "bytea", "''::bytea"),
            ):  # fmt: skip
                name = f'{self.schema}."{table}"'
                connection.exec_driver_sql(f"CLUSTER {name} USING {table}_pkey")
                connection.exec_driver_sql(
                    f"ALTER TABLE {name} ALTER COLUMN {column} TYPE {kind}"
                    f" USING {column} || {nothing}"
                )
        return True

    def close(self) -> None:
        """Nothing is held: connections are the engine's."""


@lru_cache(maxsize=64)
def _plain(statement: str) -> str:
    return statement.replace("{box}", "")


@lru_cache(maxsize=256)
def _placed(statement: str, schema_name: str) -> str:
    return statement.replace("{box}", f"{schema_name}.").replace("?", "%s")


# --- the boxes of this process --------------------------------------------------------------


def enter(app: Flask) -> None:
    """Give the app its boxes; a forked process opens its own."""
    app.extensions["boxes"] = {}
    app.extensions["boxes_lock"] = threading.Lock()
    app.extensions.setdefault("after_fork", []).append(lambda: _forget(app))


_inherited: list[Any] = []  # kept alive: closing a parent's SQLite connection is not ours to do


def _forget(app: Flask) -> None:
    _inherited.append(app.extensions["boxes"])
    app.extensions["boxes"] = {}
    app.extensions["boxes_lock"] = threading.Lock()


Box = SqliteBox | PostgresBox


def of(consultation_id: UUID) -> Box:
    """The box of a consultation."""
    boxes = current_app.extensions["boxes"]
    found = boxes.get(consultation_id)
    if found is None:
        with current_app.extensions["boxes_lock"]:
            found = boxes.get(consultation_id) or _new(consultation_id)
            boxes[consultation_id] = found
    return found  # type: ignore[no-any-return]


def _new(consultation_id: UUID) -> Box:
    engine: sa.Engine = current_app.extensions["engine"]
    if engine.dialect.name == "sqlite":
        return SqliteBox(current_app.config["DATA"] / "boxes" / f"{consultation_id}.sqlite")
    return PostgresBox(engine, consultation_id)


def close_all() -> None:
    """Let go of every box, as one does before processes are forked."""
    boxes = current_app.extensions["boxes"]
    while boxes:
        boxes.popitem()[1].close()
