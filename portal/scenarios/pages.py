"""What the scenario pages show, as plain values for their templates."""

from typing import Any, Literal

from flask import url_for
from markupsafe import Markup

from portal import i18n
from portal.forms import Form
from portal.i18n import _
from portal.scenarios import areas, links, mapping, profiles, store, words
from portal.scenarios.catalogue import Entry, Family, Indicator
from portal.scenarios.figures import Figure
from portal.scenarios.package import Package

FIRST_STREETS = 20  # rows of a long table before the reader asks for all


class Asked(Form):
    """What a reader may ask of a scenario page."""

    indicator: str = ""
    show: Literal["value", "difference"] = "value"
    rows: Literal["few", "all"] = "few"


def baseline_of(family: Family) -> Package | None:
    """The package the family's differences are taken against."""
    return store().package(family.baseline) if store().versions(family.baseline) else None


# --- the list ---------------------------------------------------------------------------------


def families() -> list[dict[str, Any]]:
    """Every family with its options and each option's key figure."""
    catalogue = store().catalogue()
    return [
        {
            "family": family,
            "theme": i18n.text(catalogue.themes.get(family.theme, {})),
            "compare_url": url_for("comparisons.show", family=family.id),
            "options": [_option(entry, family) for entry in family.packages],
        }
        for family in catalogue.families
    ]


def _option(entry: Entry, family: Family) -> dict[str, Any]:
    package, baseline = store().package(entry.name, entry.version), baseline_of(family)
    return {
        "title": i18n.text(entry.title),
        "lang": _other_language(entry.title),
        "text": i18n.text(entry.description),
        "url": url_for("scenarios.show", name=entry.name),
        "badge": {"kind": "neutral", "label": _("Baseline")} if package.is_baseline else None,
        "meta": key_figure(package, baseline, family),
    }


def key_figure(package: Package, baseline: Package | None, family: Family) -> list[str]:
    """The family's first indicator for this package, and how it stands against the baseline."""
    for id in family.main_indicators:
        figure = package.kpis().get(id)
        if figure is not None:
            return _key_words(package, baseline, store().indicator(id), figure)
    return []


def _key_words(
    package: Package, baseline: Package | None, indicator: Indicator, figure: Figure
) -> list[str]:
    said = [
        _(
            "%(indicator)s: %(value)s %(unit)s",
            indicator=i18n.text(indicator.name),
            value=words.number(figure.value, indicator),
            unit=words.unit(indicator),
        )
    ]
    if baseline is not None and not package.is_baseline:
        found = package.compare(baseline, indicator.id, indicator.polarity)
        shown = words.show(figure, indicator, found)
        if found is not None:
            said.append(
                _(
                    "%(difference)s compared with the baseline: %(word)s",
                    difference=shown.difference,
                    word=shown.word,
                )
            )
    return said


def _other_language(text: Any) -> str | None:
    found = i18n.text_lang(text)
    return found if found != i18n.language() else None


# --- one scenario -----------------------------------------------------------------------------


def scenario(package: Package) -> dict[str, Any]:
    """Everything of a scenario's page around its map."""
    family = store().family(package.family)
    baseline = baseline_of(family)
    rows = words.kpi_rows(package, baseline, store().indicators())
    first = [row for id in family.main_indicators for row in rows if row.id == id]
    newest = store().versions(package.name)[-1]
    compared = None if package.is_baseline or baseline is None else baseline
    return {
        "package": package,
        "family": family,
        "baseline": compared,
        "first": first[:4],
        "newest": newest if newest.version != package.version else None,
        "versions": list(reversed(store().versions(package.name))),
        "parameters": parameters(package, family),
        "rows_all": rows,
        "sources": sources(package),
        "figures": over_the_day(package, compared),
        "compare_url": compare_url(package, family),
        "archive": next((f for f in package.files if f["role"] == "package"), None),
        "machine": package.translation_status(i18n.language()) == "machine",
    }


def compare_url(package: Package, family: Family) -> str:
    """The comparison this scenario's reader most likely wants."""
    other = {} if package.is_baseline else {"right": package.name}
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
    return [
        {
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
        "area": view,
        "indicator": indicator,
        "show": show,
        "sentence": view.sentence,
        "map": config,
        "legend": legend,
        "rows": view.rows[:FIRST_STREETS] if few else view.rows,
        "few": few,
        "offered": [_choice(id) for id in offered],
        "differs": differs,
        "notices": _notices(asked, indicator, show, unread),
        "twin": {"indicator": indicator.id, "show": show},
    }


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
    baseline = baseline_of(family)
    return ". ".join(key_figure(package, baseline, family)) + "."


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
