"""Check a table of a package: its schema by frictionless, then every figure by our rules."""

import csv
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.check_figures import (
    Known,
    check_figures,
    check_references,
    read_number,
)
from portal.scenarios.check_frictionless import check_frictionless
from portal.scenarios.faults import Faults

COLUMNS = {
    "kpi": ("indicator", "value", "low", "high", "n", "delta", "delta_low", "delta_high"),
    "areas": ("code", "indicator", "value", "low", "high", "delta", "delta_low", "delta_high"),
    "profile": ("indicator", "at", "value", "low", "high"),
    "residents": ("geography", "code", "sex", "age", "residents"),
}
NEEDED = {
    "kpi": ("indicator", "value"),
    "areas": ("code", "indicator", "value"),
    "profile": ("indicator", "at", "value"),
    "residents": COLUMNS["residents"],
}
KEYS = {
    "kpi": ("indicator",),
    "areas": ("code", "indicator"),
    "profile": ("indicator", "at"),
    "residents": ("geography", "code", "sex", "age"),
}
NUMBERS = ("value", "low", "high", "n", "delta", "delta_low", "delta_high", "residents")
MOST_ROWS = 200_000
MOST_COLUMNS = 60  # no table of ours has as many


def check_table(
    folder: Path, resource: Mapping[str, Any], text: str, shown: str, known: Known, faults: Faults
) -> None:
    """Note everything wrong with a table. `text` is its decoded content."""
    role = resource["role"]
    rows = _rows(text, shown, faults)
    header = next(rows, (1, []))[1]
    if not _header(header, role, resource, shown, faults):
        return
    seen: dict[tuple[str, ...], int] = {}
    count, whole = 0, True
    for row, cells in rows:
        count += 1
        if count > MOST_ROWS:
            faults.add(
                shown, N_("The table has more than %(most)s rows."), N_("Split it."), most=MOST_ROWS
            )
            return
        if len(cells) != len(header):
            whole = False
            faults.add(
                shown,
                N_("The row has %(found)s cells, the header %(wanted)s."),
                N_("Give every row as many cells as the header."),
                row=row,
                found=len(cells),
                wanted=len(header),
            )
            continue
        _row(dict(zip(header, cells, strict=True)), row, role, resource, shown, known, faults, seen)
    if not count:
        faults.add(shown, N_("The table is empty."), N_("Add its rows, or take the resource out."))
    if whole:  # frictionless would say the same of every cell too many, each with the whole row
        check_frictionless(folder, resource, shown, faults)


def _rows(text: str, shown: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.add(
                shown,
                N_("This is not a CSV row: %(why)s."),
                N_("Mend the quotes or the length of the cells."),
                row=reader.line_num,
                why=str(error),
            )
            return
        yield reader.line_num, cells


def _header(
    header: list[str], role: str, resource: Mapping[str, Any], shown: str, faults: Faults
) -> bool:
    """Whether the columns are usable; what is wrong is noted."""
    good = True
    if len(header) > MOST_COLUMNS:
        faults.add(
            shown,
            N_("The table has %(found)s columns, more than the %(most)s allowed."),
            N_("Use only: %(columns)s."),
            row=1,
            found=len(header),
            most=MOST_COLUMNS,
            columns=", ".join(COLUMNS[role]),
        )
        return False
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            good = False
            faults.add(
                shown,
                N_("The column “%(name)s” is there twice."),
                N_("Keep one."),
                row=1,
                column=name[:60],
                name=name,
            )
        if name not in COLUMNS[role]:
            faults.add(
                shown,
                N_("The column “%(name)s” is not one of a %(role)s table."),
                N_("Use only: %(columns)s."),
                row=1,
                column=name[:60],
                name=name,
                role=role,
                columns=", ".join(COLUMNS[role]),
            )
    for name in NEEDED[role]:
        if name not in header:
            good = False
            faults.add(
                shown,
                N_("The column “%(name)s” is missing."),
                N_("Add it."),
                row=1,
                column=name,
                name=name,
            )
    fields = [f["name"] for f in resource["schema"]["fields"]]
    if fields != header:
        faults.add(
            shown,
            N_("The header differs from the fields of the schema (%(fields)s)."),
            N_("Name the same columns in the same order in both."),
            row=1,
            fields=", ".join(fields),
        )
    return good


def _row(
    cells: dict[str, str],
    row: int,
    role: str,
    resource: Mapping[str, Any],
    shown: str,
    known: Known,
    faults: Faults,
    seen: dict[tuple[str, ...], int],
) -> None:
    def say(column: str, reason: str, remedy: str, **gaps: Any) -> None:
        faults.add(shown, reason, remedy, row=row, column=column, **gaps)

    key = tuple(cells[k] for k in KEYS[role])
    if key in seen:
        say(
            KEYS[role][0],
            N_("The same %(keys)s as in row %(first)s."),
            N_("Keep one row for each."),
            keys=" + ".join(KEYS[role]),
            first=seen[key],
        )
    seen.setdefault(key, row)
    for name in NEEDED[role]:
        if not cells[name].strip():
            say(name, N_("The cell is empty."), N_("Fill it, or take the row out."))
    check_references(cells, role, resource, known, say)
    check_figures({n: read_number(cells[n], n, say) for n in NUMBERS if cells.get(n)}, known, say)


Say = Callable[..., None]
