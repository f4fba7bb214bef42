"""Filling tables quickly: many plain rows at once, their indexes made afterwards.

A benchmark measures what a full table costs to read; how it became full is nobody's figure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import sqlalchemy as sa

from portal.proposals.models import Proposal
from portal.proposals.searching import search_tables

AT_ONCE = 20_000
Row = Sequence[Any]


@contextmanager
def bare(engine: sa.Engine, *models: Any) -> Iterator[sa.Connection]:
    """A connection on which these tables have no indexes; they have them again at the end."""
    tables = [sa.inspect(model).local_table for model in models]
    searched = Proposal in models
    with engine.connect() as connection, _unchecked(connection):
        _run(connection, search_tables.drop(engine.dialect.name) if searched else [])
        for table in tables:
            for index in table.indexes:
                index.drop(connection)
        yield connection
        for table in tables:
            for index in table.indexes:
                index.create(connection)
        _run(connection, search_tables.create(engine.dialect.name) if searched else [])
    # PostgreSQL does this by itself some time later; SQLite's files have no such figures
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _run(connection, [f"VACUUM ANALYZE {table.name}" for table in tables])


@contextmanager
def _unchecked(connection: sa.Connection) -> Iterator[None]:
    """One transaction that looks up no references and waits for no disk."""
    if connection.dialect.name == "sqlite":
        connection.detach()  # no request shall get a connection that is set like this
        cursor = connection.connection.cursor()
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000"):
            cursor.execute(f"PRAGMA {pragma}")
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            connection.execute(sa.text("SET LOCAL maintenance_work_mem = '256MB'"))
        yield


def _run(connection: sa.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(sa.text(statement))


def insert(
    connection: sa.Connection, model: Any, names: Sequence[str], rows: Iterable[Row]
) -> None:
    """Put rows of these columns into a table; every other column has what a new row has."""
    table = sa.inspect(model).local_table
    fixed = [c for c in table.columns if c.name not in names and c.default is not None
             and c.default.is_scalar]  # fmt: skip
    columns = [*(table.c[name] for name in names), *fixed]
    as_kept = [_processor(column, connection.dialect) for column in columns]
    more = tuple(column.default.arg for column in fixed)
    kept = (
        tuple(fit(value) for fit, value in zip(as_kept, (*row, *more), strict=True)) for row in rows
    )
    listed = ", ".join(column.name for column in columns)
    write = _copy if connection.dialect.name == "postgresql" else _execute
    write(connection, f"{table.name} ({listed})", len(columns), kept)


def _processor(column: Any, dialect: sa.Dialect) -> Callable[[Any], Any]:
    found = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found if found is not None else lambda value: value


def _copy(connection: sa.Connection, into: str, _: int, rows: Iterable[Row]) -> None:
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _execute(connection: sa.Connection, into: str, width: int, rows: Iterable[Row]) -> None:
    gaps = ", ".join("?" * width)
    cursor: Any = connection.connection.cursor()
    kept = iter(rows)
    while some := list(islice(kept, AT_ONCE)):
        cursor.executemany(f"INSERT INTO {into} VALUES ({gaps})", some)
