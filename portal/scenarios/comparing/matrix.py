"""The figures of the whole area: a row for each indicator by theme, a column for each option."""

from typing import Any

from flask import url_for

from portal import i18n
from portal.scenarios import options, store, words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.comparing import compare
from portal.scenarios.comparing.compare import KpiPair, Pair
from portal.scenarios.package import Package

MOST_AT_ONCE = 12  # rows; of more, the family's main figures come first and the others on request


def context(pair: Pair) -> dict[str, Any]:
    """Columns, and groups of rows."""
    packages = compare.columns(pair)
    rows = _rows(pair, packages)
    main = {*pair.family.main_indicators, pair.indicator.id}
    few = len(rows) <= MOST_AT_ONCE
    first = [row for row in rows if few or row["id"] in main]
    rest = [row for row in rows if row not in first]
    return {
        "columns": [_column(package) for package in packages],
        "first": _by_theme(first),
        "rest": _by_theme(rest),
        "more": len(rest),
        "current": pair.indicator.id,
        "every": pair.state.every,
        "against_baseline": pair.state.every
        or not (pair.left.is_baseline or pair.right.is_baseline),
    }


def _by_theme(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    themes = store().catalogue().themes
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(store().indicator(row["id"]).theme, []).append(row)
    return [
        {"title": i18n.text(themes.get(theme, {})) or theme, "rows": found}
        for theme, found in groups.items()
    ]


def _column(package: Package) -> dict[str, Any]:
    return {
        "title": i18n.text(package.title),
        "url": url_for("scenarios.show", name=package.name),
        "baseline": package.is_baseline,
    }


def _rows(pair: Pair, packages: tuple[Package, ...]) -> list[dict[str, Any]]:
    baseline = options.baseline_of(pair.family)
    both = {row.indicator.id: row for row in pair.kpis}
    kpis = [package.kpis() for package in packages]
    ids = dict.fromkeys(id for found in kpis for id in found)
    return [
        _row(store().indicator(id), packages, baseline, None if pair.state.every else both[id])
        for id in ids
    ]


def _row(
    indicator: Indicator,
    packages: tuple[Package, ...],
    baseline: Package | None,
    both: KpiPair | None,
) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "name": i18n.text(indicator.name),
        "unit": words.unit(indicator),
        "cells": [_cell(package, baseline, indicator) for package in packages],
        "pair": words.show(both.right, indicator, both.comparison) if both else None,
    }


def _cell(package: Package, baseline: Package | None, indicator: Indicator) -> words.Shown:
    """A figure and how it stands against the baseline; no word where there is no figure."""
    figure = package.kpis().get(indicator.id)
    return words.show(figure, indicator, words.against(baseline, package, indicator))
