"""One dataset of the catalogue: a release of measurements, or a scenario's figures."""

from typing import Any

from portal import db, web
from portal.datasets import catalogue
from portal.datasets.dcat.things import contact, here, place, standard
from portal.datasets.dcat.vocabulary import (
    FORMATS,
    LANGUAGES,
    MEDIA,
    Node,
    authority,
    day,
    in_languages,
    licence,
    moment,
    theme,
    typed,
    uri,
)
from portal.datasets.models import Release
from portal.datasets.reading import documents
from portal.observations.models import Campaign
from portal.scenarios import store
from portal.scenarios.package import Package, UnknownScenario

KINDS = {".csv": ("csv", "text/csv"), ".json": ("json", "application/json"),
         ".geojson": ("geojson", "application/geo+json"),
         ".parquet": ("parquet", "application/vnd.apache.parquet")}  # fmt: skip


def of_release(release: Release) -> Node:
    """A dataset of measurements by its newest release."""
    described = catalogue.descriptor(release)
    told = described["release"]
    campaign = db.session().get_one(Campaign, release.campaign_id)
    where: dict[str, Any] = {"name": release.dataset, "version": release.version}
    page = web.whole_url("datasets.release", **where)
    files = [
        _distribution(
            f"{release.dataset}-{release.version}-{file['name']}",
            web.whole_url("datasets.file_plain", path=file["path"], **where),
            page, file["path"], file["bytes"], file["hash"].removeprefix("sha256:"),
            described["licenses"],
        )
        for file in described["resources"]
    ]  # fmt: skip
    items = documents.address("items", {"f": "json"}, collection=release.dataset)
    files.append(_served(release.dataset, items, described["licenses"]))
    notes = told.get("difference") or {}
    return {
        "@id": here(f"dataset-{release.dataset}"),
        **_common(release.dataset, told["title"], told["description"], page, release.version),
        **theme(_theme(campaign.family)),
        "dct:issued": moment(release.created_at),
        "dct:modified": moment(release.created_at),
        "dct:temporal": _period(*told["period"]),
        "dcat:keyword": [*_keywords(campaign.title), release.dataset, told["observed_property"]],
        "dct:conformsTo": [
            standard("https://datapackage.org/profiles/2.0/datapackage.json", "Data Package 2.0"),
            standard("http://www.opengis.net/doc/is/om/3.0", "OGC/ISO 19156 Observations (OMS)"),
        ],
        "dct:provenance": {
            "@id": here(f"method-{release.dataset}"),
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": in_languages(told["method"]),
        },
        "adms:versionNotes": f"+{notes.get('added', 0)} −{notes.get('removed', 0)}",
        "dct:relation": [uri(web.whole_url("datasets.release", name=release.dataset,
                                           version=release.previous))]
        if release.previous else [],
        "dcat:distribution": files,
    }  # fmt: skip


def of_scenario(package: Package, subject: str) -> Node:
    """What the twin computed for one scenario."""
    where: dict[str, Any] = {"name": package.name, "version": package.version}
    page = web.whole_url("scenarios.show", **where)
    files = [
        _distribution(
            f"{package.name}-{package.version}-{file['path']}",
            web.whole_url("scenario_files_machine.download", path=file["path"], **where),
            page, file["path"], file["bytes"], file["sha256"], package.licenses,
        )
        for file in package.files
        if any(file["path"].endswith(ending) for ending in KINDS)
    ]  # fmt: skip
    created = str(package.descriptor["created"])
    return {
        "@id": here(f"scenario-{package.name}"),
        **_common(package.name, package.title, package.description, page, package.version),
        **theme(subject),
        "dct:issued": day(created),
        "dct:modified": day(created),
        "dct:temporal": _period(created, created),
        "dcat:keyword": [str(word) for word in package.descriptor.get("keywords", [])]
        or [package.family],
        "dct:conformsTo": [
            standard("https://datapackage.org/profiles/2.0/datapackage.json", "Data Package 2.0")
        ],
        "dct:source": [uri(one["path"]) for one in package.sources if one.get("path")],
        "dct:relation": [
            uri(here(f"dataset-{dataset}")) for dataset, _version in package.releases_used()
        ],
        "dcat:distribution": files,
    }


def _common(name: str, title: Any, told: Any, page: str, version: str) -> Node:
    return {
        "@type": ["dcat:Dataset", "dcatapit:Dataset"],
        "dct:identifier": name,
        "dct:title": in_languages(title),
        "dct:description": in_languages(told),
        "dct:publisher": uri(here("city")),
        "dct:rightsHolder": uri(here("city")),
        "dct:creator": uri(here("city")),
        "dct:accrualPeriodicity": authority("frequency", "IRREG"),
        "dct:accessRights": authority("access-right", "PUBLIC"),
        "dct:language": [
            authority("language", LANGUAGES.get(code, code.upper()))
            for code in (title if isinstance(title, dict) else ["it"])
        ],
        "dct:spatial": place(),
        "dcat:contactPoint": contact(),
        "dcat:landingPage": {"@id": page, "@type": "foaf:Document"},
        "owl:versionInfo": version,
        "dcat:version": version,
    }


def _distribution(
    id: str, url: str, page: str, path: str, size: int, sha256: str, licences: list[dict[str, str]]
) -> Node:
    """A file to download."""
    kind, media = KINDS.get(f".{path.rpartition('.')[2]}", ("json", "application/json"))
    return {
        "@id": here(f"file-{id}"),
        "@type": ["dcat:Distribution", "dcatapit:Distribution"],
        "dct:title": path,
        "dct:description": path,
        "dcat:accessURL": uri(page),
        "dcat:downloadURL": uri(url),
        "dct:format": {**authority("file-type", FORMATS[kind]), "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {"@id": f"{MEDIA}{media}", "@type": "dct:MediaType"},
        "dcat:byteSize": typed(size, "xsd:nonNegativeInteger"),
        "spdx:checksum": {
            "@id": here(f"hash-{id}"),
            "@type": "spdx:Checksum",
            "spdx:algorithm": uri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": typed(sha256, "xsd:hexBinary"),
        },
        **_rights(licences),
    }


def _served(name: str, url: str, licences: list[dict[str, str]]) -> Node:
    """The same rows, asked for by box, period and filter."""
    return {
        "@id": here(f"service-{name}"),
        "@type": ["dcat:Distribution", "dcatapit:Distribution"],
        "dct:title": "OGC API Features",
        "dct:description": "OGC API Features",
        "dcat:accessURL": uri(url),
        "dcat:downloadURL": uri(url),
        "dcat:accessService": uri(documents.address("landing")),
        "dct:format": {**authority("file-type", "GEOJSON"), "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {"@id": f"{MEDIA}application/geo+json", "@type": "dct:MediaType"},
        **_rights(licences),
    }


def _rights(licences: list[dict[str, str]]) -> Node:
    names = ", ".join(one["title"] for one in licences)
    return {
        "dct:license": licence(licences),
        "dct:rights": {
            "@id": here("rights-" + "-".join(one["name"] for one in licences)),
            "@type": "dct:RightsStatement",
            "rdfs:label": names,
        },
    }


def _period(first: str, last: str) -> Node:
    return {
        "@id": here(f"period-{first[:10]}-{last[:10]}"),
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": day(first),
        "dcat:endDate": day(last),
    }


def _keywords(words: dict[str, str]) -> list[Node]:
    return [{"@value": text, "@language": code} for code, text in words.items()]


def _theme(family: str) -> str | None:
    try:
        return store().family(family).theme if family else None
    except UnknownScenario:
        return None
