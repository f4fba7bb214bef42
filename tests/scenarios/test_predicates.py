"""Predicates: what packages state of their figures holds, fails, or cannot be decided."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.scenarios.checking.check import check
from portal.scenarios.figures import Figure
from portal.scenarios.package import Store
from portal.scenarios.publishing.publish import Unpublishable, publish
from portal.scenarios.telling.predicates import Predicate, judge, relate
from tests.scenarios.making import both, edit, rewrite

NUMBERS = st.floats(-1e6, 1e6)
RELATIONS = st.sampled_from(["<", "<=", ">", ">=", "=="])
KEEPS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
}


def predicate(**changes):
    return {
        "id": "rumore-cala",
        "text": both("Noise never rises."),
        "indicator": "rumore",
        "scope": "kpi",
        "quantity": "value",
        "relation": "<=",
        "against": "baseline",
        **changes,
    }


def judged(figure, other=None, **changes):
    raw = predicate(**{**({"against": 0} if other is None else {}), **changes})
    others = None if other is None else {None: other}
    return judge(Predicate(**raw), {None: figure}, others, paired=other is not None)


def state(city: Path, *predicates):
    path = city / "strade/trenta/datapackage.json"
    edit(path, lambda d: d["scenario"].update(predicates=list(predicates)))


def faults_of(city: Path) -> list[str]:
    return [str(f) for f in check(city)]


@given(NUMBERS, NUMBERS, RELATIONS, NUMBERS)
def test_an_exact_number_holds_or_fails_as_arithmetic_says(value, bound, relation, other):
    expected = "holds" if KEEPS[relation](value, bound) else "fails"
    assert relate((value, value), relation, bound) == expected


@given(NUMBERS, NUMBERS, RELATIONS, NUMBERS, st.floats(0, 1))
def test_what_holds_for_an_interval_holds_for_every_value_in_it(a, b, relation, bound, part):
    low, high = sorted((a, b))
    inside = min(max(low + part * (high - low), low), high)
    outcome = relate((low, high), relation, bound)
    if outcome != "undecided":
        assert KEEPS[relation](inside, bound) == (outcome == "holds")


@given(NUMBERS, NUMBERS, NUMBERS)
def test_an_undecided_interval_holds_values_on_both_sides(a, b, bound):
    low, high = sorted((a, b))
    if relate((low, high), "<=", bound) == "undecided":
        assert low <= bound < high


@given(
    st.dictionaries(st.text("abc", min_size=1), st.tuples(NUMBERS, NUMBERS), min_size=1),
    st.floats(0.01, 1),
    NUMBERS,
)
def test_places_are_all_counted_and_the_share_decides(places, share, bound):
    figures = {}
    for code, ends in places.items():
        low, high = sorted(ends)
        figures[code] = Figure(low, low, high)
    raw = predicate(scope="areas", against=bound, share=share)
    result = judge(Predicate(**raw), figures)
    assert result.holds + result.fails + result.undecided == result.total == len(figures)
    if result.outcome == "holds":
        assert result.holds >= share * result.total - 1e-6
    if result.outcome == "fails":
        assert result.total - result.fails < share * result.total
    assert all(p.by >= 0 for p in result.places)


def test_the_paired_difference_is_used_against_the_baseline():
    now, before = Figure(68, 60, 76, None, -2, -2.5, -1.5), Figure(70, 62, 78)
    assert judged(now, before).outcome == "holds"
    assert judged(Figure(68, 60, 76), before).outcome == "undecided"


def test_without_an_interval_nobody_can_decide():
    result = judged(Figure(68))
    assert (result.outcome, result.why) == ("undecided", "no_interval")
    assert judged(Figure(68), quantity="low").why == "missing"


def test_the_end_of_an_interval_is_a_plain_number():
    assert judged(Figure(68, 60, 76), quantity="high", against=76.0).outcome == "holds"
    assert judged(Figure(68, 60, 76), quantity="high", against=75.0).outcome == "fails"


def test_a_failing_place_says_by_how_much():
    result = judged(Figure(68, 67, 69), against=65.0)
    assert result.outcome == "fails"
    assert result.places[0].by == 4


def test_no_figures_at_all_decide_nothing():
    result = judge(Predicate(**predicate(scope="areas", against=0)), {})
    assert (result.outcome, result.total) == ("undecided", 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"indicator": "polvere"}, "There is no indicator “polvere”"),
        ({"indicator": "ombra", "scope": "areas"}, "The package has no figures for “ombra”"),
        ({"scope": "profile", "quantity": "delta", "against": 0}, "no difference to the baseline"),
        ({"against": "strade-quaranta"}, "is no other package of the family"),
        ({"against": "strade-trenta"}, "is no other package of the family"),
        ({"share": 0.5}, "has no share of places"),
        ({"share": 0}, "share"),
        ({"share": 1.5}, "share"),
        ({"relation": "!="}, "relation"),
        ({"quantity": "mean"}, "quantity"),
        ({"against": [1]}, "against"),
        ({"against": True}, "against"),
        ({"required": "yes"}, "required"),
        ({"id": "Two Words"}, "id"),
        ({"text": {"it": "solo"}}, "text"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_predicate_that_cannot_be_judged_is_a_fault(city, changes, said):
    state(city, predicate(**changes))
    found = faults_of(city)
    assert found
    assert any(said in fault for fault in found), found


def test_the_same_id_twice_is_a_fault(city):
    state(city, predicate(), predicate(against=70))
    assert any("is there twice" in fault for fault in faults_of(city))


def test_the_baseline_is_not_judged_against_itself(city):
    path = city / "strade/base/datapackage.json"
    edit(path, lambda d: d["scenario"].update(predicates=[predicate()]))
    assert any("against itself" in fault for fault in faults_of(city))


def results(store: Path) -> dict:
    judged = Store(store).judgements("strade")
    return {
        (p["name"], p["version"]): {r["id"]: r for r in p["results"]} for p in judged["packages"]
    }


def test_every_outcome_is_published_whatever_it_is(city, tmp_path):
    state(
        city,
        predicate(),
        predicate(id="sotto-60", against=60),
        predicate(id="sotto-68", against=68),
        predicate(id="ovunque", scope="areas", quantity="delta", against=0),
        predicate(id="sempre", scope="profile", against=75),
    )
    publish([city], tmp_path / "store")
    found = results(tmp_path / "store")["strade-trenta", "1.0.0"]
    assert {id: r["outcome"] for id, r in found.items()} == {
        "rumore-cala": "holds",
        "sotto-60": "fails",
        "sotto-68": "undecided",
        "ovunque": "holds",
        "sempre": "undecided",
    }
    assert found["sempre"]["undecided"] == 1


def test_a_required_predicate_that_fails_refuses_publication(city, tmp_path):
    state(city, predicate(against=60, required=True))
    with pytest.raises(Unpublishable) as refused:
        publish([city], tmp_path / "store")
    assert "required predicate" in str(refused.value.faults[0])
    assert not (tmp_path / "store/strade-trenta").exists()
    assert not (tmp_path / "store/catalogue.json").exists()


def test_a_new_baseline_is_judged_against_anew(city, tmp_path):
    state(city, predicate(quantity="low"))
    publish([city], tmp_path / "store")
    assert (
        results(tmp_path / "store")["strade-trenta", "1.0.0"]["rumore-cala"]["outcome"] == "holds"
    )
    base = city / "strade/base"
    table = (base / "kpi.csv").read_text().replace("rumore,70,69,71", "rumore,60,59,61")
    rewrite(base, "kpi.csv", table)
    edit(base / "datapackage.json", lambda d: d.update(version="1.1.0"))
    publish([city], tmp_path / "store")
    judged = Store(tmp_path / "store").judgements("strade")
    assert judged["baseline"]["version"] == "1.1.0"
    assert (
        results(tmp_path / "store")["strade-trenta", "1.0.0"]["rumore-cala"]["outcome"] == "fails"
    )


def test_every_bundled_family_states_something_and_not_all_of_it_holds(published):
    store = Store(published)
    for family in store.families():
        told = [r for p in store.judgements(family.id)["packages"] for r in p["results"]]
        outcomes = {r["outcome"] for r in told}
        assert "holds" in outcomes
        assert outcomes & {"fails", "undecided"}
        ids = {r["id"] for r in told}
        assert 3 <= len(ids) <= 6


def test_the_page_shows_what_its_twin_tells(reading):
    client = reading.test_client()
    told = client.get("/scenarios/citta-30-citta30/1.0.0/predicates.json").json
    page = client.get("/en/scenarios/citta-30-citta30/1.0.0/predicates").text
    assert {r["outcome"] for r in told["results"]} == {"holds", "fails", "undecided"}
    for result in told["results"]:
        assert result["text"]["en"] in page
        assert f'id="{result["id"]}"' in page
    family = client.get("/it/compare/citta-30/predicates")
    assert family.status_code == 200
    assert "non si può decidere" in family.text
    assert (
        client.get("/compare/citta-30/predicates.json").json["baseline"]["name"] == "citta-30-base"
    )


def test_a_baseline_states_nothing_and_says_so(reading):
    page = reading.test_client().get("/en/scenarios/citta-30-base/1.0.0/predicates")
    assert "states nothing that could be checked" in page.text
    assert reading.test_client().get("/en/compare/nowhere/predicates").status_code == 404


def test_results_are_stored_as_plain_json(published):
    for path in (published / "predicates").glob("*.json"):
        assert json.loads(path.read_text())["packages"]
