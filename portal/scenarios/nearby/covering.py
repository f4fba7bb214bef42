"""Which figures of a family speak of a place: its own area's, those around it, or none."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any, Literal

from portal.scenarios import store
from portal.scenarios.catalogue import Family
from portal.scenarios.geography import Geography, Outline, locate, outlines_from
from portal.scenarios.nearby import my_place
from portal.scenarios.nearby.my_place import Where
from portal.scenarios.nearby.spelling import fold
from portal.scenarios.package import Package

How = Literal["here", "around", "several", "named", "near", "whole", "none"]
NEAR = 250.0  # metres within which a stretch of street still says something of a point
MOST_STRETCHES = 12
SHAPES = 3_000_000  # bytes of shapes that are worth reading for one answer


@dataclass(frozen=True, slots=True)
class Cover:
    """The codes whose figures speak of a place, and how they do.

    `here` its own area, `around` the larger area around it, `several` the areas within it,
    `named` stretches of its street, `near` the nearest stretch, `whole` a family without areas.
    """

    how: How
    codes: tuple[str, ...] = ()
    metres: float | None = None


def cover(family: Family, where: Where) -> Cover:
    """Which figures of the family speak of a place."""
    packages = [store().package(entry.name, entry.version) for entry in family.packages]
    ids = {package.geography for package in packages if package.indicators_by_area()}
    if not ids:
        return Cover("whole") if _inside_box(family, where) else Cover("none")
    geography = store().geography(str(family.geography or min(map(str, ids))))
    if geography.level == "street" or geography.shape == "LineString":
        return _streets(geography, where)
    return _areas(geography, where)


def _inside_box(family: Family, where: Where) -> bool:
    lat, lon = point(where)
    west, south, east, north = family.bbox
    return west <= lon <= east and south <= lat <= north


def point(where: Where) -> tuple[float, float]:
    """The place's own point, or the middle of its area."""
    if where.lat is not None and where.lon is not None:
        return where.lat, where.lon
    lon, lat = store().geography(where.geography).areas[where.code].centroid
    return lat, lon


# --- areas ------------------------------------------------------------------------------------


def _areas(geography: Geography, where: Where) -> Cover:
    if geography.id == where.geography:
        return Cover("here", (where.code,))
    inside = [area.code for area in geography.within(where.geography, where.code)]
    if inside:
        return Cover("several", tuple(inside))
    around = store().geography(where.geography).areas[where.code].parents.get(geography.id)
    if around in geography.areas:
        return Cover("around", (str(around),))
    code = store().area_of(geography.id, *point(where))
    return Cover("around", (code,)) if code else Cover("none")


# --- stretches of street ----------------------------------------------------------------------


def _streets(geography: Geography, where: Where) -> Cover:
    lat, lon = point(where)
    if where.street:
        wanted = fold(where.street)
        mine = [area for area in geography.areas.values() if fold(area.name) == wanted]
        mine.sort(key=lambda area: my_place.metres(lat, lon, *area.centroid))
        if mine:
            return Cover("named", tuple(area.code for area in mine[:MOST_STRETCHES]))
    if where.exact:
        return _nearest(geography, lat, lon)
    outline = _outline(where)
    inside = [
        area.code
        for area in geography.areas.values()
        if outline and locate([outline], area.centroid[1], area.centroid[0])
    ]
    return Cover("several", tuple(inside)) if inside else Cover("none")


def _outline(where: Where) -> Outline | None:
    found = store().outlines(where.geography)
    return next((outline for outline in found if outline.code == where.code), None)


def _nearest(geography: Geography, lat: float, lon: float) -> Cover:
    """The stretch nearest to a point, if it is near enough to speak of it."""
    box_of = {code: area.bbox for code, area in geography.areas.items()}
    near = [code for code, box in box_of.items() if _to_box(lat, lon, box) <= NEAR]
    if not near:
        return Cover("none")
    lines = _lines(geography.id, near)
    away = {code: _to_line(lat, lon, lines[code]) for code in near if code in lines}
    away = away or {c: my_place.metres(lat, lon, *geography.areas[c].centroid) for c in near}
    best = min(away, key=lambda code: away[code])
    return Cover("near", (best,), away[best]) if away[best] <= NEAR else Cover("none")


def _to_box(lat: float, lon: float, box: tuple[float, float, float, float]) -> float:
    west, south, east, north = box
    return my_place.metres(lat, lon, min(max(lon, west), east), min(max(lat, south), north))


def _lines(geography: str, wanted: Sequence[str]) -> dict[str, list[list[float]]]:
    path = store().shapes(geography)
    if path.stat().st_size > SHAPES:
        return {}
    some = set(wanted)
    features = json.loads(path.read_bytes())["features"]
    return {
        f["properties"]["code"]: f["geometry"]["coordinates"]
        for f in features
        if f["properties"]["code"] in some and f["geometry"]["type"] == "LineString"
    }


def _to_line(lat: float, lon: float, line: list[list[float]]) -> float:
    """Distance to a line in metres, on a plane that touches the earth at the place."""
    wide = my_place.metres(lat, lon, lon + 1e-3, lat) / 1e-3
    high = my_place.METRES
    flat = [((x - lon) * wide, (y - lat) * high) for x, y, *_ in line]
    return min(_to_segment(*a, *b) for a, b in pairwise(flat))


def _to_segment(ax: float, ay: float, bx: float, by: float) -> float:
    across, up = bx - ax, by - ay
    square = across * across + up * up
    part = 0.0 if not square else max(0.0, min(1.0, -(ax * across + ay * up) / square))
    return hypot(ax + part * across, ay + part * up)


# --- perimeters -------------------------------------------------------------------------------


def inside_perimeter(package: Package, where: Where) -> tuple[str, Any] | None:
    """Whether a place lies `inside`, `outside` or `partly` within the package's own polygon.

    None where it has none, or several; the second part is the polygon's name.
    """
    for layer in package.layers():
        path = package.file(layer["path"])
        if path.suffix != ".geojson" or path.stat().st_size > SHAPES:
            continue
        features = json.loads(path.read_bytes())["features"]
        shapes = [f["geometry"] for f in features if "Polygon" in f["geometry"]["type"]]
        if len(shapes) == 1:
            return _stands(_stand_ins(where), shapes[0]), layer["titles"]
    return None


def _stand_ins(where: Where) -> list[tuple[float, float]]:
    """Points that stand for a place: its own, or its area's border and middle."""
    if where.exact:
        return [point(where)]
    outline = _outline(where)
    ring = outline.rings[0] if outline else []
    step = max(2, len(ring) // 40 * 2)
    border = [(ring[i + 1], ring[i]) for i in range(0, len(ring), step)]
    return [point(where), *border]


def _stands(points: list[tuple[float, float]], shape: dict[str, Any]) -> str:
    outlines = outlines_from({"features": [{"properties": {"code": "it"}, "geometry": shape}]})
    hits = sum(locate(outlines, lat, lon) is not None for lat, lon in points)
    return "inside" if hits == len(points) else "partly" if hits else "outside"
