"""A map as SVG text: the shapes, classes and colours of the page's, drawn without a browser."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

from portal import palette
from portal.scenarios.geography import Box

NEAR = 0.8  # pixels: points nearer to the last one are left out
# As the page's map draws what lies under and over the areas.
UNDER = {
    "green": 'fill="#dde8d6"',
    "water": 'fill="none" stroke="#7fa3c0" stroke-width="1.2"',
    "roads": 'fill="none" stroke="#aab3bd" stroke-width="0.8"',
    "tram": 'fill="none" stroke="#8a5a6e" stroke-width="1.2" stroke-dasharray="6 4"',
}
LAND = 'fill="#ffffff"'
DISTRICTS = 'fill="none" stroke="#17222e" stroke-width="2" stroke-linejoin="round"'
PERIMETER = (
    f'fill="{palette.LINES[1]}" fill-opacity="0.12" stroke="{palette.LINES[1]}" stroke-width="4"'
)


@dataclass(frozen=True)
class View:
    """Where a box of the earth lies on a sheet of so many pixels."""

    left: float
    top: float
    across: float  # pixels per degree of longitude
    down: float  # pixels per degree of latitude
    width: int
    height: int

    def path(self, lines: Iterable[Sequence[Sequence[float]]], closed: bool) -> str:
        """The `d` of a path through these places; what a pixel cannot show is left out."""
        return "".join(self._line(line, closed) for line in lines)

    def _line(self, line: Sequence[Sequence[float]], closed: bool) -> str:
        words, x0, y0 = [], -1e9, -1e9
        last = len(line) - 1
        inside = False
        for i, place in enumerate(line):
            x, y = (place[0] - self.left) * self.across, (self.top - place[1]) * self.down
            if abs(x - x0) + abs(y - y0) < NEAR and i != last:
                continue
            inside = inside or (-40 < x < self.width + 40 and -40 < y < self.height + 40)
            words.append(f"{x:.1f} {y:.1f}")
            x0, y0 = x, y
        return f"M{'L'.join(words)}{'Z' if closed else ''}" if inside and len(words) > 1 else ""


def view(box: Box, width: int, height: int, margin: int = 18) -> View:
    """The largest view that shows the whole box in the middle of a sheet."""
    west, south, east, north = box
    squeeze = cos(radians((south + north) / 2))
    scale = min(
        (width - 2 * margin) / max((east - west) * squeeze, 1e-6),
        (height - 2 * margin) / max(north - south, 1e-6),
    )
    left = (west + east) / 2 - width / 2 / (scale * squeeze)
    top = (south + north) / 2 + height / 2 / scale
    return View(left, top, scale * squeeze, scale, width, height)


@dataclass(frozen=True)
class Layer:
    """Shapes of the base map or of a scenario, and how all of them are drawn."""

    features: Sequence[Mapping[str, Any]]
    look: str


def drawing(seen: View, inner: str) -> str:
    """A whole picture from its inner parts."""
    size = f'width="{seen.width}" height="{seen.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect {size} fill="{palette.GROUND}"/>{inner}</svg>'
    )


def plain(layer: Layer, seen: View) -> str:
    """All shapes of a layer as one path."""
    d = "".join(shape(feature["geometry"], seen) for feature in layer.features)
    return f'<path d="{d}" {layer.look}/>' if d else ""


def coloured(
    features: Iterable[Mapping[str, Any]], seen: View, colours: Mapping[str, str], lines: bool
) -> str:
    """Areas or lines in the colours of their classes; one path for each colour is drawn faster."""
    paths: dict[str | None, list[str]] = {}
    for feature in features:
        colour = colours.get(feature["properties"]["code"])
        paths.setdefault(colour, []).append(shape(feature["geometry"], seen))
    whole = {colour: "".join(found) for colour, found in paths.items()}
    return (_streets if lines else _areas)(whole)


def _areas(paths: Mapping[str | None, str]) -> str:
    filled = "".join(
        f'<path d="{d}" fill="{colour or palette.NO_VALUE}"/>' for colour, d in paths.items()
    )
    edges = "".join(paths.values())
    return (
        f'{filled}<path d="{edges}" fill="none" stroke="{palette.OUTLINE}" '
        'stroke-width="0.7" stroke-opacity="0.75"/>'
    )


def _streets(paths: Mapping[str | None, str]) -> str:
    """Stretches of street with a dark edge, which keeps light colours apart from the ground."""
    drawn = ""
    for colour, d in sorted(paths.items(), key=lambda item: item[0] is not None):
        wide, narrow = (7, 5) if colour else (4, 2.6)
        drawn += f'<path d="{d}" stroke="{palette.OUTLINE}" stroke-width="{wide}"/>'
        drawn += f'<path d="{d}" stroke="{colour or palette.NO_VALUE}" stroke-width="{narrow}"/>'
    return f'<g fill="none" stroke-linejoin="round">{drawn}</g>'


def shape(geometry: Mapping[str, Any], seen: View) -> str:
    """The path of one geometry; points have none."""
    kind, places = geometry["type"], geometry.get("coordinates", [])
    if kind == "Polygon":
        return seen.path(places, True)
    if kind == "MultiPolygon":
        return "".join(seen.path(rings, True) for rings in places)
    if kind == "LineString":
        return seen.path([places], False)
    return seen.path(places, False) if kind == "MultiLineString" else ""


@lru_cache(maxsize=1)
def painter() -> Any:
    """The program that makes pixels of SVG; loaded only where pictures are drawn."""
    import resvg_py

    return resvg_py


def pixels(svg: str, **options: Any) -> bytes:
    """A PNG of an SVG text; fonts come from the given files alone."""
    made: bytes = bytes(painter().svg_to_bytes(svg_string=svg, skip_system_fonts=True, **options))
    return made
