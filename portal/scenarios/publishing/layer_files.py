"""Make what pages read of a layer: tiles or GeoJSON to draw, and a file to look features up in."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.scenarios.checking.check_layers import columns_of, identity
from portal.scenarios.checking.faults import Faults
from portal.scenarios.layers import lookup, tiles
from portal.scenarios.layers.layer_reading import features

PLAIN = 5_000  # features up to which a layer is sent whole, as GeoJSON
FEW = 24  # different values of an indicator up to which each is remembered
STEPS = 200  # quantiles remembered of others
SHAPES = {0: "point", 4: "point", 1: "line", 5: "line"}


@dataclass
class _Read:
    """A layer's features, column by column."""

    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    figures: list[list[list[float | None] | None]] = field(default_factory=list)


def make(
    folder: Path,
    resource: Mapping[str, Any],
    progress: Callable[..., Any] | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """Write the files under `web/layers/`; what the summary says of the layer, and their paths."""
    import numpy as np
    import shapely

    read = _read(folder, resource)
    shapes = np.array(read.shapes, dtype=object)
    stem = f"web/layers/{resource['name']}"
    tiled = len(shapes) > PLAIN
    about = {
        "name": resource["name"],
        "titles": resource.get("titles", {}),
        "attribution": resource.get("attribution", ""),
        "indicators": resource["indicators"],
        "features": len(shapes),
        "shape": SHAPES.get(int(shapely.get_type_id(shapes[0])), "area"),
        "bbox": [round(n, 6) for n in shapely.total_bounds(shapes).tolist()],
        "values": _spread(read, resource["indicators"], 0),
        "differences": _spread(read, resource["indicators"], 3),
        "path": f"{stem}.{'pmtiles' if tiled else 'geojson'}",
        "lookup": f"{stem}.sqlite" if tiled or resource["indicators"] else None,
    }
    made = [about["path"]]
    if tiled:
        columns = _columns(read, len(resource["indicators"]))
        layer = tiles.Layer("features", shapes, columns)
        zooms = tiles.write(folder / about["path"], [layer], progress=progress)
        about["zooms"] = [zooms.least, zooms.most]
    else:
        (folder / about["path"]).parent.mkdir(parents=True, exist_ok=True)
        (folder / about["path"]).write_bytes(_geojson(folder, resource, read))
    if about["lookup"]:
        made.append(about["lookup"])
        lookup.write(folder / about["lookup"], _entries(read, shapes))
    return about, made


def _read(folder: Path, resource: Mapping[str, Any]) -> _Read:
    read, wanted = _Read(), [columns_of(i) for i in resource["indicators"]]
    for feature in features(folder, resource["path"], resource["path"], Faults(), checked=True):
        carried = feature.properties
        read.ids.append(identity(feature) or str(feature.index + 1))
        name = carried.get("name")
        read.names.append(name if isinstance(name, str) else "")
        read.shapes.append(feature.shape)
        read.figures.append([_figure([carried.get(c) for c in columns]) for columns in wanted])
    return read


def _figure(cells: Sequence[Any]) -> list[float | None] | None:
    """Value, low, high, delta, delta_low, delta_high, without empty ends; None for nothing."""
    if cells[0] is None:
        return None
    numbers = [int(n) if isinstance(n, float) and n.is_integer() else n for n in cells]
    while numbers[-1] is None:
        numbers.pop()
    return numbers


def _spread(read: _Read, indicators: Sequence[str], part: int) -> dict[str, Any]:
    """For legends: the values there are and how often, or quantiles where there are many."""
    found: dict[str, Any] = {}
    for index, indicator in enumerate(indicators):
        given = (_part(row[index], part) for row in read.figures)
        values = sorted(value for value in given if value is not None)
        counted = Counter(values)
        if not values:
            continue
        if len(counted) <= FEW:
            found[indicator] = {"counts": [[value, n] for value, n in counted.items()]}
        else:
            at = [values[round(i * (len(values) - 1) / STEPS)] for i in range(STEPS + 1)]
            found[indicator] = {"quantiles": at}
    return found


def _columns(read: _Read, indicators: int) -> dict[str, list[Any]]:
    """For colours: `v0` the first indicator's value, `d0` its difference, `u0` if unsure."""
    columns: dict[str, list[Any]] = {}
    for index in range(indicators):
        figures = [row[index] for row in read.figures]
        columns[f"v{index}"] = [_part(figure, 0) for figure in figures]
        deltas = [_part(figure, 3) for figure in figures]
        if any(delta is not None for delta in deltas):
            columns[f"d{index}"] = deltas
            columns[f"u{index}"] = [1 if _unclear(figure) else None for figure in figures]
    return columns


def _part(figure: Sequence[float | None] | None, part: int) -> float | None:
    return figure[part] if figure is not None and len(figure) > part else None


def _unclear(figure: Sequence[float | None] | None) -> bool:
    low, high = _part(figure, 4), _part(figure, 5)
    return low is not None and high is not None and low <= 0 <= high


def _geojson(folder: Path, resource: Mapping[str, Any], read: _Read) -> bytes:
    """A small layer as one file; without indicators, as the package has it."""
    import shapely

    if not resource["indicators"] and not resource["path"].endswith(".parquet"):
        return _dumps(json.loads((folder / resource["path"]).read_bytes()))
    columns = _columns(read, len(resource["indicators"]))
    listed = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {
                key: column[row] for key, column in columns.items() if column[row] is not None
            },
        }
        for row, shape in enumerate(read.shapes)
    ]
    return _dumps({"type": "FeatureCollection", "features": listed})


def _dumps(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _entries(read: _Read, shapes: Any) -> Iterator[lookup.Entry]:
    import shapely

    areas = (shapely.get_dimensions(shapes) == 2).tolist()
    points = shapely.get_coordinates(shapely.point_on_surface(shapes)).round(6).tolist()
    for row, parts in enumerate(_parts(shapes)):
        at = (points[row][0], points[row][1])
        yield lookup.Entry(read.ids[row], read.names[row], parts, areas[row], at, read.figures[row])


def _parts(shapes: Any) -> Iterator[list[list[float]]]:
    """The points, lines or rings of each shape, as flat lon, lat, lon, lat …."""
    import numpy as np
    import shapely

    parts, owners = shapely.get_parts(shapes, return_index=True)
    if (shapely.get_dimensions(parts) == 2).all():
        parts, polygons = shapely.get_rings(parts, return_index=True)
        owners = owners[polygons]
    numbers, part = shapely.get_coordinates(parts, return_index=True)
    ends = np.searchsorted(part, np.arange(len(parts)), side="right").tolist()
    flat, bounds = numbers.ravel().tolist(), [0, *ends]
    last = np.searchsorted(owners, np.arange(len(shapes)), side="right").tolist()
    for first, after in zip([0, *last], last, strict=False):
        yield [flat[2 * bounds[i] : 2 * bounds[i + 1]] for i in range(first, after)]
