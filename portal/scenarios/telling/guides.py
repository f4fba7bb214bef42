"""A package's guide: steps in order, each with words, a place on the map and figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal import i18n
from portal.i18n import N_, _
from portal.refusal import Refusal
from portal.scenarios import areas, mapping, options, profiles, store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.geography import Box
from portal.scenarios.package import Package
from portal.scenarios.telling import gaps
from portal.scenarios.telling.gaps import Gap
from portal.scenarios.telling.guide_texts import plain, written

NEAREST = 0.002  # degrees: closer nobody knows where in the city a street is


class NoSuchStep(Refusal):
    """The guide has no such step, or the package no guide."""

    status = 404
    title = N_("There is no such step")
    message = N_("The guide of this scenario has no step “%(step)s”.")


@dataclass(frozen=True, slots=True)
class View:
    """What a step shows: place, figure, and whom to compare with."""

    bbox: tuple[float, ...] | None = None
    area: str | None = None
    indicator: str | None = None
    show: areas.Show = "value"
    compare: str | None = None


def steps(package: Package) -> list[Mapping[str, Any]]:
    """The raw steps; none if the package has no guide."""
    return list(package.scenario.get("guide", ()))


def contents(package: Package) -> list[dict[str, Any]]:
    """Number, title and address of each step."""
    return [
        {"number": n, "title": i18n.text(step["title"]), "url": address(package, n)}
        for n, step in enumerate(steps(package), start=1)
    ]


def address(package: Package, number: int) -> str:
    """The permalink of one step."""
    return url_for("guides.step", name=package.name, version=package.version, step=number)


def step(package: Package, number: str) -> dict[str, Any]:
    """Everything one step shows."""
    found = steps(package)
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= len(found)):
        raise NoSuchStep(step=number[:20])
    n = int(number)
    raw, family = found[n - 1], store().family(package.family)
    view = View(**raw.get("view", {}))
    shown = _map(package, family, found[:n])
    area = _area(package, view.area)
    return {
        "package": package,
        "number": n,
        "steps": contents(package),
        "title": i18n.text(raw["title"]),
        "lang_of_text": _foreign(raw["text"]),
        "paragraphs": [
            list(written(part, package)) for part in i18n.text(raw["text"]).split("\n\n")
        ],
        "stat_row": None if area else _stat(package, family, view.indicator),
        "chart": _chart(package, family, view.indicator),
        "compare": _compare(package, view),
        "view": _followed(package, shown, area),
        **shown,
    }


def _followed(
    package: Package, shown: dict[str, Any], area: dict[str, str] | None
) -> dict[str, Any]:
    """What the map's script needs to follow a step: figures, place, name."""
    config: dict[str, Any] = shown["map"] or {"layers": [], "bounds": None}
    layer = next((one for one in config["layers"] if one["kind"] == "choropleth"), None)
    keys = ("values", "classes", "show", "unclear", "unit", "decimals", "name")
    name = shown["indicator"].name if shown["indicator"] else package.title
    return {
        "bounds": config["bounds"],
        "layer": layer and {key: layer[key] for key in keys},
        "area": area["code"] if area else None,
        "label": _("Map: %(title)s", title=i18n.text(name)),
    }


def _foreign(text: Mapping[str, str]) -> str | None:
    found = i18n.text_lang(text)
    return found if found != i18n.language() else None


# --- what is beside them -----------------------------------------------------------------------


def _stat(package: Package, family: Family, id: str | None) -> words.Row | None:
    """The figure of the whole area a step speaks of."""
    if id is None or id not in package.kpis():
        return None
    baseline = None if package.is_baseline else options.baseline_of(family)
    rows = words.kpi_rows(package, baseline, store().indicators())
    return next(row for row in rows if row.id == id)


def _chart(package: Package, family: Family, id: str | None) -> Any:
    """A figure over the day, with the baseline's line beside."""
    if id is None or id not in package.indicators_by_profile():
        return None
    baseline = None if package.is_baseline else options.baseline_of(family)
    compared = [p for p in (package, baseline) if p and id in p.indicators_by_profile()]
    url = url_for("scenarios.figure", name=package.name, version=package.version, indicator=id)
    return profiles.drawn(id, compared, url)


def _compare(package: Package, view: View) -> dict[str, str] | None:
    if view.compare is None or not store().versions(view.compare):
        return None
    other = store().package(view.compare)
    return {
        "label": _("Compare with “%(title)s”", title=i18n.text(other.title)),
        "url": url_for(
            "comparisons.show", family=package.family, left=other.name, right=package.name
        ),
    }


def _area(package: Package, code: str | None) -> dict[str, str] | None:
    if code is None or package.geography is None:
        return None
    geography = store().geography(package.geography)
    if code not in geography.areas:
        return None
    return {"code": code, "name": geography.name(code) or code}


# --- the map -----------------------------------------------------------------------------------


def _map(package: Package, family: Family, so_far: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The map of a step: its own figure, or the one an earlier step left there."""
    offered = package.indicators_by_area()
    bounds = _bounds(package, so_far)
    if not offered:
        config = mapping.perimeters(family, package)
        return {"map": config and _placed(config, bounds), "indicator": None, "legend": []}
    usual = family.map_indicator if family.map_indicator in offered else offered[0]
    id, show = str(usual), "value"
    for raw in so_far:
        view = raw.get("view", {})
        if view.get("indicator") in offered:
            id, show = view["indicator"], view.get("show", "value")
    differs = areas.states_differences(package, id)
    shown: areas.Show = "difference" if show == "difference" and differs else "value"
    indicator = store().indicator(id)
    config, legend = mapping.choropleth(family, package, indicator, shown)
    return {
        "map": _placed(config, bounds),
        "indicator": indicator,
        "show": shown,
        "legend": legend,
        "sentence": areas.view(package, indicator, shown).sentence,
        "table_url": _table(package, indicator, shown),
    }


def _placed(config: dict[str, Any], bounds: list[list[float]] | None) -> dict[str, Any]:
    return config if bounds is None else {**config, "bounds": bounds}


def _table(package: Package, indicator: Indicator, show: str) -> str:
    return url_for(
        "scenarios.show",
        name=package.name,
        version=package.version,
        indicator=indicator.id,
        show=show,
        _anchor="areas",
    )


def _bounds(package: Package, so_far: list[Mapping[str, Any]]) -> list[list[float]] | None:
    """Where the map looks: the last place a step named, else everything."""
    view = View(**so_far[-1].get("view", {}))
    if view.bbox is not None:
        west, south, east, north = view.bbox
        return [[south, west], [north, east]]
    if view.area is not None and package.geography is not None:
        found = store().geography(package.geography).areas.get(view.area)
        if found is not None:
            return _around(found.bbox)
    return None


def _around(box: Box) -> list[list[float]]:
    """An area with as much again of what lies around it."""
    west, south, east, north = box
    wide, high = max(east - west, NEAREST), max(north - south, NEAREST)
    return [[south - high, west - wide], [north + high, east + wide]]


# --- for programs ------------------------------------------------------------------------------


def told(package: Package) -> list[dict[str, Any]]:
    """Every step in the reader's language, and the figures its gaps were filled from."""
    return [
        {
            "number": n,
            "title": i18n.text(raw["title"]),
            "text": plain(i18n.text(raw["text"]), package),
            "view": raw.get("view", {}),
            "figures": {
                str(gap): plain(str(gap), package)
                for gap in gaps.pieces(i18n.text(raw["text"]))
                if isinstance(gap, Gap)
            },
        }
        for n, raw in enumerate(steps(package), start=1)
    ]
