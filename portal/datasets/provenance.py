"""Where a release comes from, in the words of PROV, as JSON-LD."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.datasets.models import Release
from portal.observations.counts import PassRate
from portal.observations.models import Campaign

FILE = "prov.jsonld"
CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "schema": "https://schema.org/",
    "prov:generatedAtTime": {"@type": "xsd:dateTime"},
    "prov:endedAtTime": {"@type": "xsd:dateTime"},
}


def write(
    folder: Path,
    campaign: Campaign,
    release: Release,
    rates: Sequence[PassRate],
    publisher: str,
    address: str,
) -> None:
    """Write the file; `address` is that of the portal's pages."""
    graph = {"@context": CONTEXT, "@graph": _graph(campaign, release, rates, publisher, address)}
    text = json.dumps(graph, ensure_ascii=False, indent=1) + "\n"
    (folder / FILE).write_text(text, "utf-8")


def _graph(
    campaign: Campaign,
    release: Release,
    rates: Sequence[PassRate],
    publisher: str,
    address: str,
) -> list[dict[str, Any]]:
    dataset = f"{address}/datasets/{release.dataset}"
    here = f"{dataset}/{release.version}"
    measured = {"@id": f"{address}/observations/{campaign.slug}"}
    moment = release.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    entity = {
        "@id": here,
        "@type": "prov:Entity",
        "schema:version": release.version,
        "prov:wasDerivedFrom": measured,
        "prov:wasGeneratedBy": {"@id": f"{here}#making"},
        "prov:wasAttributedTo": {"@id": f"{address}#publisher"},
        "prov:generatedAtTime": moment,
    }
    if release.previous:
        entity["prov:wasRevisionOf"] = {"@id": f"{dataset}/{release.previous}"}
    making = {
        "@id": f"{here}#making",
        "@type": "prov:Activity",
        "prov:used": [measured, {"@id": f"{here}#rule"}],
        "prov:wasInformedBy": [{"@id": f"{here}#{_name(rate)}"} for rate in rates],
        "prov:wasAssociatedWith": {"@id": f"{address}#publisher"},
        "prov:endedAtTime": moment,
    }
    rule = {
        "@id": f"{here}#rule",
        "@type": ["prov:Entity", "prov:Plan"],
        "schema:name": "portal/datasets/anonymise.py",
    }
    agent = {
        "@id": f"{address}#publisher",
        "@type": ["prov:Agent", "prov:Organization"],
        "schema:name": publisher,
    }
    people = {"@id": measured["@id"], "@type": "prov:Entity", "schema:name": campaign.slug}
    return [entity, making, rule, agent, people, *(_check(here, rate) for rate in rates)]


def _name(rate: PassRate) -> str:
    return f"check-{rate.check_id}-{rate.version}"


def _check(here: str, rate: PassRate) -> dict[str, Any]:
    return {
        "@id": f"{here}#{_name(rate)}",
        "@type": "prov:Activity",
        "schema:name": rate.check_id,
        "schema:version": rate.version,
        "schema:description": f"{rate.passed} passed, {rate.failed} not",
    }
