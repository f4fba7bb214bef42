"""Geographies: areas by code with names, parents and residents; which area a place lies in."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from portal.scenarios.layers import stretches
from portal.scenarios.layers.stretches import Stretch
from portal.scenarios.reading import Text

Box = tuple[float, float, float, float]  # west, south, east, north in degrees


@dataclass(frozen=True, slots=True)
class Area:
    """One area: code, name, codes of the areas around it by geography, box, middle, residents.

    `residents` counts people by `sex/age` (`F/00-14`), empty where nobody is counted;
    `properties` holds what else the geography says (km2, posted limit, length in metres).
    """

    code: str
    name: str
    parents: Mapping[str, str]
    bbox: Box
    centroid: tuple[float, float]  # lon, lat: a point to put a label on
    residents: Mapping[str, int]
    properties: Mapping[str, Any]

    @property
    def total_residents(self) -> int:
        """Everyone who lives there."""
        return sum(self.residents.values())

    def residents_by(self, *, sex: str | None = None, age: str | None = None) -> int:
        """Residents of one sex, one age band, or both."""
        return sum(
            count
            for key, count in self.residents.items()
            if sex in (None, key.split("/")[0]) and age in (None, key.split("/")[1])
        )


@dataclass(frozen=True, slots=True)
class Geography:
    """Areas of one level. `level` is municipality, district, zone, area or street.

    `stretches` numbers the stretches of every street; nothing at other levels.
    """

    id: str
    level: str
    title: Text
    shape: str  # "Polygon" or "LineString"
    bbox: Box
    attribution: str
    areas: Mapping[str, Area]
    stretches: Mapping[str, Stretch] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Area:
        """One area by code."""
        return self.areas[code]

    def name(self, code: str) -> str:
        """Name of an area, its code where it has none."""
        area = self.areas.get(code)
        return area.name or code if area else code

    def within(self, geography: str, code: str) -> list[Area]:
        """Areas whose parent in another geography has this code."""
        return [a for a in self.areas.values() if a.parents.get(geography) == code]


@dataclass(frozen=True, slots=True)
class BaseLayer:
    """A layer of the base map: name, address for `Store.file`, thanks."""

    name: str
    path: str
    attribution: str


@dataclass(frozen=True, slots=True)
class NearLayers:
    """What lies under maps from near: one file of tiles, the zoom it begins at, thanks."""

    path: str
    from_zoom: int
    zooms: list[int]
    attribution: list[str]


@dataclass(frozen=True, slots=True)
class Outline:
    """Rings of one area as flat x, y, x, y … arrays, with its box."""

    code: str
    bbox: Box
    rings: tuple["array[float]", ...]


def geography_from(raw: dict[str, Any]) -> Geography:
    """A geography from its published JSON."""
    areas = {
        item["code"]: Area(
            **{**item, "bbox": tuple(item["bbox"]), "centroid": tuple(item["centroid"])}
        )
        for item in raw["areas"]
    }
    rest = {k: v for k, v in raw.items() if k != "areas"}
    found = {code: (area.name, area.centroid) for code, area in areas.items()}
    numbers = stretches.numbered(found) if raw["level"] == "street" else {}
    return Geography(**{**rest, "bbox": tuple(raw["bbox"])}, areas=areas, stretches=numbers)


def outlines_from(raw: dict[str, Any]) -> tuple[Outline, ...]:
    """Outlines of the areas of a GeoJSON collection; lines have none."""
    return tuple(
        Outline(
            item["properties"]["code"],
            box(points(item["geometry"])),
            tuple(
                array("d", [n for point in ring for n in point[:2]])
                for ring in rings(item["geometry"])
            ),
        )
        for item in raw["features"]
    )


def locate(outlines: Iterable[Outline], lat: float, lon: float) -> str | None:
    """Code of the area a place lies in; on a shared border, one of the two."""
    for outline in outlines:
        west, south, east, north = outline.bbox
        if not (west <= lon <= east and south <= lat <= north):
            continue
        if sum(_crosses(ring, lon, lat) for ring in outline.rings) % 2:
            return outline.code
    return None


def _crosses(ring: "array[float]", x: float, y: float) -> bool:
    """Whether a ray from the point to the east crosses the ring an odd number of times."""
    hit = False
    ax, ay = ring[-2], ring[-1]
    for i in range(0, len(ring), 2):
        bx, by = ring[i], ring[i + 1]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            hit = not hit
        ax, ay = bx, by
    return hit


def rings(geometry: Mapping[str, Any]) -> list[list[list[float]]]:
    """All rings of a Polygon or MultiPolygon, holes included; none for other shapes."""
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        return list(coordinates)
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    return []


def points(geometry: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Every vertex of any shape."""
    found: list[tuple[float, float]] = []
    stack = [geometry["coordinates"]]
    while stack:
        item = stack.pop()
        if item and isinstance(item[0], int | float):
            found.append((item[0], item[1]))
        else:
            stack.extend(reversed(item))
    return found


def box(vertices: Iterable[tuple[float, float]]) -> Box:
    """Smallest box around points; raises ValueError for none."""
    xs, ys = zip(*vertices, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def label_point(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """A point to stand for a shape: the middle of its largest ring, or of its line."""
    outer = rings(geometry)
    if not outer:
        line = points(geometry)
        return line[len(line) // 2]
    ring = max(outer, key=lambda r: abs(_twice_area(r)))
    twice = _twice_area(ring)
    pairs = list(pairwise(ring))
    if not twice:
        return (ring[0][0], ring[0][1])
    x0, y0 = ring[0][0], ring[0][1]  # differences keep the sums exact enough
    cx = sum((a[0] + b[0] - 2 * x0) * _cross(a, b, x0, y0) for a, b in pairs) / (3 * twice)
    cy = sum((a[1] + b[1] - 2 * y0) * _cross(a, b, x0, y0) for a, b in pairs) / (3 * twice)
    return (round(x0 + cx, 5), round(y0 + cy, 5))


def _twice_area(ring: list[list[float]]) -> float:
    x0, y0 = ring[0][0], ring[0][1]
    return sum(_cross(a, b, x0, y0) for a, b in pairwise(ring))


def _cross(a: list[float], b: list[float], x0: float, y0: float) -> float:
    return (a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0)
