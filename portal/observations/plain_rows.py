"""Many rows in one statement of SQLite, which then makes room to take it back only once."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

import sqlalchemy as sa

Row = Mapping[str, Any]

GAPS = 30_000  # SQLite takes 32,766 values in a statement


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row], *, unless: str) -> int:
    """Add rows of the same columns, but none whose column `unless` is there already; how many.

    Row by row SQLite would keep every page back that a row and its triggers change. Columns that
    are not named stay empty or get what is the same in every new row.
    """
    columns = [one for one in table.columns if one.name in rows[0] or _default(one) is not None]
    names = ", ".join(one.name for one in columns)
    row = f"({', '.join('?' * len(columns))})"
    most, added = GAPS // len(columns), 0
    for start in range(0, len(rows), most):
        piece = rows[start : start + most]
        values = zip(*(_kept(one, piece, connection.dialect) for one in columns), strict=True)
        added += connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) VALUES {', '.join([row] * len(piece))} "  # noqa: S608
            f"ON CONFLICT ({unless}) DO NOTHING",
            tuple(chain.from_iterable(values)),
        ).rowcount
    return added


def _kept(column: sa.Column[Any], rows: Sequence[Row], dialect: sa.Dialect) -> Iterable[Any]:
    """What the driver keeps of a column; what is the same in all rows is made once."""
    usual = _default(column)
    values = [one.get(column.name, usual) for one in rows]
    fit = column.type.dialect_impl(dialect).bind_processor(dialect)
    if fit is None:
        return values
    if all(value is values[0] for value in values):
        return repeat(fit(values[0]), len(values))
    return map(fit, values)


def _default(column: sa.Column[Any]) -> Any:
    default: Any = column.default
    return default.arg if default is not None and default.is_scalar else None
