"""What the scenario pages show, as plain values for their templates."""

from typing import Any, Literal

from flask import url_for
from markupsafe import Markup

from portal import i18n
from portal.forms import Form
from portal.i18n import _
from portal.scenarios import areas, links, mapping, options, outcome, profiles, store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.downloads import sharing
from portal.scenarios.drawing import part
from portal.scenarios.layers import layer_pages
from portal.scenarios.package import Package
from portal.scenarios.telling import guides, judgements, papers, version_pages

FIRST_STREETS = 20  # rows of a long table before the reader asks for all


class Asked(Form):
    """What a reader may ask of a scenario page."""

    indicator: str = ""
    show: Literal["value", "difference"] = "value"
    rows: Literal["few", "all"] = "few"


# --- one scenario -----------------------------------------------------------------------------


def scenario(package: Package) -> dict[str, Any]:
    """Everything of a scenario's page around its map."""
    family = store().family(package.family)
    newest = store().versions(package.name)[-1]
    key = (package.name, package.version)
    return {
        "package": package,
        "family": family,
        "newest": newest if newest.version != package.version else None,
        "newest_changed": version_pages.changed(package.name, package.version, newest.version),
        "machine": package.translation_status(i18n.language()) == "machine",
        "story": part("scenarios/_story.html", *key, context=lambda: _story(package, family)),
        "guide": guides.contents(package),
        "sure": part("scenarios/_sure.html", *key, context=lambda: _sure(package, family)),
        "results": part("scenarios/_results.html", *key, context=lambda: _results(package, family)),
        "share": sharing.strip(package),
        "papers": part("scenarios/_papers.html", *key, context=lambda: _papers(package)),
    }


def _compared_with(package: Package, family: Family) -> Package | None:
    return None if package.is_baseline else options.baseline_of(family)


def _story(package: Package, family: Family) -> dict[str, Any]:
    baseline = _compared_with(package, family)
    rows = {row.id: row for row in words.kpi_rows(package, baseline, store().indicators())}
    first = [id for id in family.main_indicators if id in rows][:4]
    return {
        "package": package,
        "baseline": baseline,
        "parameters": parameters(package, family),
        "first": [rows[id] for id in first],
        "compare_url": compare_url(package, family),
        "guide": guides.contents(package),
        **outcome.told(package, baseline, family, first),
    }


def _sure(package: Package, family: Family) -> dict[str, Any]:
    baseline = _compared_with(package, family)
    return {
        **outcome.sure(package, baseline, family),
        "judged": judgements.summary(package),
    }


def _results(package: Package, family: Family) -> dict[str, Any]:
    baseline = _compared_with(package, family)
    return {
        "baseline": baseline,
        "rows": words.kpi_rows(package, baseline, store().indicators()),
        "profiles": over_the_day(package, baseline),
    }


def _papers(package: Package) -> dict[str, Any]:
    return {
        "package": package,
        "sources": sources(package),
        "versions": list(reversed(store().versions(package.name))),
        "changed": version_pages.since(package),
        "translation": papers.translation(package),
        "archive": next((f for f in package.files if f["role"] == "package"), None),
    }


def compare_url(package: Package, family: Family) -> str:
    """The comparison this scenario's reader most likely wants."""
    other: dict[str, Any] = {} if package.is_baseline else {"right": package.name}
    return url_for("comparisons.show", family=family.id, **other)


def parameters(package: Package, family: Family) -> list[dict[str, str]]:
    """The package's point on the family's grid, in words."""
    found = []
    for parameter in family.parameters:
        value = package.parameters.get(parameter.id)
        names = [o.name for o in parameter.options if str(o.value) == str(value)]
        found.append(
            {
                "label": i18n.text(parameter.name),
                "value": i18n.text(names[0]) if names else str(value),
            }
        )
    return found


def sources(package: Package) -> list[dict[str, Any]]:
    """The package's sources; a dataset release leads to its page."""
    used = {one["source"]: one for one in package.model.get("inputs", [])}
    return [
        {
            **used.get(source["title"], {}),
            **source,
            "release_url": links.release_url(source["dataset"], source["version"])
            if "dataset" in source
            else None,
        }
        for source in package.sources
    ]


# --- the map's part ---------------------------------------------------------------------------


def figures_part(package: Package, asked: Asked, unread: list[str]) -> dict[str, Any]:
    """Sentence, map, switch and table: what htmx swaps when another indicator is chosen."""
    family = store().family(package.family)
    offered = package.indicators_by_area()
    if not offered:
        return {
            "package": package,
            "layer_links": layer_pages.links(package),
            "area": None,
            "notices": [],
            "map": mapping.perimeters(family, package),
            "sentence": overall(package, family),
        }
    usual = family.map_indicator if family.map_indicator in offered else offered[0]
    indicator = store().indicator(asked.indicator if asked.indicator in offered else str(usual))
    differs = areas.states_differences(package, indicator.id)
    show: areas.Show = "difference" if asked.show == "difference" and differs else "value"
    view = areas.view(package, indicator, show)
    config, legend = mapping.choropleth(family, package, indicator, show)
    few = view.streets and asked.rows == "few" and len(view.rows) > FIRST_STREETS
    return {
        "package": package,
        "layer_links": layer_pages.links(package),
        "area": view,
        "indicator": indicator,
        "show": show,
        "sentence": view.sentence,
        "map": config,
        "legend": legend,
        "rows": view.rows[:FIRST_STREETS] if few else view.rows,
        "few": few,
        "asked_rows": asked.rows == "all",
        "offered": [_choice(id) for id in offered],
        "differs": differs,
        "notices": _notices(asked, indicator, show, unread),
        "twin": {"indicator": indicator.id, "show": show},
    }


def figures(package: Package, asked: Asked, unread: list[str]) -> Markup:
    """The same as drawn on the whole page."""
    key = (package.name, package.version, asked, tuple(unread))
    return part(
        "scenarios/_figures.html", *key, context=lambda: figures_part(package, asked, unread)
    )


def _choice(id: str) -> dict[str, str]:
    return {"value": id, "label": i18n.text(store().indicator(id).name)}


def _notices(asked: Asked, indicator: Indicator, show: str, unread: list[str]) -> list[str]:
    name = i18n.text(indicator.name)
    said = []
    if asked.indicator not in ("", indicator.id):
        said.append(
            _(
                "This scenario has no map of “%(asked)s”. Shown instead: %(name)s.",
                asked=asked.indicator[:60],
                name=name,
            )
        )
    if asked.show == "difference" and show == "value":
        said.append(
            _("There is no difference to show for %(name)s, so its value is shown.", name=name)
        )
    if unread:
        said.append(
            _(
                "Part of the address could not be read and was left aside: %(names)s.",
                names=", ".join(unread),
            )
        )
    return said


def overall(package: Package, family: Family) -> str:
    """One true sentence about the whole, for packages without figures by area."""
    baseline = options.baseline_of(family)
    return ". ".join(options.key_figure(package, baseline, family)) + "."


# --- figures over the day ---------------------------------------------------------------------


def over_the_day(package: Package, baseline: Package | None) -> list[Markup]:
    """The package's profiles as drawn figures, with the baseline's line beside."""
    compared = [package] if baseline is None else [package, baseline]
    found = []
    for id in package.indicators_by_profile():
        having = [p for p in compared if id in p.indicators_by_profile()]
        url = url_for("scenarios.figure", name=package.name, version=package.version, indicator=id)
        found.append(profiles.drawn(id, having, url))
    return found
