"""Reading the store: what was published, and nothing else."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.scenarios.geography import label_point, locate, outlines_from
from portal.scenarios.package import Figure, Store, UnknownIndicator, UnknownScenario
from portal.scenarios.publishing.publish import publish
from portal.scenarios.reading import JsonCache, safe_child, semver
from tests.scenarios.making import edit, make_city, square


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    folder = tmp_path_factory.mktemp("read")
    publish([make_city(folder / "scenarios")], folder / "store")
    return Store(folder / "store")


def test_an_empty_store_has_nothing_and_says_so(tmp_path):
    empty = Store(tmp_path / "none")
    assert empty.families() == ()
    assert empty.indicators() == {}
    assert empty.district_of(44.15, 11.15) is None
    for ask in (
        lambda: empty.package("a"),
        lambda: empty.family("a"),
        lambda: empty.geography("a"),
        lambda: empty.shapes("a"),
    ):
        with pytest.raises(UnknownScenario) as unknown:
            ask()
        assert unknown.value.status == 404


def test_figures_are_the_packages_own(store):
    package = store.package("strade-trenta")
    assert package.kpis() == {
        "rumore": Figure(68, 67, 69.5, 10, -2, -2.5, -1.5),
        "ombra": Figure(5, 5, 5, 10, 0, 0, 0),
    }
    assert package.areas("rumore") == {"nord": Figure(67.5, 67, 68, None, -2.5, -3, -2)}
    profile = package.profile("rumore")
    assert profile.at == ("08:00", "08:15")
    assert profile.low == (69, None)
    assert package.indicators_by_area() == ["rumore"]
    assert list(package.profiles()) == ["rumore"]


def test_a_figure_by_area_that_is_not_there_is_unknown(store):
    for ask in (
        store.package("strade-base").areas,
        store.package("strade-base").profile,
        store.indicator,
    ):
        with pytest.raises(UnknownIndicator):
            ask("../kpi")


def test_a_family_keeps_its_order_and_finds_points_of_its_grid(store):
    family = store.family("strade")
    assert [e.name for e in family.packages] == ["strade-base", "strade-trenta"]
    assert family.baseline == "strade-base"
    assert family.at(limite="30").name == "strade-trenta"
    assert family.at(limite=50).name == "strade-base"
    assert family.at(limite=70) is None


def test_a_comparison_with_the_baseline_is_paired(store):
    base, alternative = store.package("strade-base"), store.package("strade-trenta")
    forward = alternative.compare(base, "rumore", "lower_better")
    back = base.compare(alternative, "rumore", "lower_better")
    assert (forward.kind, forward.basis, forward.difference) == ("better", "paired", -2)
    assert (back.kind, back.basis, back.difference) == ("worse", "paired", 2)
    assert (back.low, back.high) == (1.5, 2.5)
    assert alternative.compare(base, "none", "neutral") is None


def test_words_sources_and_status_are_there(store):
    package = store.package("strade-trenta")
    assert package.model["objections"]["en"] == "words"
    assert package.attributions == ["a"]
    assert package.licenses[0]["name"] == "CC-BY-4.0"
    assert package.translation_status("en") == "human"
    assert package.translation_status("fr") is None
    assert package.geography == "rioni"
    assert {f["role"] for f in package.files} == {
        "package",
        "descriptor",
        "kpi",
        "areas",
        "profile",
        "layer",
    }
    assert all(package.file(f["path"]).stat().st_size == f["bytes"] for f in package.files)


def test_one_text_may_have_a_status_of_its_own(city, tmp_path):
    edit(
        city / "strade/trenta/datapackage.json",
        lambda d: d["scenario"].update(translation_exceptions={"limitations": {"en": "machine"}}),
    )
    publish([city], tmp_path / "store")
    package = Store(tmp_path / "store").package("strade-trenta")
    assert package.translation_status("en", "limitations") == "machine"
    assert package.translation_status("en", "changes") == "human"
    assert package.translation_status("it", "limitations") == "original"


def test_areas_have_names_residents_and_boxes(store):
    rioni = store.geography("rioni")
    nord = rioni["nord"]
    assert rioni.name("nord") == "Area nord"
    assert rioni.name("none") == "none"
    assert nord.total_residents == 15
    assert nord.residents_by(sex="F") == 10
    assert nord.residents_by(age="65+") == 5
    assert nord.bbox == (11.1, 44.1, 11.2, 44.2)
    assert nord.centroid == pytest.approx((11.15, 44.15))
    assert store.districts() == rioni


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (44.15, 11.15, "nord"),
        (44.15, 11.25, "sud"),
        (44.25, 11.15, None),
        (44.15, 11.05, None),
        (11.15, 44.15, None),
        (float("nan"), 11.15, None),
        (1e308, -1e308, None),
    ],
)
def test_a_place_lies_in_its_district(store, lat, lon, code):
    assert store.district_of(lat, lon) == code


@given(st.floats(11.0, 11.4), st.floats(44.0, 44.4))
def test_a_square_holds_the_places_within_its_sides(lon, lat):
    outlines = outlines_from({"features": [square("x", 11.1)]})
    strictly = 11.1 < lon < 11.2 and 44.1 < lat < 44.2
    outside = not (11.1 <= lon <= 11.2 and 44.1 <= lat <= 44.2)
    found = locate(outlines, lat, lon)
    assert not strictly or found == "x"
    assert not outside or found is None


def test_a_hole_is_outside():
    shape = square("x", 11.1)
    inner = [[11.14, 44.14], [11.16, 44.14], [11.16, 44.16], [11.14, 44.16], [11.14, 44.14]]
    shape["geometry"]["coordinates"].append(inner)
    outlines = outlines_from({"features": [shape]})
    assert locate(outlines, 44.15, 11.15) is None
    assert locate(outlines, 44.12, 11.12) == "x"


def test_a_line_is_labelled_at_its_middle():
    line = {"type": "LineString", "coordinates": [[1, 1], [2, 2], [3, 3]]}
    assert label_point(line) == (2, 2)


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "../catalogue.json",
        "web/../../../catalogue.json",
        "/etc/passwd",
        "web//kpi.json",
        "web\\kpi.json",
        "kpi.csv\0",
        "none.csv",
        "web",
        "x" * 5000,
        "./kpi.csv",
        "…",
    ],
)
def test_no_address_leads_outside_a_package(store, path):
    with pytest.raises(UnknownScenario):
        store.package("strade-base").file(path)


@pytest.mark.parametrize("path", ["catalogue.json", ".lock", "strade-base/1.0.0/kpi.csv", "../x"])
def test_only_shapes_and_base_layers_are_shared_files(store, path):
    with pytest.raises(UnknownScenario):
        store.file(path)


def test_a_link_out_of_the_store_is_not_a_file(store, tmp_path):
    (tmp_path / "away").write_text("x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link").symlink_to(tmp_path / "away")
    assert safe_child(tmp_path / "in", "link") is None


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("strade-none", None),
        ("strade-base", "9.9.9"),
        ("../strade-base", None),
        ("strade-base", ""),
        ("", None),
        ("strade-base", "1.0.0/web"),
        ("x" * 10_000, None),
        ("\0", "\0"),
    ],
)
def test_an_unknown_package_is_refused_by_name(store, name, version):
    with pytest.raises(UnknownScenario):
        store.package(name, version)


def test_a_reader_sees_a_new_catalogue_without_being_told(city, tmp_path):
    publish([city], tmp_path / "store")
    reader = Store(tmp_path / "store")
    assert reader.package("strade-trenta").version == "1.0.0"
    edit(city / "strade/trenta/datapackage.json", lambda d: d.update(version="2.0.0"))
    publish([city], tmp_path / "store")
    assert reader.package("strade-trenta").version == "2.0.0"


def test_the_cache_forgets_what_was_used_least(tmp_path):
    for name in "abc":
        (tmp_path / name).write_text(json.dumps(name * 40))
    cache = JsonCache(limit=90)
    first = cache.read(tmp_path / "a")
    assert cache.read(tmp_path / "a") is first
    cache.read(tmp_path / "b")
    cache.read(tmp_path / "a")
    cache.read(tmp_path / "c")
    (tmp_path / "b").unlink()
    (tmp_path / "a").unlink()
    assert cache.read(tmp_path / "a") is first
    with pytest.raises(FileNotFoundError):
        cache.read(tmp_path / "b")


def test_the_cache_stays_within_its_bounds(tmp_path):
    cache = JsonCache(limit=1000)
    for i in range(50):
        path = Path(tmp_path / str(i))
        path.write_text(json.dumps("x" * 200))
        cache.read(path)
    assert cache._held <= 1000
    assert len(cache._kept) <= 5


@pytest.mark.parametrize(
    "version",
    ["", "1", "1.0", "1.0.0.0", "v1.0.0", "1.0.0 ", "01.0.0", "1.0.x", "1.0.0-", "9" * 40 + ".0.0"],
)
def test_what_is_no_version_is_none(version):
    with pytest.raises(ValueError, match=version.replace(".", r"\.") or None):
        semver(version)


def test_versions_have_their_order():
    rising = [
        "0.9.0",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0",
        "1.0.1",
        "1.10.0",
        "10.0.0",
    ]
    assert all(semver(a) < semver(b) for a, b in pairwise(rising))
