"""Figures by area joined with their shapes: GeoJSON that says what it is and whose."""

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from portal import web
from portal.scenarios import features, store
from portal.scenarios.catalogue import Indicator
from portal.scenarios.figures import Figure
from portal.scenarios.package import Package

COLUMNS = ("value", "low", "high", "delta", "delta_low", "delta_high")
GUESS = 190  # bytes a feature gains


def geojson(package: Package, indicator: Indicator) -> Iterator[bytes]:
    """A FeatureCollection, feature by feature: a city of streets needs no more memory."""
    figures = package.areas(indicator.id)
    shapes = store().shapes(str(package.geography))
    yield _json(_about(package, indicator))[:-1] + b',"features":[\n'
    first = True
    for feature in features.each(shapes):
        properties = feature["properties"]
        found = _properties(properties, figures.get(properties["code"]), indicator)
        yield (b"" if first else b",\n") + _json({**feature, "properties": found})
        first = False
    yield b"\n]}\n"


def likely_bytes(package: Package) -> int:
    """About how large such a file is, without making it."""
    geography = store().geography(str(package.geography))
    return store().shapes(geography.id).stat().st_size + GUESS * len(geography.areas)


def tag(package: Package, indicator: str) -> str:
    """What the file's content follows from."""
    return f"{package.sha256[:16]}-{store().shapes(str(package.geography)).name}-{indicator}"


def packed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same, compressed on its way."""
    packer = zlib.compressobj(6, wbits=31)
    for one in parts:
        if made := packer.compress(one):
            yield made
    yield packer.flush()


def _about(package: Package, indicator: Indicator) -> dict[str, Any]:
    geography = store().geography(str(package.geography))
    return {
        "type": "FeatureCollection",
        "name": f"{package.name}-{package.version}-{indicator.id}",
        "title": package.title,
        "indicator": {
            "id": indicator.id,
            "name": indicator.name,
            "definition": indicator.definition,
            "unit": indicator.unit,
        },
        "geography": geography.id,
        "attribution": list(dict.fromkeys([geography.attribution, *package.attributions])),
        "licenses": package.licenses,
        "source": web.whole_url("scenarios.show", name=package.name, version=package.version),
        "sha256": package.sha256,
    }


def _properties(
    properties: dict[str, Any], figure: Figure | None, indicator: Indicator
) -> dict[str, Any]:
    """Code, name and what else the geography says, then the figure; null where none is known."""
    values = {column: getattr(figure, column, None) for column in COLUMNS}
    return {**properties, "indicator": indicator.id, "unit": indicator.unit, **values}


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()
