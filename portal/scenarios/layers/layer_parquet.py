"""Read a layer from GeoParquet, a few thousand rows at a time and within bounded memory."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking import intake
from portal.scenarios.checking.faults import Faults
from portal.scenarios.layers.layer_feature import MOST_FEATURES, Feature, shapeless, too_many

AT_ONCE = 4096  # rows held at a time
PARQUET_MEMORY = "400MB"
LON_LAT = {("OGC", "CRS84"), ("EPSG", "4326")}


def read(path: Path, shown: str, faults: Faults) -> Iterator[Feature]:
    """Features of a GeoParquet file; what is wrong is noted."""
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
        too_many(shown, faults)
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
                shapeless(feature, shown, faults)
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
