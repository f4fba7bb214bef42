"""One question at a place: what its figures are figures of, and what they say."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import options, store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.checking import places
from portal.scenarios.drawing import part
from portal.scenarios.figures import Figure
from portal.scenarios.geography import Geography
from portal.scenarios.nearby import covering, place_figures, place_words
from portal.scenarios.nearby.covering import Cover
from portal.scenarios.nearby.findings import Finding
from portal.scenarios.nearby.my_place import Where
from portal.scenarios.nearby.place_figures import packages_of
from portal.scenarios.package import Package

MOST_LINES = 5  # figures by area of one family; the tables hold every one
MOST_OPTIONS = 12  # of a table; the comparison has them all


def section(family: Family, where: Where, opened: bool = False) -> dict[str, Any]:
    """One family as it stands at a place."""
    cover = covering.cover(family, where)
    lines = drawn(family, cover, opened) if cover.how != "none" else Markup("")
    return {
        "id": family.id,
        "how": cover.how,
        "title": i18n.text(family.title),
        "note": _note(family, cover, where),
        "lines": lines,
        "compare_url": _compare_url(family, cover),
    }


def _compare_url(family: Family, cover: Cover) -> str:
    query: dict[str, Any] = {"options": "all"} if len(family.packages) > 2 else {}
    if cover.how in ("here", "around") and len(cover.codes) == 1:
        query["area"] = cover.codes[0]
    return url_for("comparisons.show", family=family.id, **query)


def _note(family: Family, cover: Cover, where: Where) -> str:
    """What the figures are figures of."""
    name = _area_name(family)
    geography = _geography(family)
    if cover.how == "none":
        return _("It says nothing about your place: it looks only at %(area)s.", area=name)
    if cover.how == "whole":
        return " ".join(
            [
                _("Its figures are only for the whole of %(area)s.", area=name),
                _perimeter(family, where),
            ]
        ).strip()
    assert geography is not None
    first = geography.name(cover.codes[0])
    count = len(cover.codes)
    if cover.how == "here":
        return ""  # said once for all questions
    if cover.how == "around":
        return _("Figures of “%(area)s”, the larger area around your place.", area=first)
    if cover.how == "near":
        stretch = places.in_sentence(cover.codes[0], geography)
        away = i18n.number(round((cover.metres or 0) / 10) * 10)
        return _(
            "The nearest street that was computed: %(street)s, about %(metres)s m away.",
            street=stretch,
            metres=away,
        )
    if cover.how == "named":
        return ngettext(
            "%(n)s stretch of %(street)s was computed.",
            "%(n)s stretches of %(street)s were computed.",
            count,
            street=first,
        )
    if geography.level == "street":
        return ngettext(
            "%(n)s computed stretch of street lies here.",
            "%(n)s computed stretches of street lie here.",
            count,
        )
    return ngettext(
        "It has figures for %(n)s smaller area here.",
        "It has figures for each of the %(n)s smaller areas here.",
        count,
    )


def _area_name(family: Family) -> str:
    baseline = options.baseline_of(family) or packages_of(family)[0]
    area = baseline.scenario.get("area")
    return i18n.text(area["name"]) if area else i18n.text(family.title)


def _perimeter(family: Family, where: Where) -> str:
    for package in packages_of(family)[:1]:
        found = covering.inside_perimeter(package, where)
        if found is not None:
            stands, titles = found
            name = i18n.text(titles)
            if stands == "inside":
                return _("Your place lies inside: %(name)s.", name=name)
            if stands == "partly":
                return _("Part of your place lies inside: %(name)s.", name=name)
            return _("Your place lies outside: %(name)s.", name=name)
    return ""


def _geography(family: Family) -> Geography | None:
    for package in packages_of(family):
        if package.indicators_by_area():
            return store().geography(str(family.geography or package.geography))
    return None


def drawn(family: Family, cover: Cover, opened: bool) -> Markup:
    """A family's figures for these areas: the same for everybody who asks about them."""
    key = (family.id, *((e.name, e.version) for e in family.packages), cover.codes, opened)
    return part(
        "scenarios/_my_place_family.html",
        *key,
        context=lambda: {**_lines(family, cover.codes), "opened": opened},
    )


def asked_about(
    indicator: Indicator, where: Where, families: Sequence[Family]
) -> list[dict[str, Any]]:
    """What every family says of one figure at a place."""
    found = []
    for family in families:
        cover = covering.cover(family, where)
        if not _knows(family, indicator):
            continue
        line = None if cover.how == "none" else _line(family, cover.codes, indicator)
        found.append(
            {
                "title": i18n.text(family.title),
                "note": _note(family, cover, where),
                "line": line,
                "whole": line is not None and line["whole"] and cover.how != "whole",
                "area_name": _area_name(family),
            }
        )
    return found


def _knows(family: Family, indicator: Indicator) -> bool:
    return any(
        indicator.id in package.indicators_by_area() or indicator.id in package.kpis()
        for package in packages_of(family)
    )


def _line(family: Family, codes: tuple[str, ...], indicator: Indicator) -> dict[str, Any] | None:
    baseline = options.baseline_of(family)
    titles = {e.name: i18n.text(e.title) for e in family.packages}
    named = i18n.text(baseline.title) if baseline else _("the baseline")
    here = place_figures.by_area(family, codes, [indicator.id]) if codes else []
    if here:
        base = _base(baseline, here[0], codes)
        return {**place_words.say(here[0], titles, named, base), "whole": False}
    whole = place_figures.for_all(family, set(), [indicator.id])
    if not whole:
        return None
    base = baseline.kpis().get(indicator.id) if baseline else None
    return {**place_words.say(whole[0], titles, named, base), "whole": True}


def _lines(family: Family, codes: tuple[str, ...]) -> dict[str, Any]:
    baseline = options.baseline_of(family)
    named = i18n.text(baseline.title) if baseline else _("the baseline")
    titles = {e.name: i18n.text(e.title) for e in family.packages}
    here = place_figures.by_area(family, codes)
    whole = place_figures.for_all(family, {f.indicator.id for f in here} if codes else set())
    base_of = {f.indicator.id: _base(baseline, f, codes) for f in here}
    kpis = baseline.kpis() if baseline else {}
    return {
        "area_name": _area_name(family),
        "lines": [
            place_words.say(f, titles, named, base_of[f.indicator.id]) for f in here[:MOST_LINES]
        ],
        "whole": [
            place_words.say(f, titles, named, kpis.get(f.indicator.id)) for f in whole[:MOST_LINES]
        ],
        "by_area": bool(codes),
        "tables": [_table(f, titles) for f in here],
        "several": len(codes) > 1,
    }


def _base(baseline: Package | None, found: Finding, codes: tuple[str, ...]) -> Figure | None:
    if baseline is None or found.indicator.id not in baseline.indicators_by_area():
        return None
    return baseline.areas(found.indicator.id).get(codes[0])


def _table(found: Finding, titles: dict[str, str]) -> dict[str, Any]:
    some = dict(list(titles.items())[:MOST_OPTIONS])
    return {
        "name": i18n.text(found.indicator.name),
        "unit": words.unit(found.indicator),
        "rows": place_words.rows(found, some),
    }
