"""Check a table of a package: every row by our rules, its schema by frictionless.

Frictionless takes about a minute for a million rows. It reads tables of up to `WHOLE` rows whole
and the first `SAMPLE` rows of longer ones; there, `check_fields` holds every row to the schema.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.check_fields import Fields
from portal.scenarios.checking.check_figures import (
    Known,
    check_figures,
    check_references,
    read_number,
)
from portal.scenarios.checking.check_frictionless import check_frictionless
from portal.scenarios.checking.check_rows import Keys, quick
from portal.scenarios.checking.faults import Faults

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
MOST_ROWS = 2_000_000
WHOLE = 20_000  # rows up to which frictionless reads a whole table
SAMPLE = 2_000  # rows it reads of a longer one
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
    keys = Keys([header.index(name) for name in KEYS[role]])
    long = text.count("\n") > WHOLE
    fields = Fields(resource["schema"]["fields"] if long else (), NUMBERS)
    right = quick(header, NEEDED[role], resource, known)
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
        first = keys.first(cells, row)
        if first is not None or not right(cells):
            closely = dict(zip(header, cells, strict=True))
            _row(closely, row, first, resource, shown, known, faults)
        if long:
            fields.check(cells, row, shown, faults)
    if not count:
        faults.add(shown, N_("The table is empty."), N_("Add its rows, or take the resource out."))
    if whole:  # frictionless would say the same of every cell too many, each with the whole row
        check_frictionless(folder, resource, shown, faults, SAMPLE if long else None)


def _rows(text: str, shown: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(text), strict=True)
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


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends; ends are LF only by now, and a cell may hold other separators."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin) + 1 or len(text)
        yield text[begin:end]
        begin = end


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
    cells: Mapping[str, str],
    row: int,
    first: int | None,
    resource: Mapping[str, Any],
    shown: str,
    known: Known,
    faults: Faults,
) -> None:
    """Note everything wrong with one row; `first` is an earlier one with the same key."""

    def say(column: str, reason: str, remedy: str, **gaps: Any) -> None:
        faults.add(shown, reason, remedy, row=row, column=column, **gaps)

    role = resource["role"]
    if first is not None:
        say(
            KEYS[role][0],
            N_("The same %(keys)s as in row %(first)s."),
            N_("Keep one row for each."),
            keys=" + ".join(KEYS[role]),
            first=first,
        )
    for name in NEEDED[role]:
        if not cells[name].strip():
            say(name, N_("The cell is empty."), N_("Fill it, or take the row out."))
    check_references(cells, role, resource, known, say)
    check_figures({n: read_number(cells[n], n, say) for n in NUMBERS if cells.get(n)}, known, say)
