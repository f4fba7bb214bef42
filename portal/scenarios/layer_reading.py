"""Read the features of a layer one after the other, from GeoJSON or GeoParquet, into shapes.

Used where packages are checked and published; never in a page.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios import intake
from portal.scenarios.check_shapes import usable
from portal.scenarios.faults import Faults

MOST_FEATURES = 250_000
AT_ONCE = 4096  # rows of a GeoParquet file held at a time
PARQUET_MEMORY = "400MB"
LON_LAT = {("OGC", "CRS84"), ("EPSG", "4326")}
_blank = re.compile(r"[ \t\n\r]*").match


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its number in the file, what it carries, its shape in longitude, latitude."""

    index: int
    properties: Mapping[str, Any]
    shape: Any


def features(
    folder: Path, path: str, shown: str, faults: Faults, *, checked: bool = False
) -> Iterator[Feature]:
    """The usable features of a layer; what is wrong with the others is noted.

    One that is `checked` already is read without looking at each feature's form again.
    """
    if path.endswith(".parquet"):
        found = _from_parquet(folder / path, shown, faults)
    else:
        found = _from_geojson(
            intake.read_text(folder, path, shown, faults), shown, faults, checked=checked
        )
    for count, feature in enumerate(found):
        if count == MOST_FEATURES:
            _too_many(shown, faults)
            return
        yield feature


def place(feature: Feature, shown: str, name: str = "") -> dict[str, Any]:
    """Where a fault lies: `features[3].name` in GeoJSON, row and column in GeoParquet."""
    if shown.endswith(".parquet"):
        return {"row": feature.index + 1, "column": name or None}
    return {"column": f"features[{feature.index}]" + (f".{name}" if name else "")}


def _too_many(shown: str, faults: Faults) -> None:
    faults.add(
        shown,
        N_("The layer has more than %(most)s features."),
        N_("Simplify it."),
        most=MOST_FEATURES,
    )


# --- GeoJSON ----------------------------------------------------------------------------------


def _from_geojson(text: str, shown: str, faults: Faults, *, checked: bool) -> Iterator[Feature]:
    from shapely.geometry import shape

    index, kind, listed = 0, None, False
    for key, value in _members(text, shown, faults):
        if key == "feature":
            listed = True
            if checked or usable(value, index, shown, faults):
                own = value["properties"]
                properties = own if "id" in own else {**own, "id": value.get("id")}
                yield Feature(index, properties, shape(value["geometry"]))
            index += 1
        elif key == "type":
            kind = value
        elif key == "crs":
            _no_crs(shown, faults)
    if kind != "FeatureCollection":
        faults.add(
            shown,
            N_("This is not a GeoJSON FeatureCollection."),
            N_("Export the layer as GeoJSON (RFC 7946)."),
        )
    elif not listed:
        faults.add(
            shown, N_("The layer has no features."), N_("Add them, or take the resource out.")
        )


def _no_crs(shown: str, faults: Faults) -> None:
    faults.add(
        shown,
        N_("The file names a coordinate system."),
        N_("Convert it to longitude and latitude (WGS 84) and leave “crs” out."),
        column="crs",
    )


def _members(text: str, shown: str, faults: Faults) -> Iterator[tuple[str, Any]]:
    """Members of the outer object; each of its features by itself, so that few are held."""
    if _next(text, 0) != "{":
        intake.parse_json(text, shown, faults)  # says what is wrong if it is no JSON at all
        return
    reader = intake.Strict(shown, faults)
    at = _after(text, 0, "{", shown, faults)
    if _next(text, at) == "}":
        return
    keys: set[str] = set()
    while True:
        key, at = reader.value(text, at)
        reader.once(str(key), keys)
        at = _after(text, at, ":", shown, faults)
        if key == "features" and _next(text, at) == "[":
            for item, end in _items(reader, text, at, shown, faults):
                at = end
                if item is not _items:
                    yield "feature", item
        else:
            value, at = reader.value(text, at)
            yield str(key), value
        if _next(text, at) == "}":
            end = _blank(text, at).end()  # type: ignore[union-attr]
            if text[end + 1 :].strip():
                reader.refuse("Extra data", text, end + 1)
            return
        at = _after(text, at, ",", shown, faults)


def _items(
    reader: "intake.Strict", text: str, at: int, shown: str, faults: Faults
) -> Iterator[tuple[Any, int]]:
    """Items of a list and where each ends; last, this function itself and the list's end."""
    at = _after(text, at, "[", shown, faults)
    if _next(text, at) != "]":
        while True:
            item, at = reader.value(text, at)
            yield item, at
            if _next(text, at) == "]":
                break
            at = _after(text, at, ",", shown, faults)
    yield _items, _after(text, at, "]", shown, faults)


def _next(text: str, at: int) -> str:
    end = _blank(text, at).end()  # type: ignore[union-attr]
    return text[end : end + 1]


def _after(text: str, at: int, sign: str, shown: str, faults: Faults) -> int:
    end = _blank(text, at).end()  # type: ignore[union-attr]
    if text[end : end + 1] != sign:
        intake.Strict(shown, faults).refuse(f"Expecting '{sign}'", text, end)
    return end + 1


# --- GeoParquet -------------------------------------------------------------------------------


def _from_parquet(path: Path, shown: str, faults: Faults) -> Iterator[Feature]:
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": "1",
        "memory_limit": PARQUET_MEMORY,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(config=settings) as reader:
            reader.execute("SET allowed_paths=?", [[str(path)]])
            reader.execute("SET enable_external_access=false")
            yield from _rows(reader, path, shown, faults)
    except duckdb.Error as error:
        faults.add(
            shown,
            N_("This is not a GeoParquet file: %(why)s."),
            N_("Export the layer as GeoParquet 1.1, with WKB geometries."),
            why=str(error).splitlines()[0],
        )


def _rows(reader: Any, path: Path, shown: str, faults: Faults) -> Iterator[Feature]:
    from shapely import from_wkb

    column = _geometry_column(reader, path, shown, faults)
    if column is None:
        return
    (count,) = reader.execute(
        "SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(path)]
    ).fetchone()
    if not count:
        faults.add(
            shown, N_("The layer has no features."), N_("Add them, or take the resource out.")
        )
    if count > MOST_FEATURES:
        _too_many(shown, faults)
        return
    kinds = {
        name: kind
        for name, kind, *_ in reader.execute(
            "DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]
        ).fetchall()
    }
    quoted = '"' + column.replace('"', '""') + '"'
    binary = quoted if kinds[column] == "BLOB" else f"ST_AsWKB({quoted})"
    others = [name for name in kinds if name != column]
    names = ['"' + name.replace('"', '""') + '"' for name in others]
    if _swollen(reader, path, binary, names, shown, faults):
        return
    selected = ", ".join([binary, *names])
    rows = reader.execute(f"SELECT {selected} FROM read_parquet(?)", [str(path)])  # noqa: S608
    index = 0
    while found := rows.fetchmany(AT_ONCE):
        shapes = from_wkb([row[0] for row in found], on_invalid="ignore")
        good = _good(shapes)
        for row, shape, well in zip(found, shapes, good, strict=True):
            properties = {n: _plain(v) for n, v in zip(others, row[1:], strict=True)}
            feature = Feature(index, properties, shape)
            if well:
                yield feature
            else:
                _shapeless(feature, shown, faults)
            index += 1


def _swollen(
    reader: Any, path: Path, binary: str, names: list[str], shown: str, faults: Faults
) -> bool:
    """Note content that is small only as long as it is packed."""
    sizes = [f"octet_length({binary})", *(f"strlen(CAST({name} AS VARCHAR))" for name in names)]
    total = " + ".join(f"coalesce(sum({size}), 0)" for size in sizes)
    (found,) = reader.execute(
        f"SELECT {total} FROM read_parquet(?)",  # noqa: S608
        [str(path)],
    ).fetchone()
    if found > intake.FILE_BYTES:
        faults.add(
            shown,
            N_("The file has %(size)s bytes, more than the %(most)s allowed."),
            N_("Simplify it or split the package."),
            size=int(found),
            most=intake.FILE_BYTES,
        )
    return bool(found > intake.FILE_BYTES)


def _good(shapes: Any) -> list[bool]:
    """Which shapes are points, lines or polygons with numbers for coordinates."""
    import numpy as np
    import shapely

    known = np.isin(shapely.get_type_id(shapes), (0, 1, 3, 4, 5, 6)) & ~shapely.is_empty(shapes)
    bounds = np.nan_to_num(shapely.bounds(shapes), nan=np.inf)
    return (known & (abs(bounds) < 1e12).all(axis=1)).tolist()  # type: ignore[no-any-return]


def _shapeless(feature: Feature, shown: str, faults: Faults) -> None:
    faults.add(
        shown,
        N_("The feature has no geometry of a known type."),
        N_("Use points, lines or polygons."),
        **place(feature, shown),
    )


def _geometry_column(reader: Any, path: Path, shown: str, faults: Faults) -> str | None:
    """The column with the shapes, if the file says so and they are in longitude and latitude."""
    stored = reader.execute(
        "SELECT value FROM parquet_kv_metadata(?) WHERE key = 'geo'", [str(path)]
    ).fetchone()
    try:
        about = json.loads(stored[0])
        name = about["primary_column"]
        column = about["columns"][name]
        encoding, crs = column["encoding"], column.get("crs", {"id": _CRS84})
    except (TypeError, KeyError, ValueError, AttributeError, RecursionError):
        faults.add(
            shown,
            N_("The file does not say which column holds its geometry."),
            N_("Export the layer as GeoParquet 1.1, with WKB geometries."),
        )
        return None
    if encoding != "WKB":
        faults.add(
            shown,
            N_("The geometries are written as %(encoding)s."),
            N_("Export the layer as GeoParquet 1.1, with WKB geometries."),
            encoding=str(encoding),
        )
        return None
    id = crs.get("id") if isinstance(crs, dict) else None
    known = (id.get("authority"), str(id.get("code"))) if isinstance(id, dict) else None
    if known not in LON_LAT:
        faults.add(
            shown,
            N_("The coordinates are in %(system)s."),
            N_("Convert the layer to WGS 84 (EPSG:4326)."),
            column="crs",
            system=":".join(map(str, known)) if known else "?",
        )
        return None
    return str(name)


_CRS84 = {"authority": "OGC", "code": "CRS84"}


def _plain(value: Any) -> Any:
    """A cell as JSON would hold it: decimals are numbers."""
    return float(value) if isinstance(value, Decimal) else value
