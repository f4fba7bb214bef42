"""Many rows in one statement of SQLite, which then makes room to take it back only once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

GAPS = 30_000  # SQLite takes 32,766 values in a statement


def insert(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, unless: str
) -> None:
    """Add rows of the same columns, but none whose column `unless` is there already.

    Row by row SQLite would keep every page back that a row and its triggers change. Columns that
    are not named stay empty or get what is the same in every new row.
    """
    columns = [one for one in table.columns if one.name in rows[0] or _default(one) is not None]
    fits = [(one.name, _default(one), _fit(one, connection.dialect)) for one in columns]
    names = ", ".join(one.name for one in columns)
    row = f"({', '.join('?' * len(columns))})"
    most = GAPS // len(columns)
    for start in range(0, len(rows), most):
        piece = rows[start : start + most]
        values = tuple(fit(one.get(name, usual)) for one in piece for name, usual, fit in fits)
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) VALUES {', '.join([row] * len(piece))} "  # noqa: S608
            f"ON CONFLICT ({unless}) DO NOTHING",
            values,
        )


def _default(column: sa.Column[Any]) -> Any:
    default: Any = column.default
    return default.arg if default is not None and default.is_scalar else None


def _fit(column: sa.Column[Any], dialect: sa.Dialect) -> Callable[[Any], Any]:
    """From a value to what the driver keeps of it."""
    found = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found if found is not None else lambda value: value
