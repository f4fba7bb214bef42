"""The files of a release: one table as CSV, GeoJSON and GeoParquet, and its places summed up.

DuckDB writes them from the rows `bulk.py` decided on; no row passes through Python.
"""

import json
from pathlib import Path
from typing import Any

from portal.datasets import table
from portal.datasets.bulk import Bulk
from portal.observations.models import Campaign
from portal.observations.where import coarse

CSV = "observations.csv"
GEOJSON = "observations.geojson"
PLACES = "places.geojson"
PARQUET = "observations"  # a folder partitioned by year, as the twin's collectors expect

# A cell of a CSV file (RFC 4180) that a spreadsheet will not take for a formula.
CELL = """
CREATE OR REPLACE MACRO cell(text) AS
  if(guarded(text) ~ '[",\\r\\n]', '"' || replace(guarded(text), '"', '""') || '"', guarded(text))
"""
GUARDED = """
CREATE OR REPLACE MACRO guarded(text) AS if(text ~ '^[=+@\\t\\r-]', '''' || text, text)
"""
MOMENT = "strftime(phenomenon_time, '%Y-%m-%dT%H:%M:%SZ')"
LINES = "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"  # as they are
HEAD = '{"type":"FeatureCollection","features":['
PLACE = """
SELECT place_level, place, any_value(district), any_value(latitude) IS NOT NULL, count(*),
  median(result), quantile_cont(result, 0.25), quantile_cont(result, 0.75),
  min(date), max(date), histogram(category)
FROM rows GROUP BY place_level, place ORDER BY place_level, place
"""


def write(folder: Path, campaign: Campaign, bulk: Bulk) -> None:
    """Write every file but the CSV, which comes first, into the folder."""
    write_geojson(folder / GEOJSON, campaign, bulk)
    write_places(folder / PLACES, campaign, bulk)
    write_parquet(folder, campaign, bulk)


def write_csv(path: Path, campaign: Campaign, bulk: Bulk) -> None:
    """The table as CSV (RFC 4180, UTF-8); text that looks like a formula is quoted."""
    bulk.sql.execute(GUARDED)
    bulk.sql.execute(CELL)
    head = ",".join(column.name for column in table.COLUMNS)
    line = " || ',' || ".join(f"coalesce({_written(column)}, '')" for column in table.COLUMNS)
    _copy(
        bulk,
        path,
        f"SELECT {_text(head)} || chr(13) "  # noqa: S608 - names and words of ours, quoted
        f"UNION ALL SELECT {line} || chr(13) FROM {_from(campaign)}",
    )


def _written(column: table.Column) -> str:
    if column.name == "phenomenon_time":
        return MOMENT
    return f"cell({column.name})" if column.sql == "VARCHAR" else f"{column.name}::VARCHAR"


def _from(campaign: Campaign) -> str:
    """The rows with what is the same in each of them."""
    unit = _text(campaign.unit) if campaign.unit else "NULL::VARCHAR"
    known = f"{_text(campaign.observed_property)} AS observed_property, {unit} AS unit"
    return f"(SELECT *, {known} FROM rows)"  # noqa: S608 - quoted


def _copy(bulk: Bulk, path: Path, query: str) -> None:
    bulk.sql.execute(f"COPY ({query}) TO {_text(path)} {LINES}")


def write_geojson(path: Path, campaign: Campaign, bulk: Bulk) -> None:
    """The table as GeoJSON (RFC 7946): cells by their middle, districts without geometry."""
    pairs = ", ".join(f"'{column.name}', {_told(column)}" for column in table.COLUMNS)
    point = (
        'if(longitude IS NULL, \'null\', \'{"type":"Point","coordinates":[\' || longitude '
        "|| ',' || latitude || ']}')"
    )
    feature = (
        f'\'{{"type":"Feature","geometry":\' || {point} || \',"properties":\' '
        f"|| json_object({pairs})::VARCHAR || '}}'"
    )
    _copy(
        bulk,
        path,
        f"SELECT {_text(HEAD)} UNION ALL "  # noqa: S608 - names and words of ours, quoted
        f"SELECT if(row_number() OVER () = 1, '', ',') || {feature} FROM {_from(campaign)} "
        "UNION ALL SELECT ']}'",
    )


def _told(column: table.Column) -> str:
    return MOMENT if column.name == "phenomenon_time" else column.name


def write_places(path: Path, campaign: Campaign, bulk: Bulk) -> None:
    """Every published place with how many rows it has and what lies in the middle of them."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for n, row in enumerate(bulk.sql.execute(PLACE).fetchall()):
            file.write(",\n" if n else "\n")
            file.write(_dumps(_place(row, campaign.decimals)))
        file.write("\n]}\n")


def _place(row: tuple[Any, ...], decimals: int) -> dict[str, Any]:
    level, code, district, fine, n, *middle, first, last, categories = row
    facts = {
        "code": code,
        "place_level": level,
        "district": district,
        "n": n,
        **dict(
            zip(("median", "quartile_1", "quartile_3"), _rounded(middle, decimals), strict=True)
        ),
        "categories": dict(categories or {}),
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    geometry = {"type": "Polygon", "coordinates": [coarse.ring(code)]} if fine else None
    return {"type": "Feature", "geometry": geometry, "properties": facts}


def _rounded(values: list[float | None], decimals: int) -> list[float | None]:
    return [None if value is None else round(value, decimals) for value in values]


def write_parquet(folder: Path, campaign: Campaign, bulk: Bulk) -> None:
    """The table as GeoParquet, one file for each year: the words are those of the CSV."""
    listed = ", ".join(f"{_guarded(column)}::{column.sql} AS {column.name}"
                       for column in table.COLUMNS)  # fmt: skip
    bulk.sql.execute(
        f"""
        COPY (
          SELECT {listed}, year("date") AS year,
            CASE WHEN longitude IS NOT NULL
              THEN ('POINT(' || longitude || ' ' || latitude || ')')::GEOMETRY END AS geometry
          FROM {_from(campaign)}
        ) TO {_text(folder / PARQUET)}
        (FORMAT parquet, PARTITION_BY (year), FILENAME_PATTERN '{PARQUET}-', COMPRESSION zstd)
        """  # noqa: S608 - quoted
    )


def _guarded(column: table.Column) -> str:
    text = f"nullif(guarded({column.name}), '')"
    return text if column.sql == "VARCHAR" else column.name


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


def _text(value: object) -> str:
    """A value of ours as text in SQL; DuckDB takes no parameters in COPY."""
    return "'" + str(value).replace("'", "''") + "'"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
