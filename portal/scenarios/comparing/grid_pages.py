"""What the settings of a family show, as plain values for their templates."""

import json
from dataclasses import asdict
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from portal import i18n, web
from portal.scenarios import mapping, options, store, twins, words
from portal.scenarios.catalogue import Entry, Family, Indicator, ParameterOf
from portal.scenarios.comparing import grid
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.comparing.grid import Choice
from portal.scenarios.drawing import part
from portal.scenarios.package import Package

MOST_RADIOS = 4  # more options than these are a list to unfold
MOST_INLINE = 1_000  # areas whose values travel with the figures; more are fetched and kept
MOST_IN_SLOT = 24  # runs whose table stands on the page of two options
SHOWN = 8  # figures of a run


def controls(family: Family, entry: Entry) -> list[dict[str, Any]]:
    """A slider with its number field, buttons or a list for each parameter; `entry` is shown."""
    return [_control(parameter, entry) for parameter in _several(family)]


def _several(family: Family) -> list[ParameterOf]:
    return [p for p in family.parameters if len(grid.used(family, p)) > 1]


def _control(parameter: ParameterOf, entry: Entry) -> dict[str, Any]:
    choices = parameter.options
    on_a_line = grid.numbers(choices)
    share = grid.is_share(parameter)
    kind = "slider" if on_a_line else "radio" if len(choices) <= MOST_RADIOS else "select"
    value = entry.parameters.get(parameter.id)
    return {
        "id": parameter.id,
        "label": i18n.text(parameter.name),
        "kind": kind,
        "unit": "%" if share else parameter.unit,
        "value": _written(value, share),
        "options": [
            {"value": _written(o.value, share), "label": i18n.text(o.name)} for o in choices
        ],
        "shown": next((i18n.text(o.name) for o in choices if str(o.value) == str(value)), ""),
    }


def _written(value: Any, share: bool) -> str:
    """A value as its field holds it: shares in per cent."""
    if share and isinstance(value, int | float):
        return f"{value * 100:.10g}"
    return str(value)


def table(family: Family, entry: Entry, links: Any) -> dict[str, Any]:
    """The computed points as a table whose cells lead to their runs."""
    found = grid.table(family)
    return {
        "across": i18n.text(found.across.name),
        "columns": [i18n.text(o.name) for o in found.columns],
        "down": [i18n.text(p.name) for p in found.down],
        "rows": [
            {
                "fixed": [i18n.text(o.name) for o in row.fixed],
                "cells": [_cell(run, entry, links) for run in row.cells],
            }
            for row in found.rows
        ],
        "computed": found.computed,
        "gaps": found.possible - found.computed,
    }


def _cell(run: Entry | None, entry: Entry, links: Any) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "run": run.name,
        "title": i18n.text(run.title),
        "url": links(run),
        "current": run.name == entry.name,
    }


def slot(pair: Pair, hidden: dict[str, str], links: Any) -> dict[str, Any] | None:
    """The settings on the page of two options, where they choose the second one."""
    if not pair.family.has_settings:
        return None
    entry = pair.right.entry
    few = len(pair.family.packages) <= MOST_IN_SLOT  # more are on the page of settings
    return {
        "controls": controls(pair.family, entry),
        "table": table(pair.family, entry, links) if few else None,
        "hidden": {**hidden, "from": entry.name},
        # Stays unfolded while settings are moved; a whole page, which is kept, begins folded.
        "open": web.wants_fragment() and any(p.id in request.args for p in pair.family.parameters),
        "page_url": link(pair.family, entry),
    }


# --- the page of settings ---------------------------------------------------------------------


def page(family: Family, choice: Choice, indicator: Indicator | None) -> dict[str, Any]:
    """Everything of the page: settings, the run they lead to, its map, what was computed."""
    entry = choice.entry
    key = (family.id, entry.name, entry.version, indicator.id if indicator else "")
    package = store().package(entry.name, entry.version)
    return {
        "family": family,
        "controls": controls(family, entry),
        "map": _map(family, package, indicator),
        "offered": [_choice(id) for id in package.indicators_by_area()],
        "table": part(
            "scenarios/_grid_table.html",
            *key,
            context=lambda: {
                "table": table(family, entry, lambda run: link(family, run, indicator))
            },
        ),
        **run(family, choice, indicator),
    }


def run(family: Family, choice: Choice, indicator: Indicator | None) -> dict[str, Any]:
    """The part that a move of a slider changes."""
    entry = choice.entry
    return {
        "family": family,
        "entry": entry,
        "indicator": indicator,
        "notices": choice.notices,
        "nearest": [
            {"title": i18n.text(near.title), "url": link(family, near, indicator)}
            for near in choice.nearest
            if near.name != entry.name
        ],
        "figures": drawn(family, entry, indicator),
        "point": json.dumps(point(family, entry), ensure_ascii=False),
        "values": values(entry, indicator),
    }


def drawn(family: Family, entry: Entry, indicator: Indicator | None) -> Markup:
    """The figures of a run, drawn once for each language."""
    key = (family.id, entry.name, entry.version, indicator.id if indicator else "")
    return part(
        "scenarios/_grid_figures.html", *key, context=lambda: _figures(family, entry, indicator)
    )


def _figures(family: Family, entry: Entry, indicator: Indicator | None) -> dict[str, Any]:
    package = store().package(entry.name, entry.version)
    baseline = None if package.is_baseline else options.baseline_of(family)
    rows = {row.id: row for row in words.kpi_rows(package, baseline, store().indicators())}
    first = [id for id in family.main_indicators if id in rows]
    ids = dict.fromkeys([*first, *rows])
    return {
        "entry": entry,
        "settings": grid.said(family, entry.parameters),
        "baseline": baseline,
        "rows": [rows[id] for id in list(ids)[: max(SHOWN, len(first))]],
        "scenario_url": url_for("scenarios.show", name=entry.name),
        "compare_url": _compare_url(family, entry),
    }


def _compare_url(family: Family, entry: Entry) -> str:
    other: dict[str, Any] = {} if entry.name == family.baseline else {"right": entry.name}
    return url_for("comparisons.show", family=family.id, **other)


def point(family: Family, entry: Entry) -> dict[str, str]:
    """The run's settings as the fields hold them."""
    return {p.id: _written(entry.parameters.get(p.id), grid.is_share(p)) for p in _several(family)}


def link(family: Family, entry: Entry, indicator: Indicator | None = None) -> str:
    """The permalink of a run on the page of settings."""
    query: dict[str, Any] = {p.id: entry.parameters.get(p.id) for p in _several(family)}
    if indicator is not None and indicator.id != family.map_indicator:
        query["indicator"] = indicator.id
    return url_for("grids.show", family=family.id, **query)


def _choice(id: str) -> dict[str, str]:
    return {"value": id, "label": i18n.text(store().indicator(id).name)}


def _map(family: Family, package: Package, indicator: Indicator | None) -> dict[str, Any] | None:
    if indicator is None:
        return None
    config, legend = mapping.choropleth(family, package, indicator, "value")
    return {"config": config, "legend": legend, "title": i18n.text(indicator.name)}


def values(entry: Entry, indicator: Indicator | None) -> dict[str, str]:
    """The map's values: in the answer itself where they are few, else an address to keep."""
    if indicator is None:
        return {}
    package = store().package(entry.name, entry.version)
    if indicator.id not in package.indicators_by_area():
        return {"inline": "{}"}
    found = package.areas(indicator.id)
    if len(found) > MOST_INLINE:
        address = url_for(
            "scenario_files_machine.areas",
            name=entry.name,
            version=entry.version,
            indicator=indicator.id,
            h=package.sha256[:12],
        )
        return {"address": address}
    rows = {code: [f.value, f.low, f.high] for code, f in found.items()}
    return {"inline": json.dumps(rows, separators=(",", ":"))}


def for_programs(family: Family, choice: Choice) -> dict[str, Any]:
    """The run chosen and every computed point."""
    package = store().package(choice.entry.name, choice.entry.version)
    return {
        "family": family.id,
        "asked": dict(choice.wanted),
        "computed": choice.exact,
        "run": {**twins.reference(choice.entry), "parameters": dict(choice.entry.parameters)},
        "kpis": {id: asdict(figure) for id, figure in package.kpis().items()},
        "runs": [
            {**twins.reference(entry), "parameters": dict(entry.parameters)}
            for entry in family.packages
        ],
        "notices": list(choice.notices),
    }
