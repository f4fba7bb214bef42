"""What leaves the portal: rows that name nobody."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import h3
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.datasets import table
from portal.datasets.anonymise import Kept, Row, anonymise
from portal.observations import coarse

ROME = ZoneInfo("Europe/Rome")
CENTRE = coarse.cell_of(44.494, 11.343, 9)
CELLS = sorted(h3.grid_disk(CENTRE, 3))
START = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)


def release(observations):
    return anonymise(
        observations,
        finest=9,
        decimals=1,
        zone=ROME,
        district_of=lambda cell: f"district-of-{h3.cell_to_parent(cell, 6)[-4:]}",
    )


@st.composite
def many(draw):
    count = draw(st.integers(0, 60))
    return [
        Kept(
            id=UUID(int=n),
            contributor=draw(st.none() | st.builds(UUID, int=st.integers(1, 12))),
            result=draw(st.floats(20, 120)),
            at=START + timedelta(seconds=draw(st.integers(0, 60 * 86400))),
            cell=draw(st.none() | st.sampled_from(CELLS)),
            district=draw(st.none() | st.sampled_from(["navile", "savena"])),
            caveat=draw(st.booleans()),
        )
        for n in range(count)
    ]


@settings(max_examples=120, deadline=None)
@given(many(), st.randoms())
def test_the_same_rows_come_out_whatever_the_order(observations, chance):
    first = release(observations)
    chance.shuffle(observations)
    assert release(observations) == first


@settings(max_examples=120, deadline=None)
@given(many())
def test_every_published_place_has_five_people_and_no_row_is_finer_than_allowed(observations):
    leaving = release(observations)
    by_id = {one.id: one for one in observations}
    assert len(leaving.rows) == len(leaving.published)
    assert len(leaving.rows) + leaving.withheld == len(observations)
    places = coarse.publishable(
        [(one.id, coarse.Seen(one.cell, one.district, one.contributor)) for one in observations],
        finest=9,
    )
    people = defaultdict(set)
    for id, place in places.items():
        people[place.level, place.code].add(by_id[id].contributor)
    for row in leaving.rows:
        assert len(people[row.place_level, row.place] - {None}) >= 5
        assert row.place_level not in ("h3-10", "h3-11", "h3-15")
        assert row.phenomenon_time.minute == row.phenomenon_time.second == 0


@settings(max_examples=80, deadline=None)
@given(many())
def test_every_column_about_the_place_follows_from_the_coarse_place(observations):
    told = defaultdict(set)
    for row in release(observations).rows:
        told[row.place_level, row.place].add(
            (row.latitude, row.longitude, row.radius_m, row.district)
        )
    assert all(len(facts) == 1 for facts in told.values())


def test_no_column_says_who_measured_or_what_they_wrote():
    names = {column.name for column in table.COLUMNS} | set(Row.__dataclass_fields__)
    assert not names & {"contributor", "contributor_id", "id", "note", "accuracy", "received_at"}


def some(cell=CENTRE, district="navile", at=START, people=5):
    return [
        Kept(UUID(int=n + 1), UUID(int=n + 100), 60.04, at, cell, district, False)
        for n in range(people)
    ]


def test_in_a_cell_the_hour_is_told_elsewhere_only_the_day():
    at = datetime(2026, 6, 1, 22, 47, 12, tzinfo=UTC)  # half past midnight in the city
    in_cell = release(some(at=at)).rows[0]
    assert (in_cell.date.isoformat(), in_cell.hour) == ("2026-06-02", 0)
    in_district = release(some(cell=None, at=at)).rows[0]
    assert (in_district.date.isoformat(), in_district.hour) == ("2026-06-02", None)
    assert in_district.phenomenon_time == datetime(2026, 6, 1, 22, 0, tzinfo=UTC)
    assert in_district.latitude is None


def test_fifty_measurements_from_one_home_are_withheld():
    home = [
        Kept(UUID(int=n + 1), UUID(int=7), 60.0, START + timedelta(days=n), CENTRE, "navile", False)
        for n in range(50)
    ]
    leaving = release(home)
    assert leaving.rows == ()
    assert leaving.withheld == 50


def test_values_are_rounded_and_the_caveat_is_told():
    row = release(some()).rows[0]
    assert (row.result, row.quality) == (60.0, "accepted")
