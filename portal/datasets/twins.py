"""Datasets for programs: the list, one dataset, one release."""

from typing import Any

from flask import url_for

from portal import db
from portal.datasets import catalogue as found_in
from portal.datasets import ledger, links, pages
from portal.datasets.models import Release
from portal.observations.models import Campaign


def catalogue() -> list[dict[str, Any]]:
    """Every dataset's newest release."""
    return [_brief(release) for release in found_in.newest(db.session())]


def dataset(campaign: Campaign) -> dict[str, Any]:
    """One dataset with all its releases."""
    releases = found_in.versions(db.session(), campaign.dataset)
    return {
        "name": campaign.dataset,
        "title": campaign.title,
        "description": campaign.purpose,
        "campaign": campaign.slug,
        "releases": [_brief(release) for release in releases],
        "demonstration": campaign.demonstration,
    }


def release(found: Release, campaign: Campaign) -> dict[str, Any]:
    """One release: counts, files with hashes, what it rests on and what uses it."""
    described = found_in.descriptor(found)
    id = f"{found.dataset}@{found.version}"
    return {
        **_brief(found),
        "title": campaign.title,
        "campaign": campaign.slug,
        "difference": described["release"]["difference"],
        "licenses": described["licenses"],
        "resources": described["resources"],
        "quality": [one.as_json() for one in pages.quality(found, campaign)],
        "places": found_in.places(found),
        "uses": [vars(ref) for ref in links.uses(id)],
        "used_by": [vars(ref) for ref in links.used_by(id)],
        "demonstration": found.demonstration,
    }


def _brief(found: Release) -> dict[str, Any]:
    where: dict[str, Any] = {"name": found.dataset, "version": found.version}
    return {
        "name": found.dataset,
        "version": found.version,
        "sha256": found.sha256,
        "created": found.created_at.isoformat(),
        "previous": found.previous,
        "counts": ledger.public(found.counts),
        "url": url_for("datasets.release", **where),
        "datapackage": url_for("datasets.descriptor", **where),
    }
