"""The demonstration's datasets: releases, and a scenario that names the first one."""

import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from portal import db
from portal.datasets import releases, schedule
from portal.datasets.delivery import demonstration as deliveries
from portal.datasets.models import Every
from portal.observations.campaigns import campaigns
from portal.observations.demonstrating import drawn_photos
from portal.observations.demonstration import (
    FIRST_RELEASE,
    SECOND_RELEASE,
    SLUG,
    measure,
)
from portal.scenarios.publishing import publish

NAMING = Path("citta-30", "base")  # the bundled package that comes out again
VERSION = "1.0.1"
OTHERS = {"strade-allagate": 3, "caldo-in-citta": 2}  # datasets and days since their release
SOURCE = {
    "title": "Rumore in strada, release 1.0.0 (misure inventate per la dimostrazione), "
    "per confronto con il rumore calcolato",
    "dataset": SLUG,
    "version": "1.0.0",
    "license": "CC-BY-4.0",
    "license_path": "https://creativecommons.org/licenses/by/4.0/",
    "attribution": "Chi ha misurato, persone inventate della dimostrazione",
}
TOLD = {
    "it": " Confrontabile con le misure (inventate) della campagna dimostrativa «Rumore in "
    "strada», release 1.0.0: i risultati non ne dipendono.",
    "en": " It can be compared with the (made-up) measurements of the demonstration campaign "
    "“Street noise”, release 1.0.0: the results do not depend on them.",
}


def seed(app: Flask) -> None:
    """Release what was accepted, measure on, release again; then let a scenario name it."""
    campaign = campaigns.find(db.session(), SLUG)
    now = campaign.opens_at + timedelta(days=60)
    releases.make(SLUG, now=now - FIRST_RELEASE)
    _measure_on(now - FIRST_RELEASE, now - SECOND_RELEASE)
    releases.make(SLUG, now=now - SECOND_RELEASE)
    _measure_on(now - SECOND_RELEASE, now)
    for dataset, days_ago in OTHERS.items():
        releases.make(dataset, now=now - timedelta(days=days_ago))
    with db.transaction() as session:
        drawn_photos.seed(session, now)
        schedule.plan(session, SLUG, Every.MONTHLY, by=None, now=now)
    deliveries.seed()
    _name_release(app)


def _measure_on(since: Any, until: Any) -> None:
    with db.transaction() as session:
        measure(session, campaigns.find(session, SLUG), since, until)


def _name_release(app: Flask) -> None:
    """Publish a package again whose only change is that its papers name the first release."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, *NAMING.parts)
        shutil.copytree(app.config["SETTINGS"].bundled / NAMING, folder)
        path = folder / "datapackage.json"
        package = json.loads(path.read_bytes())
        package["version"] = VERSION
        package["scenario"]["supersedes"] = "1.0.0"
        package["sources"].append(SOURCE)
        for language, words in TOLD.items():
            package["scenario"]["limitations"][language] += words
        path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
        publish.publish(
            [folder], app.config["DATA"] / "scenarios", languages=app.config["LANGUAGES"]
        )
