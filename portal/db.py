"""The participation database: one engine, one session per request, one way to write."""

import fcntl
import os
import threading
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlmodel import Session, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class FairLock:
    """A lock that threads get in the order they asked, and processes share through a file.

    SQLite's own waiting is a back-off: under load it lets some writers starve.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False
        self._path = path
        self._file: Any = None
        self._pid = 0

    def acquire(self) -> None:
        """Wait for one's turn."""
        turn = threading.Lock()
        with self._mutex:
            if not self._held and not self._waiting:
                self._held = True
                turn = None  # type: ignore[assignment]
            else:
                turn.acquire()
                self._waiting.append(turn)
        if turn is not None:
            turn.acquire()
        try:
            self._lock_file()
        except BaseException:
            self._pass_on()
            raise

    def release(self) -> None:
        """Give the lock to whoever waited longest."""
        try:
            if self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def _lock_file(self) -> None:
        if self._path is None:
            return
        if self._pid != os.getpid():  # a forked process must not share its parent's lock
            self._file, self._pid = self._path.open("ab"), os.getpid()
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __enter__(self) -> "FairLock":
        self.acquire()
        return self

    def __exit__(self, *error: object) -> None:
        self.release()


def column_json(many: bool = False) -> Any:
    """A JSON column that notices changes made in place (JSONB on PostgreSQL)."""
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    mutable = MutableList if many else MutableDict
    return mutable.as_mutable(kind)


def column_enum(kind: type[Enum], name: str) -> sa.Enum:
    """A column that stores an enumeration's values and lets the database check them."""
    return sa.Enum(
        kind,
        native_enum=False,
        length=24,
        create_constraint=True,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


def connect(url: str, lock_path: Path | None = None) -> sa.Engine:
    """An engine with the pragmas and transaction kinds the portal relies on.

    SQLite: WAL, `synchronous=FULL` (an acknowledged change survives a power cut), foreign keys on,
    and `BEGIN IMMEDIATE` for connections that carry the execution option `write`.
    """
    hidden = {"hide_parameters": True}  # what people wrote stays out of errors and logs
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=5, max_overflow=5, pool_pre_ping=True, **hidden)
    memory = url in ("sqlite://", "sqlite:///:memory:")
    options: dict[str, Any] = {
        "connect_args": {"check_same_thread": False, "timeout": 10},
        **hidden,
    }
    if memory:
        options["poolclass"] = sa.StaticPool
    else:
        options |= {"pool_size": 8, "max_overflow": 8}
    engine = sa.create_engine(url, **options)
    engine.dialect.statement_compiler = _Hinting

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None
        if not memory:
            _keep_private(Path(str(engine.url.database)))
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is written over: see observations/exact.py
            "busy_timeout=10000",
            "cache_size=-1000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _keep_private(path: Path) -> None:
    """A database begun this moment is for its owner only; its log takes over the same."""
    if path.is_file() and not path.stat().st_size:
        path.chmod(0o600)


class _Hinting(SQLiteCompiler):
    """Writes `with_hint(table, "INDEXED BY …", "sqlite")` down; SQLAlchemy's own leaves it out."""

    def get_from_hint_text(self, table: sa.FromClause, text: str | None) -> str | None:
        """The hint as it stands."""
        return text


def for_log(error: BaseException) -> str:
    """What an error was and where, for logs: a database's own words quote what people wrote."""
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"{in_short(error)}\n{places}"


def in_short(error: BaseException) -> str:
    """An error in a line, without what people wrote."""
    if isinstance(error, sa.exc.DBAPIError):
        return f"{type(error).__name__} ({type(error.orig).__name__})"
    return f"{type(error).__name__}: {error}"


def take(app: Flask) -> None:
    """Give the app the engine of its database, and the lock of those who write there."""
    url = app.config["DATABASE"]
    memory = url.startswith("sqlite") and url in ("sqlite://", "sqlite:///:memory:")
    path = None
    if url.startswith("sqlite") and not memory:
        folder = Path(url.removeprefix("sqlite:///")).parent
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "write.lock"
    app.extensions["engine"] = connect(url)
    app.extensions["write_lock"] = FairLock(path)


def enter(app: Flask) -> None:
    """Take the database and close each request's session."""
    take(app)

    @app.teardown_appcontext
    def close(error: BaseException | None) -> None:
        """Give the connection back: after the page, and again after an answer sent in pieces.

        Such an answer is written when the page's context has ended once; it takes the session up
        again, which is why it stays where it is.
        """
        if "session" in g:
            g.session.close()


def engine() -> sa.Engine:
    """The participation database's engine."""
    found: sa.Engine = current_app.extensions["engine"]
    return found


def session() -> Session:
    """The session of this request (or of this command)."""
    if "session" not in g:
        g.session = Session(engine(), expire_on_commit=False)
    found: Session = g.session
    return found


@contextmanager
def transaction() -> Iterator[Session]:
    """The only way to write: commits at the end, undoes everything on an exception.

    Rows read earlier in the request are read again, so a rule never decides on old facts.
    """
    current = session()
    if current.in_transaction():
        current.commit()
    current.expire_all()
    if engine().dialect.name != "sqlite":
        yield from _written(current)
        return
    with current_app.extensions["write_lock"]:
        current.connection(execution_options={"write": True})
        yield from _written(current)


def _written(current: Session) -> Iterator[Session]:
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise
