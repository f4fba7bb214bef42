"""One release against one baseline: worked out once and kept as a file beside the releases."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import current_app

from portal.datasets import catalogue
from portal.datasets.models import Release
from portal.datasets.street import formula, matching
from portal.datasets.street.formula import Modelled
from portal.datasets.street.matching import Match
from portal.observations.models import Campaign
from portal.observations.where import coarse, places
from portal.scenarios import store
from portal.scenarios.features import each
from portal.scenarios.package import Package, UnknownScenario

KEPT = 16  # comparisons held in memory
Comparison = Mapping[str, Any]


def baseline_of(campaign: Campaign) -> Package | None:
    """The newest baseline with figures by street for what a campaign measures."""
    match = matching.of(campaign)
    if match is None:
        return None
    try:
        package = store().package(store().family(match.family).baseline)
    except UnknownScenario:
        return None
    return package if match.indicator in package.indicators_by_area() else None


def of(release: Release, campaign: Campaign) -> Comparison | None:
    """A release against the newest baseline; None where nothing can be compared."""
    package = baseline_of(campaign)
    if package is None:
        return None
    path = path_of(release, package)
    if not path.is_file():
        _keep(path, work_out(campaign, catalogue.places(release), package))
    return _read(path)


def path_of(release: Release, package: Package) -> Path:
    """Where a comparison is kept: named by all that decides it."""
    data: Path = current_app.config["DATA"]
    names = (release.version, release.sha256[:12], package.version, package.sha256[:12])
    return data / "street" / release.dataset / f"{'-'.join((*names, matching.VERSION))}.json"


def _keep(path: Path, found: Comparison) -> None:
    """Whole or not at all, whoever else does the same at this moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{uuid4().hex}")
    beside.write_text(json.dumps(found, allow_nan=False), "utf-8")
    os.replace(beside, path)  # noqa: PTH105 - says what it does


@lru_cache(maxsize=KEPT)
def _read(path: Path) -> Comparison:
    found: Comparison = json.loads(path.read_bytes())
    return found


def work_out(
    campaign: Campaign, published: Sequence[Mapping[str, Any]], package: Package
) -> Comparison:
    """Everything that is told of the comparison, from published places alone."""
    match = matching.of(campaign)
    if match is None:
        raise ValueError(campaign.slug)
    levels = range(coarse.DRAWN, max(campaign.finest, coarse.DRAWN) + 1)
    modelled = {level: _modelled(package, match, level) for level in levels}
    fine = [one for one in published if one["place_level"] in {f"h3-{n}" for n in levels}]
    both = {cell: said for cells in modelled.values() for cell, said in cells.items()}
    found = formula.pairs(fine, both)
    finest = modelled[levels[-1]]
    told = formula.agreement([one.difference for one in found], match.close)
    return {
        "package": package.name,
        "version": package.version,
        "sha256": package.sha256,
        "indicator": match.indicator,
        "formula": matching.VERSION,
        "agreement": _plain(asdict(told)),
        "close": match.close,
        "coverage": {
            "metres": round(sum(one.metres for one in finest.values())),
            "share": round(formula.covered(finest, (one.code for one in found)), 4),
            "cells": len(finest),
            "outside": sum(one["code"] not in both for one in fine),
        },
        "districts": _districts([one.code for one in found]),
        "places": [_plain({**asdict(one), "difference": one.difference}) for one in found],
        "cells": sorted(finest),
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The same without the noise in the last digits of differences."""
    return {key: round(one, 6) if isinstance(one, float) else one for key, one in values.items()}


def _modelled(package: Package, match: Match, resolution: int) -> dict[str, Modelled]:
    return formula.to_cells(_streets(package, match.indicator), resolution)


def _streets(package: Package, indicator: str) -> Iterator[tuple[float, Any]]:
    """Each street's value and shape, one at a time."""
    figures = package.areas(indicator)
    for feature in each(store().shapes(str(package.geography))):
        figure = figures.get(feature["properties"]["code"])
        if figure is not None:
            yield figure.value, feature["geometry"]


def _districts(compared: Sequence[str]) -> dict[str, int]:
    """How many compared places lie in each district of the city."""
    found = [places.district_of_cell(code) for code in compared]
    return {code: found.count(code) for code in places.district_names()}
