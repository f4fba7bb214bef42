"""Every option in short: what it is, its key figure, how it stands against the baseline."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from portal import i18n
from portal.i18n import _
from portal.scenarios import store, words
from portal.scenarios.catalogue import Entry, Family, Indicator
from portal.scenarios.drawing import part
from portal.scenarios.figures import Figure
from portal.scenarios.package import Package


def baseline_of(family: Family) -> Package | None:
    """The package the family's differences are taken against."""
    return store().package(family.baseline) if store().versions(family.baseline) else None


def catalogue() -> Markup:
    """Every family with its options and each option's key figure."""
    return part("scenarios/_list.html", context=lambda: {"families": _families()})


def _families() -> list[dict[str, Any]]:
    found = store().catalogue()
    return [
        {
            "family": family,
            "theme": i18n.text(found.themes.get(family.theme, {})),
            "compare_url": url_for("comparisons.show", family=family.id),
            "options": [_option(entry, family) for entry in family.packages],
        }
        for family in found.families
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
    found = words.against(baseline, package, indicator)
    if found is not None:
        shown = words.show(figure, indicator, found)
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
