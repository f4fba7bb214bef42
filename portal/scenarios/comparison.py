"""What the comparison page shows, as plain values for its templates."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from portal import i18n
from portal.scenarios import contrasts, mapping, options, pages, places, profiles, store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.compare import AreaPair, Pair
from portal.scenarios.drawing import part
from portal.scenarios.package import Package

FIRST_STREETS = pages.FIRST_STREETS


def context(pair: Pair) -> dict[str, Any]:
    """Everything of the page."""
    asked = address(pair)
    few = len(pair.areas) > 150
    return {
        "pair": pair,
        "asked": asked,
        "notices": pair.notices,
        "sides": _sides(pair),
        "options": [{"value": e.name, "label": i18n.text(e.title)} for e in pair.family.packages],
        "indicators": [_choice(store().indicator(id)) for id in pair.offered],
        "grid": _grid(pair),
        "sentences": contrasts.of_pair(pair),
        "kpis": _kpis(pair),
        "areas": [_area(row, pair) for row in (pair.areas[:FIRST_STREETS] if few else pair.areas)],
        "more": len(pair.areas) - FIRST_STREETS if few else 0,
        "has_words": any(r.comparison and r.comparison.basis != "none" for r in pair.areas),
        "glance": _glance(pair.family),
        "charts": _charts(pair, asked),
        "area_names": _area_names(pair),
    }


def drawn(pair: Pair, embedded: bool) -> Markup:
    """The comparison as it stands on the whole page."""
    key = (*address(pair).items(), pair.family.id, pair.notices, embedded)
    return part(
        "scenarios/_comparison.html",
        *key,
        context=lambda: {**context(pair), "embedded": embedded},
    )


def address(pair: Pair) -> dict[str, str]:
    """The query that leads here again."""
    found = {"left": pair.left.name, "right": pair.right.name, "indicator": pair.indicator.id}
    return {**found, "area": pair.area} if pair.area else found


def _choice(indicator: Indicator) -> dict[str, str]:
    return {"value": indicator.id, "label": i18n.text(indicator.name)}


def _sides(pair: Pair) -> list[dict[str, Any]]:
    """Each option with its map; both maps have the same classes."""
    sides = []
    for side, package in (("left", pair.left), ("right", pair.right)):
        config, legend = (
            mapping.choropleth(pair.family, package, pair.indicator, "value")
            if pair.areas
            else (mapping.perimeters(pair.family, package), [])
        )
        sides.append(
            {
                "id": side,
                "package": package,
                "map": config,
                "legend": legend,
                "url": url_for("scenarios.show", name=package.name),
            }
        )
    return sides


def _grid(pair: Pair) -> list[dict[str, Any]]:
    """The family's parameters as choices that lead to a run; the present one is the right side."""
    return [
        {
            "id": parameter.id,
            "label": i18n.text(parameter.name),
            "value": str(pair.right.parameters.get(parameter.id, "")),
            "options": [
                {"value": str(o.value), "label": i18n.text(o.name)} for o in parameter.options
            ],
        }
        for parameter in pair.family.parameters
    ]


# --- tables -------------------------------------------------------------------------------------


def _kpis(pair: Pair) -> list[dict[str, Any]]:
    return [
        {
            "id": row.indicator.id,
            "name": i18n.text(row.indicator.name),
            "unit": words.unit(row.indicator),
            "left": words.show(row.left, row.indicator),
            "right": words.show(row.right, row.indicator, row.comparison),
        }
        for row in pair.kpis
    ]


def _area(row: AreaPair, pair: Pair) -> dict[str, Any]:
    geography = store().geography(str(pair.left.geography))
    name, note = places.name(row.code, geography)
    right = words.show(row.right, pair.indicator, row.comparison)
    if row.comparison is not None and row.comparison.basis == "none":
        right = words.without_word(right)
    return {
        "code": row.code,
        "name": name,
        "note": note,
        "right": right,
        "left": words.show(row.left, pair.indicator),
        "current": row.code == pair.area,
    }


def _area_names(pair: Pair) -> list[dict[str, str]]:
    """Areas to choose from; stretches of street are too many for a list."""
    if not pair.areas:
        return []
    geography = store().geography(str(pair.left.geography))
    if geography.level == "street":
        return []
    found = [{"value": code, "label": geography.name(code)} for code in geography.areas]
    return sorted(found, key=lambda option: option["label"])


def _glance(family: Family) -> dict[str, Any]:
    """The main indicators of all options: one row each."""
    baseline = options.baseline_of(family)
    packages = [store().package(entry.name, entry.version) for entry in family.packages]
    return {
        "options": [
            {"title": i18n.text(p.title), "url": url_for("scenarios.show", name=p.name)}
            for p in packages
        ],
        "rows": [
            {
                "id": indicator.id,
                "name": i18n.text(indicator.name),
                "unit": words.unit(indicator),
                "cells": [_cell(package, baseline, indicator) for package in packages],
            }
            for indicator in map(store().indicator, family.main_indicators)
        ],
    }


def _cell(package: Package, baseline: Package | None, indicator: Indicator) -> words.Shown:
    found = words.against(baseline, package, indicator)
    return words.show(package.kpis().get(indicator.id), indicator, found)


def _charts(pair: Pair, asked: dict[str, str]) -> list[Markup]:
    """Profiles that either option has, both lines in one figure."""
    packages = [pair.left, pair.right]
    ids = dict.fromkeys(id for package in packages for id in package.indicators_by_profile())
    found = []
    for id in ids:
        having = [package for package in packages if id in package.indicators_by_profile()]
        here: dict[str, Any] = {**asked, "indicator": id}
        url = url_for("comparisons.figure", family=pair.family.id, **here)
        found.append(profiles.drawn(id, having, url))
    return found
