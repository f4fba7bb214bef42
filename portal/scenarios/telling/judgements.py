"""What came of the predicates, in the reader's words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from portal import i18n
from portal.i18n import N_, _, ngettext
from portal.scenarios import store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.package import Package

OUTCOMES = {
    "holds": ("better", N_("holds")),
    "fails": ("worse", N_("does not hold")),
    "undecided": ("unknown", N_("cannot be decided")),
}
WHY = {
    "missing": N_("Figures it needs are not published."),
    "no_interval": N_("No interval is published, so nobody can say how sure the figures are."),
    "overlap": N_("Their interval lies on both sides of the limit."),
}
QUANTITIES = {
    "value": N_("value, with its whole interval"),
    "low": N_("lower end of the interval"),
    "high": N_("upper end of the interval"),
    "delta": N_("difference to the baseline, with its whole interval"),
    "delta_low": N_("lower end of the difference to the baseline"),
    "delta_high": N_("upper end of the difference to the baseline"),
}
SCOPES = {
    "kpi": N_("the whole area"),
    "areas": N_("every area"),
    "profile": N_("every time of the day"),
}
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "="}


def of(package: Package) -> list[dict[str, Any]]:
    """The judged predicates of one version, in its order."""
    for found in store().judgements(package.family)["packages"]:
        if (found["name"], found["version"]) == (package.name, package.version):
            return list(found["results"])
    return []


def page(package: Package) -> dict[str, Any]:
    """Everything the page of a version's predicates shows."""
    judged = store().judgements(package.family)
    return {
        "package": package,
        "family": store().family(package.family),
        "results": [_shown(result, package) for result in of(package)],
        "sentence": _sentence(of(package)),
        "day": datetime.fromisoformat(judged["judged"]) if judged["judged"] else None,
        "baseline": judged["baseline"],
        "reference": _title_of(judged["baseline"]),
    }


def _title_of(named: Mapping[str, str] | None) -> str:
    if named is None:
        return ""
    return i18n.text(store().package(named["name"], named["version"]).title)


def summary(package: Package) -> dict[str, str] | None:
    """One sentence and the address; None where a package ships no predicates."""
    found = of(package)
    if not found:
        return None
    url = url_for("papers.predicates", name=package.name, version=package.version)
    return {"sentence": _sentence(found), "url": url}


def _sentence(found: list[dict[str, Any]]) -> str:
    counts = {kind: sum(r["outcome"] == kind for r in found) for kind in OUTCOMES}
    return ngettext(
        "%(n)s statement was checked: %(holds)s holds, %(fails)s does not, "
        "%(open)s cannot be decided.",
        "%(n)s statements were checked: %(holds)s hold, %(fails)s do not, "
        "%(open)s cannot be decided.",
        len(found),
        holds=i18n.number(counts["holds"]),
        fails=i18n.number(counts["fails"]),
        open=i18n.number(counts["undecided"]),
    )


# --- a family ----------------------------------------------------------------------------------


def of_family(family: Family) -> dict[str, Any]:
    """Every predicate of a family's newest versions: one row each, one column for each option."""
    results = {
        (p["name"], p["version"]): {r["id"]: r for r in p["results"]}
        for p in store().judgements(family.id)["packages"]
    }
    options = [e for e in family.packages if (e.name, e.version) in results]
    texts: dict[str, Mapping[str, str]] = {}
    for entry in options:
        for id, result in results[entry.name, entry.version].items():
            texts.setdefault(id, result["text"])
    return {
        "family": family,
        "options": [
            {
                "title": i18n.text(e.title),
                "url": url_for("papers.predicates", name=e.name, version=e.version),
            }
            for e in options
        ],
        "rows": [
            {
                "text": i18n.text(text),
                "cells": [_cell(results[e.name, e.version].get(id)) for e in options],
            }
            for id, text in texts.items()
        ],
    }


def _cell(result: Mapping[str, Any] | None) -> dict[str, str] | None:
    if result is None:
        return None
    look, word = OUTCOMES[result["outcome"]]
    return {"look": look, "word": _(word)}


# --- one predicate -----------------------------------------------------------------------------


def _shown(result: Mapping[str, Any], package: Package) -> dict[str, Any]:
    indicator = store().indicator(result["indicator"])
    look, word = OUTCOMES[result["outcome"]]
    why = WHY.get(result["why"], "")
    return {
        "id": result["id"],
        "text": i18n.text(result["text"]),
        "look": look,
        "word": _(word),
        "rule": _rule(result, indicator),
        "why": _(why) if why else "",
        "required": result["required"],
        "scope": result["scope"],
        "counts": _counts(result) if result["scope"] != "kpi" else "",
        "places": [_place(place, result, indicator, package) for place in result["places"]],
    }


def _rule(result: Mapping[str, Any], indicator: Indicator) -> str:
    """The rule as it is computed: indicator, quantity, relation, bound, scope."""
    quantity = QUANTITIES[result["quantity"]]
    return _(
        "%(indicator)s, %(quantity)s %(sign)s %(bound)s; in: %(scope)s",
        indicator=i18n.text(indicator.name),
        quantity=_(quantity),
        sign=SIGNS[result["relation"]],
        bound=_bound(result["against"], indicator),
        scope=_scope(result),
    )


def _bound(against: float | str, indicator: Indicator) -> str:
    if against == "baseline":
        return _("the baseline")
    if isinstance(against, str):
        found = store().versions(against)
        return i18n.text(found[-1].title) if found else against
    return f"{words.number(against, indicator)} {words.unit(indicator)}".strip()


def _scope(result: Mapping[str, Any]) -> str:
    if result["share"] < 1:
        return _("at least %(share)s of the places", share=i18n.percent(result["share"]))
    scope = SCOPES[result["scope"]]
    return _(scope)


def _counts(result: Mapping[str, Any]) -> str:
    return _(
        "It holds in %(holds)s of %(total)s places, does not hold in %(fails)s, "
        "and cannot be decided in %(open)s.",
        holds=i18n.number(result["holds"]),
        total=i18n.number(result["total"]),
        fails=i18n.number(result["fails"]),
        open=i18n.number(result["undecided"]),
    )


def _place(
    place: Mapping[str, Any], result: Mapping[str, Any], indicator: Indicator, package: Package
) -> dict[str, str]:
    look, word = OUTCOMES[place["outcome"]]
    return {
        "name": _name(place["place"], result["scope"], package),
        "found": _found(place, result, indicator),
        "by": i18n.number(place["by"], indicator.decimals) if place["by"] else "–",
        "look": look,
        "word": _(word),
    }


def _found(place: Mapping[str, Any], result: Mapping[str, Any], indicator: Indicator) -> str:
    """The number, or both ends of the interval, that was held against the bound."""
    if place["low"] is None:
        return "–"
    is_difference = isinstance(result["against"], str) or result["quantity"].startswith("delta")
    write = i18n.signed if is_difference else i18n.number
    low, high = (write(place[end], indicator.decimals) for end in ("low", "high"))
    return low if low == high else _("%(low)s to %(high)s", low=low, high=high)


def _name(place: str | None, scope: str, package: Package) -> str:
    if place is None:
        return _("Whole area")
    if scope == "areas" and package.geography is not None:
        return store().geography(package.geography).name(place) or place
    return place
