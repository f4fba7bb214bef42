"""The `datapackage.json` of a release: what it is, how it was made, what changed, every hash."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from portal import datapackage, i18n
from portal.datasets import ledger, provenance, table, writing
from portal.datasets.bulk import Outcome
from portal.datasets.facts import PATIENCE
from portal.datasets.models import Release
from portal.datasets.street import notes
from portal.datasets.versions import Difference
from portal.i18n import N_
from portal.observations.counts import PassRate
from portal.observations.models import Campaign
from portal.observations.where.coarse import COARSEST, CONTRIBUTORS

LICENCES = {
    "CC-BY-4.0": {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "CC0-1.0": {
        "name": "CC0-1.0",
        "title": "Creative Commons Zero 1.0",
        "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    },
}
METHOD = N_(
    "Measurements by the public, checked automatically and by a person; only accepted ones are "
    "here. The place is a cell of the H3 grid (resolution %(finest)s, fixed when the measurement "
    "came in), named only where what a release adds there comes from at least %(people)s people, "
    "none with more than half of it; else the cell around it, down to resolution %(coarsest)s, "
    "else the district, else the whole city, else the row is withheld. Rows wait up to "
    "%(days)s days for company nearby. What leaves a release leaves in such a company too, and a "
    "place once told is never told more finely. Times are cut to the hour or the day. No row says "
    "who measured, and no free text leaves the portal."
)


def describe(
    folder: Path,
    campaign: Campaign,
    release: Release,
    *,
    outcome: Outcome,
    levels: Mapping[str, int],
    shape: Mapping[str, Any],
    rates: Sequence[PassRate],
    difference: Difference,
    languages: Sequence[str],
    publisher: str,
    address: str,
) -> dict[str, Any]:
    """The descriptor of the files in the folder."""
    first = languages[0]
    provenance.write(folder, campaign, release, rates, publisher, address)
    return {
        "$schema": datapackage.SCHEMA,
        "kind": "release",
        "name": campaign.dataset,
        "version": release.version,
        "title": _in(campaign.title, first),
        "description": _in(campaign.purpose, first),
        "created": release.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [LICENCES.get(campaign.licence, LICENCES["CC-BY-4.0"])],
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
            "categories": list(campaign.categories),
            "procedure": campaign.procedure,
            "period": [campaign.opens_at.isoformat(), campaign.closes_at.isoformat()],
            "grid": {"system": "H3", "finest": campaign.finest, "coarsest": COARSEST},
            "time": campaign.time_grain.value,
            "contributors_at_least": CONTRIBUTORS,
            "counts": ledger.public(release.counts),
            "previous": release.previous,
            "difference": {
                "added": difference.added,
                "removed": difference.removed,
                "schema_changed": difference.schema_changed,
            },
            "ledger": ledger.written(outcome, levels),
            "shape": shape,
            "street": notes.of(folder, campaign, languages),
            "demonstration": campaign.demonstration,
        },
        "provenance": _provenance(campaign, release, rates),
    }


def method(campaign: Campaign, languages: Sequence[str]) -> dict[str, str]:
    """How the rows were made, in every language of the portal."""
    gaps = {
        "finest": campaign.finest,
        "coarsest": COARSEST,
        "people": CONTRIBUTORS,
        "days": PATIENCE.days,
    }
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
    listed.append(
        datapackage.resource(
            folder,
            provenance.FILE,
            name="provenance",
            format="jsonld",
            mediatype="application/ld+json",
        )
    )
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


def _provenance(campaign: Campaign, release: Release, rates: Sequence[PassRate]) -> dict[str, Any]:
    """The same as in the provenance file, in short."""
    previous = f"{release.dataset}@{release.previous}" if release.previous else None
    return {
        "entity": f"{release.dataset}@{release.version}",
        "wasDerivedFrom": [f"campaign:{campaign.slug}"],
        "wasRevisionOf": previous,
        "wasGeneratedBy": {
            "activity": "portal datasets release",
            "endedAtTime": release.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
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
