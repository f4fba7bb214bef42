"""What changed between two versions of a package, and whether it is material."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.scenarios.checking.check import check
from portal.scenarios.figures import Figure
from portal.scenarios.package import Store
from portal.scenarios.publishing.publish import publish
from portal.scenarios.telling import history, version_pages
from portal.scenarios.telling.versions import MOST, Content, difference
from tests.scenarios.making import edit, rewrite

NUMBERS = st.floats(-1e6, 1e6)


@st.composite
def figures(draw):
    low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    return Figure(value, low, high) if draw(st.booleans()) else Figure(value)


CONTENTS = st.builds(
    Content,
    st.just("1.0.0"),
    st.dictionaries(st.sampled_from("ab"), figures()),
    st.dictionaries(
        st.sampled_from("cd"), st.dictionaries(st.sampled_from(["1", "2"]), figures(), min_size=1)
    ),
    words=st.dictionaries(st.sampled_from(["scenario.title.it", "sources.0.title"]), st.text()),
    facts=st.dictionaries(st.sampled_from(["role", "horizon"]), st.integers(0, 3)),
)


@given(CONTENTS)
def test_nothing_differs_from_itself(content):
    found = difference(content, content)
    assert not found.material
    assert not found.moves
    assert not found.words
    assert all(set(counts) == {"same"} for counts in found.counts.values())


@given(CONTENTS, CONTENTS)
def test_every_figure_of_either_version_is_counted_once(old, new):
    found = difference(old, new)
    for part, before, after in (("kpi", old.kpis, new.kpis),):
        keys = set(before) | set(after)
        assert sum(found.counts.get(part, {}).values()) == len(keys)
    places = {(i, p) for side in (old.areas, new.areas) for i in side for p in side[i]}
    assert sum(found.counts.get("areas", {}).values()) == len(places)
    assert found.material == bool(found.moves or found.facts)
    material = sum(counts.get("material", 0) for counts in found.counts.values())
    assert len(found.moves) == min(material, MOST)


@given(CONTENTS, CONTENTS)
def test_materiality_of_appearing_is_seen_from_both_sides(old, new):
    there, back = difference(old, new), difference(new, old)
    gone = {(m.part, m.indicator, m.place) for m in there.moves if m.why == "gone"}
    appeared = {(m.part, m.indicator, m.place) for m in back.moves if m.why == "appeared"}
    assert gone == appeared


@given(figures(), NUMBERS)
def test_a_value_moves_materially_exactly_when_it_leaves_its_interval(figure, now):
    changed = Figure(now, figure.low, figure.high)
    found = difference(Content("1", {"a": figure}), Content("2", {"a": changed}))
    if figure.low is None or figure.high is None:
        assert found.material == (now != figure.value)
    else:
        assert found.material == (not figure.low <= now <= figure.high)


def one(old: Figure, new: Figure):
    found = difference(Content("1", {"a": old}), Content("2", {"a": new}))
    return found.moves[0].why if found.moves else None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (Figure(5, 4, 6), Figure(5.9, 4, 7), None),
        (Figure(5, 4, 6), Figure(6.1, 4, 7), "beyond"),
        (Figure(5, 4, 6), Figure(6, 5, 7), None),  # the end itself is inside
        (Figure(5), Figure(5.0000001), "no_interval"),
        (Figure(5), Figure(5, 4, 6), None),
        (Figure(5, 4, 6), Figure(5), "interval_gone"),
        (Figure(5, 5, 5), Figure(5.1, 5, 6), "beyond"),
        (Figure(5, 4, 6, 10), Figure(5, 4, 6, 20), None),
        (Figure(5, 4, 6, 10, -1, -2, -0.5), Figure(5, 4, 6, 10, -1, -2, 0.5), "other_word"),
        (Figure(5, 4, 6, 10, -1, -2, 1), Figure(5, 4, 6, 10, 1.5, -2, 2), "beyond"),
        (Figure(5, 4, 6, 10, -1, -2, 1), Figure(5, 4, 6, 10, -1.5, -3, 1), None),
        (Figure(5, 4, 6, 10, -1), Figure(5, 4, 6, 10, -1.1), "no_interval"),
        (Figure(5, 4, 6, 10, -1, -2, 0), Figure(5, 4, 6), "gone"),
        (Figure(5, 4, 6), Figure(5, 4, 6, 10, -1, -2, 0), "appeared"),
    ],
)
def test_each_rule_by_an_example(old, new, why):
    assert one(old, new) == why


def test_words_sources_and_licence_are_cosmetic_but_listed():
    old = Content("1", words={"licenses.0.name": "CC-BY-4.0", "scenario.title.it": "Uno"})
    new = Content("2", words={"licenses.0.name": "ODbL-1.0", "sources.1.title": "Nuova"})
    found = difference(old, new)
    assert not found.material
    assert found.words_changed == 3
    assert {w.place for w in found.words} == {
        "licenses.0.name",
        "scenario.title.it",
        "sources.1.title",
    }


def test_settings_and_layers_are_material():
    assert difference(
        Content("1", facts={"parameters": {"x": 1}}), Content("2", facts={"parameters": {"x": 2}})
    ).facts == ("parameters",)
    for old, new, why in (
        ({}, {"zona": "h"}, "appeared"),
        ({"zona": "h"}, {}, "gone"),
        ({"zona": "h"}, {"zona": "i"}, "no_interval"),
    ):
        found = difference(Content("1", layers=old), Content("2", layers=new))
        assert found.material
        assert found.moves[0].why == why


def test_of_many_moves_the_farthest_are_kept_and_all_are_counted():
    old = {str(i): Figure(1) for i in range(5000)}
    new = {str(i): Figure(1 + i) for i in range(5000)}
    found = difference(Content("1", areas={"a": old}), Content("2", areas={"a": new}))
    assert found.counts["areas"]["material"] == 4999
    assert len(found.moves) == MOST
    assert found.moves[0].by == 4999


# --- published versions ------------------------------------------------------------------------


def again(city: Path, version: str, **supersedes: str) -> Path:
    path = city / "strade/trenta/datapackage.json"
    edit(path, lambda d: (d.update(version=version), d["scenario"].update(supersedes)))
    return path


@pytest.fixture
def store(city, tmp_path) -> Store:
    publish([city], tmp_path / "store")
    return Store(tmp_path / "store")


def told(store: Store, old: str, new: str) -> dict:
    path = store.root / f"strade-trenta/{new}/web/differences/{old}.json"
    return json.loads(path.read_text())


def test_a_version_with_other_words_only_changes_nothing_material(city, store):
    path = again(city, "1.0.1", supersedes="1.0.0")
    edit(path, lambda d: d["scenario"]["limitations"].update(en="Other limits."))
    publish([city], store.root)
    found = told(store, "1.0.0", "1.0.1")
    assert found["material"] is False
    assert found["words"][0]["place"] == "scenario.limitations.en"


def test_a_figure_beyond_its_interval_is_material(city, store):
    again(city, "1.1.0", supersedes="strade-trenta@1.0.0")
    table = (city / "strade/trenta/kpi.csv").read_text()
    rewrite(
        city / "strade/trenta", "kpi.csv", table.replace("rumore,68,67,69.5", "rumore,72,71,73")
    )
    publish([city], store.root)
    found = told(store, "1.0.0", "1.1.0")
    assert found["material"] is True
    assert found["moves"][0]["why"] == "beyond"
    assert found["moves"][0]["by"] == 2.5
    assert found["counts"]["areas"] == {"same": 1}


def test_a_version_published_late_is_compared_in_order_too(city, store):
    again(city, "2.0.0")
    publish([city], store.root)
    again(city, "1.5.0")
    publish([city], store.root)
    found = store.root / "strade-trenta/1.5.0/web/differences"
    assert {p.name for p in found.iterdir()} == {"1.0.0.json", "2.0.0.json"}
    late = json.loads((found / "2.0.0.json").read_text())
    assert (late["old"], late["new"]) == ("1.5.0", "2.0.0")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("0.9.0", "No version “0.9.0” is published"),
        ("9.0.0", "is not an earlier version"),
        ("1.0.1", "is not an earlier version"),
        ("altro@1.0.0", "No version “altro@1.0.0”"),
        ("the first one", "supersedes"),
        ("../../etc", "supersedes"),
    ],
)
def test_supersedes_names_an_existing_earlier_version(city, store, named, said):
    again(city, "1.0.1", supersedes=named)
    found = [str(f) for f in check(city, store=store.root)]
    assert any(said in fault for fault in found), found


def test_a_package_with_one_version_says_so(client):
    page = client.get("/en/scenarios/citta-30-citta30/versions")
    assert page.status_code == 200
    assert "The first version." in page.text


def test_the_page_and_its_twin_tell_the_difference(app, tmp_path):
    target = app.config["DATA"] / "scenarios"
    folder = tmp_path / "again"
    folder.mkdir()
    shutil.copytree(app.config["SETTINGS"].bundled / "citta-30/base", folder / "citta-30/base")
    edit(
        folder / "citta-30/base/datapackage.json",
        lambda d: (d.update(version="1.0.1"), d["scenario"].update(supersedes="1.0.0")),
    )
    edit(
        folder / "citta-30/base/datapackage.json",
        lambda d: d["scenario"]["limitations"].update(en="Other limits."),
    )
    publish([folder], target)
    client = app.test_client()
    page = client.get("/en/scenarios/citta-30-base/versions").text
    assert "No material change" in page
    assert "Other limits." in page
    twin = client.get("/scenarios/citta-30-base/versions.json?old=1.0.0&new=1.0.1").json
    assert twin["difference"]["material"] is False
    with app.test_request_context("/en/"):
        assert not history.is_material("citta-30-base", "1.0.0", "1.0.1")
        fresh = history.difference("citta-30-base", "1.0.1", "1.0.0")
        assert fresh == twin["difference"]
    odd = client.get("/en/scenarios/citta-30-base/versions?old=7&new=<b>")
    assert "There are no two versions “7”" in odd.text
    old = client.get("/en/scenarios/citta-30-base/1.0.0").text
    assert "No figure moved beyond its published interval." in old


def test_unknown_names_are_not_found(client):
    for address in ("/en/scenarios/nothing/versions", "/scenarios/nothing/versions.json"):
        assert client.get(address).status_code == 404


def test_a_difference_is_plain_data():
    found = difference(Content("1", {"a": Figure(1)}), Content("2", {"a": Figure(2)}))
    assert asdict(found)["moves"][0]["new"]["value"] == 2


words = st.lists(st.sampled_from(["piove", "poco", "molto", "oggi"]), min_size=1, max_size=40)


@given(words, words)
def test_a_changed_text_is_cut_to_what_changed(old, new):
    one, two = version_pages.changed_part(" ".join(old), " ".join(new))
    for whole, shown in ((old, one), (new, two)):
        assert shown.removeprefix("… ").removesuffix(" …") in " ".join(whole)
    assert (one == two) == (old == new)


def test_a_few_words_stand_around_a_change():
    long = [f"w{i}" for i in range(50)]
    one, two = version_pages.changed_part(
        " ".join([*long, "old", *long]), " ".join([*long, "new", "er", *long])
    )
    assert one == "… w44 w45 w46 w47 w48 w49 old w0 w1 w2 w3 w4 w5 …"
    assert two == "… w44 w45 w46 w47 w48 w49 new er w0 w1 w2 w3 w4 w5 …"
    assert version_pages.changed_part(None, "new") == (None, "new")
