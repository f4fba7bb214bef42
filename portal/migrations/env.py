"""Alembic's entry: the tables of every room, on the connection it was given."""

from importlib import import_module
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from portal import ROOMS
from portal.config import ROOT


def _models() -> None:
    for name in ("audit", "jobs"):
        import_module(f"portal.{name}")
    for room in ROOMS:
        for path in sorted((ROOT / "portal" / room).rglob("*models.py")):
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write plain SQLAlchemy types into new migrations, so that they outlive sqlmodel's own."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length})" if item.length else "sa.String()"
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def include_object(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Leave what serves searching (made by hand in its migration) out of comparisons."""
    return not (kind in ("table", "index") and str(name).startswith("search_"))


def compare_type(context_: Any, column: Any, model: Any, found: Any, wanted: Any) -> bool | None:
    """A time is a time, whatever class keeps it aware."""
    if type(wanted).__name__ == "UTCDateTime" and isinstance(found, sa.DateTime | sa.TIMESTAMP):
        return False
    return None


_models()
connection: sa.Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    include_object=include_object,
    compare_type=compare_type,
    transaction_per_migration=False,
)
context.run_migrations()
