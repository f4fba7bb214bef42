"""Maps of scenarios: classes shared by a whole family, layers, what lies under every map."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import url_for

from portal import i18n, maps, palette
from portal.i18n import _
from portal.scenarios import store
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.figures import class_breaks, class_of
from portal.scenarios.geography import Box, Geography, NearLayers
from portal.scenarios.package import Package

MOST_CLASSES = 6
UNCLEAR = palette.diverging(3)[1]


@dataclass(frozen=True, slots=True)
class Classes:
    """Edges and colours of a map: one class fewer than edges."""

    edges: tuple[float, ...]
    colours: tuple[str, ...]


def classes(family: Family, package: Package, indicator: Indicator, show: str) -> Classes:
    """Classes over all options of the family, so that equal colours mean equal values."""
    members = {(e.name, e.version) for e in family.packages} | {(package.name, package.version)}
    return _classes(
        store().root,
        tuple(sorted(members)),
        indicator.id,
        indicator.decimals,
        indicator.polarity,
        show,
    )


@lru_cache(maxsize=256)
def _classes(
    root: Path,
    members: tuple[tuple[str, str], ...],
    indicator: str,
    decimals: int,
    polarity: str,
    show: str,
) -> Classes:
    values: list[float | None] = []
    for name, version in members:
        values += store().package(name, version).area_numbers(indicator, show)
    known = [value for value in values if value is not None]
    if show == "difference":
        return diverging(known, decimals, polarity)
    edges = class_breaks(known, MOST_CLASSES, decimals=decimals)
    return Classes(edges, palette.sequential(max(0, len(edges) - 1)))


def diverging(values: list[float], decimals: int, polarity: str) -> Classes:
    """Classes on both sides of zero, without the outer ones that no difference reaches.

    About as many differences in each, and the same edges on both sides.
    """
    some = [value for value in values if value]
    side = class_breaks(map(abs, some), MOST_CLASSES // 2, decimals=decimals)
    if not side:
        return Classes((), ())
    inner, farthest = side[1:-1], side[-1]
    steps = [edge for edge in (*inner, farthest) if edge > 0]
    edges = (*(-edge for edge in reversed(steps)), 0.0, *steps)
    colours = palette.diverging(len(edges) - 1)
    if polarity == "lower_better":
        colours = colours[::-1]
    first, last = class_of(min(some), edges), class_of(max(some), edges)
    return Classes(edges[first : last + 2], colours[first : last + 1])


def legend(found: Classes, indicator: Indicator) -> list[dict[str, Any]]:
    """The classes as the legend and the map's script read them."""
    words = [i18n.number(edge, decimals(found, indicator)) for edge in found.edges]
    shown = []
    for i, colour in enumerate(found.colours):
        same = words[i] == words[i + 1]
        label = words[i] if same else _("%(low)s to %(high)s", low=words[i], high=words[i + 1])
        shown.append(
            {"low": found.edges[i], "high": found.edges[i + 1], "colour": colour, "label": label}
        )
    return shown


def decimals(found: Classes, indicator: Indicator) -> int:
    """Decimals that show every edge as it is: the indicator's, more where edges lie closer."""
    for places in range(indicator.decimals, indicator.decimals + 4):
        if all(round(edge, places) == edge for edge in found.edges[1:-1]):
            return places
    return indicator.decimals


def unclear() -> dict[str, Any]:
    """The class of differences that are none, or may be none."""
    return {
        "colour": UNCLEAR,
        "label": _("none, or cannot be told apart"),
        "word": _("cannot be told apart"),
    }


def choropleth(
    family: Family, package: Package, indicator: Indicator, show: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A map of one indicator, and its legend."""
    geography = store().geography(str(package.geography))
    steps = legend(classes(family, package, indicator, show), indicator)
    middle = unclear() if show == "difference" else None
    layer = maps.choropleth(
        shapes_url(geography.id),
        url_for(
            "scenario_files_machine.areas",
            name=package.name,
            version=package.version,
            indicator=indicator.id,
            h=package.sha256[:12],
        ),
        classes=steps,
        name=i18n.text(indicator.name),
        unit=i18n.text(indicator.display_unit),
        decimals=indicator.decimals,
        show=show,
        unclear=middle,
        lines=geography.shape == "LineString",
    )
    config = maps.config(
        layer,
        bounds=bounds(geography.bbox),
        attribution=[*geography.attribution.split("; "), *package.attributions],
    )
    return config, [*steps, middle] if middle else steps


def perimeters(family: Family, package: Package) -> dict[str, Any] | None:
    """A map of the package's own layers; None where it has none."""
    layers = [
        maps.outline(
            url_for(
                "scenario_files_machine.layer",
                name=package.name,
                version=package.version,
                layer=layer["name"],
                h=package.sha256[:12],
            ),
            name=i18n.text(layer["titles"]),
        )
        for layer in package.layers()
        if not layer.get("lookup")  # those have a page of their own
    ]
    if not layers:
        return None
    return maps.config(*layers, bounds=bounds(family.bbox), attribution=package.attributions)


def shapes_url(geography: str) -> str:
    """The address of a geography's shapes; it changes whenever they do."""
    return url_for("scenario_files_machine.shapes", file=store().shapes(geography).name)


def bounds(box: Box) -> list[list[float]]:
    """A box as Leaflet reads it: south-west, north-east."""
    west, south, east, north = box
    return [[south, west], [north, east]]


def base() -> dict[str, Any]:
    """What lies under every map of the portal: the city's own water, green, roads, borders."""
    layers = store().base_layers()
    found = [
        {
            "name": layer.name,
            "url": url_for("scenario_files_machine.base", file=layer.path.removeprefix("base/")),
        }
        for layer in layers
    ]
    near = store().near_layers()
    thanks = [layer.attribution for layer in layers if layer.attribution]
    thanks += near.attribution if near else []
    closer = _near(near)
    districts: Geography | None = store().districts()
    if districts is None:
        return {**closer, "base": found, "attribution": thanks}
    found.append({"name": "districts", "url": shapes_url(districts.id)})
    return {
        **closer,
        "base": found,
        "attribution": [*thanks, districts.attribution],
        "bounds": bounds(districts.bbox),
    }


def _near(near: NearLayers | None) -> dict[str, Any]:
    """What maps load once somebody looks from near: streets with their names."""
    if near is None:
        return {}
    url = url_for("scenario_files_machine.base", file=near.path.removeprefix("base/"))
    return {"near": {"url": url, "zoom": near.from_zoom, "last": near.zooms[1]}}
