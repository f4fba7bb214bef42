"""The figures of a comparison for programs: as JSON and as one plain table."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from portal.scenarios import options, store, twins, words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.comparing import compare, compare_mine, compare_profiles, contrasts, verdicts
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.comparing.overview import overview
from portal.scenarios.comparing.tradeoffs import balance
from portal.scenarios.figures import Comparison, Figure

COLUMNS = (
    "part",
    "option",
    "indicator",
    "unit",
    "code",
    "name",
    "at",
    "value",
    "low",
    "high",
    "left",
    "left_low",
    "left_high",
    "right",
    "right_low",
    "right_high",
    "difference",
    "difference_low",
    "difference_high",
    "verdict",
)
Row = Mapping[str, Any]


def whole(found: Pair) -> dict[str, Any]:
    """Everything the page shows; `areas` holds every page of the table, in its order."""
    leaf, state = found.leaf, found.state
    return {
        "family": found.family.id,
        "left": twins.reference(found.left.entry),
        "right": twins.reference(found.right.entry),
        "indicator": found.indicator.id,
        "area": found.area,
        "geography": found.left.geography if found.mapped else None,
        "state": {**asdict(state), "page": leaf.page},
        "pages": {"found": leaf.found, "pages": leaf.pages, "rows": compare.ROWS},
        "notices": list(found.notices),
        "sentences": [*contrasts.of_all(found), *contrasts.over_areas(found)]
        if state.every
        else contrasts.of_pair(found),
        "kpis": [
            {"indicator": row.indicator.id, **_sides(row.left, row.right, row.comparison)}
            for row in found.kpis
        ],
        "matrix": [{**row, **_shown(row)} for row in _matrix(found)],
        "tradeoffs": _tradeoffs(found),
        "in_area": [{**row, **_shown(row)} for row in _in_area(found)],
        "areas": [
            {
                "code": row.code,
                "name": row.name,
                "left": _ends(row.left),
                "right": _ends(row.right),
                "comparison": _compared(row.comparison),
            }
            for row in found.areas
        ],
        "profiles": [
            {
                "option": package.name,
                **asdict(package.profile(str(compare_profiles.chosen(found)))),
            }
            for package in compare_profiles.having(found)
        ],
        "options": _options(found),
    }


def _sides(
    left: Figure | None, right: Figure | None, comparison: Comparison | None
) -> dict[str, Any]:
    return {
        "left": _plain(left),
        "right": _plain(right),
        "comparison": asdict(comparison) if comparison else None,
    }


def _ends(figure: Figure | None) -> dict[str, Any] | None:
    """A value and its interval: all that a table of areas keeps."""
    return {"value": figure.value, "low": figure.low, "high": figure.high} if figure else None


def _plain(figure: Figure | None) -> dict[str, Any] | None:
    return asdict(figure) if figure else None


def _shown(row: Row) -> dict[str, Any]:
    return {"figure": _plain(row["figure"]), "comparison": _compared(row["comparison"])}


def _compared(comparison: Comparison | None) -> dict[str, Any] | None:
    return asdict(comparison) if comparison else None


def _matrix(found: Pair) -> Iterator[dict[str, Any]]:
    """Each shown option's figures, and how they stand against the baseline."""
    baseline = options.baseline_of(found.family)
    for package in compare.columns(found):
        for id, figure in package.kpis().items():
            yield {
                "option": package.name,
                "indicator": id,
                "figure": figure,
                "comparison": words.against(baseline, package, store().indicator(id)),
            }


def _in_area(found: Pair) -> Iterator[dict[str, Any]]:
    """The chosen area with each shown option."""
    if found.area is not None and found.mapped:
        for package, figure, comparison in compare_mine.in_area(found, found.area):
            yield {"option": package.name, "figure": figure, "comparison": comparison}


def _tradeoffs(found: Pair) -> dict[str, Any]:
    if not found.state.every:
        compared = {row.indicator.id: row.comparison for row in found.kpis}
        sides = {"option": found.right.name, "against": found.left.name}
        one = balance(compared)
        return {
            "sentence": verdicts.of_two(found, one),
            "balances": [{**sides, **asdict(one)}],
            "standings": [],
        }
    seen, baseline = overview(found.family), options.baseline_of(found.family)
    return {
        "sentence": verdicts.of_all(found.family, seen),
        "balances": [
            {
                "option": package.name,
                "against": found.family.baseline,
                **asdict(balance(verdicts.compared(package, baseline))),
            }
            for package in compare.columns(found)
            if not package.is_baseline
        ],
        "standings": [asdict(one) for one in seen.standings if one.tells],
    }


def _options(found: Pair) -> list[dict[str, Any]]:
    figures = overview(found.family).figures
    return [
        {
            **twins.reference(entry),
            "kpis": {
                id: _plain(figures.get(id, {}).get(entry.name)) or {}
                for id in found.family.main_indicators
            },
        }
        for entry in found.family.packages
    ]


# --- as one table ---------------------------------------------------------------------------------


def rows(found: Pair) -> Iterator[Row]:
    """Both options by figure, each shown option, its place, the areas, the lines over the day."""
    for kpi in found.kpis:
        sides = _flat(kpi.left, kpi.right, kpi.comparison)
        yield {**_measured("kpi", kpi.indicator), **sides}
    for row in _matrix(found):
        yield {**_measured("option", store().indicator(row["indicator"])), **_one(row)}
    for row in _in_area(found):
        yield {**_measured("place", found.indicator), "code": found.area, **_one(row)}
    for area in found.areas:
        yield {
            **_measured("area", found.indicator),
            "code": area.code,
            "name": area.name,
            **_flat(area.left, area.right, area.comparison),
        }
    yield from _over_the_day(found)


def _over_the_day(found: Pair) -> Iterator[Row]:
    for package in compare_profiles.having(found):
        profile = package.profile(str(compare_profiles.chosen(found)))
        about = {**_measured("profile", store().indicator(profile.indicator))}
        columns = (profile.at, profile.value, profile.low, profile.high)
        for at, value, low, high in zip(*columns, strict=True):
            line = {"at": at, "value": value, "low": low, "high": high}
            yield {**about, "option": package.name, **line}


def _measured(part: str, indicator: Indicator) -> dict[str, str]:
    return {"part": part, "indicator": indicator.id, "unit": indicator.unit}


def _one(row: Row) -> dict[str, Any]:
    figure: Figure | None = row["figure"]
    value = {"value": figure.value, "low": figure.low, "high": figure.high} if figure else {}
    return {"option": row["option"], **value, **_difference(row["comparison"])}


def _flat(left: Figure | None, right: Figure | None, comparison: Comparison | None) -> Row:
    out: dict[str, Any] = {}
    for side, figure in (("left", left), ("right", right)):
        if figure is not None:
            out |= {side: figure.value, f"{side}_low": figure.low, f"{side}_high": figure.high}
    return {**out, **_difference(comparison)}


def _difference(comparison: Comparison | None) -> dict[str, Any]:
    if comparison is None:
        return {}
    return {
        "difference": comparison.difference,
        "difference_low": comparison.low,
        "difference_high": comparison.high,
        "verdict": comparison.kind,
    }
