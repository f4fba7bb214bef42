"""Changing tables in place: SQLite would copy them, and lose the rows that point to them."""

from collections.abc import Sequence

from alembic import op


def allow(table: str, column: str, constraint: str, values: Sequence[str]) -> None:
    """Let `column` hold these values and no others.

    PostgreSQL swaps the constraint. SQLite cannot, and a copied table would take the rows that
    point to it along; its schema is written over instead, as its own documentation of
    `writable_schema` describes for constraints that do not touch what is on the disk.
    """
    condition = f"{column} IN ({', '.join(repr(value) for value in values)})"
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f(constraint), table, type_="check")
        op.create_check_constraint(op.f(constraint), table, condition)
    else:
        _write_over(table, constraint, condition)


def add_reference(table: str, column: str, other: str) -> None:
    """Add an empty column that points to rows of another table."""
    kind = "UUID" if op.get_context().dialect.name == "postgresql" else "CHAR(32)"
    key = f"CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} {key}")


def add_choice(table: str, column: str, constraint: str, values: Sequence[str]) -> None:
    """Add an enumeration's column; rows there are get the first of its values."""
    check = f"CONSTRAINT {constraint} CHECK ({column} IN ({', '.join(map(repr, values))}))"
    default = f"VARCHAR(24) DEFAULT {values[0]!r} NOT NULL"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {default} {check}")


def _write_over(table: str, constraint: str, condition: str) -> None:
    run = op.get_bind().exec_driver_sql
    sql = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar()
    before, mark, rest = str(sql).partition(f"CONSTRAINT {constraint} CHECK (")
    if not mark:
        raise LookupError(f"{table} has no constraint {constraint}")
    after = rest[_closing(rest) :]
    version = run("PRAGMA schema_version").scalar_one()
    run("PRAGMA writable_schema = ON")
    run(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?",
        (f"{before}{mark}{condition}{after}", table),
    )
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = OFF")


def _closing(text: str) -> int:
    """Where the bracket that was opened before the text is closed."""
    depth = 1
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    raise ValueError("a bracket is never closed")
