"""The files of a release: one table as CSV, GeoJSON and GeoParquet, and its places summed up."""

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from portal.datasets import table
from portal.datasets.anonymise import Row
from portal.observations import coarse
from portal.observations.models import Campaign

CSV = "observations.csv"
GEOJSON = "observations.geojson"
PLACES = "places.geojson"
PARQUET = "observations"  # a folder partitioned by year, as the twin's collectors expect


def write(folder: Path, campaign: Campaign, rows: Sequence[Row]) -> None:
    """Write every file into the folder."""
    write_csv(folder / CSV, campaign, rows)
    write_geojson(folder / GEOJSON, campaign, rows)
    write_places(folder / PLACES, campaign, rows)
    write_parquet(folder, folder / CSV)


def write_csv(path: Path, campaign: Campaign, rows: Sequence[Row]) -> None:
    """The table as CSV (RFC 4180, UTF-8); text that looks like a formula is quoted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.name for column in table.COLUMNS])
        for row in rows:
            writer.writerow(map(table.guarded, table.record(campaign, row).values()))


def write_geojson(path: Path, campaign: Campaign, rows: Sequence[Row]) -> None:
    """The table as GeoJSON (RFC 7946): cells by their middle, districts without geometry."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for number, row in enumerate(rows):
            file.write(",\n" if number else "\n")
            file.write(_dumps(_feature(_point(row), table.record(campaign, row))))
        file.write("\n]}\n")


def _point(row: Row) -> dict[str, Any] | None:
    if row.latitude is None or row.longitude is None:
        return None
    return {"type": "Point", "coordinates": [row.longitude, row.latitude]}


def write_places(path: Path, campaign: Campaign, rows: Sequence[Row]) -> None:
    """Every published place with how many rows it has and what lies in the middle of them."""
    by_place: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_place[row.place_level, row.place].append(row)
    features = [_place(group, campaign.decimals) for _place_, group in sorted(by_place.items())]
    path.write_text(_dumps({"type": "FeatureCollection", "features": features}) + "\n", "utf-8")


def _place(rows: Sequence[Row], decimals: int) -> dict[str, Any]:
    first = rows[0]
    values = sorted(row.result for row in rows)
    low, _middle, high = quantiles(values, n=4) if len(values) > 1 else values * 3
    geometry = None
    if first.latitude is not None:
        geometry = {"type": "Polygon", "coordinates": [coarse.ring(first.place)]}
    facts = {
        "code": first.place,
        "place_level": first.place_level,
        "district": first.district,
        "n": len(values),
        "median": round(median(values), decimals),
        "quartile_1": round(low, decimals),
        "quartile_3": round(high, decimals),
        "first": min(row.date for row in rows).isoformat(),
        "last": max(row.date for row in rows).isoformat(),
    }
    return _feature(geometry, facts)


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def write_parquet(folder: Path, source: Path) -> None:
    """The table as GeoParquet, one file for each year.

    DuckDB is imported here and nowhere else: the web process never comes here.
    """
    import duckdb

    types = ", ".join(f"'{column.name}': '{column.sql}'" for column in table.COLUMNS)
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'; SET threads = 2; SET memory_limit = '600MB'")
        connection.execute(
            f"""
            COPY (
              SELECT *, year("date") AS year,
                CASE WHEN longitude IS NOT NULL
                  THEN ('POINT(' || longitude || ' ' || latitude || ')')::GEOMETRY END AS geometry
              FROM read_csv($source, header = true, columns = {{{types}}})
            ) TO '{_quoted(folder / PARQUET)}'
            (FORMAT parquet, PARTITION_BY (year), FILENAME_PATTERN '{PARQUET}-', COMPRESSION zstd)
            """,  # noqa: S608 - a path of ours, quoted; DuckDB takes no parameter there
            {"source": str(source)},
        )


def count_parquet(folder: Path) -> tuple[int, int]:
    """Rows, and files that carry GeoParquet's own description, as DuckDB reads them back."""
    import duckdb

    pattern = str(folder / PARQUET / "**" / "*.parquet")
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute("SELECT count(*) FROM read_parquet($1)", [pattern]).fetchone()
        files = connection.execute(
            "SELECT count(DISTINCT file_name) FROM parquet_kv_metadata($1) "
            "WHERE decode(key) = 'geo'",
            [pattern],
        ).fetchone()
    return (rows or (0,))[0], (files or (0,))[0]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
