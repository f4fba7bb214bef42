"""Check a table of a package: its schema by frictionless, then every figure by our rules."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from portal.i18n import N_
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
AT = {
    "time_of_day": r"([01]\d|2[0-3]):[0-5]\d|24:00",
    "day_of_year": r"\d{2}-\d{2}",
    "month": r"0[1-9]|1[0-2]",
    "year": r"(19|20|21)\d{2}",
}
MOST_ROWS = 200_000
FARTHEST = 1e15  # beyond this a double no longer holds every whole number
_NUMBER = re.compile(r"-?(\d{1,20}(\.\d{1,20})?|\.\d{1,20})([eE][-+]?\d{1,3})?")


@dataclass(frozen=True)
class Known:
    """What figures may refer to. `codes` is None where the package has no geography."""

    indicators: Mapping[str, Any]
    codes: frozenset[str] | None
    baseline: bool


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
    count = 0
    for row, cells in rows:
        count += 1
        if count > MOST_ROWS:
            faults.add(
                shown, N_("The table has more than %(most)s rows."), N_("Split it."), most=MOST_ROWS
            )
            return
        if len(cells) != len(header):
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
    _references(cells, role, resource, known, say)
    _figures({n: _number(cells[n], n, say) for n in NUMBERS if cells.get(n)}, known, say)


Say = Callable[..., None]


def _references(
    cells: Mapping[str, str], role: str, resource: Mapping[str, Any], known: Known, say: Say
) -> None:
    indicator, code = cells.get("indicator"), cells.get("code")
    if indicator and indicator not in known.indicators:
        say(
            "indicator",
            N_("There is no indicator “%(name)s” in the catalogue."),
            N_("Correct the id, or add the indicator to indicators.json."),
            name=indicator,
        )
    if role == "areas" and code:
        if known.codes is None:
            say(
                "code",
                N_("The package names no geography for its areas."),
                N_("Name one in scenario.geography."),
            )
        elif code not in known.codes:
            say(
                "code",
                N_("There is no area “%(code)s” in the geography."),
                N_("Correct the code, or choose another scenario.geography."),
                code=code,
            )
    if role == "profile" and cells["at"]:
        axis = resource.get("axis", "")
        if axis in AT and not re.fullmatch(AT[axis], cells["at"]):
            say(
                "at",
                N_("“%(at)s” is not a %(axis)s."),
                N_("Write times like 08:30, years like 2030."),
                at=cells["at"],
                axis=axis,
            )


def _number(text: str, column: str, say: Say) -> float | None:
    """The number a cell holds; None, and a fault, if it is none."""
    if not _NUMBER.fullmatch(text):
        say(
            column,
            N_("“%(text)s” is not a number."),
            N_("Write numbers like 1234.5; leave the cell empty where nothing is known."),
            text=text,
        )
        return None
    value = float(text)
    if abs(value) > FARTHEST:
        say(
            column,
            N_("%(text)s is too large to be meant."),
            N_("Check the figure and its unit."),
            text=text,
        )
        return None
    if column in ("n", "residents") and (value < 0 or not value.is_integer()):
        say(
            column,
            N_("%(text)s is not a count."),
            N_("Write a whole number, zero or more."),
            text=text,
        )
    return value


def _figures(figure: Mapping[str, float | None], known: Known, say: Say) -> None:
    """Intervals hold their value and have both ends; a baseline has no difference to itself."""
    for name, low, high in (("value", "low", "high"), ("delta", "delta_low", "delta_high")):
        value, least, most = figure.get(name), figure.get(low), figure.get(high)
        if (low in figure) != (high in figure):
            say(
                low if high in figure else high,
                N_("The interval has one end only."),
                N_("Give both ends, or neither."),
            )
        if value is None:
            if name not in figure and (low in figure or high in figure):
                say(
                    name, N_("There is an interval without its figure."), N_("Give the figure too.")
                )
            continue
        if least is not None and least > value:
            say(
                low,
                N_("%(low)s, the low end, is above the figure %(value)s."),
                N_("The low end must not be above the figure."),
                low=least,
                value=value,
            )
        if most is not None and value > most:
            say(
                high,
                N_("%(high)s, the high end, is below the figure %(value)s."),
                N_("The high end must not be below the figure."),
                high=most,
                value=value,
            )
    if known.baseline and any(figure.get(k) for k in ("delta", "delta_low", "delta_high")):
        say(
            "delta",
            N_("The baseline has a difference to itself."),
            N_("Leave delta, delta_low and delta_high empty in the baseline."),
        )
