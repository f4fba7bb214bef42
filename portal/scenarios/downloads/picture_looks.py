"""What the maps of preview pictures are drawn from: shapes, colours, what lies around them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.scenarios import features, mapping, store
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.downloads import picture_map
from portal.scenarios.downloads.picture_card import Card, map_size
from portal.scenarios.downloads.picture_map import Layer
from portal.scenarios.figures import Figure, class_of
from portal.scenarios.geography import Box, box, points
from portal.scenarios.package import Package

SMALL = 4_000_000  # bytes of shapes that are kept for the next picture


@dataclass(frozen=True)
class Drawn:
    """A picture before it is drawn: its words, and how to make its maps."""

    card: Card
    alt: str
    maps: Callable[[], list[bytes]]
    maps_mark: Sequence[Any]


def drawn(
    card: Card, alt: str, packages: list[Package], family: Family | None, found: Indicator | None
) -> Drawn:
    """A picture of these words, with a map for each package or of the city where there is none."""
    size = map_size(card)
    under = [(layer.name, store().root / layer.path) for layer in store().base_layers()]
    districts = store().districts()
    edges = store().shapes(districts.id) if districts else None
    looks = [_look(package, family, found) for package in packages] or [None]
    mark: list[Any] = [size, [str(p.name) for _, p in under], edges and edges.name]
    mark += [look and look.mark for look in looks]

    def maps() -> list[bytes]:
        return [_map(look, size, tuple(under), edges) for look in looks]

    return Drawn(card, alt, maps, mark)


@dataclass(frozen=True)
class Look:
    """How one package's map is coloured, or which of its own layers it shows."""

    shapes: Path
    box: Box
    colours: Mapping[str, str] | None
    lines: bool
    mark: Sequence[Any]


def _look(package: Package, family: Family | None, indicator: Indicator | None) -> Look | None:
    if family is None:
        return None
    if indicator is None:
        return _own_layer(package)
    geography = store().geography(str(package.geography))
    found = mapping.classes(family, package, indicator, "value")
    shapes = store().shapes(geography.id)
    colours = _colours(package.areas(indicator.id), found)
    mark = [shapes.name, package.sha256, indicator.id, found.edges, found.colours]
    return Look(shapes, geography.bbox, colours, geography.shape == "LineString", mark)


def _colours(figures: Mapping[str, Figure], found: mapping.Classes) -> dict[str, str]:
    if not found.colours:
        return {}
    return {c: found.colours[class_of(f.value, found.edges)] for c, f in figures.items()}


def _own_layer(package: Package) -> Look | None:
    for layer in package.layers():
        path = package.file(layer["path"])
        if path.suffix == ".geojson" and path.stat().st_size < SMALL:
            around = box(p for f in _read(path) for p in points(f["geometry"]))
            return Look(path, _wider(around), None, False, [package.sha256, layer["name"]])
    return None


def _wider(around: Box) -> Box:
    """A box with its surroundings, so that a reader sees where in the city it is."""
    west, south, east, north = around
    more = 0.35 * max(east - west, north - south)
    return (west - more, south - more, east + more, north + more)


# --- drawn -------------------------------------------------------------------------------------


def _map(
    look: Look | None,
    size: tuple[int, int],
    under: tuple[tuple[str, Path], ...],
    districts: Path | None,
) -> bytes:
    around = look.box if look else _city_box()
    seen = picture_map.view(around, *size)
    below, above = _ground(under, districts, around, size, not (look and look.lines))
    if look is None:
        return picture_map.pixels(picture_map.drawing(seen, below + above))
    if look.colours is None:
        own = picture_map.plain(Layer(_read(look.shapes), picture_map.PERIMETER), seen)
        return picture_map.pixels(picture_map.drawing(seen, below + above + own))
    areas = picture_map.coloured(_read(look.shapes), seen, look.colours, look.lines)
    if look.lines:
        return picture_map.pixels(picture_map.drawing(seen, below + above + areas))
    return picture_map.pixels(picture_map.drawing(seen, areas + above))


def _city_box() -> Box:
    districts = store().districts()
    return districts.bbox if districts else (11.2, 44.4, 11.46, 44.58)


@lru_cache(maxsize=8)
def _ground(
    under: tuple[tuple[str, Path], ...],
    districts: Path | None,
    around: Box,
    size: tuple[int, int],
    land: bool,
) -> tuple[str, str]:
    """What lies under lines, and what lies over everything: the districts."""
    seen = picture_map.view(around, *size)
    below = above = ""
    if districts is not None:
        shapes = _read(districts)
        below = picture_map.plain(Layer(shapes, picture_map.LAND), seen) if land else ""
        above = picture_map.plain(Layer(shapes, picture_map.DISTRICTS), seen)
    for name, path in under:
        if name in picture_map.UNDER:
            below += picture_map.plain(Layer(_read(path), picture_map.UNDER[name]), seen)
    return below, above


def _read(path: Path) -> Sequence[Mapping[str, Any]]:
    """The features of a file; those of small files stay for the next picture."""
    return _kept(path) if path.stat().st_size < SMALL else list(features.each(path))


@lru_cache(maxsize=12)
def _kept(path: Path) -> tuple[Mapping[str, Any], ...]:
    return tuple(features.each(path))
