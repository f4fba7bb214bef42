"""Write the large layers of packages as GeoParquet: posted speed limits, municipal trees."""

import csv
import json
import re
from pathlib import Path
from typing import Any

from geographies import load
from writing import write_parquet

LIMITS = {"it": "Limiti di velocità esposti nel 2025", "en": "Speed limits posted in 2025"}
TREES = {"it": "Alberi comunali del 2012", "en": "Municipal trees of 2012"}
ODBL = "© OpenStreetMap contributors"
CITY = "Comune di Bologna, open data"


def write_limits(source: Path, folder: Path) -> dict[str, Any]:
    """Write the posted limit of every stretch of street of the city, with the street's name."""
    rows = []
    for number, item in enumerate(load(source / "mobilita/limiti_velocita_2025_osm.geojson"), 1):
        p = item["properties"]
        shape = json.dumps(item["geometry"])
        rows.append((f"s{number}", names(p["via"]), p["limite_kmh"], shape))
    columns = {"id": "VARCHAR", "name": "VARCHAR", "limite_kmh": "INTEGER"}
    return write_parquet(
        folder,
        "limiti-2025",
        columns,
        rows,
        role="layer",
        title=LIMITS["it"],
        titles=LIMITS,
        indicators=["limite_kmh"],
        attribution=ODBL,
    )


def names(written: str | None) -> str | None:
    """A street's name; several come as a list some of whose quotes were left in: `A', "B"`."""
    parts = re.split(r"""["'], ["']""", written or "")
    if len(parts) == 1:
        return written or None
    return ", ".join(part.strip("\"'") for part in parts)


def write_trees(source: Path, folder: Path) -> dict[str, Any]:
    """Write every municipal tree with its species."""
    rows = []
    with (source / "verde/alberi_comunali_2012.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            place = {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]}
            rows.append((number, row["specie"].strip() or None, json.dumps(place)))
    return write_parquet(
        folder,
        "alberi-2012",
        {"id": "INTEGER", "name": "VARCHAR"},
        rows,
        role="layer",
        title=TREES["it"],
        titles=TREES,
        indicators=[],
        attribution=CITY,
    )
