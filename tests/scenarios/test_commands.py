"""`portal scenarios`: 0 done, 1 refused with every problem on stderr, 2 wrong usage."""

import errno
import json
import sqlite3

import pytest

from portal.cli import portal
from tests.scenarios.making import KPI, rewrite


@pytest.fixture
def run(app):
    def call(*words: str):
        return app.test_cli_runner().invoke(portal, ["scenarios", *map(str, words)])

    return call


def test_a_sound_package_is_said_to_be_sound(run, city):
    done = run("check", city)
    assert done.exit_code == 0
    assert "2 scenario packages, nothing wrong" in done.stdout


def test_everything_wrong_goes_to_stderr_with_exit_1(run, city):
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "polvere,NaN,,,,,,\nrumore,1,2,3,,,,\n")
    for verb in ("check", "publish"):
        done = run(verb, city)
        assert done.exit_code == 1
        for words in ("polvere", "NaN", "row 3, low", "above the figure"):
            assert words in done.stderr


def test_a_published_version_with_other_content_is_told_before_publishing(run, city):
    assert run("publish", city).exit_code == 0
    rewrite(city / "strade/trenta", "kpi.csv", KPI.replace("12", "13"))
    done = run("check", city)
    assert done.exit_code == 1
    assert "already published with other content" in done.stderr


def test_parameters_are_looked_at_even_where_the_descriptor_is_wrong(run, city):
    place = city / "strade/trenta/datapackage.json"
    descriptor = json.loads(place.read_text())
    descriptor["scenario"]["parameters"] = dict.fromkeys(descriptor["scenario"]["parameters"], "nope")  # fmt: skip
    descriptor["sources"] = []
    place.write_text(json.dumps(descriptor))
    assert "“nope” is not an option" in run("check", city).stderr


def test_problems_can_be_read_by_programs(run, city):
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "polvere,1,,,,,,\n")
    done = run("check", city, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)[0]["column"] == "indicator"


@pytest.mark.parametrize("words", [["check"], ["publish"], ["check", "none/at/all"], ["bake"]])
def test_wrong_usage_is_2(run, words):
    assert run(*words).exit_code == 2


def test_published_packages_are_listed(run, city):
    done = run("publish", city)
    assert done.exit_code == 0
    assert "published strade-trenta 1.0.0" in done.stdout
    assert "0 published, 2 were there already" in run("publish", city).stdout
    assert "strade-trenta 1.0.0" in run("list").stdout
    listed = json.loads(run("list", "--json").stdout)
    assert {"strade-base", "strade-trenta"} <= {row["name"] for row in listed}


def full_file() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def full_base() -> None:
    base = sqlite3.connect(":memory:")
    base.execute("PRAGMA max_page_count = 2")
    base.execute("CREATE TABLE room (word TEXT)")
    base.execute("INSERT INTO room VALUES (?)", ["x" * 100_000])


@pytest.mark.parametrize("fill", [full_file, full_base])
def test_a_full_disk_is_said_and_the_published_store_stands(run, city, monkeypatch, fill):
    def refuse(*_: object) -> None:
        fill()

    monkeypatch.setattr("portal.scenarios.publishing.compiling.copy", refuse)
    done = run("publish", city)
    assert done.exit_code == 1
    assert "The disk is full" in done.stderr
    assert isinstance(done.exception, SystemExit)
    assert "strade" not in run("list").stdout
