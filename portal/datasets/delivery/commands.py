"""The command line of deliveries: `portal datasets deliver SLUG`."""

from datetime import UTC, datetime
from uuid import UUID

import click

from portal import db, jobs
from portal.datasets import catalogue
from portal.datasets.catalogue import UnknownDataset
from portal.datasets.commands import datasets
from portal.datasets.delivery import deliveries, targets, work
from portal.datasets.delivery.trouble import WORDS, Why
from portal.datasets.delivery_models import Delivery, DeliveryState
from portal.datasets.models import Release


@datasets.command("deliver")
@click.argument("slug")
@click.option("--version", help="This release, and not the newest.")
@click.option("--to", "key", metavar="NAME", help="Only to this target.")
def deliver(slug: str, version: str | None, key: str | None) -> None:
    """Deliver a release to the targets that do not have it.

    What has arrived is not sent again. Ends with 1 where something did not arrive.
    """
    release = _release(slug, version)
    wanted = [one.key for one in targets.known().of(slug) if key in (None, one.key)]
    if not wanted:
        raise click.ClickException("PORTAL_DELIVERY names no such target for this dataset.")
    with db.transaction() as session:
        deliveries.ask(session, release, targets.known(), datetime.now(UTC))
        deliveries.revive(session, release, wanted)
    for id in work.waiting(slug, release.version, key):
        _try(id)
    if not _say(release, wanted):
        raise SystemExit(1)


def _release(slug: str, version: str | None) -> Release:
    if version:
        return catalogue.find(db.session(), slug, version)
    found = catalogue.versions(db.session(), slug)
    if not found:
        raise UnknownDataset(name=slug)
    return found[0]


def _try(id: UUID) -> None:
    try:
        work.carry(id)
    except (jobs.Later, jobs.GiveUp):
        return  # the reason is kept with the delivery, and said below


def _say(release: Release, wanted: list[str]) -> bool:
    """One line for each target; whether all of them have the release."""
    db.session().rollback()
    found: list[Delivery] = [
        one
        for one, of in deliveries.of_dataset(db.session(), release.dataset)
        if of.id == release.id and one.target in wanted
    ]
    for one in found:
        line = f"{release.dataset} {release.version} → {one.target}: {one.state.value}"
        why = f" {WORDS[Why(one.why)]} {one.detail}".rstrip() if one.why else ""
        click.echo(f"{line}.{why}")
    return all(one.state is DeliveryState.SENT for one in found)
