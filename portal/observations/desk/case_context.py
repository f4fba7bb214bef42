"""What surrounds an observation: cells nearby with their values, how the campaign's spread."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlmodel import Session, col

from portal import charts, i18n, maps, palette
from portal.i18n import gettext
from portal.observations import labels
from portal.observations.campaigns import pages
from portal.observations.checking import checking
from portal.observations.models import ACCEPTED, Campaign, Observation
from portal.observations.where import coarse
from portal.observations.where.coarse import Place
from portal.scenarios.figures import class_breaks

MOST_CLASSES = 5
NEWEST = 500  # accepted ones, of which the distribution is drawn
BARS = 8


@dataclass(frozen=True)
class Near:
    """A cell nearby: how many of its newest accepted values are looked at, and their middle.

    `value` is what the map shows: the middle, or where categories are chosen how many there are.
    """

    code: str
    n: int
    median: float | None
    value: float | None


def near(session: Session, campaign: Campaign, observation: Observation) -> list[Near]:
    """The observation's cell and those within two steps, the own one first."""
    if observation.cell is None:
        return []
    around = checking.around(session, campaign, observation.cell)
    found = [_near(campaign, code, values) for code, values in around.items()]
    return sorted(found, key=lambda one: (one.code != observation.cell, -one.n, one.code))


def _near(campaign: Campaign, code: str, values: Sequence[float]) -> Near:
    if not values:
        return Near(code, 0, None, None)
    middle = None if campaign.categories else round(median(values), campaign.decimals)
    return Near(code, len(values), middle, len(values) if middle is None else middle)


def rows(campaign: Campaign, observation: Observation, found: Sequence[Near]) -> list[list[Any]]:
    """The cells that have values, for the table beside the map."""
    return [
        [
            {
                "text": _name(one.code),
                "note": gettext("this cell") if one.code == observation.cell else None,
            },
            i18n.number(one.n),
            "–" if one.median is None else labels.value(campaign, one.median),
        ]
        for one in found
        if one.n
    ]


def _name(code: str) -> str:
    return labels.place_name(Place(f"h3-{coarse.resolution(code)}", code))


def classes(campaign: Campaign, found: Sequence[Near]) -> list[dict[str, Any]]:
    """Classes of what the map shows."""
    values = [one.value for one in found if one.value is not None]
    if campaign.categories:
        return pages.count_classes(int(value) for value in values)
    edges = class_breaks(values, MOST_CLASSES, decimals=campaign.decimals)
    colours = palette.sequential(max(0, len(edges) - 1))
    return [
        {
            "low": low,
            "high": high,
            "colour": colour,
            "label": i18n.number(low, campaign.decimals)
            if low == high
            else gettext(
                "%(low)s to %(high)s",
                low=i18n.number(low, campaign.decimals),
                high=i18n.number(high, campaign.decimals),
            ),
        }
        for low, high, colour in zip(edges, edges[1:], colours, strict=False)
    ]


def map_of(
    campaign: Campaign, observation: Observation, found: Sequence[Near]
) -> dict[str, Any] | None:
    """The map of the cells nearby, as coarse as they are kept; None without a cell."""
    if observation.cell is None:
        return None
    layer = maps.choropleth(
        url_for("observations.around", observation_id=observation.id),
        url_for("observations.around_values", observation_id=observation.id),
        classes=classes(campaign, found),
        name=gettext("Accepted values nearby"),
        unit=gettext("accepted") if campaign.categories else campaign.unit_shown,
        decimals=0 if campaign.categories else campaign.decimals,
    )
    corners = [corner for one in found for corner in coarse.ring(one.code)]
    lons, lats = zip(*corners, strict=True)
    return maps.config(layer, bounds=[[min(lats), min(lons)], [max(lats), max(lons)]])


def cells(session: Session, campaign: Campaign, observation: Observation) -> dict[str, Any]:
    """The cells nearby as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [coarse.ring(one.code)]},
            "properties": {"code": one.code, "name": _title(observation, one)},
        }
        for one in near(session, campaign, observation)
    ]
    return {"type": "FeatureCollection", "features": features}


def _title(observation: Observation, one: Near) -> str:
    words = i18n.ngettext("%(n)s accepted", "%(n)s accepted", one.n)
    here = gettext("this cell") if one.code == observation.cell else labels.short(one.code)
    return f"{here}: {words}"


def distribution(
    session: Session, campaign: Campaign, observation: Observation
) -> charts.BarChart | None:
    """How the campaign's newest accepted values are spread; this one's bar is marked."""
    query = (
        sa.select(col(Observation.result))
        .where(col(Observation.campaign_id) == campaign.id, sa.text(ACCEPTED))
        .order_by(col(Observation.received_at).desc())
        .limit(NEWEST)
    )
    values = list(session.execute(query).scalars())
    if not values:
        return None
    bars = _by_category if campaign.categories else _by_class
    return charts.bars(
        bars(campaign, values, observation.result),
        title=gettext("Accepted in this campaign"),
        unit=gettext("measurements"),
        write=i18n.number,
    )


def _by_category(campaign: Campaign, values: Sequence[float], mine: float) -> list[charts.Bar]:
    counted = Counter(values)
    return [
        charts.Bar(labels.value(campaign, n), counted[n], current=n == mine)
        for n in range(len(campaign.categories))
    ]


def _by_class(campaign: Campaign, values: Sequence[float], mine: float) -> list[charts.Bar]:
    """Equally wide classes over the accepted values, and one beyond for what lies outside."""
    edges = class_breaks(values, BARS, "pretty")
    if len(set(edges)) < 2:
        edges = (edges[0], edges[0] + 10.0**-campaign.decimals)
    drawn = [
        _bar(campaign, low, high, values, mine, last=high == edges[-1])
        for low, high in pairwise(edges)
    ]
    beyond = charts.Bar(gettext("this one: %(value)s", value=labels.value(campaign, mine)), 0,
                        current=True)  # fmt: skip
    if mine < edges[0]:
        return [beyond, *drawn]
    return [*drawn, beyond] if mine > edges[-1] else drawn


def _bar(
    campaign: Campaign, low: float, high: float, values: Sequence[float], mine: float, *, last: bool
) -> charts.Bar:
    def inside(value: float) -> bool:
        return low <= value < high or (last and value == high)

    ends = {
        "low": i18n.number(low, campaign.decimals),
        "high": i18n.number(high, campaign.decimals),
        "unit": campaign.unit_shown,
    }
    label = gettext("%(low)s to %(high)s %(unit)s", **ends)
    if inside(mine):
        label = gettext("%(low)s to %(high)s %(unit)s, with this one", **ends)
    return charts.Bar(label, sum(map(inside, values)), current=inside(mine))
