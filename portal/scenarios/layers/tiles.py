"""Write PMTiles: vector tiles of large layers, the same bytes for the same content.

From afar, features too small to be seen are left out, then the smallest until a tile is small
enough; at the closest zoom every feature is there.
"""

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor, log2
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.layers.tile_encoding import EXTENT, LINE, POINT, POLYGON, layer

TILE_BYTES = 95_000  # compressed: what a phone loads in a moment
BUFFER = 64  # units around a tile, so that lines go on across its border
FARTHEST, CLOSEST, FURTHER = 0, 16, 13
DENSE = 24_000  # vertices in one tile above which a further zoom is added
SEEN = 16.0  # units, two points of a screen: shorter lines are not drawn from afar
GRAIN = 24.0  # units: from afar, one point for each square of this side
TOLERANCE = 4.0  # units: half a point of a screen


@dataclass(frozen=True)
class Layer:
    """Shapes in longitude and latitude, all of one kind, with columns of equal length.

    `least` are the zooms from which features are shown.
    """

    name: str
    shapes: Any
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    least: Any = None


@dataclass(frozen=True)
class Zooms:
    """From which zoom to which there are tiles."""

    least: int
    most: int


def write(
    path: Path,
    layers: Sequence[Layer],
    *,
    zooms: Zooms | None = None,
    progress: Callable[..., Any] | None = None,
) -> Zooms:
    """Write the file and return its zooms; `progress` shows how far it is."""
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    flat = [_Flat(one) for one in layers]
    box = _box(layers)
    zooms = zooms or _zooms(flat, box)
    steps = range(zooms.least, zooms.most + 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for zoom in _shown(steps, progress):
            made = _at(flat, zoom, last=zoom == zooms.most)
            numbered = sorted((zxy_to_tileid(zoom, x, y), data) for (x, y), data in made)
            for number, data in numbered:
                writer.write_tile(number, data)
        west, south, east, north = box
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": floor(west * 1e7),
            "min_lat_e7": floor(south * 1e7),
            "max_lon_e7": floor(east * 1e7),
            "max_lat_e7": floor(north * 1e7),
            "center_zoom": zooms.least,
            "center_lon_e7": floor((west + east) * 5e6),
            "center_lat_e7": floor((south + north) * 5e6),
        }
        listed = [{"id": one.name, "fields": dict.fromkeys(one.columns, "")} for one in layers]
        writer.finalize(header, {"vector_layers": listed})
    return zooms


def _shown(steps: Sequence[int], progress: Callable[..., Any] | None) -> Iterator[int]:
    if progress is None:
        yield from steps
        return
    with progress(steps, N_("Drawing tiles")) as shown:
        yield from shown


class _Flat:
    """A layer on the plane of Web Mercator, the world being one unit wide."""

    def __init__(self, given: Layer) -> None:
        import numpy as np
        import shapely

        self.given = given
        self.shapes = shapely.transform(given.shapes, _mercator)
        kind = shapely.get_type_id(self.shapes[0])
        self.kind = {0: POINT, 4: POINT, 1: LINE, 5: LINE}.get(int(kind), POLYGON)
        if self.kind == POLYGON:
            self.size = np.sqrt(shapely.area(self.shapes))
        else:
            self.size = shapely.length(self.shapes)

    def seen(self, zoom: int, *, last: bool) -> Any:
        """Numbers of the features drawn at a zoom."""
        import numpy as np
        import shapely

        scale = EXTENT * 2.0**zoom
        chosen = np.ones(len(self.shapes), dtype=bool)
        if self.given.least is not None:
            chosen &= self.given.least <= zoom
        elif not last and self.kind == POINT:
            grid = np.floor(shapely.bounds(self.shapes)[:, :2] * scale / GRAIN)
            chosen = np.zeros(len(self.shapes), dtype=bool)
            chosen[np.unique(grid, axis=0, return_index=True)[1]] = True
        elif not last:
            chosen &= self.size * scale >= SEEN
            if not chosen.any():
                chosen[self.size.argmax()] = True
        return np.flatnonzero(chosen)


def _mercator(lon_lat: Any) -> Any:
    import numpy as np

    x = lon_lat[:, 0] / 360 + 0.5
    y = 0.5 - np.arctanh(np.sin(np.radians(np.clip(lon_lat[:, 1], -85, 85)))) / (2 * np.pi)
    return np.column_stack((x, y))


def _box(layers: Sequence[Layer]) -> tuple[float, float, float, float]:
    import numpy as np
    import shapely

    boxes = np.array([shapely.total_bounds(one.shapes) for one in layers])
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _zooms(flat: Sequence[_Flat], box: tuple[float, float, float, float]) -> Zooms:
    """From where the whole fits a small screen, to where no tile is crowded."""
    import numpy as np
    import shapely

    west, south, east, north = box
    corners = _mercator(np.array([[west, south], [east, north]]))
    span = max(float(abs(corners[1] - corners[0]).max()), 2.0**-CLOSEST)
    least = max(FARTHEST, floor(log2(1 / span)) - 2)
    vertices = np.concatenate([shapely.get_coordinates(one.shapes) for one in flat])
    for most in range(max(least, FURTHER), CLOSEST):
        tiles = np.floor(vertices * 2.0**most).astype(np.int64)
        if np.unique(tiles[:, 0] << 32 | tiles[:, 1], return_counts=True)[1].max() <= DENSE:
            return Zooms(min(least, most), most)
    return Zooms(min(least, CLOSEST), CLOSEST)


def _at(flat: Sequence[_Flat], zoom: int, *, last: bool) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The tiles of one zoom: address and content."""
    placed = [_placed(one, zoom, last=last) for one in flat]
    for address in sorted({address for groups in placed for address in groups}):
        content = b"".join(
            groups[address].encoded(address, last=last) for groups in placed if address in groups
        )
        if content:
            yield address, gzip.compress(content, 6, mtime=0)


def _placed(one: _Flat, zoom: int, *, last: bool) -> dict[tuple[int, int], "_Group"]:
    """The features of a layer by tile, in tile units and made simpler."""
    import numpy as np
    import shapely

    chosen = one.seen(zoom, last=last)
    if not len(chosen):
        return {}
    scale = EXTENT * 2.0**zoom
    shapes = shapely.transform(one.shapes[chosen], lambda unit: unit * scale)
    if one.kind != POINT:
        shapes = shapely.simplify(shapes, TOLERANCE, preserve_topology=False)
    boxes = shapely.bounds(shapes)
    low = np.floor((np.nan_to_num(boxes[:, :2]) - BUFFER) / EXTENT).astype(np.int64)
    high = np.floor((np.nan_to_num(boxes[:, 2:]) + BUFFER) / EXTENT).astype(np.int64)
    spans = np.clip(high, 0, 2**zoom - 1) - np.clip(low, 0, 2**zoom - 1) + 1
    index = np.repeat(np.arange(len(shapes)), spans[:, 0] * spans[:, 1])
    nth = np.arange(len(index)) - np.searchsorted(index, index)
    x = np.clip(low[:, 0], 0, None)[index] + nth % spans[index, 0]
    y = np.clip(low[:, 1], 0, None)[index] + nth // spans[index, 0]
    order = np.lexsort((index, y, x))
    x, y, index = x[order], y[order], index[order]
    begins = np.flatnonzero(np.concatenate(([True], (x[1:] != x[:-1]) | (y[1:] != y[:-1]))))
    ends = np.concatenate((begins[1:], [len(index)]))
    return {
        (int(x[a]), int(y[a])): _Group(one, shapes[index[a:b]], chosen[index[a:b]])
        for a, b in zip(begins.tolist(), ends.tolist(), strict=True)
    }


@dataclass(frozen=True)
class _Group:
    """The features of one layer that touch one tile."""

    flat: _Flat
    shapes: Any
    rows: Any

    def encoded(self, address: tuple[int, int], *, last: bool) -> bytes:
        """The tile's layer; from afar without its smallest features if it would be too large."""
        content = self._encoded(address)
        size = len(gzip.compress(content, 1)) if len(content) > TILE_BYTES else 0
        if last or size <= TILE_BYTES:
            return content
        return self._largest(TILE_BYTES / size).encoded(address, last=last)

    def _largest(self, share: float) -> "_Group":
        import numpy as np

        if self.flat.kind == POINT:  # spread evenly, the same ones every time
            weight = -(self.rows * 2654435761 % 2**32)
        else:
            weight = self.flat.size[self.rows]
        kept = np.sort(np.argsort(-weight, kind="stable")[: int(len(self.rows) * share * 0.9)])
        return _Group(self.flat, self.shapes[kept], self.rows[kept])

    def _encoded(self, address: tuple[int, int]) -> bytes:
        import numpy as np
        import shapely

        corner = np.array(address) * EXTENT
        shapes = self.shapes
        if self.flat.kind != POINT:
            west, south = corner - BUFFER
            east, north = corner + EXTENT + BUFFER
            bounds = shapely.bounds(shapes)
            across = (bounds[:, 0] < west) | (bounds[:, 1] < south)
            across |= (bounds[:, 2] > east) | (bounds[:, 3] > north)
            if across.any():
                shapes = shapes.copy()
                shapes[across] = shapely.clip_by_rect(shapes[across], west, south, east, north)
        moved = shapely.transform(shapes, lambda units: units - corner)
        given = self.flat.given
        return layer(given.name, self.flat.kind, moved, self.rows.tolist(), given.columns)
