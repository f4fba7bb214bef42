"""From an empty folder to a visible page, as docs/scenario-packages.md says, step by step."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.cli import portal
from portal.config import ROOT
from portal.scenarios.authoring import newcomer, sealing
from portal.scenarios.checking.check import check
from portal.scenarios.package import Store
from tests.scenarios.filling import fill
from tests.scenarios.making import KPI

AREAS = "code,indicator,value,low,high,delta,delta_low,delta_high\n"
DOCS = (ROOT / "docs/scenario-packages.md").read_text(encoding="utf-8")


@pytest.fixture
def run(app):
    def call(*words: object):
        return app.test_cli_runner().invoke(portal, ["scenarios", *map(str, words)])

    return call


@pytest.fixture
def store(app) -> Path:
    return app.config["DATA"] / "scenarios"


def write_figures(folder: Path, value: float, delta: str) -> None:
    """What the author computes: a figure of the whole, one by district, none over the day."""
    (folder / "kpi.csv").write_text(f"{KPI}velocita_media_auto,{value},30,40,10,{delta}\n")
    (folder / "areas.csv").write_text(f"{AREAS}navile,velocita_strada,{value},,,{delta}\n")
    (folder / "profile.csv").unlink()
    place = folder / "datapackage.json"
    descriptor = json.loads(place.read_text())
    descriptor["resources"] = [r for r in descriptor["resources"] if r["role"] != "profile"]
    place.write_text(json.dumps(descriptor))


def test_the_walk_of_the_docs_ends_at_a_page_anyone_can_see(run, client, tmp_path):
    here = tmp_path / "here"
    for name in ("mercato-oggi", "mercato-chiuso"):
        assert f"portal scenarios new {name}" in DOCS
        assert run("new", name, "--into", here).exit_code == 0
    first = run("check", here)
    assert first.exit_code == 1
    assert "Still to fill: " in first.stderr
    fill(here)
    write_figures(here / "mercato/oggi", 35, ",,")
    write_figures(here / "mercato/chiuso", 34, "-1,-2,-0.5")
    unsealed = run("check", here)
    assert "hash of the file is not" in unsealed.stderr
    assert "Still to fill" not in unsealed.stderr
    for verb in ("seal", "check", "publish"):
        assert f"portal scenarios {verb}" in DOCS
        done = run(verb, here)
        assert done.exit_code == 0, done.stderr
    page = client.get("/en/scenarios/mercato-chiuso")
    assert page.status_code == 200
    assert "Words on en" in page.text
    assert "mercato-oggi" in client.get("/en/compare/mercato").text


def test_everything_wrong_with_a_starting_folder_is_still_to_fill(run, store, tmp_path):
    assert run("new", "mercato-oggi", "--into", tmp_path).exit_code == 0
    faults = check(tmp_path, store=store)
    assert {f.rule for f in faults} == {"still-to-fill"}
    assert all(f.row and f.column for f in faults)
    assert {f.file.rsplit("/", 1)[-1] for f in faults} == {
        "datapackage.json", "family.json", "kpi.csv", "areas.csv", "profile.csv",
    }  # fmt: skip


def test_an_empty_portal_gets_a_catalogue_to_begin_with(app, tmp_path):
    given = {"languages": ["it", "en"], "now": datetime(2026, 5, 31, tzinfo=UTC)}
    with app.app_context():
        made = newcomer.make("mercato-oggi", tmp_path / "here", Store(tmp_path / "none"), **given)
    sealing.seal([made.folder])
    faults = check(tmp_path / "here")
    assert {f.rule for f in faults} == {"still-to-fill"}
    assert "here/indicators.json" in {f.file for f in faults}


def test_a_scenario_like_another_keeps_its_words_and_the_keys_of_its_tables(run, store, tmp_path):
    done = run("new", "citta-30-notte", "--like", "citta-30-citta30", "--into", tmp_path)
    assert done.exit_code == 0, done.stderr
    made = tmp_path / "citta-30/notte"
    descriptor = json.loads((made / "datapackage.json").read_text())
    old = json.loads((store / "citta-30-citta30/1.0.0/datapackage.json").read_text())
    assert descriptor["scenario"]["model"] == old["scenario"]["model"]
    assert descriptor["name"] == "citta-30-notte"
    rows = (made / "kpi.csv").read_text().splitlines()
    assert rows[1] == "durata_media_viaggio,,,,,,,"
    said = run("check", tmp_path).stderr
    assert "The cell is empty" in said
    assert "one of 50, in-vigore-2025, 30" in said
    assert "more of this kind" in said


def test_an_alternative_of_a_known_family_brings_a_copy_of_it(run, tmp_path):
    assert run("new", "citta-30-notte", "--into", tmp_path).exit_code == 0
    family = json.loads((tmp_path / "citta-30/family.json").read_text())
    assert family["order"][-1] == "notte"
    assert family["baseline"] == "base"
    descriptor = json.loads((tmp_path / "citta-30/notte/datapackage.json").read_text())
    assert descriptor["scenario"]["role"] == "alternative"
    assert descriptor["scenario"]["area"]["bbox"] == family["bbox"]


@pytest.mark.parametrize(
    "name", ["", "Mercato-oggi", "mercato", "-oggi", "mercato-", "a--b", "../a-b", "a/b-c", "è-b",
             "a" * 130 + "-b", "mercato-oggi\n"],
)  # fmt: skip
def test_a_bad_name_is_refused_and_nothing_is_made(run, tmp_path, name):
    done = run("new", "--into", tmp_path / "here", "--", name)
    assert done.exit_code == 1
    assert "cannot be a scenario's name" in done.stderr
    assert not (tmp_path / "here").exists()


def test_what_is_there_is_never_overwritten(run, tmp_path):
    assert run("new", "mercato-oggi", "--into", tmp_path).exit_code == 0
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    done = run("new", "mercato-oggi", "--into", tmp_path)
    assert done.exit_code == 1
    assert "there already" in done.stderr
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}


def test_a_mistyped_likeness_is_answered_with_the_nearest_name(run, tmp_path):
    done = run("new", "citta-30-notte", "--like", "citta-30-cita30", "--into", tmp_path)
    assert done.exit_code == 1
    assert "Did you mean “citta-30-citta30”?" in done.stderr


def test_a_family_that_cannot_be_read_is_named(run, tmp_path):
    (tmp_path / "mercato").mkdir()
    (tmp_path / "mercato/family.json").write_text("{")
    assert "cannot be read as a family" in run("new", "mercato-oggi", "--into", tmp_path).stderr


def test_an_interrupted_start_leaves_no_half_folder(tmp_path, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(newcomer, "replace_json", interrupted)
    with pytest.raises(KeyboardInterrupt):
        newcomer.appear(tmp_path / "mercato/oggi", {}, {"kpi.csv": b"x"})
    assert list((tmp_path / "mercato").iterdir()) == []


def test_sealing_says_what_it_changed_and_touches_nothing_that_fits(run, city):
    (city / "strade/trenta/kpi.csv").write_text(KPI + "rumore,1,,,1,,,\n")
    assert "trenta: 1 file sealed" in run("seal", city / "strade/trenta").stdout
    place = city / "strade/trenta/datapackage.json"
    before = place.stat().st_mtime_ns
    assert "trenta: 0 files sealed" in run("seal", city / "strade/trenta").stdout
    assert place.stat().st_mtime_ns == before


def test_sealing_writes_the_schema_of_a_table_that_has_none(run, city):
    place = city / "strade/trenta/datapackage.json"
    descriptor = json.loads(place.read_text())
    del descriptor["resources"][0]["schema"]
    place.write_text(json.dumps(descriptor))
    assert run("seal", city / "strade/trenta").exit_code == 0
    assert [f for f in check(city) if "baseline" not in f.reason] == []


def test_sealing_never_leaves_the_package(run, city, tmp_path):
    (tmp_path / "secret.csv").write_text("secret")
    (city / "strade/trenta/kpi.csv").unlink()
    (city / "strade/trenta/kpi.csv").symlink_to(tmp_path / "secret.csv")
    place = city / "strade/trenta/datapackage.json"
    descriptor = json.loads(place.read_text())
    descriptor["resources"][1]["path"] = "../../../../secret.csv"
    place.write_text(json.dumps(descriptor))
    done = run("seal", city / "strade/trenta")
    assert done.exit_code == 1
    assert "The file is a link" in done.stderr
    assert "leads outside" in done.stderr
    kept = json.loads(place.read_text())["resources"]
    assert kept[1]["hash"] == descriptor["resources"][1]["hash"]
