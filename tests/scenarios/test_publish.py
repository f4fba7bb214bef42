"""Publishing: whole or not at all, the same when repeated, never changed afterwards."""

import gzip
import hashlib
import json
import os
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.scenarios.package import Store
from portal.scenarios.publishing import disk
from portal.scenarios.publishing import publish as publishing
from portal.scenarios.publishing.publish import Unpublishable, publish
from tests.scenarios.making import (
    KPI,
    collection,
    edit,
    make_package,
    resource,
    rewrite,
    square,
)

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def state(store: Path) -> dict[str, str]:
    """Every file of the store with its hash."""
    return {
        p.relative_to(store).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in store.rglob("*")
        if p.is_file()
    }


@pytest.fixture
def store(city, tmp_path) -> Path:
    publish([city], tmp_path / "store", now=DAY)
    return tmp_path / "store"


def test_publishing_lists_what_it_added(city, tmp_path):
    done = publish([city], tmp_path / "store", now=DAY)
    assert done.added == ["strade-base 1.0.0", "strade-trenta 1.0.0"]
    assert done.unchanged == []


def test_equal_bytes_change_nothing(city, store):
    before = state(store)
    done = publish([city], store)
    assert done.unchanged == ["strade-base 1.0.0", "strade-trenta 1.0.0"]
    assert done.added == []
    assert state(store) == before


def test_equal_bytes_from_another_folder_change_no_package(city, store, tmp_path):
    shutil.copytree(city, tmp_path / "altrove")
    catalogue = Store(store).catalogue()
    assert publish([tmp_path / "altrove"], store).added == []
    assert Store(store).catalogue() == catalogue


def test_the_same_content_has_the_same_store_anywhere(city, store, tmp_path):
    publish([city], tmp_path / "second", now=DAY)
    assert state(tmp_path / "second") == state(store)


def test_a_changed_package_under_an_old_version_is_refused(city, store):
    before = state(store)
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "rumore,60,59,61,10,-10,-11,-9\n")
    with pytest.raises(Unpublishable, match=r"already published with other content"):
        publish([city], store)
    assert state(store) == before


def test_everything_wrong_is_listed_with_the_old_version(city, store):
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "polvere,NaN,,,,,,\n")
    with pytest.raises(Unpublishable) as refused:
        publish([city], store)
    said = str(refused.value)
    for words in ("polvere", "NaN", "already published"):
        assert words in said
    assert len(refused.value.problems) == 3


def test_one_fault_keeps_all_others_out(city, tmp_path):
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "polvere,1,,,,,,\n")
    with pytest.raises(Unpublishable):
        publish([city], tmp_path / "store")
    assert Store(tmp_path / "store").catalogue().entries == ()
    assert set(state(tmp_path / "store")) == {".lock"}


def new_version(city: Path, version: str = "1.1.0") -> None:
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "rumore,60,59,61,10,-10,-11,-9\n")
    edit(city / "strade/trenta/datapackage.json", lambda d: d.update(version=version))


def test_a_new_version_supersedes_and_the_old_one_stays(city, store):
    old = Store(store).package("strade-trenta")
    new_version(city)
    assert publish([city], store).added == ["strade-trenta 1.1.0"]
    reader = Store(store)
    assert reader.package("strade-trenta").version == "1.1.0"
    assert reader.package("strade-trenta", "1.0.0").kpis() == old.kpis()
    assert [e.superseded for e in reader.versions("strade-trenta")] == [True, False]
    assert [e.version for e in reader.family("strade").packages] == ["1.0.0", "1.1.0"]


def test_versions_are_ordered_by_number_not_by_letter(city, store):
    for version in ("1.9.0", "1.10.0", "1.10.0-rc.1"):
        new_version(city, version)
        publish([city], store)
    versions = [e.version for e in Store(store).versions("strade-trenta")]
    assert versions == ["1.0.0", "1.9.0", "1.10.0-rc.1", "1.10.0"]


def test_an_alternative_can_follow_a_published_baseline(city, store):
    folder = make_package(city, "quaranta", 40, "rumore,69,68,70,10,,,\n", "nord,rumore,69,,,,,\n")
    edit(
        city / "strade/family.json",
        lambda f: f["parameters"][0]["options"].append(
            {"value": 40, "name": {"it": "40", "en": "40"}}
        ),
    )
    assert publish([folder, city / "strade/family.json"], store).added == ["strade-quaranta 1.0.0"]
    assert len(Store(store).family("strade").packages) == 3


def test_a_copy_of_a_published_option_is_refused(city, store):
    folder = make_package(city, "copia", 30, "rumore,69,68,70,10,,,\n", "nord,rumore,69,,,,,\n")
    with pytest.raises(Unpublishable, match="same parameters as strade-trenta"):
        publish([folder], store)


def test_an_indicator_in_use_keeps_its_meaning(city, store):
    edit(city / "indicators.json", lambda d: d["indicators"][0].update(polarity="higher_better"))
    with pytest.raises(Unpublishable, match="keep it, and give a new meaning a new id"):
        publish([city], store)


def test_an_area_in_use_stays(city, store):
    rewrite(city / "areas", "rioni.geojson", collection(square("nord", 11.1)))
    rewrite(
        city / "strade/base",
        "areas.csv",
        "code,indicator,value,low,high,delta,delta_low,delta_high\nnord,rumore,70,,,,,\n",
    )
    with pytest.raises(Unpublishable, match="“sud” is not there any more"):
        publish([city], store)


def test_new_shapes_get_a_new_address(city, store):
    old = Store(store).shapes("rioni")
    rewrite(
        city / "areas", "rioni.geojson", collection(square("nord", 11.12), square("sud", 11.25))
    )
    publish([city], store)
    assert Store(store).shapes("rioni") != old
    assert old.is_file()


def test_a_killed_call_leaves_the_store_as_it_was(city, store, monkeypatch):
    """Killed after the folders are in place, before the catalogue says so."""
    new_version(city)
    before = Store(store).catalogue()
    with monkeypatch.context() as killed:
        killed.setattr(publishing, "_list", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish([city], store)
    assert Store(store).catalogue() == before
    assert publish([city], store).added == ["strade-trenta 1.1.0"]
    assert Store(store).package("strade-trenta").kpis()["rumore"].value == 60


def test_a_staging_folder_left_behind_is_cleared(city, store):
    (store / ".staging-old").mkdir()
    new_version(city)
    publish([city], store)
    assert not list(store.glob(".staging-*"))


def test_a_full_disk_leaves_the_store_as_it_was(city, store, monkeypatch):
    new_version(city)
    before = state(store)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(disk.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            publish([city], store)
    assert state(store) == before


def test_many_publishers_at_once_publish_once(city, tmp_path):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: publish([city], tmp_path / "store"), range(8)))
    assert sorted(len(d.added) for d in done) == [0] * 7 + [2]
    assert len(Store(tmp_path / "store").catalogue().entries) == 2


def test_the_zip_holds_the_package_and_is_always_the_same(city, store):
    path = Store(store).package("strade-trenta").file("strade-trenta-1.0.0.zip")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        inside = {n: archive.read(n) for n in names}
    assert [n.split("/", 1)[1] for n in names] == sorted(
        ["areas.csv", "datapackage.json", "kpi.csv", "profile.csv", "zona.geojson"]
    )
    assert inside["strade-trenta-1.0.0/kpi.csv"] == (city / "strade/trenta/kpi.csv").read_bytes()


def test_the_hash_is_that_of_the_files_by_name(city, store):
    files = sorted(p for p in (city / "strade/base").iterdir())
    listed = [[p.name, hashlib.sha256(p.read_bytes()).hexdigest()] for p in files]
    wanted = hashlib.sha256(json.dumps(listed, separators=(",", ":")).encode()).hexdigest()
    assert Store(store).package("strade-base").sha256 == wanted


def test_every_web_file_has_an_equal_twin(store):
    plain = [
        p
        for p in store.rglob("*")
        if (p.suffix in (".json", ".geojson"))
        and ("web" in p.parts or p.parent.name in ("geographies", "base"))
    ]
    assert plain
    for path in plain:
        twin = path.with_name(path.name + ".gz")
        assert gzip.decompress(twin.read_bytes()) == path.read_bytes()


def test_what_is_published_can_be_read_by_the_web(store):
    lists = (store / "strade-base/1.0.0/web/kpi.json").stat().st_mode
    assert lists & 0o444 == 0o444
    assert (store / "strade-base").stat().st_mode & 0o555 == 0o555
    assert (store / "strade-base/1.0.0").stat().st_mode & 0o555 == 0o555


def test_a_source_may_name_a_dataset_release(city, tmp_path):
    edit(
        city / "strade/trenta/datapackage.json",
        lambda d: d["sources"].append({"title": "Trees", "dataset": "ombra", "version": "2.0.0"}),
    )
    publish([city], tmp_path / "store")
    reader = Store(tmp_path / "store")
    assert reader.package("strade-trenta").releases_used() == (("ombra", "2.0.0"),)
    assert [e.name for e in reader.packages_using("ombra")] == ["strade-trenta"]
    assert [e.name for e in reader.packages_using("ombra", "2.0.0")] == ["strade-trenta"]
    assert reader.packages_using("ombra", "1.0.0") == []
    assert reader.packages_using("traffico") == []


def test_a_base_map_is_published_bottom_first(city, tmp_path):
    base = city / "base"
    layers = [
        resource(
            base,
            name,
            "base",
            collection(square(name, 11.1)),
            attribution="a",
            licenses=[{"name": "ODbL-1.0", "path": "https://example.org"}],
        )
        for name in ("roads", "water")
    ]
    (base / "datapackage.json").write_text(
        json.dumps(
            {
                "kind": "base-map",
                "name": "base",
                "version": "1.0.0",
                "title": "t",
                "created": "2026-01-01T00:00:00Z",
                "licenses": [{"name": "ODbL-1.0", "path": "https://example.org"}],
                "sources": [{"title": "s", "license": "ODbL-1.0", "attribution": "a"}],
                "resources": layers,
            }
        )
    )
    publish([city], tmp_path / "store")
    reader = Store(tmp_path / "store")
    assert [layer.name for layer in reader.base_layers()] == ["water", "roads"]
    assert reader.file(reader.base_layers()[0].path).is_file()


def test_a_package_no_page_can_reach_is_not_written_outside(store):
    assert os.path.commonpath([str(store), *map(str, store.rglob("*"))]) == str(store)


def test_a_pipe_or_a_huge_file_does_not_hold_publishing_up(city, store):
    os.mkfifo(city / "strade/trenta/pipe.csv")
    with (city / "strade/base/huge.csv").open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(Unpublishable, match="No resource names this file"):
        publish([city], store)


def test_a_descriptor_that_is_a_pipe_is_refused(city, store):
    (city / "strade/trenta/datapackage.json").unlink()
    os.mkfifo(city / "strade/trenta/datapackage.json")
    with pytest.raises(Unpublishable, match="file is missing"):
        publish([city], store)


def test_a_family_keeps_the_options_published_packages_have(city, store):
    edit(city / "strade/family.json", lambda f: f["parameters"][0]["options"].pop(0))
    with pytest.raises(Unpublishable, match="“30” is not an option"):
        publish([city / "strade/base", city / "strade/family.json"], store)
