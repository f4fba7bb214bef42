"""What “my place” shows, as plain values for its templates."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from portal import i18n, maps
from portal.i18n import _
from portal.scenarios import mapping, store
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.drawing import part
from portal.scenarios.nearby import my_place, place_figures, place_sections
from portal.scenarios.nearby.my_place import Where

ORDER = {"here": 0, "named": 0, "near": 0, "around": 1, "several": 1, "whole": 2, "none": 3}


# --- the form ---------------------------------------------------------------------------------


def form(family: Family | None) -> dict[str, Any]:
    """What the form offers: every area by level, and the family one came from."""
    gazetteer = store().gazetteer()
    return {
        "areas": part("scenarios/_my_place_options.html", "areas", context=_levels),
        "family": family,
        "thanks": gazetteer.attribution if gazetteer else "",
        "pick": _unwatched(maps.config(maps.pick("lat", "lon"))),
        "here": url_for("my_place.show"),
        "where": None,
        "found": None,
        "swap": None,
    }


def _levels() -> dict[str, Any]:
    """Every area by level, as a list to choose from."""
    return {
        "chosen": "",
        "groups": [
            {
                "title": i18n.text(geography.title),
                "options": sorted(
                    (
                        {
                            "value": f"{geography.id}:{code}",
                            "label": _label(my_place.area(geography, code)),
                        }
                        for code in geography.areas
                    ),
                    key=lambda option: option["label"],
                ),
            }
            for geography in my_place.geographies()
        ],
    }


def _label(where: Where) -> str:
    return f"{where.name} ({where.note})" if where.note else where.name


def found(results: Any, areas: Sequence[Where], text: str) -> dict[str, Any]:
    """The places to choose from after a search."""
    gazetteer = store().gazetteer()
    geography = store().geography(gazetteer.geography) if gazetteer else None
    return {
        "text": text,
        "number": results.number,
        "nameless": results.nameless,
        "areas": [
            {
                "label": _label(where),
                "value": f"{where.geography}:{where.code}",
                "level": i18n.text(store().geography(where.geography).title),
            }
            for where in areas
        ],
        "places": [
            {
                "id": match.place.id,
                "area": match.place.spots[0].area,
                "name": match.place.name,
                "kind": kind(match.place.kind),
                "note": _label(my_place.area(geography, match.place.spots[0].area)),
                "more": len(match.place.spots) - 1,
            }
            for match in results.matches
        ]
        if geography
        else [],
    }


def kind(id: str) -> str:
    """What sort of place it is; streets need no word."""
    return {"park": _("park"), "station": _("air quality station")}.get(id, "")


# --- the answer -------------------------------------------------------------------------------


def answer(
    where: Where, family: Family | None, indicator: Indicator | None = None
) -> dict[str, Any]:
    """What changes at a place, family by family."""
    families = [family] if family else list(store().families())
    sections = [
        place_sections.section(one, where, family is not None) for one in families if one.packages
    ]
    sections.sort(key=lambda section: ORDER[section["how"]])
    return {
        "where": where,
        "about": place_sections.asked_about(indicator, where, families) if indicator else [],
        "indicator": indicator,
        "figures": part(
            "scenarios/_my_place_options.html",
            *(one.id for one in families),
            indicator.id if indicator else "",
            context=lambda: {
                "chosen": indicator.id if indicator else "",
                "groups": _figures(families),
            },
        ),
        "title": where.street or where.name,
        "within": _within(where),
        "sections": [s for s in sections if s["how"] != "none"],
        "silent": [s for s in sections if s["how"] == "none"],
        "map": _map(where),
        "others": _other_spots(where),
        "nearby": _around(where),
        "permalink": None if where.exact else link(where, family),
        "all_url": link(where, None) if family and not where.exact else None,
        "map_label": _("Map: %(title)s", title=where.street or where.name),
    }


def _figures(families: Sequence[Family]) -> list[dict[str, Any]]:
    """The figures one can ask about, family by family; those without a direction are left out."""
    found = []
    for family in families:
        ids = dict.fromkeys(family.main_indicators)
        for package in place_figures.packages_of(family):
            ids |= dict.fromkeys(package.indicators_by_area())
        shown = [store().indicator(id) for id in ids]
        found.append(
            {
                "title": i18n.text(family.title),
                "options": [
                    {"value": one.id, "label": i18n.text(one.name)}
                    for one in shown
                    if one.polarity != "neutral"
                ],
            }
        )
    return found


def link(where: Where, family: Family | None) -> str:
    """The address of an area; of nothing finer."""
    query: dict[str, Any] = {"area": f"{where.geography}:{where.code}"}
    if family is not None:
        query["family"] = family.id
    return url_for("my_place.show", **query)


def _within(where: Where) -> str:
    """In which area and district a point or street lies."""
    if not where.exact:
        return where.note
    return _("Area: %(name)s", name=_label(where))


def _other_spots(where: Where) -> list[dict[str, str]]:
    """The other areas a street runs through."""
    if len(where.spots) < 2:
        return []
    geography = store().geography(where.geography)
    return [
        {"area": spot.area, "label": _label(my_place.area(geography, spot.area))}
        for spot in where.spots
        if spot.area != where.code
    ]


def _around(where: Where) -> list[dict[str, str]]:
    """Areas around and within the chosen one, to go on to; for areas only."""
    if where.exact:
        return []
    here = store().geography(where.geography)
    found = [
        my_place.area(geography, str(here.areas[where.code].parents[geography.id]))
        for geography in my_place.geographies()
        if geography.id in here.areas[where.code].parents
    ]
    for geography in my_place.geographies():
        inside = geography.within(where.geography, where.code)
        found += [my_place.area(geography, area.code) for area in inside]
    return [{"label": one.name, "url": link(one, None)} for one in found]


def _map(where: Where) -> dict[str, Any]:
    """Where the area lies; a point is marked, but the map begins at its area."""
    area = store().geography(where.geography).areas[where.code]
    layers = [
        maps.outline(
            url_for("my_place_machine.shape", geography=where.geography, code=where.code),
            name=where.name,
        )
    ]
    config = maps.config(*layers, bounds=mapping.bounds(_wider(area.bbox)))
    if where.lat is not None and where.lon is not None:
        config = _unwatched(config)
        point = maps.place(where.lat, where.lon, name=where.street or _("Your place"))
        config["layers"].append({**point, "stay": True})  # the map begins at the whole area
    return config


def _unwatched(config: dict[str, Any]) -> dict[str, Any]:
    """A map of somebody's own place: no other computer may learn which pieces of it they see."""
    return {name: value for name, value in config.items() if name != "tiles"}


def _wider(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    wide, high = (east - west) * 0.25, (north - south) * 0.25
    return west - wide, south - high, east + wide, north + high
