"""What the pages of deliveries show, as plain values for their templates."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from portal import i18n
from portal.datasets import pages
from portal.datasets.delivery import targets
from portal.datasets.delivery.targets import Target
from portal.datasets.delivery.trouble import WORDS, Why
from portal.datasets.delivery_models import Delivery, DeliveryState
from portal.datasets.models import Release
from portal.i18n import N_, _

Row = tuple[Delivery, Release]
STATES = {
    DeliveryState.WAITING: ("info", N_("Waiting")),
    DeliveryState.SENT: ("good", N_("Arrived")),
    DeliveryState.FAILED: ("bad", N_("Did not arrive")),
}
KINDS = {
    "folder": N_("Folder"),
    "s3": N_("S3 store"),
    "digitalhub": N_("DigitalHub platform"),
    "webhook": N_("Signed message"),
}
LAYOUT = {"folder", "s3"}


def reason(one: Delivery) -> str:
    """Why a delivery has not arrived, in words."""
    if not one.why:
        return ""
    words = _(WORDS[Why(one.why)])
    return f"{words} ({one.detail})" if one.detail else words


def by_target(rows: Sequence[Row], dataset: str) -> list[dict[str, Any]]:
    """Every target with what it has: those set now, then those that were."""
    known = targets.known().of(dataset)
    listed = [_target(one, [row for row in rows if row[0].target == one.key]) for one in known]
    past = sorted({one.target for one, _release in rows} - {one.key for one in known})
    return listed + [_past(key, [row for row in rows if row[0].target == key]) for key in past]


def _target(one: Target, rows: list[Row]) -> dict[str, Any]:
    arrived = [release for delivery, release in rows if delivery.state is DeliveryState.SENT]
    return {
        "key": one.key,
        "name": _(one.name),
        "kind": _(KINDS[one.kind]),
        "latest": arrived[0].version if arrived else None,
        "rows": [_row(*row) for row in rows],
    }


def _past(key: str, rows: list[Row]) -> dict[str, Any]:
    return {"key": key, "name": key, "kind": _("No longer a target"), "latest": None,
            "rows": [_row(*row) for row in rows]}  # fmt: skip


def _row(one: Delivery, release: Release) -> dict[str, Any]:
    badge, words = STATES[one.state]
    return {
        "id": one.id,
        "version": release.version,
        "url": url_for("datasets.release", name=release.dataset, version=release.version),
        "badge": {"kind": badge, "label": _(words)},
        "at": i18n.moment(one.sent_at or one.tried_at or one.asked_at),
        "sent": pages.size(one.sent_bytes) if one.state is DeliveryState.SENT else "–",
        "reason": reason(one),
        "again": one.state is not DeliveryState.SENT,
    }


def paths(dataset: str) -> list[str]:
    """Where its files lie at a target that keeps files."""
    base = f"{targets.known().project}/{dataset}"
    return [
        f"{base}/latest/{dataset}.parquet",
        f"{base}/latest/{dataset}.csv",
        f"{base}/latest/{dataset}.geojson",
        f"{base}/latest/datapackage.json",
    ]


def keeps_files(dataset: str) -> bool:
    """Whether any target keeps files by the layout of the twin's collectors."""
    return any(one.kind in LAYOUT for one in targets.known().of(dataset))


def plain(one: Delivery, release: Release) -> dict[str, Any]:
    """A delivery for programs."""
    return {
        "id": str(one.id),
        "target": one.target,
        "version": release.version,
        "sha256": release.sha256,
        "state": one.state.value,
        "asked": one.asked_at.isoformat(),
        "tried": one.tried_at.isoformat() if one.tried_at else None,
        "sent": one.sent_at.isoformat() if one.sent_at else None,
        "bytes": one.sent_bytes if one.sent_at else None,
        "tries": one.tries,
        "reason": one.why or None,
        "detail": one.detail or None,
    }
