"""Figures of a family at a place: every option against the baseline, by area and as a whole."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from portal.scenarios import options, store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.figures import Comparison, Figure, compare
from portal.scenarios.nearby import covering, findings
from portal.scenarios.nearby.findings import Finding, Standing
from portal.scenarios.nearby.my_place import Where
from portal.scenarios.package import Package


def packages_of(family: Family) -> list[Package]:
    """Every option's newest version."""
    return [store().package(entry.name, entry.version) for entry in family.packages]


def by_area(
    family: Family, codes: Sequence[str], only: Sequence[str] | None = None
) -> list[Finding]:
    """What is known of these areas: figures with intervals of their differences first."""
    packages, baseline = packages_of(family), options.baseline_of(family)
    ids = dict.fromkeys(
        [*([family.map_indicator] if family.map_indicator else [])]
        + [id for package in packages for id in package.indicators_by_area()]
    )
    found = []
    for id in ids if only is None else [id for id in only if id in ids]:
        indicator = store().indicator(id)
        if indicator.polarity == "neutral":  # nothing of it is better or worse
            continue
        one = findings.finding(indicator, _standings(packages, baseline, indicator, codes))
        if one is not None:
            found.append(one)
    return sorted(found, key=findings.rank)


def _standings(
    packages: Sequence[Package],
    baseline: Package | None,
    indicator: Indicator,
    codes: Sequence[str],
) -> list[Standing]:
    reference = _figures(baseline, indicator.id) if baseline else {}
    standings = []
    for package in packages:
        every = _figures(package, indicator.id)
        figures = {code: every[code] for code in codes if code in every}
        if package.is_baseline:
            standings.append(Standing(package.name, figures, {}))
            continue
        compared = {
            code: found
            for code, figure in figures.items()
            if (found := _against(figure, reference.get(code), indicator))
        }
        standings.append(Standing(package.name, figures, compared))
    return standings


def _figures(package: Package, id: str) -> dict[str, Figure]:
    return package.areas(id) if id in package.indicators_by_area() else {}


def _against(figure: Figure, base: Figure | None, indicator: Indicator) -> Comparison | None:
    if base is None:
        return words.stated(figure, indicator)
    return compare(figure, base, indicator.polarity, baseline="reference")


def for_all(family: Family, known: set[str], only: Sequence[str] | None = None) -> list[Finding]:
    """The main figures that are not known by area: only for the whole."""
    packages, baseline = packages_of(family), options.baseline_of(family)
    found = []
    for id in family.main_indicators if only is None else only:
        if id in known:
            continue
        indicator = store().indicator(id)
        standings = []
        for package in packages:
            figure = package.kpis().get(id)
            comparison = words.against(baseline, package, indicator)
            standings.append(
                Standing(
                    package.name,
                    {"": figure} if figure else {},
                    {"": comparison} if comparison else {},
                )
            )
        one = findings.finding(indicator, standings)
        if one is not None:
            found.append(one)
    return found


# --- for programs -----------------------------------------------------------------------------


def for_programs(where: Where, family: Family | None) -> dict[str, Any]:
    """The answer about an area, unrounded."""
    families = [family] if family else list(store().families())
    out = []
    for one in families:
        if not one.packages:
            continue
        cover = covering.cover(one, where)
        here = by_area(one, cover.codes) if cover.codes else []
        whole = for_all(one, {f.indicator.id for f in here}) if cover.how != "none" else []
        out.append(
            {
                "family": one.id,
                "covers": cover.how,
                "codes": list(cover.codes),
                "findings": [
                    {
                        "indicator": f.indicator.id,
                        "unit": f.indicator.unit,
                        "whole_area_only": f in whole,
                        "best": list(f.best),
                        "options": [
                            {
                                "name": s.name,
                                "figures": {c: asdict(x) for c, x in s.figures.items()},
                                "compared": {c: asdict(x) for c, x in s.compared.items()},
                            }
                            for s in f.standings
                        ],
                    }
                    for f in (*here, *whole)
                ],
            }
        )
    return {
        "geography": where.geography,
        "code": where.code,
        "name": where.name,
        "district": where.note or None,
        "families": out,
    }
