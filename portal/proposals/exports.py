"""A list of proposals as files: JSON, CSV and GeoJSON, row by row, the same columns in each."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any
from uuid import UUID

COLUMNS = (
    "id",
    "url",
    "title",
    "body",
    "language",
    "theme",
    "lat",
    "lon",
    "district",
    "area",
    "indicator",
    "direction",
    "scenario",
    "state",
    "state_reason",
    "state_since",
    "supports_count",
    "created_at",
    "demonstration",
)
BRIEF = (  # what a page of the list shows; texts are behind each address
    "id",
    "url",
    "title",
    "language",
    "theme",
    "district",
    "state",
    "supports_count",
    "created_at",
    "demonstration",
)
PLACED = tuple(name for name in COLUMNS if name not in ("lat", "lon"))
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

Address = Callable[[UUID], str]


def public(row: Any, address: Address, columns: Iterable[str] = COLUMNS) -> dict[str, Any]:
    """What everybody may have of a proposal: never who wrote it."""
    return {
        name: address(row.id) if name == "url" else _plain(getattr(row, name)) for name in columns
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value


def csv_lines(rows: Iterable[Any], address: Address) -> Iterator[str]:
    """A CSV with a head line; texts a spreadsheet would run are quoted with an apostrophe."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line(_cell(value) for value in public(row, address).values())


def _line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def geojson_lines(
    rows: Iterable[Any], properties: Callable[[Any], dict[str, Any]]
) -> Iterator[str]:
    """A GeoJSON collection of rows, which must have a point."""
    yield '{"type":"FeatureCollection","features":['
    comma = ""
    for row in rows:
        feature = {
            "type": "Feature",
            "id": str(row.id),
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": properties(row),
        }
        yield comma + "\n" + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        comma = ","
    yield "\n]}\n"
