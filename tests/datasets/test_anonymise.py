"""What leaves the portal: rows that name nobody, by the rule and by the way for many rows."""

from collections import Counter, defaultdict
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import h3
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.datasets import batches, table
from portal.datasets.anonymise import Grid, Kept, Row, Told, anonymise
from portal.datasets.batches import Member
from portal.datasets.bulk import SLOT, Bulk
from portal.observations.where import coarse
from portal.observations.where.coarse import Place

ROME = ZoneInfo("Europe/Rome")
CENTRE = coarse.cell_of(44.494, 11.343, 9)
CELLS = sorted(h3.grid_disk(CENTRE, 3))
START = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
GRID = Grid(
    finest=9,
    decimals=1,
    hourly=True,
    zone=ROME,
    district_of=lambda cell: f"district-of-{h3.cell_to_parent(cell, 6)[-4:]}",
)


def release(observations):
    return anonymise(observations, GRID)


@st.composite
def many(draw, most=60):
    """Observations never told, of few people in few places, so that every rule is met."""
    return [
        Kept(
            id=UUID(int=n),
            contributor=draw(st.none() | st.builds(UUID, int=st.integers(1, 12))),
            result=round(draw(st.floats(20, 120)), 2),
            at=START + timedelta(seconds=draw(st.integers(0, 60 * 86400))),
            cell=draw(st.none() | st.sampled_from(CELLS[:6])),
            district=draw(st.none() | st.sampled_from(["navile", "savena"])),
            caveat=draw(st.booleans()),
            category=draw(st.sampled_from([None, None, "dry"])),
            ripe=draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, most)))
    ]


@st.composite
def histories(draw):
    """The same later: some were told, and of these some must go."""
    first = draw(many())
    added = release(first).added
    gone = draw(st.sets(st.sampled_from(sorted(added)))) if added else set()
    later = [
        replace(one, told=Told(added[one.id], 1), stays=one.id not in gone,
                contributor=None if one.id in gone and draw(st.booleans()) else one.contributor)
        if one.id in added else replace(one, ripe=True)
        for one in first
    ]  # fmt: skip
    new = draw(many(40))
    return first, [*later, *(replace(one, id=UUID(int=1000 + one.id.int)) for one in new)]


def in_bulk(observations):
    rows = [
        (one.id.hex, one.contributor and one.contributor.hex, one.result, one.category,
         int(one.at.timestamp()) // SLOT, one.cell, one.district, one.caveat, one.ripe, one.stays,
         *((one.told.place.level, one.told.place.code, one.told.since) if one.told
           else (None, None, None)))
        for one in observations
    ]  # fmt: skip
    with Bulk(GRID) as bulk:
        bulk.read(rows)
        outcome = bulk.decide()
        added = {UUID(id): Place(*place) for piece in bulk.added(10) for id, *place in piece}
        found = bulk.sql.execute("SELECT * FROM rows").fetchall()
        return outcome, added, frozenset(map(UUID, bulk.left())), found


@settings(max_examples=20, deadline=None)
@given(histories())
def test_the_way_for_many_rows_comes_to_the_same(history):
    rule = release(history[1])
    outcome, added, left, rows = in_bulk(history[1])
    naive = [replace(one, phenomenon_time=one.phenomenon_time.replace(tzinfo=None))
             for one in rule.rows]  # fmt: skip
    assert rows == [astuple(one) for one in naive]
    assert (added, left) == (dict(rule.added), rule.left)
    assert outcome.published == len(rule.rows)
    for name in ("left_along", "left_gone", "waiting", "patient", "left_before"):
        assert getattr(outcome, name) == getattr(rule, name), name


@settings(max_examples=50, deadline=None)
@given(many(), st.randoms())
def test_the_same_rows_come_out_whatever_the_order(observations, chance):
    first = release(observations)
    chance.shuffle(observations)
    assert release(observations) == first


def people_behind(placed, by_id):
    """Rows by person behind each place."""
    found = defaultdict(Counter)
    for id, place in placed:
        found[place][by_id[id].contributor] += 1
    return found


@settings(max_examples=50, deadline=None)
@given(many())
def test_every_place_has_five_people_none_with_more_than_half(observations):
    leaving = release(observations)
    by_id = {one.id: one for one in observations}
    assert len(leaving.rows) == len(leaving.added)
    assert len(leaving.rows) + leaving.waiting + leaving.left_before == len(observations)
    for counts in people_behind(leaving.added.items(), by_id).values():
        assert None not in counts
        assert len(counts) >= 5
        assert 2 * max(counts.values()) <= counts.total()
    for row in leaving.rows:
        assert row.place_level not in ("h3-10", "h3-11", "h3-15")
        assert row.phenomenon_time.minute == row.phenomenon_time.second == 0


@settings(max_examples=50, deadline=None)
@given(histories())
def test_what_two_releases_differ_by_has_five_people_in_every_place(history):
    first, second = history
    before, after = release(first), release(second)
    by_id = {one.id: one for one in second}
    for counts in people_behind(after.added.items(), by_id).values():
        assert len(counts) >= 5
    gone = [(id, before.added[id]) for id in after.left]
    batch = Counter(before.added.values())
    for place, counts in people_behind(gone, by_id).items():
        assert len(counts) >= 5 or counts.total() == batch[place]
        assert 2 * max(counts.values()) <= counts.total() or counts.total() == batch[place]
    standing = [(id, place) for id, place in before.added.items() if id not in after.left]
    for counts in people_behind(standing, by_id).values():
        assert len(counts) >= 5
    assert not after.left & set(after.added)


@settings(max_examples=50, deadline=None)
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


def some(cell=CENTRE, district="navile", at=START, people=5, **facts):
    return [
        Kept(UUID(int=n + 1), UUID(int=n + 100), 60.04, at, cell, district, False, **facts)
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


def test_a_campaign_by_the_day_tells_no_hour_at_all():
    row = anonymise(some(), replace(GRID, hourly=False)).rows[0]
    assert (row.place_level, row.hour) == ("h3-9", None)


def test_fifty_measurements_from_one_home_are_withheld():
    home = [
        Kept(UUID(int=n + 1), UUID(int=7), 60.0, START + timedelta(days=n), CENTRE, "navile", False)
        for n in range(50)
    ]
    leaving = release(home)
    assert leaving.rows == ()
    assert leaving.waiting == 50


def test_one_person_with_most_of_the_rows_is_not_told_there_but_the_others_are():
    neighbours = some(people=6)
    home = [Kept(UUID(int=500 + n), UUID(int=7), 61.0, START, CENTRE, "navile", False)
            for n in range(50)]  # fmt: skip
    leaving = release([*neighbours, *home])
    assert set(leaving.added) == {one.id for one in neighbours}


def test_new_rows_wait_for_company_nearby_before_they_are_told_more_coarsely():
    apart = [replace(one, cell=CELLS[0] if n % 2 else None) for n, one in enumerate(some())]
    waiting = [replace(one, ripe=False) for one in apart]
    assert release(waiting).patient == 5
    assert {place.level for place in release(apart).added.values()} == {"district"}


def test_values_are_rounded_the_caveat_is_told_and_a_category_has_no_number():
    row = release(some()).rows[0]
    assert (row.result, row.category, row.quality) == (60.0, None, "accepted")
    row = release(some(category="dry")).rows[0]
    assert (row.result, row.category) == (None, "dry")


def batch(rows, gone=()):
    """A batch of so many rows by person; `gone` are places in it."""
    whose = [who for who, n in enumerate(rows) for _ in range(n)]
    return [Member(UUID(int=n), UUID(int=100 + who), n not in gone) for n, who in enumerate(whose)]


def test_nothing_leaves_a_batch_in_which_everybody_stays():
    assert batches.leaving(batch([5] * 8)) == frozenset()


def test_with_one_row_four_others_leave_one_each():
    left = batches.leaving(batch([5] * 12, gone={0}))
    assert len(left) == 5
    assert UUID(int=0) in left


def test_with_many_rows_of_one_as_many_of_others_leave():
    left = batches.leaving(batch([20] * 12, gone=set(range(20))))
    assert len(left) == 40


def test_a_batch_too_small_to_hide_in_leaves_whole():
    assert len(batches.leaving(batch([1] * 6, gone={0}))) == 6
