"""Releases in a store that speaks S3: whole, once, whatever the way there is like."""

import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from sqlmodel import select

from portal import db, jobs
from portal.datasets.delivery import sending, work
from portal.datasets.delivery.s3 import S3Store
from portal.datasets.delivery.stores import FolderStore, sha256_at
from portal.datasets.delivery.targets import DigitalHub, Folder, Targets
from portal.datasets.delivery_models import Delivery, DeliveryState
from portal.jobs import Job
from tests.datasets.delivery.conftest import releasing

LATEST = [
    f"city/noise/latest/{name}"
    for name in (
        "noise.parquet", "noise.csv", "noise.geojson", "noise-places.geojson", "prov.jsonld",
        "datapackage.json",
    )
]  # fmt: skip
KEPT = ["city/noise/2026/noise-1.0.0.parquet", "city/noise/versions/1.0.0.json"]


def delivery():
    """The last delivery asked for, as it is now."""
    db.session().expire_all()
    return db.session().exec(select(Delivery).order_by(Delivery.asked_at.desc())).first()


def told(store, key):
    return b"".join(store.pieces(key))


def parcel(release, folder):
    folder.mkdir(exist_ok=True)
    return work._packed(release, folder)


def test_a_release_lies_where_the_collectors_look(noise, aim, s3, road):
    aim(s3)
    release = noise()
    assert jobs.work() >= 1
    assert delivery().state is DeliveryState.SENT
    assert road.puts() == KEPT + LATEST
    store = S3Store(s3)
    papers = json.loads(told(store, LATEST[-1]))
    assert papers["version"] == "1.0.0" and papers["delivery"]["sha256"] == release.sha256
    assert {one["path"] for one in papers["resources"]} == {
        key.rpartition("/")[2] for key in LATEST[:-1]
    }
    for one in papers["resources"]:
        there = sha256_at(store, "city/noise/latest/" + one["path"])
        assert one["hash"] == f"sha256:{there}"
    assert sha256_at(store, KEPT[1]) == release.sha256


def test_one_machine_and_others_count_the_same_rows(noise, aim, tmp_path):
    import pyogrio

    aim(Folder(key="here", name="Here", kind="folder", path=tmp_path / "twin"))
    release = noise()
    jobs.work()
    latest = tmp_path / "twin/city/noise/latest"
    rows = duckdb.sql(f"SELECT count(*), sum(result) FROM '{latest}/noise.parquet'").fetchall()[0]
    assert rows[0] == release.counts["published"]
    assert pyogrio.read_info(latest / "noise.geojson")["features"] == rows[0]
    assert pyogrio.read_info(latest / "noise.csv")["features"] == rows[0]
    assert (
        duckdb.sql(f"SELECT count(*), sum(result) FROM '{latest}/noise.csv'").fetchall()[0] == rows
    )


def test_years_become_one_table(tmp_path):
    for year, n in ((2025, 3), (2026, 4)):
        duckdb.sql(
            f"COPY (SELECT {year} AS y, i, 'POINT(1 2)'::GEOMETRY AS geometry FROM range({n}) t(i)) "
            f"TO '{tmp_path}/{year}.parquet'"
        )
    made = sending.one_table([tmp_path / "2025.parquet", tmp_path / "2026.parquet"], tmp_path)
    assert duckdb.sql(f"SELECT count(*), sum(y) FROM '{made}'").fetchall()[0] == (
        7,
        3 * 2025 + 4 * 2026,
    )
    keys = duckdb.sql(f"SELECT decode(key) FROM parquet_kv_metadata('{made}')").fetchall()
    assert ("geo",) in keys


@pytest.mark.parametrize(
    ("trouble", "why"),
    [(500, "server"), (503, "server"), (507, "full"), ("slow", "slow"), ("bent", "damaged")],
)
def test_what_cannot_arrive_waits_and_arrives_once(noise, aim, s3, road, trouble, why):
    aim(s3)
    noise()
    method = "GET" if trouble == "bent" else "PUT"
    road.trouble = lambda asked, path: trouble if asked == method else None
    jobs.work()
    one = delivery()
    assert (one.state, one.why, one.leased_until) == (DeliveryState.WAITING, why, None)
    road.trouble = lambda asked, path: None
    road.passed.clear()
    jobs.work(datetime.now(UTC) + timedelta(hours=1))
    assert delivery().state is DeliveryState.SENT
    assert road.puts().count(LATEST[-1]) == 1
    road.passed.clear()
    jobs.work(datetime.now(UTC) + timedelta(days=1))
    assert road.puts() == []


def test_a_store_that_is_away_is_asked_again_and_given_up_after_two_weeks(noise, aim, s3):
    aim(s3.model_copy(update={"endpoint": "http://127.0.0.1:9"}))
    noise()
    jobs.work()
    one = delivery()
    assert (one.state, one.why) == (DeliveryState.WAITING, "not_reached")
    with pytest.raises(jobs.GiveUp):
        work.carry(one.id, now=one.asked_at + timedelta(days=15))
    assert delivery().state is DeliveryState.FAILED


def test_what_arrived_although_the_answer_was_lost_is_not_sent_again(noise, aim, s3, road):
    aim(s3)
    noise()
    road.trouble = lambda method, path: "lost" if method == "PUT" else None
    jobs.work()
    assert delivery().why == "not_reached" and road.puts() == KEPT[:1]
    road.trouble = lambda method, path: None
    jobs.work(datetime.now(UTC) + timedelta(hours=1))
    assert road.puts() == KEPT + LATEST


def test_latest_is_never_half(noise, aim, s3, road):
    aim(s3)
    noise()
    jobs.work()
    second = noise()
    road.trouble = lambda method, path: (
        500 if method == "PUT" and path.endswith("latest/datapackage.json") else None
    )
    jobs.work()
    store = S3Store(s3)
    assert json.loads(told(store, LATEST[-1]))["version"] == "1.0.0"
    assert sha256_at(store, f"city/noise/versions/{second.version}.json") == second.sha256
    road.trouble = lambda method, path: None
    road.passed.clear()
    jobs.work(datetime.now(UTC) + timedelta(hours=1))
    assert json.loads(told(store, LATEST[-1]))["version"] == second.version
    assert road.puts() == LATEST[-1:]


def test_an_older_release_never_replaces_a_newer_one(noise, tmp_path):
    first, second = noise(), noise()
    store = FolderStore(tmp_path / "twin")
    sending.send(store, parcel(second, tmp_path / "b"), newest=True)
    sending.send(store, parcel(first, tmp_path / "a"), newest=True)
    assert json.loads(told(store, "portal/noise/latest/datapackage.json"))["version"] == "1.1.0"
    assert sha256_at(store, "portal/noise/versions/1.0.0.json") == first.sha256


def test_what_a_release_holds_no_longer_leaves_latest_and_other_files_stay(noise, tmp_path):
    first, second = noise(), noise()
    root = tmp_path / "twin"
    store = FolderStore(root)
    sending.send(store, parcel(first, tmp_path / "a"), newest=True)
    latest = root / "portal/noise/latest"
    papers = json.loads((latest / "datapackage.json").read_bytes())
    papers["resources"] += [{"path": "old.csv"}, {"path": "../../kept.txt"}, "nonsense"]
    (latest / "datapackage.json").write_text(json.dumps(papers))
    for name in ("old.csv", "theirs.txt", "../../kept.txt"):
        (latest / name).write_text("x")
    sending.send(store, parcel(second, tmp_path / "b"), newest=True)
    assert not (latest / "old.csv").exists()
    assert (latest / "theirs.txt").exists() and (root / "portal/kept.txt").exists()
    assert sending.send(store, parcel(second, tmp_path / "b"), newest=True) == 0


def test_a_bucket_that_is_not_there_fails_and_says_so(noise, aim, s3):
    aim(s3.model_copy(update={"bucket": "elsewhere"}))
    noise()
    jobs.work()
    assert (delivery().state, delivery().why) == (DeliveryState.FAILED, "no_place")
    assert db.session().exec(select(Job).where(Job.kind == "datasets.deliver")).one().failed_at


def test_a_folder_that_is_a_file_fails(noise, aim, tmp_path):
    (tmp_path / "twin").write_text("")
    aim(Folder(key="here", name="Here", kind="folder", path=tmp_path / "twin"))
    noise()
    jobs.work()
    assert (delivery().state, delivery().why) == (DeliveryState.FAILED, "no_place")


def test_a_platform_whose_program_is_missing_fails_and_says_so(noise, aim):
    aim(
        DigitalHub(
            key="hub", name="Hub", kind="digitalhub", store="s3://twin",
            endpoint="http://127.0.0.1:9",
        )
    )  # fmt: skip
    noise()
    jobs.work()
    assert (delivery().state, delivery().why) == (DeliveryState.FAILED, "not_installed")


def test_two_releases_of_a_dataset_never_go_to_a_target_at_once(noise, aim, tmp_path):
    aim(Folder(key="here", name="Here", kind="folder", path=tmp_path / "twin"))
    noise(), noise()
    first, second = db.session().exec(select(Delivery).order_by(Delivery.asked_at)).all()
    ids = first.id, second.id
    with db.transaction() as session:
        session.get(Delivery, ids[0]).leased_until = datetime.now(UTC) + timedelta(minutes=5)
    with pytest.raises(jobs.Later):
        work.carry(ids[1])
    work.carry(ids[1], now=datetime.now(UTC) + timedelta(hours=1))  # its worker was killed
    assert db.session().get(Delivery, ids[1], populate_existing=True).state is DeliveryState.SENT


def test_a_target_set_later_gets_the_newest_release(noise, aim, tmp_path):
    noise()
    assert delivery() is None
    aim(Folder(key="here", name="Here", kind="folder", path=tmp_path / "twin"))
    assert (work.ask_for_owed(), work.ask_for_owed()) == (1, 0)
    jobs.work()
    assert delivery().state is DeliveryState.SENT


def test_long_work_gives_way_and_goes_on_where_it_was(noise, tmp_path):
    release = noise()
    store = FolderStore(tmp_path / "twin")

    def stop():
        raise jobs.Later(timedelta(0))

    for _ in range(len(KEPT + LATEST)):
        with pytest.raises(jobs.Later):
            sending.send(store, parcel(release, tmp_path / "a"), True, stop)
    assert sending.send(store, parcel(release, tmp_path / "a"), True, stop) == 0


def test_on_either_database_a_release_arrives_once(any_app, tmp_path):
    folder = Folder(key="here", name="Here", kind="folder", path=tmp_path / "twin")
    any_app.extensions["delivery"] = Targets(targets=[folder])
    with releasing(any_app) as release:
        release()
        jobs.work()
        assert delivery().state is DeliveryState.SENT
        assert work.ask_for_owed() == 0
        work.carry(delivery().id)
        assert delivery().tries == 1
