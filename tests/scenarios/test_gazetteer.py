"""Finding streets by name, however they are spelt; lists that are wrong are refused."""

import csv
import json
import random
import time
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.config import ROOT
from portal.scenarios.checking.check import check
from portal.scenarios.nearby.gazetteer import Gazetteer, gazetteer_from, published
from portal.scenarios.nearby.spelling import asked, core, distance, fold, kind_of
from portal.scenarios.package import Store
from tests.scenarios.making import LICENCE, edit, resource

LIST = ROOT / "scenarios/areas/gazetteer.csv"
KEPT = {"geography": "aree-statistiche", "attribution": "a"}
HEADER = "kind,name,area,lat,lon,metres\n"
GOOD = "street,Via Roma,nord,44.15,11.15,100\n"


def rows() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bologna() -> Gazetteer:
    return gazetteer_from(published(KEPT, rows()))


def best(gazetteer: Gazetteer, text: str) -> str:
    found = gazetteer.search(text).matches
    return found[0].place.name if found else ""


# --- spelling ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("via saffi", "Via Aurelio Saffi"),
        ("V. Saffi", "Via Aurelio Saffi"),
        ("SAFFI, via A.", "Via Aurelio Saffi"),
        ("aurelio safi", "Via Aurelio Saffi"),
        ("v.le aldini", "Viale Antonio Aldini"),
        ("viale aldini", "Viale Antonio Aldini"),
        ("p.zza XX settembre", "Piazza Venti Settembre"),
        ("piazza 20 settembre", "Piazza Venti Settembre"),
        ("piazza maggiore", "Piazza Maggiore"),
        ("via s. donato", "Via San Donato"),
        ("sandonato", "Via San Donato"),
        ("via dellindipendenza", "Via dell'Indipendenza"),
        ("via dell’indipendenza", "Via dell'Indipendenza"),
        ("nicolo dall arca", "Via Nicolò dall'Arca"),
        ("masarenti", "Via Giuseppe Massarenti"),
        ("massaernti", "Via Giuseppe Massarenti"),
        ("Bandiera Irma", "Via Irma Bandiera"),
        ("pratelo", "Via del Pratello"),
        ("via santo stefano", "Via Santo Stefano"),
        ("giardini margherita", "Giardini Margherita"),
        ("corticela", "Via di Corticella"),
    ],
)
def test_a_street_is_found_however_it_is_spelt(
    bologna: Gazetteer, written: str, meant: str
) -> None:
    assert best(bologna, written) == meant


def test_a_house_number_is_set_aside_and_said(bologna: Gazetteer) -> None:
    for number, text in (
        ("12/a", "via saffi 12/A"),
        ("101", "massarenti 101"),
        ("3", "rizzoli n. 3"),
    ):
        found = bologna.search(text)
        assert found.number == number
        assert found.matches


def test_a_number_that_belongs_to_the_name_is_kept() -> None:
    assert asked("piazza 20 settembre").words == ("20", "settembre")
    assert asked("via XXI aprile").words == ("21", "aprile")


def test_a_street_of_several_areas_says_each(bologna: Gazetteer) -> None:
    place = bologna.search("via emilia levante").clear
    assert place is not None
    assert len({spot.area for spot in place.spots}) > 2
    lengths = [spot.metres or 0 for spot in place.spots]
    assert lengths == sorted(lengths, reverse=True)


def test_several_that_fit_equally_are_no_clear_answer(bologna: Gazetteer) -> None:
    found = bologna.search("san felice")
    assert found.clear is None
    assert len(found.matches) > 1


@pytest.mark.parametrize(
    "text", ["", "   ", "via", "v.", "piazza", "999", "???", "<script>", "\x00", "的"]
)
def test_what_names_nothing_finds_nothing(bologna: Gazetteer, text: str) -> None:
    assert bologna.search(text).matches == ()


def test_every_street_of_the_list_finds_itself(bologna: Gazetteer) -> None:
    places = random.Random("streets").sample(sorted(bologna.places), 300)
    missed = [
        bologna.places[id].name
        for id in places
        if bologna.places[id].name
        not in [m.place.name for m in bologna.search(bologna.places[id].name).matches]
    ]
    assert not missed


def test_one_wrong_letter_in_a_long_name_does_not_lose_it(bologna: Gazetteer) -> None:
    chance = random.Random("letters")
    streets = [p for p in bologna.places.values() if any(len(w) > 6 for w in core(p.name))]
    lost = []
    for place in chance.sample(sorted(streets, key=lambda p: p.id), 120):
        word = max(core(place.name), key=len)
        at = chance.randrange(1, len(word))
        wrong = word[:at] + chance.choice("abcdeilmnorstuz") + word[at + 1 :]
        text = fold(place.name).replace(word, wrong)
        if place.name not in [m.place.name for m in bologna.search(text).matches]:
            lost.append((place.name, text))
    assert len(lost) <= 3, lost


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_searched_without_trouble(text: str) -> None:
    gazetteer = gazetteer_from(published(KEPT, rows()[:200]))
    found = gazetteer.search(text)
    assert len(found.matches) <= 12
    assert all(0 < match.score <= 1.01 for match in found.matches)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert core(fold(text)) == core(text)


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8))
def test_the_distance_is_the_same_both_ways_and_zero_only_for_equals(one: str, two: str) -> None:
    assert distance(one, two, 9) == distance(two, one, 9)
    assert (distance(one, two, 9) == 0) == (one == two)
    assert distance(one, two, 1) == min(2, distance(one, two, 9))


def test_two_letters_that_changed_places_are_one_mistake() -> None:
    assert distance("saffi", "saiff", 3) == 2
    assert distance("saffi", "asffi", 3) == 1


def test_kinds_of_street_are_known_by_their_short_forms() -> None:
    assert [kind_of(text) for text in ("V.le Aldini", "p.zza Verdi", "Saffi via", "Bolognina")] == [
        "viale",
        "piazza",
        "via",
        "",
    ]


def test_a_search_is_quick(bologna: Gazetteer) -> None:
    bologna.search("via saffi")
    texts = ["marconi", "via guglielmo marcomi 12", "massaernti", "san donato", "d'azeglio"]
    began = time.process_time()
    for text in texts:
        bologna.search(text)
    assert (time.process_time() - began) / len(texts) < 0.02


# --- the list itself ---------------------------------------------------------------------------


def test_the_bundled_list_lies_in_the_areas_it_names(published: Path) -> None:
    store = Store(published)
    wrong = [
        row["name"]
        for row in random.Random("rows").sample(rows(), 150)
        if store.area_of("aree-statistiche", float(row["lat"]), float(row["lon"])) != row["area"]
    ]
    assert len(wrong) <= 5, wrong  # borders are simplified by up to 12 m


def test_the_store_holds_the_list_with_its_thanks(reading: Flask) -> None:
    with reading.app_context():
        gazetteer = reading.extensions["scenarios"].gazetteer()
    assert "OpenStreetMap" in gazetteer.attribution
    assert len(gazetteer.places) > 1500
    descriptor = json.loads((ROOT / "scenarios/areas/datapackage.json").read_text("utf-8"))
    licences = next(r for r in descriptor["resources"] if r["role"] == "gazetteer")["licenses"]
    assert "ODbL-1.0" in [licence["name"] for licence in licences]


def with_list(city: Path, content: str, **more: str) -> list[str]:
    one = resource(
        city / "areas",
        "gazetteer",
        "gazetteer",
        HEADER + content,
        geography="rioni",
        licenses=[LICENCE],
        attribution="a",
    )
    edit(city / "areas/datapackage.json", lambda d: d["resources"].append({**one, **more}))
    return [str(fault) for fault in check(city / "areas")]


def test_a_good_list_is_accepted(city: Path) -> None:
    assert with_list(city, GOOD) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("castle,Via Roma,nord,44.15,11.15,\n", "no kind of place"),
        ("street,,nord,44.15,11.15,\n", "The cell is empty"),
        ("street,Via Roma,ovest,44.15,11.15,\n", "no area “ovest”"),
        ("street,Via Roma,nord,11.15,44.15,\n", "look swapped"),
        ("street,Via Roma,nord,10.0,11.15,\n", "outside the geography"),
        ("street,Via Roma,nord,NaN,11.15,\n", "is not a number"),
        ("street,Via Roma,nord,1e308,11.15,\n", "too large"),
        ("street,Via Roma,nord,44.15\n", "cells, the header"),
        (GOOD + GOOD, "as in row 2"),
        (f"street,{'x' * 121},nord,44.15,11.15,\n", "no name of a place"),
        ('street,"Via,nord\n', "not a CSV row"),
        ("", "table is empty"),
    ],
)
def test_each_mistake_in_a_list_is_said_with_its_row(city: Path, content: str, said: str) -> None:
    assert any(said in fault for fault in with_list(city, content)), with_list


def test_a_list_of_unknown_areas_is_refused(city: Path) -> None:
    assert any("no geography “isole”" in f for f in with_list(city, GOOD, geography="isole"))
