"""Write scenarios/base: water, green, roads and tram for maps without a tile server."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from geographies import load
from geometry import Point, rounded, simplify
from near_map import write_near
from writing import feature, write_geojson, write_json

ROADS = {
    "motorway": "motorway",
    "motorway_link": "motorway",
    "trunk": "trunk",
    "trunk_link": "trunk",
    "primary": "primary",
    "primary_link": "primary",
    "secondary": "secondary",
    "secondary_link": "secondary",
    "tertiary": "tertiary",
    "tertiary_link": "tertiary",
}


def write_base(source: Path, target: Path, texts: dict[str, Any]) -> None:
    """Write the base map: water, green, main roads by class, tram; from near, every street."""
    folder = target / "base"
    layers = {
        "water": _water(source),
        "green": _green(source),
        "roads": _roads(source),
        "tram": _tram(source),
    }
    resources = []
    for name, features in layers.items():
        origin = texts["base"][name]
        resources.append(
            write_geojson(
                folder,
                name,
                features,
                role="base",
                licenses=[texts["licenses"][origin["license"]]],
                attribution=origin["attribution"],
            )
        )
    resources += write_near(source, folder, texts)
    write_json(
        folder / "datapackage.json",
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "kind": "base-map",
            "name": "base",
            "version": "1.0.0",
            "title": "Base cartografica: acque, verde, strade con il loro nome, tram",
            "created": "2026-11-22T00:00:00Z",
            "licenses": [texts["licenses"][n] for n in ("CC-BY-4.0", "ODbL-1.0")],
            "sources": list(texts["base"].values()),
            "resources": resources,
        },
    )


def _lines(item: dict[str, Any]) -> list[list[Point]]:
    shape = item["geometry"]
    parts = shape["coordinates"] if shape["type"].startswith("Multi") else [shape["coordinates"]]
    return [[(x, y) for x, y in part] for part in parts]


def _water(source: Path) -> list[dict[str, Any]]:
    lines = [
        rounded(simplify(line, 6.0))
        for item in load(source / "ambiente/idrografia.geojson")
        for line in _lines(item)
    ]
    lines = [line for line in lines if len(line) > 1]
    return [feature({}, {"type": "MultiLineString", "coordinates": lines})]


def _green(source: Path) -> list[dict[str, Any]]:
    shapes = []
    for item in load(source / "verde/aree_verdi_comunali_2012.geojson"):
        if item["properties"]["mq"] < 3000:
            continue
        shape = item["geometry"]
        many = shape["type"] == "MultiPolygon"
        for polygon in shape["coordinates"] if many else [shape["coordinates"]]:
            ring = rounded(simplify([(x, y) for x, y in polygon[0]], 6.0))
            if len(ring) >= 4:
                shapes.append([ring])
    return [feature({}, {"type": "MultiPolygon", "coordinates": shapes})]


def _roads(source: Path) -> list[dict[str, Any]]:
    lines: dict[str, list[list[Point]]] = defaultdict(list)
    for item in load(source / "mobilita/limiti_velocita_2025_osm.geojson"):
        road = ROADS.get(item["properties"]["classe"])
        if road:
            lines[road] += [rounded(simplify(line, 4.0)) for line in _lines(item)]
    order = ("tertiary", "secondary", "primary", "trunk", "motorway")
    return [
        feature(
            {"class": road},
            {"type": "MultiLineString", "coordinates": [x for x in lines[road] if len(x) > 1]},
        )
        for road in order
    ]


def _tram(source: Path) -> list[dict[str, Any]]:
    return [
        feature(
            {"name": item["properties"]["tratta"]},
            {"type": "LineString", "coordinates": rounded(_lines(item)[0])},
        )
        for item in load(source / "mobilita/tram_linea_rossa.geojson")
    ]
