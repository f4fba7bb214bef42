"""Finding datasets and their releases, and reading what a release's files tell of themselves."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col, select

from portal import datapackage, db
from portal.datasets import facts
from portal.datasets.models import Release, ReleaseItem
from portal.i18n import N_
from portal.observations.models import Campaign, Observation
from portal.refusal import NotFound
from portal.scenarios.reading import safe_child, semver

KEPT = 32  # descriptors and place summaries held in memory


class UnknownDataset(NotFound):
    """There is no such dataset or release."""

    title = N_("Dataset not found")
    message = N_("There is no dataset “%(name)s” here.")


def folder() -> Path:
    """Where all releases lie."""
    data: Path = current_app.config["DATA"]
    return data / "releases"


def folder_of(release: Release) -> Path:
    """Where the files of a release lie."""
    return folder() / release.dataset / release.version


def versions(session: Session, dataset: str) -> Sequence[Release]:
    """Every release of a dataset, newest first."""
    found = session.exec(select(Release).where(Release.dataset == dataset)).all()
    return sorted(found, key=lambda release: semver(release.version), reverse=True)


def find(session: Session, dataset: str, version: str) -> Release:
    """One release."""
    wanted = select(Release).where(Release.dataset == dataset, Release.version == version)
    release = session.exec(wanted).first()
    if release is None:
        raise UnknownDataset(name=f"{dataset} {version}")
    return release


def newest(session: Session) -> list[Release]:
    """The newest release of every dataset, the latest made first."""
    latest: dict[str, Release] = {}
    for release in session.exec(select(Release)).all():
        known = latest.get(release.dataset)
        if known is None or semver(release.version) > semver(known.version):
            latest[release.dataset] = release
    return sorted(latest.values(), key=lambda release: release.created_at, reverse=True)


def campaign_of(session: Session, dataset: str) -> Campaign | None:
    """The campaign that fills a dataset: the latest, should there be several."""
    found = select(Campaign).where(Campaign.dataset == dataset, col(Campaign.draft).is_(False))
    found = found.order_by(col(Campaign.opens_at))
    campaigns = session.exec(found).all()
    return campaigns[-1] if campaigns else None


def holding(session: Session, observation_id: UUID) -> list[Release]:
    """The releases an observation is in, oldest first."""
    wanted = (
        select(Release)
        .join(Observation, col(Observation.campaign_id) == col(Release.campaign_id))
        .join(ReleaseItem, col(ReleaseItem.observation_id) == col(Observation.id))
        .where(Observation.id == observation_id, facts.in_number(col(Release.number)))
        .order_by(col(Release.number))
    )
    return list(session.exec(wanted).all())


def of_person(session: Session, account: UUID) -> list[tuple[Release, int]]:
    """The releases that hold what a person measured, the newest of a dataset first; how much."""
    query = (
        sa.select(Release, sa.func.count())
        .join(Observation, col(Observation.campaign_id) == col(Release.campaign_id))
        .join(ReleaseItem, col(ReleaseItem.observation_id) == col(Observation.id))
        .where(col(Observation.contributor_id) == account, facts.in_number(col(Release.number)))
        .group_by(col(Release.id))
        .order_by(col(Release.dataset), col(Release.number).desc())
    )
    return [(release, n) for release, n in session.execute(query)]


def gone_since(release: Release) -> int:
    """How many of a release's rows left with later ones."""
    later = [one for one in versions(db.session(), release.dataset) if one.number > release.number]
    return sum(descriptor(one)["release"]["difference"]["removed"] for one in later)


def descriptor(release: Release) -> dict[str, Any]:
    """The release's `datapackage.json`."""
    return _descriptor(folder_of(release))


def places(release: Release) -> list[dict[str, Any]]:
    """The published places with their counts and middle values."""
    return _places(folder_of(release))


def file(release: Release, path: str) -> Path:
    """A file of the release, for sending; never outside its folder."""
    found = safe_child(folder_of(release), path)
    if found is None:
        raise UnknownDataset(name=path)
    return found


@lru_cache(maxsize=KEPT)
def _descriptor(where: Path) -> dict[str, Any]:
    return datapackage.read(where)


@lru_cache(maxsize=KEPT)
def _places(where: Path) -> list[dict[str, Any]]:
    features = json.loads((where / "places.geojson").read_bytes())["features"]
    return [feature["properties"] for feature in features]
