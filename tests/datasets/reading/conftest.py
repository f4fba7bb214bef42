"""Releases written by hand: what is read here is their files, whoever made them."""

import csv
import random
from datetime import UTC, datetime, timedelta

import pytest

from portal import datapackage, db
from portal.datasets import catalogue, writing
from portal.datasets.models import Release
from portal.datasets.versions import Difference
from tests.conftest import NOON
from tests.factories import make_campaign

FIELDS = [
    {"name": "date", "type": "date", "constraints": {"required": True}},
    {"name": "hour", "type": "integer"},
    {"name": "phenomenon_time", "type": "datetime", "format": "%Y-%m-%dT%H:%M:%SZ"},
    {"name": "place_level", "type": "string"},
    {"name": "place", "type": "string"},
    {"name": "latitude", "type": "number"},
    {"name": "longitude", "type": "number"},
    {"name": "district", "type": "string", "description": "District the cell's middle lies in."},
    {"name": "result", "type": "number", "description": "The measured value."},
    {"name": "unit", "type": "string"},
    {"name": "quality", "type": "string"},
]
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
START = datetime(2026, 5, 1, tzinfo=UTC)


def rows(count, chance=None):
    """Measurements at forty places, an hour apart; every tenth without a place."""
    chance = chance or random.Random("rows")
    places = [(44.45 + chance.random() / 10, 11.28 + chance.random() / 8) for _ in range(40)]
    for n in range(count):
        at = START + timedelta(hours=n)
        lat, lon = chance.choice(places)
        located = n % 10 != 9
        yield {
            "date": at.date().isoformat(),
            "hour": at.hour if located else "",
            "phenomenon_time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "place_level": "h3-9" if located else "district",
            "place": f"cell-{places.index((lat, lon))}" if located else "navile",
            "latitude": round(lat, 5) if located else "",
            "longitude": round(lon, 5) if located else "",
            "district": "navile" if n % 3 else "",
            "result": 50 + n % 30 + 0.5,
            "unit": "dB[SPL]",
            "quality": "accepted_with_caveat" if n % 7 == 0 else "accepted",
        }


def write_release(session, campaign, version="1.0.0", listed=(), previous=None):
    """A release of these rows: its CSV, its descriptor, its row."""
    listed = list(listed)
    folder = catalogue.folder() / campaign.dataset / version
    folder.mkdir(parents=True)
    with (folder / writing.CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field["name"] for field in FIELDS], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(listed)
    table = datapackage.resource(
        folder, writing.CSV, name="observations", type="table", format="csv", mediatype="text/csv",
        encoding="utf-8", schema={"fields": FIELDS, "missingValues": [""]},
    )  # fmt: skip
    told = {
        "name": campaign.dataset,
        "version": version,
        "licenses": [LICENCE],
        "resources": [table],
        "release": {
            "title": campaign.title,
            "description": campaign.purpose,
            "method": {"it": "Come", "en": "How"},
            "observed_property": campaign.observed_property,
            "counts": {"published": len(listed)},
            "period": [campaign.opens_at.isoformat(), campaign.closes_at.isoformat()],
            "difference": vars(Difference()),
        },
    }
    release = Release(
        dataset=campaign.dataset, version=version, number=2 if previous else 1, sha256=datapackage.write(folder, told),
        campaign_id=campaign.id, created_at=NOON, counts={"published": len(listed)},
        previous=previous, demonstration=True,
    )  # fmt: skip
    session.add(release)
    session.flush()
    return release


@pytest.fixture
def released(app):
    """A dataset `noise` of two hundred rows, and an older version of fifty."""
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            write_release(session, campaign, "1.0.0", rows(50))
            write_release(session, campaign, "1.1.0", rows(200), previous="1.0.0")
        yield campaign
