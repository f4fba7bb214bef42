"""What the comparison page shows, as plain values for its templates."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import areas, mapping, pages, profiles, store, words
from portal.scenarios.catalogue import Entry, Family, Indicator
from portal.scenarios.compare import AreaPair, Pair
from portal.scenarios.figures import Comparison, highest, lowest
from portal.scenarios.geography import Geography

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
        "sentences": sentences(pair),
        "kpis": _kpis(pair),
        "areas": [_area(row, pair) for row in (pair.areas[:FIRST_STREETS] if few else pair.areas)],
        "more": len(pair.areas) - FIRST_STREETS if few else 0,
        "has_words": any(r.comparison and r.comparison.basis != "none" for r in pair.areas),
        "glance": _glance(pair.family),
        "charts": _charts(pair, asked),
        "area_names": _area_names(pair),
    }


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
    name, note = areas.place(row.code, geography)
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
    baseline = pages.baseline_of(family)
    indicators = [store().indicator(id) for id in family.main_indicators]
    return {
        "columns": [{"label": i18n.text(i.name), "unit": words.unit(i)} for i in indicators],
        "rows": [
            {
                "title": i18n.text(entry.title),
                "url": url_for("scenarios.show", name=entry.name),
                "cells": _cells(entry, baseline, indicators),
            }
            for entry in family.packages
        ],
    }


def _cells(entry: Entry, baseline: Any, indicators: list[Indicator]) -> list[words.Shown]:
    package = store().package(entry.name, entry.version)
    figures = package.kpis()
    found = []
    for indicator in indicators:
        against = None
        if baseline is not None and not package.is_baseline:
            against = package.compare(baseline, indicator.id, indicator.polarity)
        found.append(words.show(figures.get(indicator.id), indicator, against))
    return found


def _charts(pair: Pair, asked: dict[str, str]) -> list[Markup]:
    """Profiles that either option has, both lines in one figure."""
    packages = [pair.left, pair.right]
    ids = dict.fromkeys(id for package in packages for id in package.indicators_by_profile())
    found = []
    for id in ids:
        having = [package for package in packages if id in package.indicators_by_profile()]
        url = url_for("comparisons.figure", family=pair.family.id, **asked | {"indicator": id})
        found.append(profiles.drawn(id, having, url))
    return found


# --- sentences ----------------------------------------------------------------------------------


def sentences(pair: Pair) -> list[str]:
    """What the comparison shows, in words; every number as in the tables."""
    said = [_whole(pair)] if any(row.indicator == pair.indicator for row in pair.kpis) else []
    if pair.areas:
        said.append(_over_areas(pair))
    if pair.area:
        said.append(_one_area(pair))
    return [sentence for sentence in said if sentence]


def _whole(pair: Pair) -> str:
    row = next(row for row in pair.kpis if row.indicator == pair.indicator)
    return _two(
        row.comparison,
        words.show(row.left, row.indicator),
        words.show(row.right, row.indicator, row.comparison),
        pair,
        i18n.text(row.indicator.name),
    )


def _one_area(pair: Pair) -> str:
    geography = store().geography(str(pair.left.geography))
    name = geography.name(str(pair.area))
    row = next((row for row in pair.areas if row.code == pair.area), None)
    if row is None:
        return _("%(place)s: no value.", place=name)
    shown = _area(row, pair)
    return _two(row.comparison, shown["left"], shown["right"], pair, name)


def _two(
    found: Comparison | None, left: words.Shown, right: words.Shown, pair: Pair, what: str
) -> str:
    gaps = {
        "what": what,
        "left": i18n.text(pair.left.title),
        "right": i18n.text(pair.right.title),
        "one": left.value,
        "two": right.value,
        "unit": words.unit(pair.indicator),
    }
    if found is None:
        return _("%(what)s: %(one)s with “%(left)s”, %(two)s with “%(right)s” (%(unit)s).", **gaps)
    if not right.word:
        return _(
            "%(what)s: %(one)s with “%(left)s”, %(two)s with “%(right)s” (%(unit)s), "
            "a difference of %(difference)s.",
            **gaps,
            difference=right.difference,
        )
    return _(
        "%(what)s: %(one)s with “%(left)s”, %(two)s with “%(right)s” (%(unit)s), "
        "a difference of %(difference)s: %(word)s.",
        **gaps,
        difference=right.difference,
        word=right.word,
    )


def _over_areas(pair: Pair) -> str:
    """Where the right option lies farthest above and below the left one."""
    geography = store().geography(str(pair.left.geography))
    compared = {row.code: row.comparison for row in pair.areas if row.comparison is not None}
    clear = {
        code: found.difference
        for code, found in compared.items()
        if found.difference and (found.basis == "none" or found.distinguishable)
    }
    gaps = {"left": i18n.text(pair.left.title), "right": i18n.text(pair.right.title)}
    if not clear:
        return _(
            "Between “%(left)s” and “%(right)s” no place shows a difference that can be told "
            "from none.",
            **gaps,
        )
    said = [_extreme(clear, up, geography, pair.indicator, gaps) for up in (True, False)]
    unsure = len(compared) - len(clear)
    if unsure:
        said.append(
            ngettext(
                "In %(n)s place there is no difference, or none that can be told.",
                "In %(n)s places there is no difference, or none that can be told.",
                unsure,
            )
        )
    return " ".join(part for part in said if part)


def _extreme(
    clear: dict[str, float],
    up: bool,
    geography: Geography,
    indicator: Indicator,
    gaps: dict[str, str],
) -> str:
    codes = (highest if up else lowest)(clear, indicator.decimals)
    if (clear[codes[0]] > 0) != up:
        return ""
    found = {
        **gaps,
        "places": areas.places(codes, geography),
        "unit": words.unit(indicator),
        "value": i18n.signed(clear[codes[0]], indicator.decimals),
    }
    if up:
        return _(
            "With “%(right)s” it is highest above “%(left)s” in %(places)s: %(value)s %(unit)s.",
            **found,
        )
    return _(
        "With “%(right)s” it is farthest below “%(left)s” in %(places)s: %(value)s %(unit)s.",
        **found,
    )
