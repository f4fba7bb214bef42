"""The `datapackage.json` of a release: what it is, how it was made, what changed, every hash."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from portal import datapackage, i18n
from portal.datasets import table, writing
from portal.datasets.versions import Difference
from portal.i18n import N_
from portal.observations.coarse import COARSEST, CONTRIBUTORS
from portal.observations.counts import PassRate
from portal.observations.models import Campaign

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
METHOD = N_(
    "Measurements by the public, checked automatically and by a person; only accepted ones are "
    "here. The place is a cell of the H3 grid (resolution %(finest)s, fixed when the measurement "
    "came in), named only where at least %(people)s people measured; else the cell around it, "
    "down to resolution %(coarsest)s, else the district, else the whole city, else the row is "
    "withheld. Times are cut to the hour in a cell and to the day elsewhere. No row says who "
    "measured, and no free text leaves the portal."
)


def describe(
    folder: Path,
    campaign: Campaign,
    *,
    version: str,
    previous: str | None,
    counts: dict[str, Any],
    rates: Sequence[PassRate],
    difference: Difference,
    languages: Sequence[str],
    publisher: str,
    address: str,
    now: datetime,
) -> dict[str, Any]:
    """The descriptor of the files in the folder."""
    first = languages[0]
    return {
        "$schema": datapackage.SCHEMA,
        "kind": "release",
        "name": campaign.dataset,
        "version": version,
        "title": _in(campaign.title, first),
        "description": _in(campaign.purpose, first),
        "created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [LICENCE],
        "sources": [
            {"title": _in(campaign.title, first), "path": f"{address}/observations/{campaign.slug}"}
        ],
        "contributors": [{"title": publisher, "roles": ["publisher"]}],
        "keywords": [campaign.observed_property, campaign.dataset],
        "resources": _resources(folder, campaign),
        "release": {
            "title": campaign.title,
            "description": campaign.purpose,
            "method": method(campaign, languages),
            "observed_property": campaign.observed_property,
            "unit": campaign.unit,
            "procedure": campaign.procedure,
            "period": [campaign.opens_at.isoformat(), campaign.closes_at.isoformat()],
            "grid": {"system": "H3", "finest": campaign.resolution, "coarsest": COARSEST},
            "contributors_at_least": CONTRIBUTORS,
            "counts": counts,
            "previous": previous,
            "difference": {
                "added": difference.added,
                "removed": difference.removed,
                "schema_changed": difference.schema_changed,
            },
            "demonstration": campaign.demonstration,
        },
        "provenance": _provenance(campaign, version, previous, rates, now),
    }


def method(campaign: Campaign, languages: Sequence[str]) -> dict[str, str]:
    """How the rows were made, in every language of the portal."""
    gaps = {"finest": campaign.resolution, "coarsest": COARSEST, "people": CONTRIBUTORS}
    return {code: i18n.catalogue(code).gettext(METHOD) % gaps for code in languages}


def _in(words: dict[str, Any], language: str) -> str:
    return str(words.get(language) or next(iter(words.values()), ""))


def _resources(folder: Path, campaign: Campaign) -> list[dict[str, Any]]:
    listed = [
        datapackage.resource(
            folder,
            writing.CSV,
            name="observations",
            type="table",
            format="csv",
            mediatype="text/csv",
            encoding="utf-8",
            schema=table.schema(campaign),
        ),
        datapackage.resource(
            folder,
            writing.GEOJSON,
            name="observations-geojson",
            format="geojson",
            mediatype="application/geo+json",
        ),
        datapackage.resource(
            folder,
            writing.PLACES,
            name="places",
            format="geojson",
            mediatype="application/geo+json",
        ),
    ]
    for path in sorted((folder / writing.PARQUET).rglob("*.parquet")):
        year = path.parent.name.removeprefix("year=")
        listed.append(
            datapackage.resource(
                folder,
                path.relative_to(folder).as_posix(),
                name=f"observations-{year}",
                format="parquet",
                mediatype="application/vnd.apache.parquet",
            )
        )
    return listed


def _provenance(
    campaign: Campaign,
    version: str,
    previous: str | None,
    rates: Sequence[PassRate],
    now: datetime,
) -> dict[str, Any]:
    """Where it comes from, in the words of PROV."""
    return {
        "entity": f"{campaign.dataset}@{version}",
        "wasDerivedFrom": [f"campaign:{campaign.slug}"],
        "wasRevisionOf": f"{campaign.dataset}@{previous}" if previous else None,
        "wasGeneratedBy": {
            "activity": "portal datasets release",
            "endedAtTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "anonymisation": "portal/datasets/anonymise.py",
            "checks": [
                {
                    "id": rate.check_id,
                    "version": rate.version,
                    "passed": rate.passed,
                    "failed": rate.failed,
                }
                for rate in rates
            ],
        },
    }
