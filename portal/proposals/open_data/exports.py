"""Proposals and comments as files: JSON, CSV and GeoJSON, chunk by chunk, the same columns in each.

`DESCRIBED` says what every column holds; `docs/open-data.md` and the data package repeat it.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any
from uuid import UUID

from portal.i18n import N_

DESCRIBED: dict[str, str] = {
    "id": N_("The proposal's identifier (UUID); it never changes."),
    "url": N_("Its page."),
    "title": N_("Its title, in the language of `language`."),
    "body": N_("Its text, plain, with line breaks."),
    "language": N_("The language it was written in (two letters)."),
    "theme": N_("Its theme, a code of the indicator catalogue."),
    "lat": N_("Latitude of its point (WGS 84); empty for a district or the whole city."),
    "lon": N_("Longitude of its point (WGS 84)."),
    "district": N_("Code of the district it lies in or is for; empty for the whole city."),
    "area": N_("Code of the small area its point lies in."),
    "place_name": N_("The street or place as its author called it."),
    "indicator": N_("The figure that should move, a code of the indicator catalogue."),
    "direction": N_("Which way: up or down."),
    "scenario": N_("The scenario it speaks of, by its package's name."),
    "state": N_("published, evaluating, accepted, rejected, modelled or withdrawn."),
    "state_reason": N_("The reason given with the state."),
    "state_since": N_("Since when it is in this state (ISO 8601, UTC)."),
    "origin": N_("How it came in: web, meeting, desk or import."),
    "family": N_("Identifier of its family: proposals that ask for the same."),
    "supports_count": N_("How many people support it."),
    "comments_count": N_("How many published comments it has."),
    "created_at": N_("When it was published (ISO 8601, UTC)."),
    "edited_at": N_("When its text was last changed, if it was."),
    "demonstration": N_("Whether it is made up, for a demonstration."),
}
COLUMNS = tuple(DESCRIBED)
BRIEF = (  # what a page of the list shows; texts are behind each address
    "id", "url", "title", "language", "theme", "district", "state", "family", "supports_count",
    "comments_count", "created_at", "demonstration",
)  # fmt: skip
PLACED = tuple(name for name in COLUMNS if name not in ("lat", "lon"))
TEXT = ("proposal", "language", "status", "title", "body", "at")
COMMENT = (
    "id", "proposal", "parent", "body", "language", "stance", "created_at", "edited_at",
    "demonstration",
)  # fmt: skip
RENAMED = {"family": "family_id", "proposal": "proposal_id", "parent": "parent_id"}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

Address = Callable[[UUID], str]
Chunks = Iterable[Sequence[Any]]


def public(row: Any, address: Address, columns: Iterable[str] = COLUMNS) -> dict[str, Any]:
    """What everybody may have of a proposal: never who wrote it."""
    return {name: address(row.id) if name == "url" else value(row, name) for name in columns}


def value(row: Any, name: str) -> Any:
    """One column of a row, as JSON has it."""
    found = getattr(row, RENAMED.get(name, name))
    if isinstance(found, Enum):
        return found.value
    if isinstance(found, UUID):
        return str(found)
    return found.isoformat(timespec="seconds") if hasattr(found, "isoformat") else found


def csv_lines(
    chunks: Chunks, columns: Sequence[str], address: Address | None = None
) -> Iterator[str]:
    """A CSV with a head line; texts a spreadsheet would run are quoted with an apostrophe."""
    yield _lines([columns])
    for rows in chunks:
        yield _lines(
            [
                _cell(address(row.id) if name == "url" and address else value(row, name))
                for name in columns
            ]
            for row in rows
        )


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _cell(found: Any) -> Any:
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, str) and found.startswith(DANGEROUS):
        return "'" + found
    return found


def geojson_lines(chunks: Chunks, properties: Callable[[Any], Mapping[str, Any]]) -> Iterator[str]:
    """A GeoJSON collection of rows, which must have a point."""

    def feature(row: Any) -> dict[str, Any]:
        return {
            "type": "Feature",
            "id": str(row.id),
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": properties(row),
        }

    yield from json_lines({"type": "FeatureCollection"}, "features", chunks, feature)


def json_lines(
    head: Mapping[str, Any], name: str, chunks: Chunks, item: Callable[[Any], Mapping[str, Any]]
) -> Iterator[str]:
    """A JSON object that ends in one long list, written as its rows come."""
    yield _json(head)[:-1] + ("," if head else "") + f'"{name}":['
    comma = ""
    for rows in chunks:
        written = ",\n".join(_json(item(row)) for row in rows)
        if written:
            yield f"{comma}\n{written}"
            comma = ","
    yield "\n]}\n"


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
