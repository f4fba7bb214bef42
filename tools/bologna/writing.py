"""Write the files of a Data Package: tables, compact GeoJSON, descriptors with hashes."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FIELDS = {
    "indicator": "string",
    "code": "string",
    "at": "string",
    "geography": "string",
    "sex": "string",
    "age": "string",
    "n": "integer",
    "residents": "integer",
    "kind": "string",
    "name": "string",
    "area": "string",
}
REQUIRED = {"indicator", "code", "at", "value", "residents", "geography", "sex", "age"} | {
    "kind",
    "name",
    "area",
    "lat",
    "lon",
}
KEYS = {
    "kpi": ["indicator"],
    "areas": ["code", "indicator"],
    "profile": ["indicator", "at"],
    "residents": ["geography", "code", "sex", "age"],
    "gazetteer": ["kind", "name", "area"],
}


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> str:
    """A number as short as it can be written, '' for none; never '-0'."""
    if text in ("", None):
        return ""
    value = float(text)
    return str(int(value)) if value == int(value) else repr(value)


def write_json(path: Path, value: Any) -> None:
    """Readable JSON with a newline at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def write_table(
    folder: Path,
    role: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    name: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Write `<name>.csv` and return its resource."""
    name = name or role
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    resource = _write(folder, f"{name}.csv", out.getvalue())
    return {
        "name": name,
        "role": role,
        "type": "table",
        **more,
        **resource,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column) for column in columns],
            "missingValues": [""],
            "primaryKey": KEYS[role],
        },
    }


def _field(name: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": FIELDS.get(name, "number")}
    if name in REQUIRED:
        field["constraints"] = {"required": True}
    return field


def write_geojson(
    folder: Path, name: str, features: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """Write `<name>.geojson`, a feature per line, and return its resource."""
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = '{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n"
    resource = _write(folder, f"{name}.geojson", text)
    return {
        "name": name,
        **more,
        **resource,
        "format": "geojson",
        "mediatype": "application/geo+json",
        "encoding": "utf-8",
    }


def write_parquet(
    folder: Path, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]], **more: Any
) -> dict[str, Any]:
    """Write `<name>.parquet`, its last cell of each row a GeoJSON shape; return its resource."""
    import duckdb
    import shapely

    folder.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    with duckdb.connect(config={"threads": "1"}) as database:
        database.execute(f"CREATE TABLE layer ({listed}, geometry GEOMETRY('OGC:CRS84'))")
        shapes = shapely.to_wkt(shapely.from_geojson([row[-1] for row in rows]), 5)
        cells = [[row[at] for row in rows] for at in range(len(columns))]
        unnested = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        database.execute(
            f"INSERT INTO layer SELECT {unnested}, unnest(?::VARCHAR[])::GEOMETRY",
            [*cells, shapes.tolist()],
        )
        database.execute(
            f"COPY layer TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
    return {
        "name": name,
        **more,
        **_claims(f"{name}.parquet", (folder / f"{name}.parquet").read_bytes()),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


def _write(folder: Path, path: str, text: str) -> dict[str, Any]:
    data = text.encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)
    return _claims(path, data)


def _claims(path: str, data: bytes) -> dict[str, Any]:
    return {"path": path, "bytes": len(data), "hash": "sha256:" + hashlib.sha256(data).hexdigest()}


def feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}
