"""Releasing a dataset: files first and whole, the row last; what has no row is not released."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlmodel import Session

from portal import audit, datapackage, db
from portal.datasets import catalogue, descriptor, facts, items, shape, table, writing
from portal.datasets.anonymise import Grid
from portal.datasets.bulk import Bulk, Outcome
from portal.datasets.catalogue import UnknownDataset
from portal.datasets.delivery import deliveries, targets
from portal.datasets.models import Release
from portal.datasets.versions import Difference, following
from portal.i18n import N_
from portal.observations import counts
from portal.observations.models import Campaign, TimeGrain
from portal.observations.where import places
from portal.refusal import Refusal


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


def make(dataset: str, *, now: datetime | None = None, actor: UUID | None = None) -> Release | None:
    """Release what was accepted since the last time; None when there is nothing new.

    For commands and jobs: it opens its own transactions. A run that was killed leaves at most a
    folder and items without a row, and the next run replaces them.
    """
    now = now or datetime.now(UTC)
    root = catalogue.folder() / dataset
    campaign = catalogue.campaign_of(db.session(), dataset)
    if campaign is None:
        raise UnknownDataset(name=dataset)
    with datapackage.locked(root), Bulk(grid_of(campaign)) as bulk:
        release = prepare(db.session(), bulk, root, campaign, now)
        if release is None:
            return None
        items.keep(bulk, release)
        with db.transaction() as session:
            return record(session, bulk, release, actor)


def grid_of(campaign: Campaign) -> Grid:
    """How finely a campaign's rows may be told."""
    return Grid(
        finest=campaign.finest,
        decimals=campaign.decimals,
        hourly=campaign.time_grain is TimeGrain.HOUR,
        zone=current_app.config["ZONE"],
        district_of=places.district_of_cell,
    )


def prepare(
    session: Session, bulk: Bulk, root: Path, campaign: Campaign, now: datetime
) -> Release | None:
    """Write the files of the next release and put them in place; None when nothing is new."""
    previous = next(iter(catalogue.versions(session, campaign.dataset)), None)
    number = 1 + (previous.number if previous else 0)
    bulk.read(facts.stream(session, campaign, number, now))
    outcome = bulk.decide()
    if not outcome.published:
        raise NothingToRelease
    with datapackage.staging(root) as folder:
        writing.write_csv(folder / writing.CSV, campaign, bulk)
        difference = _difference(root, folder, campaign, previous, outcome)
        if difference.nothing:
            return None
        version = following(previous.version if previous else None, difference)
        release = Release(
            dataset=campaign.dataset,
            version=version,
            number=number,
            sha256="",
            campaign_id=campaign.id,
            created_at=now,
            counts=facts.tell(session, campaign, outcome.published, outcome.waiting),
            previous=previous.version if previous else None,
            demonstration=campaign.demonstration,
        )
        _write(session, folder, campaign, release, bulk, outcome, difference)
        target = root / version
        shutil.rmtree(target, ignore_errors=True)  # has no row: a killed run left it
        datapackage.put(folder, target)
    return release


def _difference(
    root: Path, folder: Path, campaign: Campaign, previous: Release | None, outcome: Outcome
) -> Difference:
    if previous is None:
        return Difference(added=outcome.added)
    described = datapackage.read(root / previous.version)["resources"][0]
    sha256 = datapackage.sha256_of(folder / writing.CSV)
    return Difference(
        added=outcome.added,
        removed=outcome.left,
        schema_changed=described["schema"] != table.schema(campaign),
        rows_changed=described["hash"] != f"sha256:{sha256}",
    )


def _write(
    session: Session,
    folder: Path,
    campaign: Campaign,
    release: Release,
    bulk: Bulk,
    outcome: Outcome,
    difference: Difference,
) -> None:
    writing.write(folder, campaign, bulk)
    rows, described = writing.count_parquet(folder)
    if rows != outcome.published or described != len(list(folder.rglob("*.parquet"))):
        raise Damaged
    config = current_app.config
    release.sha256 = datapackage.write(
        folder,
        descriptor.describe(
            folder,
            campaign,
            release,
            outcome=outcome,
            levels=bulk.levels(),
            shape=shape.of(bulk, campaign),
            rates=counts.pass_rates(session, campaign.id),
            difference=difference,
            languages=config["LANGUAGES"],
            publisher=config["CITY"],
            address=f"{config['BASE_URL']}/{config['LANGUAGES'][0]}",
        ),
    )


def record(session: Session, bulk: Bulk, release: Release, actor: UUID | None = None) -> Release:
    """Write the row: from now on the release exists."""
    session.add(release)
    items.end(session, bulk, release.number)
    deliveries.ask(session, release, targets.known(), datetime.now(UTC))
    audit.record(
        session,
        action="dataset.released",
        kind="dataset",
        ref=f"{release.dataset}@{release.version}",
        actor=actor,
        now=release.created_at,
        sha256=release.sha256,
    )
    session.flush()
    return release
