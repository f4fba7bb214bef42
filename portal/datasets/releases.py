"""Releasing a dataset: files first and whole, the row last; what has no row is not released."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session

from portal import audit, datapackage, db
from portal.datasets import catalogue, descriptor, facts, table, writing
from portal.datasets.anonymise import Anonymised, anonymise
from portal.datasets.catalogue import UnknownDataset
from portal.datasets.models import Release, ReleaseItem
from portal.datasets.versions import Difference, following
from portal.i18n import N_
from portal.observations import counts, places
from portal.observations.models import Campaign
from portal.refusal import Refusal

PIECE = 10_000  # rows of one INSERT


class NothingToRelease(Refusal):
    """Not a single observation may be published yet."""

    title = N_("Nothing to release")
    message = N_(
        "No accepted observation may be published yet: a place needs measurements by at least "
        "five people."
    )


class Damaged(Refusal):
    """The files read back do not hold what was written; nothing was released."""

    status = 500
    title = N_("Nothing was released")
    message = N_("The files do not hold what was written. Nothing was released.")


@dataclass(frozen=True)
class Prepared:
    """A release whose files are in place and whose row is not yet written."""

    release: Release
    published: frozenset[UUID]


def make(dataset: str, *, now: datetime | None = None, actor: UUID | None = None) -> Release | None:
    """Release what was accepted since the last time; None when there is nothing new.

    For commands and jobs: it opens its own transaction, which holds the row alone. A run that was
    killed leaves at most a folder without a row, and the next run replaces it.
    """
    now = now or datetime.now(UTC)
    root = catalogue.folder() / dataset
    if catalogue.campaign_of(db.session(), dataset) is None:
        raise UnknownDataset(name=dataset)
    with datapackage.locked(root):
        prepared = prepare(db.session(), root, dataset, now)
        if prepared is None:
            return None
        with db.transaction() as session:
            return record(session, prepared, actor)


def prepare(session: Session, root: Path, dataset: str, now: datetime) -> Prepared | None:
    """Write the files of the next release and put them in place; None when nothing is new."""
    campaign = catalogue.campaign_of(session, dataset)
    if campaign is None:
        raise UnknownDataset(name=dataset)
    previous = next(iter(catalogue.versions(session, dataset)), None)
    leaving = _anonymised(session, campaign)
    if not leaving.rows:
        raise NothingToRelease
    with datapackage.staging(root) as folder:
        writing.write_csv(folder / writing.CSV, campaign, leaving.rows)
        difference = _difference(session, root, folder, campaign, previous, leaving)
        if difference.nothing:
            return None
        version = following(previous.version if previous else None, difference)
        release = Release(
            dataset=dataset,
            version=version,
            sha256="",
            campaign_id=campaign.id,
            created_at=now,
            counts=facts.tell(session, campaign, len(leaving.rows), leaving.withheld),
            previous=previous.version if previous else None,
            demonstration=campaign.demonstration,
        )
        _write(session, folder, campaign, release, leaving, difference)
        target = root / version
        shutil.rmtree(target, ignore_errors=True)  # has no row: a killed run left it
        datapackage.put(folder, target)
    return Prepared(release, leaving.published)


def _anonymised(session: Session, campaign: Campaign) -> Anonymised:
    return anonymise(
        facts.kept(session, campaign),
        finest=campaign.resolution,
        decimals=campaign.decimals,
        zone=current_app.config["ZONE"],
        district_of=places.district_of_cell,
    )


def _difference(
    session: Session,
    root: Path,
    folder: Path,
    campaign: Campaign,
    previous: Release | None,
    leaving: Anonymised,
) -> Difference:
    if previous is None:
        return Difference(added=len(leaving.rows))
    before = facts.items(session, previous)
    described = datapackage.read(root / previous.version)["resources"][0]
    sha256 = datapackage.sha256_of(folder / writing.CSV)
    return Difference(
        added=len(leaving.published - before),
        removed=len(before - leaving.published),
        schema_changed=described["schema"] != table.schema(campaign),
        rows_changed=described["hash"] != f"sha256:{sha256}",
    )


def _write(
    session: Session,
    folder: Path,
    campaign: Campaign,
    release: Release,
    leaving: Anonymised,
    difference: Difference,
) -> None:
    writing.write(folder, campaign, leaving.rows)
    rows, described = writing.count_parquet(folder)
    if rows != len(leaving.rows) or described != len(list(folder.rglob("*.parquet"))):
        raise Damaged
    config = current_app.config
    release.sha256 = datapackage.write(
        folder,
        descriptor.describe(
            folder,
            campaign,
            version=release.version,
            previous=release.previous,
            counts=dict(release.counts),
            rates=counts.pass_rates(session, campaign.id),
            difference=difference,
            languages=config["LANGUAGES"],
            publisher=config["CITY"],
            address=f"{config['BASE_URL']}/{config['LANGUAGES'][0]}",
            now=release.created_at,
        ),
    )


def record(session: Session, prepared: Prepared, actor: UUID | None = None) -> Release:
    """Write the row: from now on the release exists."""
    release = prepared.release
    session.add(release)
    session.flush()
    items = [
        {"release_id": release.id, "observation_id": one} for one in sorted(prepared.published)
    ]
    for start in range(0, len(items), PIECE):
        session.execute(sa.insert(ReleaseItem), items[start : start + PIECE])
    audit.record(
        session,
        action="dataset.released",
        kind="dataset",
        ref=f"{release.dataset}@{release.version}",
        actor=actor,
        now=release.created_at,
        sha256=release.sha256,
    )
    return release
