"""Write what maps show from near: every street, parks and waters in full, with their names."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from geographies import load
from geometry import rounded, simplify
from layers import names
from writing import write_parquet

CLASSES = {
    "motorway": "motorway",
    "trunk": "motorway",
    "motorway_link": "ramp",
    "trunk_link": "ramp",
    "primary": "main",
    "primary_link": "main",
    "secondary": "main",
    "secondary_link": "main",
    "tertiary": "middle",
    "tertiary_link": "middle",
}
COLUMNS = {"name": "VARCHAR", "class": "VARCHAR"}
PUBLIC = re.compile(r"(?:Parco|Giardin[oi]|Villa|Lungoreno|Oasi|Belvedere)\b")
FROM_ZOOM = 14
LEAST_SQUARE_METRES = 1000
NAMED_SQUARE_METRES = 4000

Row = tuple[str | None, str | None, str]


def write_near(source: Path, folder: Path, texts: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the three layers and return their resources."""
    layers = {
        "streets": ("roads", _streets(source)),
        "parks": ("green", _parks(source)),
        "waters": ("water", _waters(source)),
    }
    return [
        write_parquet(
            folder,
            name,
            COLUMNS,
            rows,
            role="base",
            from_zoom=FROM_ZOOM,
            licenses=[texts["licenses"][texts["base"][origin]["license"]]],
            attribution=texts["base"][origin]["attribution"],
        )
        for name, (origin, rows) in layers.items()
    ]


def _streets(source: Path) -> list[Row]:
    """Every street by name and class, its stretches joined: a name needs room."""
    import shapely

    parts: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for item in load(source / "mobilita/limiti_velocita_2025_osm.geojson"):
        properties = item["properties"]
        name = (names(properties["via"]) or "").split(", ")[0]
        kind = CLASSES.get(properties["classe"], "small")
        parts[kind, name].append(shapely.LineString(item["geometry"]["coordinates"]))
    rows: list[Row] = []
    for (kind, name), lines in sorted(parts.items()):
        joined = shapely.line_merge(shapely.MultiLineString(lines))
        for line in shapely.get_parts(joined):
            points = rounded(simplify([(x, y) for x, y in line.coords], 1.0))
            if len(points) > 1:
                rows.append((name or None, kind, _shape("LineString", points)))
    return rows


def _parks(source: Path) -> list[Row]:
    """Public green; only what people call by a name gets one."""
    import shapely

    rows: list[Row] = []
    for item in load(source / "verde/aree_verdi_comunali_2012.geojson"):
        about = item["properties"]
        if about["mq"] < LEAST_SQUARE_METRES:
            continue
        public = PUBLIC.match(about["nome"]) and about["mq"] >= NAMED_SQUARE_METRES
        name = re.sub(r"\s*\(.*", "", about["nome"]) if public else None
        many = item["geometry"]["type"] == "MultiPolygon"
        coordinates = item["geometry"]["coordinates"]
        for part in coordinates if many else [coordinates]:
            rings = [rounded(simplify([(x, y) for x, y in ring], 2.0)) for ring in part]
            rings = [ring for ring in rings if len(ring) >= 4]
            if not rings:
                continue
            # Some borders of the source cross themselves.
            polygon = shapely.buffer(shapely.Polygon(rings[0], rings[1:]), 0)
            whole = shapely.set_precision(polygon, 1e-5)
            rows += [(name, None, shapely.to_geojson(one)) for one in shapely.get_parts(whole)]
    return rows


def _waters(source: Path) -> list[Row]:
    rows: list[Row] = []
    for item in load(source / "ambiente/idrografia.geojson"):
        shape = item["geometry"]
        many = shape["type"].startswith("Multi")
        for line in shape["coordinates"] if many else [shape["coordinates"]]:
            points = rounded(simplify([(x, y) for x, y in line], 1.5))
            if len(points) > 1:
                rows.append((None, None, _shape("LineString", points)))
    return rows


def _shape(kind: str, coordinates: Any) -> str:
    return json.dumps({"type": kind, "coordinates": coordinates})
