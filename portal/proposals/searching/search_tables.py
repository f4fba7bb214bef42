"""What finds proposals by any of their marks: an index of words, states, themes and places.

Every proposal has a list of tokens: the stems of its words and its facets (`t:verde`, `d:savena`).
SQLite keeps them in an FTS5 table that triggers fill, whose rows are numbered by `shuffle`;
PostgreSQL in a GIN index on the same list. Both give the few that match without reading the many.
"""

from typing import Any

import sqlalchemy as sa

from portal.proposals.mapping.cells import LEVELS
from portal.proposals.models import LISTED, Proposal

BUCKETS = 64  # parts of equal size into which chance divides all proposals

NAME = "search_proposal"

_listed = ", ".join(f"'{state.value}'" for state in LISTED)
_columns = (
    "search", "consultation_id", "theme", "state", "language", "origin", "district", "indicator",
    "shuffle", "lat", "lon",
)  # fmt: skip


def _sqlite_tokens(row: str) -> str:
    cells = "".join(
        f" || coalesce(' {cell_mark(level)}' || CAST(({row}.lon + 180) / 360 * {2**level} AS INT)"
        f" || '-' || CAST(({row}.lat + 90) / 180 * {2**level} AS INT), '')"
        for level in LEVELS
    )
    return (
        f"{row}.search || ' c:' || {row}.consultation_id || ' t:' || {row}.theme"
        f" || ' s:' || {row}.state || ' l:' || {row}.language || ' o:' || {row}.origin"
        f" || CASE WHEN {row}.state IN ({_listed}) THEN ' p:' || {row}.consultation_id ELSE '' END"
        f" || coalesce(' d:' || {row}.district, '') || coalesce(' i:' || {row}.indicator, '')"
        f" || ' r:' || ({row}.shuffle % {BUCKETS}){cells}"
    )


def _postgresql_tokens() -> str:
    cells = ", ".join(
        f"'{cell_mark(level)}' || CAST(CAST(floor((lon + 180) / 360 * {2**level}) AS int) AS text)"
        f" || '-' || CAST(CAST(floor((lat + 90) / 180 * {2**level}) AS int) AS text)"
        for level in LEVELS
    )
    return (
        "(string_to_array(search, ' ') || ARRAY["
        "'c:' || CAST(consultation_id AS text), 't:' || theme, 's:' || state, 'l:' || language,"
        " 'o:' || origin,"
        f" CASE WHEN state IN ({_listed}) THEN 'p:' || CAST(consultation_id AS text) END,"
        f" 'd:' || district, 'i:' || indicator, 'r:' || CAST(shuffle % {BUCKETS} AS text),"
        f" {cells}])"
    )


def cell_mark(level: int) -> str:
    """How the tokens of a level's cells begin."""
    return f"z{level}:"


TOKENS = _postgresql_tokens()


def create(dialect: str) -> list[str]:
    """The statements that make the index, filled with the rows there are."""
    if dialect == "postgresql":
        return [f"CREATE INDEX {NAME} ON proposal USING gin ({TOKENS}) WITH (fastupdate = off)"]
    into = f"INSERT INTO {NAME}"
    out = f"{into}({NAME}, rowid, tokens) VALUES ('delete', old.shuffle, {_sqlite_tokens('old')})"
    add = f"{into}(rowid, tokens) VALUES (new.shuffle, {_sqlite_tokens('new')})"
    all_of_them = f"SELECT shuffle, {_sqlite_tokens('proposal')} FROM proposal ORDER BY shuffle"  # noqa: S608 - our own words
    return [
        f"CREATE VIRTUAL TABLE {NAME} USING fts5(tokens, content='', detail=none, columnsize=0, "
        "tokenize=\"ascii tokenchars ':-_.'\")",
        f"{into}(rowid, tokens) {all_of_them}",
        f"CREATE TRIGGER {NAME}_added AFTER INSERT ON proposal BEGIN {add}; END",
        f"CREATE TRIGGER {NAME}_gone AFTER DELETE ON proposal BEGIN {out}; END",
        f"CREATE TRIGGER {NAME}_changed AFTER UPDATE OF {', '.join(_columns)} ON proposal "
        f"BEGIN {out}; {add}; END",
    ]


def drop(dialect: str) -> list[str]:
    """The statements that take it away."""
    if dialect == "postgresql":
        return [f"DROP INDEX {NAME}"]
    triggers = [f"DROP TRIGGER {NAME}_{when}" for when in ("added", "gone", "changed")]
    return [*triggers, f"DROP TABLE {NAME}"]


def _make(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    for statement in create(connection.dialect.name):
        connection.execute(sa.text(statement))


sa.event.listen(sa.inspect(Proposal).local_table, "after_create", _make)
