"""The figures of the pages for programs: as JSON and as one plain table."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from flask import url_for

from portal.scenarios import store
from portal.scenarios.catalogue import Entry, Indicator
from portal.scenarios.figures import Figure
from portal.scenarios.package import Package, Profile

COLUMNS = (
    "scenario",
    "version",
    "part",
    "indicator",
    "unit",
    "code",
    "name",
    "at",
    "value",
    "low",
    "high",
    "n",
    "delta",
    "delta_low",
    "delta_high",
)
Row = Mapping[str, Any]


# --- one scenario -----------------------------------------------------------------------------


def catalogue() -> dict[str, Any]:
    """Families and published versions."""
    return {
        "families": [
            {
                "id": family.id,
                "theme": family.theme,
                "title": family.title,
                "summary": family.summary,
                "baseline": family.baseline,
                "options": [entry.name for entry in family.packages],
            }
            for family in store().families()
        ],
        "packages": [reference(entry) for entry in store().catalogue().entries],
    }


def reference(entry: Entry) -> dict[str, Any]:
    """What names one version."""
    return {
        "name": entry.name,
        "version": entry.version,
        "sha256": entry.sha256,
        "family": entry.family,
        "role": entry.role,
        "title": entry.title,
        "superseded": entry.superseded,
    }


def scenario(package: Package, part: Row) -> dict[str, Any]:
    """One scenario with the figures its page shows."""
    return {
        **reference(package.entry),
        "description": package.description,
        "parameters": package.parameters,
        "horizon": package.entry.horizon,
        "baseline": store().family(package.family).baseline,
        "kpis": {id: _figure(figure) for id, figure in package.kpis().items()},
        "map": _map(package, part) if part["area"] is not None else None,
        "profiles": {id: asdict(profile) for id, profile in package.profiles().items()},
        "indicators": _indicators(package),
        "sources": package.sources,
        "licenses": package.licenses,
        "versions": [entry.version for entry in store().versions(package.name)],
        "datapackage": url_for(
            "scenario_files_machine.descriptor", name=package.name, version=package.version
        ),
    }


def _map(package: Package, part: Row) -> dict[str, Any]:
    geography = store().geography(str(package.geography))
    return {
        "indicator": part["indicator"].id,
        "show": part["show"],
        "sentence": part["sentence"],
        "geography": geography.id,
        "classes": [
            {key: one.get(key) for key in ("low", "high", "colour")}
            for one in part["legend"]
            if "low" in one
        ],
        "areas": {
            code: {"name": geography.name(code), **_figure(figure)}
            for code, figure in package.areas(part["indicator"].id).items()
        },
    }


def _figure(figure: Figure | None) -> dict[str, Any]:
    return {} if figure is None else asdict(figure)


def _indicators(package: Package) -> dict[str, Any]:
    ids = [*package.kpis(), *package.indicators_by_area(), *package.indicators_by_profile()]
    return {id: asdict(store().indicator(id)) for id in dict.fromkeys(ids)}


def scenario_rows(package: Package, part: Row) -> Iterator[Row]:
    """The page's figures, one row each: whole area, areas of the map, profiles."""
    about = {"scenario": package.name, "version": package.version}
    for id, figure in package.kpis().items():
        yield {**about, **_measured("kpi", store().indicator(id)), **asdict(figure)}
    if part["area"] is not None:
        yield from _area_rows(package, part["indicator"], about)
    for profile in package.profiles().values():
        yield from _profile_rows(profile, about)


def _area_rows(package: Package, indicator: Indicator, about: Row) -> Iterator[Row]:
    geography = store().geography(str(package.geography))
    for code, figure in package.areas(indicator.id).items():
        yield {
            **about,
            **_measured("area", indicator),
            "code": code,
            "name": geography.name(code),
            **asdict(figure),
        }


def _profile_rows(profile: Profile, about: Row) -> Iterator[Row]:
    measured = _measured("profile", store().indicator(profile.indicator))
    columns = (profile.at, profile.value, profile.low, profile.high)
    for at, value, low, high in zip(*columns, strict=True):
        yield {**about, **measured, "at": at, "value": value, "low": low, "high": high}


def _measured(part: str, indicator: Indicator) -> dict[str, str]:
    return {"part": part, "indicator": indicator.id, "unit": indicator.unit}
