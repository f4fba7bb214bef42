"""Pages as the store changes: nothing published yet, a newer version, a source that is a release."""

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import maps
from portal.config import ROOT
from portal.scenarios.publishing.publish import publish


def test_nothing_published_is_said_and_not_an_error(app: Flask, client: FlaskClient):
    (app.config["DATA"] / "scenarios/catalogue.json").unlink()
    assert "No scenario has been published yet." in client.get("/en/scenarios").text
    assert client.get("/scenarios.json").json == {"families": [], "packages": []}


def test_an_empty_store_still_has_maps(app: Flask):
    (app.config["DATA"] / "scenarios/catalogue.json").unlink()
    with app.test_request_context("/it/"):
        config = maps.config(maps.place(44.49, 11.34, name="Piazza"))
    assert config["base"] == []
    assert config["center"] == maps.START["center"]


@pytest.fixture
def newer(app: Flask, tmp_path: Path) -> None:
    """A documentation-only version 1.0.1 of a baseline, which names a dataset release."""
    folder = tmp_path / "given/citta-30/base"
    shutil.copytree(ROOT / "scenarios/citta-30/base", folder)
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["version"] = "1.0.1"
    descriptor["scenario"]["supersedes"] = "1.0.0"
    descriptor["sources"].append(
        {
            "title": "Rumore in strada",
            "dataset": "rumore-in-strada",
            "version": "1.0.0",
            "license": "CC-BY-4.0",
            "license_path": "https://creativecommons.org/licenses/by/4.0/",
            "attribution": "Comune di Bologna, open data",
        }
    )
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    publish([folder], app.config["DATA"] / "scenarios")


@pytest.mark.usefixtures("newer")
def test_an_older_version_stays_readable_and_says_that_there_is_a_newer_one(client: FlaskClient):
    old = client.get("/en/scenarios/citta-30-base/1.0.0")
    assert old.status_code == 200
    assert "A newer version exists" in old.text
    new = client.get("/en/scenarios/citta-30-base").text
    assert "A newer version exists" not in new
    assert 'href="/en/scenarios/citta-30-base/1.0.0"' in new


@pytest.mark.usefixtures("newer")
def test_a_source_that_is_a_dataset_release_leads_there_and_back(client: FlaskClient):
    lineage = client.get("/lineage/scenario/citta-30-base@1.0.1.json").json
    releases = [ref["id"] for ref in lineage["uses"] if ref["kind"] == "dataset"]
    assert releases == ["rumore-in-strada@1.0.0"]
    page = client.get("/en/scenarios/citta-30-base/1.0.1").text
    assert "Dataset rumore-in-strada, release 1.0.0." in page
