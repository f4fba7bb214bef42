"""Check GeoJSON: its form, its coordinates in longitude and latitude, its place."""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.faults import Faults

DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
MARGIN = 0.2  # degrees around the area's box within which a shape may still lie
MOST_FEATURES = 250_000


def features_of(content: Any, shown: str, faults: Faults) -> list[dict[str, Any]]:
    """The usable features of a collection; what is wrong with the others is noted."""
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        faults.add(
            shown,
            N_("This is not a GeoJSON FeatureCollection."),
            N_("Export the layer as GeoJSON (RFC 7946)."),
        )
        return []
    if "crs" in content:
        faults.add(
            shown,
            N_("The file names a coordinate system."),
            N_("Convert it to longitude and latitude (WGS 84) and leave “crs” out."),
            column="crs",
        )
    features = content.get("features")
    if not isinstance(features, list) or not features:
        faults.add(
            shown, N_("The layer has no features."), N_("Add them, or take the resource out.")
        )
        return []
    if len(features) > MOST_FEATURES:
        faults.add(
            shown,
            N_("The layer has more than %(most)s features."),
            N_("Simplify it."),
            most=MOST_FEATURES,
        )
        return []
    return [f for i, f in enumerate(features) if usable(f, i, shown, faults)]


def usable(feature: Any, index: int, shown: str, faults: Faults) -> bool:
    """Whether a feature has the form of one; what is wrong is noted."""
    column = f"features[{index}]"
    if (
        not isinstance(feature, dict)
        or feature.get("type") != "Feature"
        or not isinstance(feature.get("properties"), dict)
    ):
        faults.add(
            shown,
            N_("This is not a GeoJSON feature with properties."),
            N_("Give it type, properties and geometry."),
            column=column,
        )
        return False
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in DEPTH:
        faults.add(
            shown,
            N_("The feature has no geometry of a known type."),
            N_("Use points, lines or polygons."),
            column=column,
        )
        return False
    depth = DEPTH[geometry["type"]]
    coordinates = geometry.get("coordinates")
    if not _well_formed(coordinates, depth):
        faults.add(
            shown,
            N_("The coordinates are not those of a %(type)s."),
            N_("Give numbers: longitude first, then latitude."),
            column=column,
            type=geometry["type"],
        )
        return False
    if "Polygon" in geometry["type"] and not all(
        len(r) >= 4 and r[0] == r[-1] for r in _rings(coordinates, depth)
    ):
        faults.add(
            shown,
            N_("A ring of the polygon is not closed."),
            N_("End every ring at the point it began with, after at least four points."),
            column=column,
        )
        return False
    return True


def _well_formed(item: Any, depth: int) -> bool:
    if not isinstance(item, list) or not item:
        return False
    if depth > 1:
        return all(_well_formed(part, depth - 1) for part in item)
    points = item if depth else [item]
    if set(map(type, points)) != {list} or not set(map(len, points)) <= {2, 3}:
        return False
    numbers = [number for point in points for number in point]
    return set(map(type, numbers)) <= {int, float} and all(
        abs(n) < 1e12 for n in (min(numbers), max(numbers), *_strange(numbers))
    )


def _strange(numbers: list[float]) -> list[float]:
    """Numbers that no comparison finds: they differ from themselves."""
    return [number for number in numbers if number != number]


def _rings(coordinates: Any, depth: int) -> Iterator[Any]:
    if depth == 2:
        yield from coordinates
    else:
        for part in coordinates:
            yield from _rings(part, depth - 1)


def vertices(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Points of well-formed coordinates."""
    if isinstance(coordinates[0], list):
        for part in coordinates:
            yield from vertices(part)
    else:
        yield coordinates[0], coordinates[1]


def check_place(
    features: list[dict[str, Any]], bbox: list[float] | None, shown: str, faults: Faults
) -> None:
    """Note features outside longitude and latitude, or far from the area's box."""
    for index, feature in enumerate(features):
        reason = misplaced(list(vertices(feature["geometry"]["coordinates"])), bbox)
        if reason:
            faults.add(shown, reason[0], reason[1], column=f"features[{index}]")


def misplaced(
    points: list[tuple[float, float]], bbox: list[float] | None
) -> tuple[str, str] | None:
    """Why points are not where they should be, and what to do; None if they are."""
    if any(abs(x) > 180 or abs(y) > 90 for x, y in points):
        return (
            N_("The coordinates are not longitude and latitude."),
            N_("Convert the layer to WGS 84 (EPSG:4326)."),
        )
    if bbox is None or all(_near(x, y, bbox) for x, y in points):
        return None
    if all(_near(y, x, bbox) for x, y in points):
        return (N_("Longitude and latitude look swapped."), N_("Write longitude first."))
    return (
        N_("The feature lies outside the area."),
        N_("Check its coordinates, or the box of the area in scenario.area.bbox."),
    )


def _near(x: float, y: float, bbox: list[float]) -> bool:
    west, south, east, north = bbox
    return west - MARGIN <= x <= east + MARGIN and south - MARGIN <= y <= north + MARGIN


def check_codes(features: list[dict[str, Any]], shown: str, faults: Faults) -> frozenset[str]:
    """Codes of a geography; note those missing, twice, or with parents that are not codes."""
    codes: set[str] = set()
    for index, feature in enumerate(features):
        properties: Mapping[str, Any] = feature["properties"]
        code, name, parents = (properties.get(k) for k in ("code", "name", "parents"))
        column = f"features[{index}]"
        if not isinstance(code, str) or not code or len(code) > 80:
            faults.add(
                shown,
                N_("The area has no code."),
                N_("Give a text of at most 80 letters."),
                column=column,
            )
            continue
        if code in codes:
            faults.add(
                shown,
                N_("The code “%(code)s” is there twice."),
                N_("Give each area its own."),
                column=column,
                code=code,
            )
        codes.add(code)
        if not isinstance(name, str) or len(name) > 200:
            faults.add(
                shown,
                N_("The area has no name."),
                N_("Give its name, or an empty text."),
                column=column,
            )
        if not isinstance(parents, dict) or not all(isinstance(v, str) for v in parents.values()):
            faults.add(
                shown,
                N_("The area's parents are not codes by geography."),
                N_('Write them like {"quartieri": "navile"}.'),
                column=column,
            )
    return frozenset(codes)
