"""The worker's part: take a delivery on, carry it to its target, note how it ended."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from portal import datapackage, db, jobs
from portal.datasets import catalogue
from portal.datasets.delivery import deliveries, hub, layout, sending, targets, told, webhook
from portal.datasets.delivery.stores import FolderStore, Store
from portal.datasets.delivery.targets import S3, DigitalHub, Folder, Target, Webhook
from portal.datasets.delivery.trouble import Away, Refused, Trouble, Why
from portal.datasets.delivery_models import Delivery, DeliveryState
from portal.datasets.models import Release

PATIENCE = timedelta(days=14)  # a target that is away for longer is given up, until somebody asks
LONGEST_WAIT = timedelta(hours=6)
TURN = 10.0  # seconds; then other work has its turn


@jobs.handler(deliveries.JOB)
def deliver(delivery: str) -> None:
    """Deliver one release to one target. It may always be done again: it arrives once."""
    carry(UUID(delivery), breathe=_turns())


def carry(
    id: UUID, *, breathe: Callable[[], None] = lambda: None, now: datetime | None = None
) -> None:
    """The same without a job around it; raises what jobs raise."""
    now = now or datetime.now(UTC)
    with db.transaction() as session:
        one = deliveries.claim(session, id, now)
        if one is None:
            return
        release = session.get_one(Release, one.release_id)
        newest = catalogue.versions(session, one.dataset)[0].id == release.id
    try:
        sent = _carry(one, release, newest, breathe)
    except Away as trouble:
        _wait(one, trouble, now)
    except Refused as trouble:
        _settle(one.id, DeliveryState.FAILED, now, trouble)
        raise jobs.GiveUp(str(trouble)) from None
    except jobs.Later:
        _settle(one.id, DeliveryState.WAITING, now)
        raise
    else:
        _settle(one.id, DeliveryState.SENT, now, sent_bytes=sent)


def _wait(one: Delivery, trouble: Trouble, now: datetime) -> None:
    if now - one.asked_at > PATIENCE:
        _settle(one.id, DeliveryState.FAILED, now, trouble)
        raise jobs.GiveUp(str(trouble)) from None
    _settle(one.id, DeliveryState.WAITING, now, trouble)
    wait = min(timedelta(minutes=2 ** min(one.tries, 10)), LONGEST_WAIT)
    raise jobs.Later(wait, str(trouble)) from None


def _settle(
    id: UUID, state: DeliveryState, now: datetime, trouble: Trouble | None = None, **more: Any
) -> None:
    with db.transaction() as session:
        deliveries.settle(session, id, state, now, trouble=trouble, **more)


def _carry(one: Delivery, release: Release, newest: bool, breathe: Callable[[], None]) -> int:
    """Bring it there; return how many bytes went."""
    target = targets.known().find(one.target)
    if target is None:
        raise Refused(Why.NOT_SET)
    if isinstance(target, Webhook):
        words = told.words(one, release)
        return webhook.post(target, str(one.id), int(time.time()), words)
    if isinstance(target, DigitalHub):
        return hub.log(target, one, release, targets.known().project)
    with tempfile.TemporaryDirectory(prefix="delivery-") as made:
        parcel = _packed(release, Path(made))
        db.session().rollback()  # sending may take a while: hold nothing open meanwhile
        return sending.send(_store(target), parcel, newest, breathe)


def _packed(release: Release, made: Path) -> layout.Parcel:
    folder = catalogue.folder_of(release)
    described = datapackage.read(folder)
    files = [folder / one["path"] for one in described["resources"] if one["format"] == "parquet"]
    table = sending.one_table(files, made)
    return layout.pack(targets.known().project, described, folder, made, table)


def _store(target: Target) -> Store:
    if isinstance(target, Folder):
        return FolderStore(target.path)
    assert isinstance(target, S3)
    from portal.datasets.delivery.s3 import S3Store

    return S3Store(target)


def _turns() -> Callable[[], None]:
    """Give other work its turn after ten seconds; what has arrived is not sent again."""
    until = time.monotonic() + TURN

    def breathe() -> None:
        if time.monotonic() > until:
            raise jobs.Later(timedelta(0), "other work has its turn")

    return breathe


@jobs.regularly(timedelta(minutes=5))
def ask_for_owed() -> int:
    """Ask for what a target never got: one set later, or a release from before."""
    wanted = deliveries.owed(db.session(), targets.known())
    for release in wanted:
        with db.transaction() as session:
            deliveries.ask(session, release, targets.known(), datetime.now(UTC))
    return len(wanted)


def waiting(dataset: str, version: str, target: str | None) -> list[UUID]:
    """What of a release has not arrived yet, notices last."""
    order = {one.key: n for n, one in enumerate(targets.known().of(dataset))}
    found = (
        select(Delivery.id, Delivery.target)
        .join(Release, col(Release.id) == col(Delivery.release_id))
        .where(
            Delivery.dataset == dataset,
            Release.version == version,
            Delivery.state != DeliveryState.SENT,
            *([] if target is None else [Delivery.target == target]),
        )
    )
    rows = db.session().exec(found).all()
    return [id for id, key in sorted(rows, key=lambda row: order.get(row[1], len(order)))]
