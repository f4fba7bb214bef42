"""Check a gazetteer: every row names a place, the area it lies in, and a point of the city."""

import csv
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.check_figures import read_number
from portal.scenarios.checking.faults import Faults

COLUMNS = ("kind", "name", "area", "lat", "lon", "metres")
NEEDED = COLUMNS[:5]
KINDS = ("street", "park", "station", "place")
LONGEST = 120
MOST_ROWS = 100_000
Box = tuple[float, float, float, float]
Say = Callable[..., None]


def check_gazetteer(
    resource: Mapping[str, Any],
    text: str,
    codes: frozenset[str] | None,
    box: Box | None,
    shown: str,
    faults: Faults,
) -> None:
    """Note everything wrong with a gazetteer; `codes` and `box` are those of its geography."""
    if codes is None:
        faults.add(
            shown,
            N_("There is no geography “%(name)s”."),
            N_("Name in “geography” one of the same package."),
            column="geography",
            name=str(resource.get("geography"))[:LONGEST],
        )
        return
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    seen: dict[tuple[str, ...], int] = {}
    try:
        if tuple(next(rows, ())) != COLUMNS:
            faults.add(
                shown,
                N_("The header is not that of a gazetteer."),
                N_("Use these columns, in this order: %(columns)s."),
                row=1,
                columns=", ".join(COLUMNS),
            )
            return
        for cells in rows:
            _row(cells, rows.line_num, codes, box, shown, faults, seen)
            if len(seen) > MOST_ROWS:
                faults.add(
                    shown,
                    N_("The table has more than %(most)s rows."),
                    N_("Split it."),
                    most=MOST_ROWS,
                )
                return
    except csv.Error as error:
        faults.add(
            shown,
            N_("This is not a CSV row: %(why)s."),
            N_("Mend the quotes or the length of the cells."),
            row=rows.line_num,
            why=str(error),
        )
    if not seen:
        faults.add(shown, N_("The table is empty."), N_("Add its rows, or take the resource out."))


def _row(
    cells: list[str],
    row: int,
    codes: frozenset[str],
    box: Box | None,
    shown: str,
    faults: Faults,
    seen: dict[tuple[str, ...], int],
) -> None:
    def say(column: str, reason: str, remedy: str, **gaps: Any) -> None:
        faults.add(shown, reason, remedy, row=row, column=column, **gaps)

    if len(cells) != len(COLUMNS):
        say(
            COLUMNS[0],
            N_("The row has %(found)s cells, the header %(wanted)s."),
            N_("Give every row as many cells as the header."),
            found=len(cells),
            wanted=len(COLUMNS),
        )
        return
    found = dict(zip(COLUMNS, cells, strict=True))
    key = tuple(cells[:3])
    if key in seen:
        say(
            "name",
            N_("The same %(keys)s as in row %(first)s."),
            N_("Keep one row for each."),
            keys="kind + name + area",
            first=seen[key],
        )
    seen.setdefault(key, row)
    for column in NEEDED:
        if not found[column].strip():
            say(column, N_("The cell is empty."), N_("Fill it, or take the row out."))
    _words(found, codes, say)
    _point(found, box, say)


def _words(found: dict[str, str], codes: frozenset[str], say: Say) -> None:
    if found["kind"] and found["kind"] not in KINDS:
        say(
            "kind",
            N_("“%(kind)s” is no kind of place."),
            N_("Use one of: %(kinds)s."),
            kind=found["kind"][:LONGEST],
            kinds=", ".join(KINDS),
        )
    if len(found["name"]) > LONGEST or not found["name"].isprintable():
        say(
            "name",
            N_("This is no name of a place."),
            N_("Write at most %(most)s printable letters."),
            most=LONGEST,
        )
    if found["area"] and found["area"] not in codes:
        say(
            "area",
            N_("There is no area “%(code)s” in the geography."),
            N_("Correct the code, or name another geography."),
            code=found["area"][:LONGEST],
        )


def _point(found: dict[str, str], box: Box | None, say: Say) -> None:
    numbers = {
        name: read_number(found[name], name, say)
        for name in ("lat", "lon", "metres")
        if found[name].strip()
    }
    lat, lon = numbers.get("lat"), numbers.get("lon")
    if lat is None or lon is None or box is None or _inside(lon, lat, box):
        return
    if _inside(lat, lon, box):
        say("lat", N_("Longitude and latitude look swapped."), N_("Write each in its column."))
    else:
        say(
            "lat",
            N_("The place lies outside the geography."),
            N_("Correct its coordinates (WGS 84, decimal degrees)."),
        )


def _inside(x: float, y: float, box: Box) -> bool:
    west, south, east, north = box
    return west <= x <= east and south <= y <= north
