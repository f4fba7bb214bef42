"""A release as search engines of datasets read it: schema.org in JSON-LD."""

from typing import Any

from flask import current_app

from portal import i18n, web
from portal.datasets import catalogue
from portal.datasets.models import Release
from portal.observations.where import places


def dataset(release: Release) -> dict[str, Any]:
    """`schema.org/Dataset` of a release, in the reader's language."""
    described = catalogue.descriptor(release)
    told = described["release"]
    where: dict[str, Any] = {"name": release.dataset, "version": release.version}
    city = {"@type": "Organization", "name": str(current_app.config["CITY"])}
    page = web.whole_url("datasets.release", **where)
    found = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "name": i18n.text(told["title"]),
        "description": _long(i18n.text(told["description"]), i18n.text(told["method"])),
        "identifier": f"{release.dataset}@{release.version}",
        "version": release.version,
        "inLanguage": i18n.language(),
        "license": described["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "keywords": [told["observed_property"], release.dataset],
        "variableMeasured": told["observed_property"],
        "dateModified": release.created_at.isoformat(),
        "datePublished": release.created_at.isoformat(),
        "temporalCoverage": "/".join(day[:10] for day in told["period"]),
        "creator": city,
        "publisher": city,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": city["name"],
                                  "url": web.whole_url("dcat_machine.catalogue")},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file["path"],
                "encodingFormat": file["mediatype"],
                "contentSize": f"{file['bytes']} B",
                "sha256": file["hash"].removeprefix("sha256:"),
                "contentUrl": web.whole_url("datasets.file_plain", path=file["path"], **where),
            }
            for file in described["resources"]
        ],
    }  # fmt: skip
    box = places.bounds()
    if box:
        (south, west), (north, east) = box
        shape = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
        found["spatialCoverage"] = {"@type": "Place", "name": city["name"], "geo": shape}
    return found


def _long(*sentences: str) -> str:
    """At least the fifty letters search engines ask for."""
    return " ".join(dict.fromkeys(one.strip() for one in sentences if one))
