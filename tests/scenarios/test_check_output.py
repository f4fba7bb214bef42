"""What the check says at a terminal and to programs: places, order, counts, what was meant."""

import json
import time

import pytest

from portal.cli import portal
from portal.scenarios.checking import reporting
from portal.scenarios.checking.check import check
from portal.scenarios.checking.faults import Fault, Faults
from portal.scenarios.checking.locating import lines_of
from portal.scenarios.checking.near import Near
from tests.scenarios.making import AREAS, KPI, edit, rewrite

DESCRIPTOR = "datapackage.json"


@pytest.fixture
def run(bare):
    def call(*words: object):
        return bare.test_cli_runner().invoke(portal, ["scenarios", *map(str, words)])

    return call


@pytest.fixture
def faulty(city):
    """A package with faults in its table and in its descriptor."""
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "rumor,NaN,,,,,,\nrumore,1,2,3,,,,\n")
    edit(city / "strade/trenta" / DESCRIPTOR, lambda d: d["scenario"]["title"].pop("en"))
    return city


def test_faults_are_grouped_by_file_counted_and_in_order(run, faulty):
    lines = run("check", faulty).stderr.splitlines()
    report = lines[next(i for i, line in enumerate(lines) if "problems" in line) :]
    assert report[0] == "4 problems, in 2 files."
    heads = [line for line in report if line and not line.startswith(" ")][1:]
    assert heads == [
        f"scenarios/strade/trenta/{DESCRIPTOR} (1)",
        "scenarios/strade/trenta/kpi.csv (3)",
    ]
    places = [line.split(":")[0].strip() for line in report if line.startswith("  row")]
    assert places == ["row 2, indicator", "row 2, value", "row 3, low"]
    assert run("check", faulty).stderr == run("check", faulty).stderr


def test_a_place_in_a_json_file_has_its_line(faulty):
    fault = next(f for f in check(faulty) if f.file.endswith(DESCRIPTOR))
    text = (faulty / "strade/trenta" / DESCRIPTOR).read_text().splitlines()
    assert fault.column == "scenario.title.en"
    assert '"title": {' in text[fault.row - 1]
    assert "line " in fault.place


def test_programs_get_the_value_the_rule_and_what_was_meant(run, faulty):
    done = run("check", faulty, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert {*found[0]} == {
        "file", "row", "column", "value", "rule", "reason", "remedy", "near",
    }  # fmt: skip
    wrong = next(f for f in found if f["column"] == "indicator")
    assert wrong["value"] == "rumor"
    assert wrong["near"] == "rumore"
    assert wrong["rule"] == "there-is-no-indicator-in-the-catalogue"
    assert wrong["row"] == 2


def test_programs_get_an_empty_list_where_nothing_is_wrong(run, city):
    done = run("check", city, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == []


def test_the_rule_of_a_fault_does_not_change_with_the_language(run, faulty):
    english, italian = (
        json.loads(run("check", faulty, "--json", "--language", code).stdout)
        for code in ("en", "it")
    )
    assert [f["rule"] for f in english] == [f["rule"] for f in italian]
    assert [f["reason"] for f in english] != [f["reason"] for f in italian]


def test_the_terminal_is_spoken_to_in_its_language(run, faulty, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    assert "riga 2, indicator" in run("check", faulty).stderr
    assert "row 2, indicator" in run("check", faulty, "--language", "en").stderr
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "row 2, indicator" in run("check", faulty).stderr


def test_colour_is_for_terminals_only(run, faulty):
    assert "\x1b[" not in run("check", faulty).stderr
    marked = reporting.lines(check(faulty))
    assert any("\x1b[" in line for line in marked)


NEAR = {
    "indicator": (lambda c: rewrite(c, "kpi.csv", KPI + "rumoer,1,,,,,,\n"), "rumore"),
    "area": (lambda c: rewrite(c, "areas.csv", AREAS + "nrod,rumore,1,,,,,\n"), "nord"),
    "family": (lambda c: put(c, "scenario", "family", "strada"), "strade"),
    "geography": (lambda c: put(c, "scenario", "geography", "rione"), "rioni"),
    "parameter": (lambda c: put(c, "scenario", "parameters", {"limit": 30}), "limite"),
    "field": (lambda c: rename(c, "limitations", "limitazioni"), "limitazioni"),
    "licence": (lambda c: put(c, "licenses", 0, {"name": "CC-BY-4", "path": "https://x"}),
                "CC-BY-4.0"),
    "role": (lambda c: put(c, "scenario", "role", "alternativa"), "alternative"),
}  # fmt: skip


def put(package, part, key, value):
    edit(package / DESCRIPTOR, lambda d: d[part].__setitem__(key, value))


def rename(package, old, new):
    edit(package / DESCRIPTOR, lambda d: d["scenario"].__setitem__(new, d["scenario"].pop(old)))


@pytest.mark.parametrize("what", NEAR)
def test_a_near_miss_is_answered_with_what_was_meant(city, what):
    change, meant = NEAR[what]
    change(city / "strade/trenta")
    assert f"Did you mean “{meant}”?" in "\n".join(map(str, check(city)))


def test_a_word_like_no_other_gets_no_guess(city):
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "zzz,1,,,,,,\n")
    assert "Did you mean" not in "\n".join(map(str, check(city)))


def test_guesses_for_a_table_of_unknown_codes_cost_no_minutes():
    near, codes = Near(), [f"area_{i}" for i in range(10_000)]
    begun = time.process_time()
    for i in range(5_000):
        near.closest(f"arae_{i}", codes)
    assert time.process_time() - begun < 20


def test_many_of_one_kind_are_told_once_unless_all_are_wanted(run, city):
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "rumore,x,,,,,,\n" * 300)
    said = run("check", city).stderr
    assert "more of this kind, the last at row 301, value" in said
    assert said.count("“x” is not a number") == reporting.OF_ONE_KIND
    assert run("check", city, "--all").stderr.count("“x” is not a number") == 300
    told = json.loads(run("check", city, "--json").stdout)
    assert len([f for f in told if f["column"] == "value"]) == 300


def test_a_problem_is_said_once():
    fault = Fault("a.csv", 2, "value", "Wrong.", "Mend it.")
    assert reporting.in_order([fault, fault]) == [fault]


def test_publishing_refuses_in_the_same_words(run, faulty):
    checked, published = run("check", faulty), run("publish", faulty)
    assert published.exit_code == 1
    assert "Nothing was published" in published.stderr
    for line in checked.stderr.splitlines():
        if line.startswith("  "):
            assert line in published.stderr


def test_a_file_that_is_no_package_is_named(run, tmp_path):
    (tmp_path / "package.zip").write_bytes(b"PK")
    done = run("check", tmp_path / "package.zip")
    assert done.exit_code == 1
    assert "not the folder of a package" in done.stderr
    assert "Unpack it" in done.stderr


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ('{"a": 1}', "a", 1),
        ('{\n "a": {\n  "b": [1,\n   {"c": "x"}]\n }\n}', "a.b.1.c", 4),
        ('{"a\\u0062":\n [true, null,\n -1.5e3]}', "ab.2", 3),
        ('{"a": "{\\"b\\": 1}",\n "c": 1}', "c", 2),
        ("[]", "x", None),
    ],
)
def test_lines_of_places(text, place, line):
    assert lines_of(text).get(place) == line


@pytest.mark.parametrize("text", ["", "{", '{"a"', '{"a": }', "[1", '{"a": "'])
def test_what_is_no_json_has_no_lines(text):
    with pytest.raises((ValueError, IndexError)):
        lines_of(text)


def test_text_of_a_package_is_cut_short():
    faults = Faults()
    faults.add("a", "%(name)s", "b", name="x" * 1000)
    assert len(str(faults.all()[0])) < 200


@pytest.mark.parametrize("words", [["seal"], ["new"], ["import"], ["import", "sumo", "a-b"]])
def test_wrong_usage_is_2(run, words):
    assert run(*words).exit_code == 2


def test_files_below_the_present_folder_are_named_from_there(run, faulty, monkeypatch):
    monkeypatch.chdir(faulty)
    files = [f["file"] for f in json.loads(run("check", ".", "--json").stdout)]
    assert "strade/trenta/kpi.csv" in files
    assert not [name for name in files if name.startswith(("/", "."))]
