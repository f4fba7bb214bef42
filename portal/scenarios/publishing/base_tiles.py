"""Make one file of vector tiles from the base layers that maps show from near only."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from portal.scenarios.publishing.disk import settle

CARRIED = ("name", "class")  # what maps write and draw by
FINEST = 14  # of tiles; maps draw them larger from closer


def make(
    folder: Path, resources: Sequence[Mapping[str, Any]], stage: Path
) -> dict[str, Any] | None:
    """Write `base/near-<hash>.pmtiles`; what the catalogue says of it, None for no layers."""
    if not resources:
        return None
    from portal.scenarios.layers import tiles

    layers = [layer for resource in resources for layer in _layers(folder, resource)]
    first = min(resource["from_zoom"] for resource in resources)
    # Readers of tiles take those of one zoom less than the map's.
    zooms = tiles.Zooms(min(first - 1, FINEST), max(first - 1, FINEST))
    made = stage / "base/near.pmtiles"
    tiles.write(made, layers, zooms=zooms)
    path = f"base/near-{hashlib.sha256(made.read_bytes()).hexdigest()[:12]}.pmtiles"
    made.rename(stage / path)
    settle(stage / path)
    return {
        "path": path,
        "from_zoom": first,
        "zooms": [zooms.least, zooms.most],
        "attribution": list(dict.fromkeys(resource["attribution"] for resource in resources)),
    }


def _layers(folder: Path, resource: Mapping[str, Any]) -> Iterator[Any]:
    """A resource's layer, and one with a point for the name of each of its areas."""
    import numpy as np
    import shapely

    from portal.scenarios.checking.faults import Faults
    from portal.scenarios.layers import tiles
    from portal.scenarios.layers.layer_reading import features

    path = resource["path"]
    read = list(features(folder, path, path, Faults(), checked=True))
    shapes = np.array([feature.shape for feature in read], dtype=object)
    columns = {key: [feature.properties.get(key) for feature in read] for key in CARRIED}
    least = np.full(len(read), resource["from_zoom"] - 1)
    yield tiles.Layer(resource["name"], shapes, columns, least)
    named = [n for n, name in enumerate(columns["name"]) if name]
    if named and (shapely.get_dimensions(shapes[named]) == 2).all():
        points = shapely.point_on_surface(shapes[named])
        names = {"name": [columns["name"][n] for n in named]}
        yield tiles.Layer(f"{resource['name']}-names", points, names, least[named])
