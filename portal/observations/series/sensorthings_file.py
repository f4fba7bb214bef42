"""Observations exported from a SensorThings service: as a list, or as data arrays."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.observations.series.json_stream import Stream
from portal.observations.series.tables import LONGEST_CELL, Row, Table, Unreadable

COLUMNS = ("phenomenonTime", "result", "latitude", "longitude")
LISTS = ("value", "Observations")
ARRAY = "dataArray"
NOT_OURS = N_(
    "This JSON holds no SensorThings observations: a list “value” of objects with "
    "phenomenonTime and result is expected."
)
NO_COMPONENTS = N_("Before “dataArray” its “components” must be named (line %(line)s).")


def open_table(path: Path) -> Table:
    """The observations of a SensorThings answer. Raises Unreadable."""

    def rows() -> Iterator[Row]:
        with closing(Stream(path)) as stream:
            yield from _rows(stream)

    return Table("sensorthings", COLUMNS, rows)


def _rows(stream: Stream) -> Iterator[Row]:
    if stream.peek() == "[":
        yield from _list(stream)
    elif stream.peek() == "{":
        yield from _object(stream)
    else:
        raise Unreadable(NOT_OURS)
    if stream.peek():
        raise stream.broken()


def _list(stream: Stream) -> Iterator[Row]:
    """Observations, or groups of them with their data arrays."""
    for _ in stream.items():
        if stream.peek() != "{":
            raise Unreadable(NOT_OURS)
        yield from _object(stream)


def _object(stream: Stream) -> Iterator[Row]:
    """An observation, or what holds a list of them; small members are gathered, lists walked."""
    line = stream.line
    told: dict[str, Any] = {}
    held = False
    for name in stream.members():
        if name in LISTS and stream.peek() == "[":
            held = True
            yield from _list(stream)
        elif name == ARRAY and stream.peek() == "[":
            held = True
            yield from _array(stream, told.get("components"))
        elif name in ("phenomenonTime", "result", "components", "FeatureOfInterest", "feature",
                      "location"):  # fmt: skip
            told[name] = stream.value()
        else:
            stream.skip()
    if "result" in told or "phenomenonTime" in told:
        yield Row(line, _cells(told))
    elif not held and "components" in told:
        raise Unreadable(NOT_OURS)


def _array(stream: Stream, components: Any) -> Iterator[Row]:
    if not isinstance(components, list) or not all(isinstance(one, str) for one in components):
        raise Unreadable(NO_COMPONENTS, line=stream.line)
    for _ in stream.items():
        line, values = stream.line, stream.value()
        if not isinstance(values, list) or len(values) != len(components):
            raise stream.broken()
        yield Row(line, _cells(dict(zip(components, values, strict=True))))


def _cells(told: Mapping[str, Any]) -> Sequence[str]:
    lon, lat = _point(told.get("FeatureOfInterest"))
    time = told.get("phenomenonTime")
    begins = time.partition("/")[0] if isinstance(time, str) else ""  # of an interval
    return [begins[:LONGEST_CELL], _text(told.get("result")), _text(lat), _text(lon)]


def _point(place: Any) -> tuple[Any, Any]:
    """Longitude and latitude of an inline feature."""
    for name in ("feature", "geometry"):
        if isinstance(place, dict) and isinstance(place.get(name), dict):
            place = place[name]
    found = place.get("coordinates") if isinstance(place, dict) else None
    return (found[0], found[1]) if isinstance(found, list) and len(found) >= 2 else (None, None)


def _text(value: Any) -> str:
    """A value as the shared rules for cells read it; what is no plain value stays unreadable."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return "{}"
    return str(value)[:LONGEST_CELL] if isinstance(value, str) else repr(value)[:LONGEST_CELL]
