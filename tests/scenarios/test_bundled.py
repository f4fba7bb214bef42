"""The packages that ship with the portal: sound, small, true to their tables, told in full."""

import csv
import json
from itertools import pairwise
from pathlib import Path

import pytest

from portal.config import ROOT
from portal.scenarios.checking.check import check
from portal.scenarios.package import Store

FOLDER = ROOT / "scenarios"
PACKAGES = sorted(p.parent for p in FOLDER.glob("*/*/datapackage.json"))
FAMILIES = {"area-verde": 6, "casa": 5, "citta-30": 9, "energia": 6, "pioggia": 5, "verde": 5}


@pytest.fixture(scope="module")
def store(published: Path) -> Store:
    return Store(published)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_is_wrong_with_any_of_them():
    assert [str(f) for f in check(FOLDER)] == []


def test_every_family_has_its_baseline_and_every_alternative(store):
    assert {f.id: len(f.packages) for f in store.families()} == FAMILIES
    for family in store.families():
        baselines = [e.name for e in family.packages if e.role == "baseline"]
        assert baselines == [family.baseline]


def test_they_are_small():
    assert sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()) < 4_500_000
    assert sum(p.stat().st_size for p in (FOLDER / "base").iterdir()) < 900_000


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_every_figure_read_is_the_one_in_the_table(store, folder):
    package = store.package(f"{folder.parent.name}-{folder.name}")
    kpis = package.kpis()
    written = rows(folder / "kpi.csv")
    assert list(kpis) == [r["indicator"] for r in written]
    for row in written:
        figure = kpis[row["indicator"]]
        for column in ("value", "low", "high", "n", "delta", "delta_low", "delta_high"):
            found = getattr(figure, column)
            assert found == (float(row[column]) if row[column] else None)
    by_area = rows(folder / "areas.csv") if (folder / "areas.csv").exists() else []
    assert {r["indicator"] for r in by_area} == set(package.indicators_by_area())
    for indicator in package.indicators_by_area():
        read = {code: f.value for code, f in package.areas(indicator).items()}
        assert read == {
            r["code"]: float(r["value"]) for r in by_area if r["indicator"] == indicator
        }


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_every_indicator_has_words_and_every_one_has_an_interval_or_is_by_area(store, folder):
    package = store.package(f"{folder.parent.name}-{folder.name}")
    for indicator, figure in package.kpis().items():
        assert store.indicator(indicator).name["it"]
        assert figure.low is not None
        assert figure.high is not None
        assert figure.n


def test_figures_shown_keep_their_difference(store):
    """Rounding to the indicator's decimals must not make a difference look like none."""
    lost = []
    for family in store.families():
        for entry in family.packages:
            package = store.package(entry.name)
            for indicator, figure in package.kpis().items():
                decimals = store.indicator(indicator).decimals
                differs = (figure.delta_low or 0) * (figure.delta_high or 0) > 0
                if differs and round(figure.delta or 0, decimals) == 0:
                    lost.append((entry.name, indicator, figure.delta))
    assert lost == []


def test_every_indicator_of_the_catalogue_is_used_and_has_a_unit(store):
    used = {r["indicator"] for p in FOLDER.glob("*/*/*.csv") for r in rows(p)}
    for folder in PACKAGES:
        descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        used |= {i for r in descriptor["resources"] for i in r.get("indicators", ())}
    assert used == set(store.indicators())
    assert {i.theme for i in store.indicators().values()} == set(store.catalogue().themes)
    assert all(i.unit and i.display_unit["it"] for i in store.indicators().values())


def test_families_show_only_indicators_their_packages_have(store):
    for family in store.families():
        for entry in family.packages:
            package = store.package(entry.name)
            missing = set(family.main_indicators) - set(package.kpis())
            assert missing <= {
                "risparmio_per_alloggio_riqualificato",
                "quota_risparmio_terzo_reddito_piu_basso",
            }
            assert (
                family.map_indicator is None or family.map_indicator in package.indicators_by_area()
            )


def test_sources_from_openstreetmap_share_alike():
    for path in FOLDER.glob("*/**/datapackage.json"):
        descriptor = json.loads(path.read_text())
        named = {s["license"] for s in descriptor["sources"]}
        given = {x["name"] for x in descriptor["licenses"]}
        if "ODbL-1.0" in named:
            assert "ODbL-1.0" in given, path
        assert all(s["attribution"] for s in descriptor["sources"]), path


def test_borders_of_every_level_are_the_same_lines():
    def edges(level: str) -> set[frozenset[tuple[float, float]]]:
        found = set()
        for feature in json.loads((FOLDER / f"areas/{level}.geojson").read_text())["features"]:
            for ring in feature["geometry"]["coordinates"]:
                points = [tuple(p) for p in ring]
                found |= {frozenset(pair) for pair in pairwise(points)}
        return found

    areas, zones, districts, city = map(edges, ("aree-statistiche", "zone", "quartieri", "comune"))
    assert city <= districts <= zones <= areas


def test_each_person_is_counted_once_at_every_level(store):
    for level in ("comune", "quartieri", "zone", "aree-statistiche"):
        areas = store.geography(level).areas.values()
        assert sum(a.total_residents for a in areas) == 392_044
    assert [len(store.geography(g).areas) for g in ("quartieri", "zone", "aree-statistiche")] == [
        6,
        18,
        90,
    ]


def test_parents_hold_their_areas(store):
    areas = store.geography("aree-statistiche")
    for district in store.geography("quartieri").areas.values():
        inside = areas.within("quartieri", district.code)
        assert sum(a.total_residents for a in inside) == district.total_residents


@pytest.mark.parametrize(
    ("lat", "lon", "district"),
    [
        (44.4938, 11.3430, "santo-stefano"),
        (44.5200, 11.3430, "navile"),
        (44.4949, 11.2600, "borgo-panigale-reno"),
        (44.4200, 11.3430, None),
        (45.46, 9.19, None),
        (11.3430, 44.4938, None),
    ],
)
def test_places_of_the_city_lie_in_their_district(store, lat, lon, district):
    assert store.district_of(lat, lon) == district


def test_the_middle_of_an_area_is_mostly_inside_it(store):
    areas = store.geography("aree-statistiche").areas.values()
    inside = [
        a
        for a in areas
        if store.area_of("aree-statistiche", a.centroid[1], a.centroid[0]) == a.code
    ]
    assert len(inside) >= 85
