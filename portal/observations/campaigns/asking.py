"""“Ask for measurements here”: the areas of the city that lack them, on a map and in a list."""

from collections import Counter
from datetime import datetime
from typing import Any

import h3
from flask import url_for

from portal import algorithms, i18n, maps, palette
from portal.i18n import N_, _
from portal.observations.campaigns.need import VERSION, Need, needs
from portal.observations.counts import Coverage
from portal.observations.models import Campaign, Stage
from portal.observations.where import coarse
from portal.observations.where.coarse import Place
from portal.scenarios import store
from portal.scenarios.geography import Area, Geography
from portal.scenarios.mapping import shapes_url

LISTED = 6
FINE = 8  # cells too large for one area say nothing about it
LEVELS = (
    N_("enough"),
    N_("some missing"),
    N_("much missing"),
    N_("nothing public yet"),
    N_("nothing public yet, and many people live there"),
)


def geography() -> Geography | None:
    """The areas measurements are asked for by: neither as large as districts nor very small."""
    return store().level("zone") or store().districts()


def areas(campaign: Campaign, found: Geography) -> dict[str, int]:
    """The areas a campaign is about, with how many people live there."""
    districts = store().districts()
    known = districts.id if districts else ""
    return {
        code: area.total_residents
        for code, area in found.areas.items()
        if not campaign.area or area.parents.get(known, code) in campaign.area
    }


def of_campaign(campaign: Campaign, covered: Coverage) -> list[Need]:
    """Every area's need, from what is public of the campaign's coverage."""
    found = geography()
    if found is None:
        return []
    return needs(areas(campaign, found), _measured(covered.places, found))


def _measured(places: dict[Place, int], found: Geography) -> Counter[str]:
    counted: Counter[str] = Counter()
    for place, n in places.items():
        if place.resolution is not None and place.resolution >= FINE:
            code = store().area_of(found.id, *coarse.centre(place.code))
            if code is not None:
                counted[code] += n
    return counted


def page(campaign: Campaign, covered: Coverage, now: datetime, near: str = "") -> dict[str, Any]:
    """What the campaign's page shows of it; nothing once nobody can measure any more.

    `near` is the area somebody is in: what lacks measurements within reach of it goes first.
    """
    found = geography()
    if found is None or campaign.stage(now) is not Stage.OPEN:
        return {"asked": None}
    listed = of_campaign(campaign, covered)
    away = _distances(found, near)
    rows = [one for one in listed if one.level]
    if away:
        rows.sort(key=lambda one: (away[one.code], one.code))
    return {
        "asked": {
            "rows": [_row(campaign, found, one, away.get(one.code)) for one in rows[:LISTED]],
            "near": near if near in found.areas else "",
            "near_name": _name(found, near) if away else None,
            "areas": [
                {"value": code, "label": found.name(code)}
                for code in sorted((one.code for one in listed), key=found.name)
            ],
            "begins": not any(one.measured for one in listed),
            "table": [_cells(found, one) for one in listed],
            "map": _map(campaign, found),
            "classes": classes(),
            "geography": found.id,
        }
    }


def _distances(found: Geography, near: str) -> dict[str, float]:
    """How far every area is from this one, in kilometres between their middles."""
    chosen = _area(found, near)
    if chosen is None:
        return {}
    here = _middle(chosen)
    return {
        code: h3.great_circle_distance(here, _middle(area), unit="km")
        for code, area in found.areas.items()
    }


def _area(found: Geography, code: str) -> Area | None:
    districts = store().districts()
    return found.areas.get(code) or (districts.areas.get(code) if districts else None)


def _name(found: Geography, code: str) -> str:
    area = _area(found, code)
    return area.name if area else code


def _middle(area: Area) -> tuple[float, float]:
    lon, lat = area.centroid
    return lat, lon


def _row(
    campaign: Campaign, found: Geography, one: Need, away: float | None
) -> dict[str, str | None]:
    """An area of the list, with the way to the form that starts there."""
    return {
        "away": None if not away else i18n.number(away, 1),
        "code": one.code,
        "name": found.name(one.code),
        "words": _(LEVELS[one.level]),
        "residents": i18n.number(one.residents),
        "measured": i18n.number(one.measured) if one.measured else None,
        "url": url_for("observations.new", slug=campaign.slug, area=one.code),
    }


def _cells(found: Geography, one: Need) -> list[str]:
    numbers = (one.residents, one.measured, round(one.wanted))
    return [found.name(one.code), *map(i18n.number, numbers), _(LEVELS[one.level])]


def classes() -> list[dict[str, Any]]:
    """The map's classes."""
    colours = palette.sequential(len(LEVELS))
    return [
        {"low": level, "high": level + 1, "colour": colours[level], "label": _(words)}
        for level, words in enumerate(LEVELS)
    ]


def _map(campaign: Campaign, found: Geography) -> dict[str, Any]:
    layer = maps.choropleth(
        shapes_url(found.id),
        url_for("observations.need_json", slug=campaign.slug),
        classes=classes(),
        name=_("How much is missing"),
    )
    return maps.config(layer)


def start(area: str) -> dict[str, Any]:
    """Where the form begins for an area somebody chose: its map and its district."""
    found, districts = geography(), store().districts()
    if found is None or districts is None or area not in found.areas:
        return {}
    chosen = found.areas[area]
    west, south, east, north = chosen.bbox
    code = area if found.id == districts.id else chosen.parents.get(districts.id, "")
    return {"name": chosen.name, "district": code, "bounds": [[south, west], [north, east]]}


def enter() -> None:
    """Enter the formula in the public register."""
    algorithms.enter(
        algorithms.Algorithm(
            "observation-need",
            VERSION,
            N_("Where measurements are needed"),
            N_(
                "Compares the measurements an area has in public with those it would have if all "
                "were spread like residents, and at least five. What is missing, times the people "
                "who live there, orders the list; who names an area sees those near it first. Of "
                "the areas with nothing public yet it marks those where most people live."
            ),
            N_("Residents by area, and the published counts of the campaign; nothing else."),
            N_("Only which areas a campaign's page asks for first. It judges no measurement."),
            "portal/observations/campaigns/need.py",
        )
    )
