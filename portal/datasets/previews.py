"""A release to look at: the map of its cells, and how often each value occurs."""

from typing import Any

from flask import url_for

from portal import charts, i18n, maps, palette
from portal.datasets import catalogue, summaries
from portal.datasets.models import Release
from portal.i18n import _
from portal.observations.campaigns.pages import SEEN, count_classes
from portal.observations.models import Campaign
from portal.observations.where import coarse, places
from portal.scenarios.figures import class_breaks

MOST_CLASSES = 6
SHOWN = ("code", "n", "median")  # of a cell on the map


def chart(described: dict[str, Any], campaign: Campaign) -> charts.BarChart | None:
    """How often each value or choice occurs; None where an older release does not say."""
    told = described["release"].get("shape")
    if not told:
        return None
    names = {one["code"]: i18n.text(one["name"]) for one in campaign.categories}
    write = [(_bin(one, campaign.decimals), one["rows"]) for one in told["bins"]]
    write += [(names.get(one["code"], one["code"]), one["rows"]) for one in told["categories"]]
    title = _("How often each was chosen") if names else _("How often each value was measured")
    bars = [charts.Bar(label, n, text=i18n.number(n)) for label, n in write]
    return charts.bars(bars, title=title, unit=_("rows"), write=i18n.number) if bars else None


def _bin(one: dict[str, float], decimals: int) -> str:
    low, high = i18n.number(one["low"], decimals), i18n.number(one["high"], decimals)
    return _("from %(low)s to under %(high)s", low=low, high=high)


def classes(found: Release, campaign: Campaign) -> list[dict[str, Any]]:
    """The classes of the map, for its legend and its script."""
    values = [summaries.of(one) for one in cells(found)]
    if campaign.categories:
        return count_classes(map(int, values))
    edges = class_breaks(values, MOST_CLASSES, decimals=campaign.decimals)
    colours = palette.sequential(max(0, len(edges) - 1))
    written = [i18n.number(edge, campaign.decimals) for edge in edges]
    return [
        {
            "low": edges[i],
            "high": edges[i + 1],
            "colour": colour,
            "label": _("%(low)s to %(high)s", low=written[i], high=written[i + 1]),
        }
        for i, colour in enumerate(colours)
    ]


def cells(found: Release) -> list[dict[str, Any]]:
    """The cells fine enough for a map, large ones first so that small ones lie over them."""
    levels = [f"h3-{resolution}" for resolution in range(coarse.DRAWN, 16)]
    listed = [one for one in catalogue.places(found) if one["place_level"] in levels]
    return sorted(listed, key=lambda one: (levels.index(one["place_level"]), one["code"]))


def larger(found: Release) -> int:
    """How many published cells are too coarse for the map."""
    listed = [one for one in catalogue.places(found) if one["place_level"].startswith("h3-")]
    return len(listed) - len(cells(found))


def release_map(found: Release, campaign: Campaign) -> dict[str, Any] | None:
    """The map of the published cells, None where there are none."""
    shown = classes(found, campaign)
    if not shown:
        return None
    where: dict[str, Any] = {"name": found.dataset, "version": found.version}
    layer = maps.choropleth(
        url_for("datasets.cells_geojson", **where),
        url_for("datasets.cells_json", **where),
        classes=shown,
        name=i18n.text(campaign.title),
        unit=_("rows") if campaign.categories else campaign.unit_shown,
        decimals=0 if campaign.categories else campaign.decimals,
        bold=campaign.finest > SEEN,
    )
    bounds = places.bounds()
    return maps.config(layer, **({"bounds": bounds} if bounds else {}))


def shapes(found: Release) -> dict[str, Any]:
    """The published cells as GeoJSON for the map, with names in the reader's language."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [coarse.ring(one["code"])]},
                "properties": {
                    **{key: one[key] for key in SHOWN},
                    "name": summaries.place_name(one),
                },
            }
            for one in cells(found)
        ],
    }
