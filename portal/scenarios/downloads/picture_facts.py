"""What a preview picture says: title, one true figure, and which map stands beside it."""

from collections.abc import Sequence
from typing import Any

from flask import current_app

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import mapping, options, store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.downloads.picture_card import Card
from portal.scenarios.downloads.picture_looks import Drawn, drawn
from portal.scenarios.package import Package


def scenario(package: Package) -> Drawn:
    """One scenario: its title, its key figure, the map its page begins with."""
    family = store().family(package.family)
    title = i18n.text(package.title)
    found = _indicator(family, [package])
    legend = _legend(family, package, found) if found else {}
    figure = _key_figure(package, family)
    card = Card(i18n.text(family.title), title, _city(), **figure, **legend)
    said = options.key_figure(package, options.baseline_of(family), family)
    alt = ". ".join([title, *said]) + "."
    return drawn(card, _with_map(alt, found), [package], family, found)


def family(family: Family) -> Drawn:
    """A comparison: how far the options lie apart, and the maps of the first two."""
    packages = [store().package(e.name, e.version) for e in family.packages]
    pair = _first_two(packages, family)
    found = _indicator(family, pair)
    legend = _legend(family, pair[0], found) if found else {}
    if found and len(pair) > 1:
        legend["captions"] = [i18n.text(package.title) for package in pair]
    many = ngettext("%(n)s option to compare", "%(n)s options to compare", len(packages))
    spread, title = _spread(packages, family), i18n.text(family.title)
    card = Card(_("Compare"), title, _city(), **spread, note=many, **legend)
    alt = f"{_('Compare: %(family)s', family=title)}. {many}."
    alt = f"{alt} {card.label}: {card.value} {card.unit}." if spread else alt
    return drawn(card, _with_map(alt, found), pair if found else pair[:1], family, found)


def portal() -> Drawn:
    """The portal itself: its name and the city."""
    label = _("What would change, for whom, where, and how sure it is.")
    card = Card("", _("Participation portal"), _city(), label=label)
    alt = _(
        "Participation portal of the digital twin of %(city)s.", city=current_app.config["CITY"]
    )
    return drawn(card, alt, [], None, None)


def _city() -> str:
    return _("Digital twin of %(city)s", city=current_app.config["CITY"])


def _with_map(alt: str, indicator: Indicator | None) -> str:
    if indicator is None:
        return alt
    return f"{alt} " + _("With a map: %(title)s.", title=i18n.text(indicator.name))


def _key_figure(package: Package, family: Family) -> dict[str, str]:
    """Name, value, unit and difference of the first main indicator the package has."""
    baseline = options.baseline_of(family)
    for id in family.main_indicators:
        figure = package.kpis().get(id)
        if figure is not None:
            indicator = store().indicator(id)
            shown = words.show(figure, indicator, words.against(baseline, package, indicator))
            note = ""
            if shown.difference:
                note = _(
                    "%(difference)s compared with the baseline: %(word)s",
                    difference=shown.difference,
                    word=shown.word,
                )
            return {**_named(indicator), "value": shown.value, "note": note}
    return {}


def _named(indicator: Indicator) -> dict[str, str]:
    return {"label": i18n.text(indicator.name), "unit": words.unit(indicator)}


def _spread(packages: Sequence[Package], family: Family) -> dict[str, str]:
    """The first main indicator, from the least to the greatest of all options."""
    for id in family.main_indicators:
        values = [p.kpis()[id].value for p in packages if id in p.kpis()]
        if values:
            indicator = store().indicator(id)
            low, high = (words.number(v, indicator) for v in (min(values), max(values)))
            between = low if low == high else f"{low} – {high}"
            return {**_named(indicator), "value": between}
    return {}


def _first_two(packages: Sequence[Package], family: Family) -> list[Package]:
    ordered = sorted(packages, key=lambda p: p.name != family.baseline)
    return ordered[:2]


def _indicator(family: Family, packages: Sequence[Package]) -> Indicator | None:
    """The indicator the pages' map begins with; None where nothing is known by area."""
    offered = packages[0].indicators_by_area() if packages else []
    offered = [i for i in offered if all(i in p.indicators_by_area() for p in packages)]
    if not offered:
        return None
    return store().indicator(
        str(family.map_indicator if family.map_indicator in offered else offered[0])
    )


def _legend(family: Family, package: Package, indicator: Indicator) -> dict[str, Any]:
    found = mapping.classes(family, package, indicator, "value")
    places = mapping.decimals(found, indicator)
    return {
        "legend_title": f"{i18n.text(indicator.name)} ({words.unit(indicator)})",
        "colours": found.colours,
        "edges": tuple(i18n.number(edge, places) for edge in found.edges),
    }
