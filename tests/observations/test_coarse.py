"""Coarse places: who may be named how finely."""

from collections import defaultdict
from uuid import UUID

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.observations.counts import by_district
from portal.observations.where import coarse
from portal.observations.where.coarse import CITY, DISTRICT, Seen

CENTRE = coarse.cell_of(44.494, 11.343, 9)
AROUND = sorted(h3.grid_disk(CENTRE, 4))
PEOPLE = [UUID(int=n) for n in range(12)]

seen = st.builds(
    Seen,
    st.none() | st.sampled_from(AROUND),
    st.none() | st.sampled_from(["navile", "savena"]),
    st.none() | st.sampled_from(PEOPLE),
)


def rows(*people, cell=CENTRE, district="navile"):
    return [(n, Seen(cell, district, PEOPLE[who])) for n, who in enumerate(people)]


def test_five_people_name_a_cell():
    found = coarse.publishable(rows(0, 1, 2, 3, 4), finest=9)
    assert {place.code for place in found.values()} == {CENTRE}


def test_fifty_measurements_by_four_people_do_not():
    found = coarse.publishable(rows(*(n % 4 for n in range(50))), finest=9)
    assert found == {}


def test_people_whose_account_is_gone_do_not_count():
    gone = [(n, Seen(CENTRE, "navile", None)) for n in range(20)]
    assert coarse.publishable(gone, finest=9) == {}


def test_too_few_go_up_to_the_cell_around_them():
    sibling = next(
        cell for cell in h3.cell_to_children(h3.cell_to_parent(CENTRE, 8), 9) if cell != CENTRE
    )
    mixed = rows(0, 1, 2) + [(n + 10, Seen(sibling, "navile", PEOPLE[n + 5])) for n in range(3)]
    found = coarse.publishable(mixed, finest=9)
    assert {place.level for place in found.values()} == {"h3-8"}


def test_what_has_no_cell_goes_to_its_district_or_the_city():
    assert {
        p.level for p in coarse.publishable(rows(0, 1, 2, 3, 4, cell=None), finest=9).values()
    } == {DISTRICT}
    spread = [(n, Seen(None, f"d{n}", PEOPLE[n])) for n in range(5)]
    assert {p.level for p in coarse.publishable(spread, finest=9).values()} == {CITY}


@settings(max_examples=150, deadline=None)
@given(st.lists(seen, max_size=60), st.randoms())
def test_no_place_has_fewer_than_five_people_and_order_does_not_matter(listed, chance):
    numbered = list(enumerate(listed))
    found = coarse.publishable(numbered, finest=9)
    people = defaultdict(set)
    for key, place in found.items():
        people[place].add(listed[key].contributor)
        if place.resolution is not None:
            assert place.resolution <= 9
            assert h3.cell_to_parent(listed[key].cell, place.resolution) == place.code
    assert all(len(who - {None}) >= 5 for who in people.values())
    chance.shuffle(numbered)
    assert coarse.publishable(numbered, finest=9) == found


def test_everything_about_a_cell_follows_from_the_cell():
    lat, lon = coarse.centre(CENTRE)
    assert coarse.cell_of(lat, lon, 9) == CENTRE
    ring = coarse.ring(CENTRE)
    assert ring[0] == ring[-1]
    assert coarse.radius("h3-9") == 201
    assert coarse.radius(DISTRICT) is None


def test_fifty_points_in_one_home_give_one_cell():
    assert len({coarse.cell_of(44.494 + n * 1e-6, 11.343, 9) for n in range(50)}) == 1


@pytest.mark.parametrize("hidden", ["savena"])
def test_a_single_hidden_district_cannot_be_worked_out(hidden):
    counted = [(Seen(None, "navile", PEOPLE[n]), 4) for n in range(6)]
    counted += [(Seen(None, "reno", PEOPLE[n]), 2) for n in range(6)]
    counted += [(Seen(None, hidden, PEOPLE[0]), 7)]
    assert by_district(counted, ["navile", "reno", hidden, "empty"]) == {
        "navile": 24,
        "reno": None,
        hidden: None,
        "empty": 0,
    }
