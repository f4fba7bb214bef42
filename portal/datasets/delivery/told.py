"""What a delivery tells of a release: addresses of the portal, hashes, who has it already."""

from typing import Any

from flask import current_app
from sqlmodel import col, select

from portal import db
from portal.datasets import catalogue
from portal.datasets.delivery_models import Delivery, DeliveryState
from portal.datasets.models import Release


def words(one: Delivery, release: Release) -> dict[str, Any]:
    """What a webhook says."""
    base = current_app.config["BASE_URL"]
    here = f"{base}/datasets/{release.dataset}/{release.version}"
    described = catalogue.descriptor(release)
    return {
        "type": "dataset.released",
        "id": str(one.id),
        "timestamp": release.created_at.isoformat(),
        "data": {
            "dataset": release.dataset,
            "version": release.version,
            "previous": release.previous,
            "sha256": release.sha256,
            "rows": release.counts["published"],
            "demonstration": release.demonstration,
            "links": {
                "page": f"{base}/{current_app.config['LANGUAGES'][0]}/datasets/{release.dataset}/"
                f"{release.version}",
                "datapackage": f"{here}/datapackage.json",
                "features": f"{base}/ogc/collections/{release.dataset}@{release.version}",
                "files": [
                    {
                        "path": resource["path"],
                        "url": f"{here}/files/{resource['path']}",
                        "bytes": resource["bytes"],
                        "sha256": resource["hash"].removeprefix("sha256:"),
                    }
                    for resource in described["resources"]
                ],
            },
            "delivered": _elsewhere(one),
        },
    }


def _elsewhere(one: Delivery) -> list[str]:
    """The targets that have this release already."""
    found = select(Delivery.target).where(
        Delivery.release_id == one.release_id, Delivery.state == DeliveryState.SENT
    )
    return sorted(db.session().exec(found.order_by(col(Delivery.target))).all())
