"""How a file is to be read: which column holds what, how it is written; guessed, then confirmed.

Formulas: the beginning of a table in, choices out.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.observations.series import cells
from portal.observations.series.cells import Decimal, Order
from portal.observations.series.tables import MOST_COLUMNS, Table

LOOKED_AT = 200  # rows from which columns are guessed
ENOUGH = 0.8  # of them must be written like a time
Column = Annotated[int, Field(ge=0, lt=MOST_COLUMNS)]

TIMES = ("phenomenontime", "datetime", "dataeora", "dataora", "timestamp", "datatempo",
         "tempo", "momento", "createdat", "datetimeutc", "utctime", "time", "date", "data",
         "when")  # fmt: skip
CLOCKS = ("time", "ora", "orario", "hour", "clock")
VALUES = ("result", "risultato", "valore", "value", "misura", "measurement", "reading",
          "lettura")  # fmt: skip
LATITUDES = ("lat", "latitude", "latitudine", "y")
LONGITUDES = ("lon", "lng", "long", "longitude", "longitudine", "x")
BESIDE = ("ele", "elevation", "alt", "altitude", "altitudine", "quota", "geoidheight", "magvar",
          "sat", "hdop", "vdop", "pdop", "speed", "course", "accuracy", "id",
          "index")  # fmt: skip


class Choices(BaseModel):
    """Which column holds what (counted from 0), and how numbers and times are written.

    `lat` and `lon` name columns; where there are none, all rows are from one place: a point
    already made coarse, or a district.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    time: Column | None = None
    clock: Column | None = None  # the time of day, where it has a column of its own
    value: Column | None = None
    lat: Column | None = None
    lon: Column | None = None
    decimal: Decimal = "."
    order: Order = "day"
    zone: Literal["city", "utc"] = "city"
    place: tuple[float, float] | None = None
    district: str = ""


def guess(table: Table, first: Sequence[Sequence[str]], hints: Iterable[str] = ()) -> Choices:
    """What the columns most likely are; `hints` are words for the value, like its unit."""
    if table.kind == "sensorthings":
        placed = any(row[2] for row in first)
        return Choices(time=0, value=1, lat=2 if placed else None, lon=3 if placed else None)
    names = [_plain(name) for name in table.columns]
    taken: set[int] = set()

    def by_name(known: Iterable[str]) -> int | None:
        found = next((names.index(one) for one in known if one in names), None)
        if found is not None and found not in taken:
            taken.add(found)
            return found
        return None

    lat, lon = by_name(LATITUDES), by_name(LONGITUDES)
    time = _time_by_content(first, taken)
    if time is None:
        time = by_name(TIMES)
    taken |= {time} if time is not None else set()
    whole = time is None or _like_time(first, time)
    clock = None if whole else by_name(CLOCKS)
    value = by_name([_plain(hint) for hint in hints] + list(VALUES))
    if value is None:  # 52 metres above the sea would pass for 52 decibels
        beside = {index for index, name in enumerate(names) if name in BESIDE}
        value = _numeric(first, taken | beside, len(names))
    return Choices(
        time=time,
        clock=clock,
        value=value,
        lat=lat if lon is not None else None,
        lon=lon if lat is not None else None,
        decimal=_decimal(first, value),
        order=_order(first, time),
    )


def _plain(name: str) -> str:
    """Letters only, without accents: `Data e ora` and `data_e_ora` are the same name."""
    parted = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in parted if letter.isascii() and letter.isalpha())


def _column(first: Sequence[Sequence[str]], index: int) -> list[str]:
    return [row[index].strip() for row in first if index < len(row) and row[index].strip()]


def _like_time(first: Sequence[Sequence[str]], index: int) -> bool:
    found = _column(first, index)
    return bool(found) and sum(map(cells.looks_like_time, found)) >= ENOUGH * len(found)


def _time_by_content(first: Sequence[Sequence[str]], taken: set[int]) -> int | None:
    width = max(map(len, first), default=0)
    return next((i for i in range(width) if i not in taken and _like_time(first, i)), None)


def _numeric(first: Sequence[Sequence[str]], taken: set[int], width: int) -> int | None:
    """The first column left that mostly holds numbers, else the only one left."""
    left = [index for index in range(width) if index not in taken]
    for index in left:
        found = _column(first, index)
        if found and sum(map(cells.looks_like_value, found)) >= ENOUGH * len(found):
            return index
    return left[0] if len(left) == 1 else None


def _decimal(first: Sequence[Sequence[str]], index: int | None) -> Decimal:
    found = [] if index is None else _column(first, index)
    commas = sum("," in cell and "." not in cell for cell in found)
    points = sum("." in cell and "," not in cell for cell in found)
    return "," if commas > points else "."


def _order(first: Sequence[Sequence[str]], index: int | None) -> Order:
    """Month first only where no other reading is possible."""
    found = [] if index is None else _column(first, index)
    seconds = [cell.replace(".", "/").replace("-", "/").split("/") for cell in found]
    days = [parts[1] for parts in seconds if len(parts) == 3 and len(parts[0]) <= 2]
    return "month" if any(day.isdigit() and int(day) > 12 for day in days) else "day"
