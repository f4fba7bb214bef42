"""What the frictionless library finds in a table beyond our own rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.check_descriptor import validator
from portal.scenarios.checking.faults import Faults


def check_frictionless(
    folder: Path, resource: Mapping[str, Any], shown: str, faults: Faults, rows: int | None = None
) -> None:
    """What frictionless finds beyond our own rules, in the first `rows` rows or in all.

    Only safe properties are handed over.
    """
    if not _plain(resource["schema"]):  # said already; a hostile one could run away here
        return
    from frictionless import FrictionlessException, Resource, system  # slow to import

    descriptor = {
        "name": "table",
        "path": resource["path"],
        "type": "table",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {k: v for k, v in resource["schema"].items() if k != "$schema"},
    }
    try:
        with system.use_context(trusted=False):
            table = Resource.from_descriptor(descriptor, basepath=str(folder))
            report = table.validate(limit_errors=500, limit_rows=rows)
    except FrictionlessException as stopped:
        faults.add(
            shown,
            N_("frictionless: %(kind)s. %(note)s"),
            N_("Make the table and its schema agree."),
            kind=str(stopped.error.type),
            note=str(stopped.error.note),
        )
        return
    told = {(f.row, f.column) for f in faults.found if f.file == shown}
    lines = {row for row, _ in told}
    for error in report.flatten(["type", "rowNumber", "fieldName", "note"]):
        kind, row, column, note = error
        if (row, column) in told or (
            row in lines and kind in ("primary-key", "extra-cell", "missing-cell")
        ):
            continue
        if kind in ("incorrect-label", "extra-label", "missing-label") and 1 in lines:
            continue
        faults.add(
            shown,
            N_("frictionless: %(kind)s. %(note)s"),
            N_("Make the table and its schema agree."),
            row=row,
            column=column,
            kind=kind,
            note=str(note),
        )


def _plain(schema: Any) -> bool:
    """Whether a table's schema keeps to the plain types and limits of the profile."""
    whole = validator("profile.json")
    part = whole.evolve(schema={"$ref": "#/$defs/schema", "$defs": whole.schema["$defs"]})
    return bool(part.is_valid(schema))
