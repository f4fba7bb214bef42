"""Releasing: whole or not at all, once, readable by others."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal import datapackage, db, jobs
from portal.accounts.models import Role
from portal.datasets import catalogue, facts, items, releases, writing
from portal.datasets.bulk import Bulk
from portal.datasets.catalogue import UnknownDataset
from portal.datasets.models import Release
from portal.datasets.releases import NothingToRelease
from portal.observations import deciding, intake
from portal.observations.contributing.entries import Entry
from portal.observations.deciding import Step
from portal.observations.desk import review
from portal.observations.models import Grade, Observation
from portal.observations.review_models import Act
from tests.conftest import NOON
from tests.factories import make_account, make_campaign

DECIDED = NOON - timedelta(minutes=15)  # it can no longer be undone
PLACES = ((44.4938, 11.3430), (44.5122, 11.3421), (44.4771, 11.3601))


def measured(session, campaign, people, manager, count=30, start=0, value=lambda n: 55.0 + n % 9):
    """Accepted measurements in three places, by people in turn."""
    made = []
    for n in range(start, start + count):
        at = NOON - timedelta(hours=3 + n)
        entry = Entry(value(n), at, point=PLACES[n % 3])
        made.append(intake.submit(session, campaign, people[n % len(people)].id, entry, now=NOON))
    for grade, every in ((Grade.ACCEPTED, False), (Grade.CAVEAT, True)):
        ids = [one.id for n, one in enumerate(made, start) if (n % 10 == 9) is every]
        step = Step(manager.id, Act.DECIDED, grade, "uncalibrated", DECIDED)
        deciding.write(session, deciding.cases(session, ids), step)
    for one in made:
        session.refresh(one)
    return made


@pytest.fixture
def city(any_app):
    """A campaign with thirty accepted measurements by eight people."""
    with any_app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session) for _ in range(8)]
            made = measured(session, campaign, people, manager)
        yield campaign, people, manager, made


def folder(version="1.0.0"):
    return catalogue.folder() / "noise" / version


def test_a_release_is_a_data_package_that_others_can_read(city):
    release = releases.make("noise", now=NOON)
    assert release.version == "1.0.0"
    described = datapackage.read(folder())
    assert release.sha256 == datapackage.sha256_of(folder() / "datapackage.json")
    assert described["version"] == "1.0.0"
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert set(described["release"]["method"]) == {"it", "en"}
    for resource in described["resources"]:
        path = folder() / resource["path"]
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"] == f"sha256:{datapackage.sha256_of(path)}"
    told = release.counts
    assert (told["received"], told["accepted"], told["published"]) == (30, 30, 30)


def test_frictionless_finds_the_table_in_order(city):
    from frictionless import Package

    releases.make("noise", now=NOON)
    package = Package(str(folder() / "datapackage.json"))
    assert package.metadata_validate is not None
    report = package.get_resource("observations").validate()
    assert report.valid, report.flatten(["message"])


def test_duckdb_reads_the_same_rows_back_with_their_geometry(city):
    import duckdb

    releases.make("noise", now=NOON)
    with (folder() / writing.CSV).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    features = json.loads((folder() / writing.GEOJSON).read_bytes())["features"]
    pattern = str(folder() / "observations" / "**" / "*.parquet")
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT place, result, geometry::VARCHAR FROM read_parquet('{pattern}') "
            "ORDER BY place, result"
        ).fetchall()
    assert len(found) == len(rows) == len(features) == 30
    assert [(p, r) for p, r, _g in found] == sorted(
        (row["place"], float(row["result"])) for row in rows
    )
    assert all(geometry.startswith("POINT (11.") for _p, _r, geometry in found)
    assert writing.count_parquet(folder()) == (30, 1)


def test_no_file_holds_an_id_a_name_or_an_exact_place(city):
    _campaign, people, _manager, made = city
    releases.make("noise", now=NOON)
    for path in folder().rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            for one in (*people, *made):
                assert str(one.id).encode() not in held
                assert one.id.bytes not in held
            assert b"uncalibrated" not in held


def test_without_anything_new_there_is_no_release(city):
    assert releases.make("noise", now=NOON) is not None
    assert releases.make("noise", now=NOON + timedelta(days=1)) is None
    assert [path.name for path in (catalogue.folder() / "noise").iterdir() if path.is_dir()] == [
        "1.0.0"
    ]


def test_new_data_make_a_minor_a_correction_a_patch(city):
    campaign, people, manager, made = city
    releases.make("noise", now=NOON)
    with db.transaction() as session:
        measured(session, campaign, people, manager, count=15, start=30)
    second = releases.make("noise", now=NOON + timedelta(days=1))
    assert (second.version, second.previous) == ("1.1.0", "1.0.0")
    with db.transaction() as session:
        review.decide(session, made[0], manager, Grade.REJECTED, "indoors", now=NOON)
    third = releases.make("noise", now=NOON + timedelta(days=2))
    assert third.version == "1.1.1"
    difference = catalogue.descriptor(third)["release"]["difference"]
    assert difference["added"] == 0
    assert 5 <= difference["removed"] <= 10  # others left along: see docs/datasets.md
    holding = catalogue.holding(db.session(), made[0].id)
    assert [one.version for one in holding] == ["1.0.0", "1.1.0"]


def test_what_too_few_people_measured_is_withheld_and_counted(any_app):
    with any_app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session) for _ in range(4)]
            measured(session, campaign, people, manager)
        with pytest.raises(NothingToRelease):
            releases.make("noise", now=NOON)
        assert db.session().exec(select(Release)).all() == []


def test_an_unknown_dataset_is_refused_and_leaves_no_folder(any_app):
    with any_app.test_request_context("/it/"):
        with pytest.raises(UnknownDataset):
            releases.make("../etc", now=NOON)
        assert not catalogue.folder().exists()


def test_files_without_a_row_are_no_release_and_the_next_run_mends_it(city):
    """Killed between the folder's appearance and the row, with items noted already."""
    campaign = city[0]
    with Bulk(releases.grid_of(campaign)) as bulk:
        root = catalogue.folder() / "noise"
        prepared = releases.prepare(db.session(), bulk, root, campaign, NOON)
        items.keep(bulk, prepared)
    assert folder().is_dir()
    assert catalogue.versions(db.session(), "noise") == []
    (folder() / "forgotten.txt").write_text("x")
    release = releases.make("noise", now=NOON + timedelta(days=1))
    assert release.version == "1.0.0"
    assert not (folder() / "forgotten.txt").exists()
    assert prepared.sha256 != release.sha256
    assert facts.items(db.session(), release) == {one.id for one in city[3]}


def test_a_fault_while_writing_leaves_nothing(city, monkeypatch):
    def broken(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr(writing, "write_parquet", broken)
    with pytest.raises(OSError, match="disk full"):
        releases.make("noise", now=NOON)
    assert [path.name for path in (catalogue.folder() / "noise").iterdir()] == [".lock"]
    assert catalogue.versions(db.session(), "noise") == []


KILLED = """
import os, sys
from datetime import datetime, UTC
from portal import create_app
from portal.config import Settings
from portal.datasets import releases, writing
app = create_app(Settings(data=sys.argv[1], demo=True, _env_file=None))
def stop(*arguments):
    os.kill(os.getpid(), 9)
writing.write_parquet = stop
with app.app_context():
    releases.make("noise", now=datetime(2026, 6, 1, 10, 0, tzinfo=UTC))
"""


def test_killed_in_the_middle_the_old_release_stands(app):
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session) for _ in range(8)]
            measured(session, campaign, people, manager)
        releases.make("noise", now=NOON)
        with db.transaction() as session:
            measured(session, campaign, people, manager, count=15, start=30)
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(app.config["DATA"])],
            check=False,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        db.session().rollback()
        assert [one.version for one in catalogue.versions(db.session(), "noise")] == ["1.0.0"]
        assert (folder() / "datapackage.json").is_file()
        assert releases.make("noise", now=NOON + timedelta(days=1)).version == "1.1.0"
        left = [p.name for p in (catalogue.folder() / "noise").iterdir() if p.name.startswith(".s")]
        assert left == []


def test_a_job_makes_the_release_and_repeating_it_changes_nothing(city):
    _campaign, _people, manager, _made = city
    with db.transaction() as session:
        for _ in range(2):
            jobs.enqueue(session, "datasets.release", dataset="noise", actor=str(manager.id))
    assert jobs.work() == 2
    assert [one.version for one in catalogue.versions(db.session(), "noise")] == ["1.0.0"]


def test_what_was_accepted_waits_until_that_can_no_longer_be_undone(city):
    campaign, people, manager, _made = city
    with db.transaction() as session:
        late = [_accepted(session, campaign, who, manager, NOON - review.UNDO) for who in people]
        ids = {one.id for one in late}
    first = releases.make("noise", now=NOON)
    assert not ids & facts.items(db.session(), first)
    with db.transaction() as session:  # accepted anew, it stays what it was
        review.decide(session, session.get_one(Observation, late[0].id), manager, Grade.CAVEAT,
                      "uncalibrated", now=NOON + timedelta(minutes=1))  # fmt: skip
    second = releases.make("noise", now=NOON + timedelta(minutes=2))
    assert ids <= facts.items(db.session(), second)


def _accepted(session, campaign, who, manager, at):
    entry = Entry(58.0, NOON - timedelta(hours=1), point=PLACES[0])
    made = intake.submit(session, campaign, who.id, entry, now=NOON)
    return review.decide(session, made, manager, Grade.ACCEPTED, now=at)


def test_a_version_exists_once(city):
    release = releases.make("noise", now=NOON)
    again = Release(
        dataset="noise",
        version="1.0.0",
        number=2,
        sha256="",
        campaign_id=release.campaign_id,
        created_at=NOON,
        counts={},
    )
    with pytest.raises(sa.exc.IntegrityError), db.transaction() as session:
        session.add(again)


def test_a_release_does_not_bring_duckdb_into_a_process_that_only_reads():
    code = (
        "import sys, portal.datasets.views, portal.datasets.releases, portal.datasets.panels;"
        "assert not {'duckdb', 'frictionless', 'numpy', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_release_folder_can_be_copied_and_read_elsewhere(city, tmp_path):
    releases.make("noise", now=NOON)
    shutil.copytree(folder(), tmp_path / "copy")
    assert datapackage.read(tmp_path / "copy")["name"] == "noise"
