"""Taking in measurements: what is refused, what is kept, what is counted once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal.observations import counts, intake
from portal.observations.campaigns import campaigns
from portal.observations.contributing import entries
from portal.observations.contributing.entries import Entry
from portal.observations.desk import review
from portal.observations.intake import AlreadySent, Impossible, NotOpen
from portal.observations.models import Campaign, Grade, Observation
from portal.observations.where import coarse
from tests.conftest import NOON
from tests.factories import make_campaign

ROME = ZoneInfo("Europe/Rome")
PLAZA = (44.4938, 11.3430)


def entry(**values):
    return Entry(
        **{"result": 61.5, "phenomenon_time": NOON - timedelta(hours=2), "point": PLAZA, **values}
    )


def test_a_measurement_is_kept_without_its_exact_place(session, sign_in):
    campaign = make_campaign(session)
    made = intake.submit(session, campaign, sign_in().id, entry(accuracy=12.0), now=NOON)
    assert made.grade is Grade.CHECKED
    assert made.cell == coarse.cell_of(*PLAZA, 9)
    assert made.district == "santo-stefano"
    columns = set(Observation.model_fields)
    assert not columns & {"lat", "lon", "latitude", "longitude", "point"}
    assert len(made.checks) == 6


def test_every_check_that_fails_is_told_at_once(session, sign_in):
    campaign = make_campaign(session)
    wrong = entry(result=1e308, point=(45.0, 9.0), phenomenon_time=NOON + timedelta(days=400))
    with pytest.raises(Impossible) as refused:
        intake.submit(session, campaign, sign_in().id, wrong, now=NOON)
    assert [problem.field for problem in refused.value.problems] == [
        "lat",
        "result",
        "phenomenon_time",
    ]


@pytest.mark.parametrize("result", [float("nan"), float("inf"), -1e9, 1e308, 19.0, 121.0])
def test_impossible_values_are_refused(session, sign_in, result):
    with pytest.raises(Impossible):
        intake.submit(session, make_campaign(session), sign_in().id, entry(result=result), now=NOON)


def test_a_value_in_another_unit_is_refused(session, sign_in):
    with pytest.raises(Impossible) as refused:
        intake.submit(session, make_campaign(session), sign_in().id, entry(unit="Pa"), now=NOON)
    assert "dB(A)" in refused.value.problems[0].text


def test_a_district_alone_is_enough_and_has_no_cell(session, sign_in):
    campaign = make_campaign(session)
    made = intake.submit(
        session, campaign, sign_in().id, entry(point=None, district="navile"), now=NOON
    )
    assert (made.cell, made.district) == (None, "navile")


@pytest.mark.parametrize("values", [{"point": None}, {"point": None, "district": "atlantis"}])
def test_a_measurement_from_nowhere_is_refused(session, sign_in, values):
    with pytest.raises(Impossible):
        intake.submit(session, make_campaign(session), sign_in().id, entry(**values), now=NOON)


@pytest.mark.parametrize("days", [-100, 100])
def test_outside_its_period_a_campaign_takes_nothing(session, sign_in, days):
    with pytest.raises(NotOpen):
        intake.submit(
            session, make_campaign(session), sign_in().id, entry(), now=NOON + timedelta(days=days)
        )


def test_the_same_measurement_twice_counts_once(session, sign_in):
    campaign, who = make_campaign(session), sign_in()
    first = intake.submit(session, campaign, who.id, entry(key="form-1"), now=NOON)
    again = intake.submit(
        session, campaign, who.id, entry(key="form-1"), now=NOON + timedelta(minutes=1)
    )
    assert first.id == again.id
    without = intake.submit(session, campaign, who.id, entry(result=70.0), now=NOON)
    assert intake.submit(session, campaign, who.id, entry(result=70.0), now=NOON).id == without.id
    assert counts.by_grade(session, campaign.id)[Grade.RECEIVED] == 1


def test_one_form_with_two_values_is_refused_the_second_time(session, sign_in):
    campaign, who = make_campaign(session), sign_in()
    intake.submit(session, campaign, who.id, entry(key="form-1"), now=NOON)
    with pytest.raises(AlreadySent):
        intake.submit(session, campaign, who.id, entry(key="form-1", result=70.0), now=NOON)


def test_the_same_form_of_another_person_is_another_measurement(session, sign_in):
    campaign = make_campaign(session)
    ids = {
        intake.submit(session, campaign, sign_in().id, entry(key="k"), now=NOON).id
        for _ in range(3)
    }
    assert len(ids) == 3


def test_a_second_measurement_in_the_same_place_and_hour_is_kept_in_doubt(session, sign_in):
    campaign, who = make_campaign(session), sign_in()
    intake.submit(session, campaign, who.id, entry(), now=NOON)
    second = intake.submit(session, campaign, who.id, entry(result=64.0), now=NOON)
    assert second.grade is Grade.RECEIVED
    assert [check["id"] for check in second.checks if not check["passed"]] == ["not_repeated"]


def test_a_value_far_from_accepted_neighbours_is_kept_in_doubt(session, sign_in):
    from portal.accounts.models import Role

    campaign, manager = make_campaign(session), sign_in(Role.COMMUNITY_MANAGER)
    for n in range(6):
        made = intake.submit(session, campaign, sign_in().id, entry(result=60.0 + n), now=NOON)
        review.decide(session, made, manager, Grade.ACCEPTED, now=NOON)
    odd = intake.submit(session, campaign, sign_in().id, entry(result=110.0), now=NOON)
    assert odd.grade is Grade.RECEIVED
    assert odd.doubt == 1


def test_pass_rates_count_refused_entries_too(session, sign_in):
    campaign, who = make_campaign(session), sign_in()
    intake.submit(session, campaign, who.id, entry(note="a@b.it"), now=NOON)
    wrong = entries.impossible(campaign, entry(result=500.0), NOON)
    intake.note_refusal(session, campaign, wrong, now=NOON)
    rates = {rate.check_id: rate for rate in counts.pass_rates(session, campaign.id)}
    assert (rates["inside_range"].passed, rates["inside_range"].failed) == (1, 1)
    assert rates["no_personal_data"].share == 0.0
    assert rates["inside_area"].share == 1.0


def test_coverage_names_only_places_of_five_people(session, sign_in):
    campaign = make_campaign(session)
    for _ in range(6):
        intake.submit(session, campaign, sign_in().id, entry(), now=NOON)
    far = entry(point=(44.515, 11.28))
    intake.submit(session, campaign, sign_in().id, far, now=NOON)
    covered = campaigns.coverage(session, campaign)
    assert covered.places == {coarse.Place("h3-9", coarse.cell_of(*PLAZA, 9)): 5}  # in fives
    assert covered.unplaced == 0
    assert covered.districts["borgo-panigale-reno"] is None


@pytest.mark.parametrize(
    "text",
    ["", "ieri", "2026-06-01", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T10:00",
     "2026-06-01T25:00", "2026-06-01T10:00+99:00", "１２３"],
)  # fmt: skip
def test_a_time_that_cannot_be_read_is_told_so(text):
    with pytest.raises(ValueError, match=r"like 2026"):
        entries.local_time(text, ROME)


def test_an_hour_that_clocks_skipped_is_told_so():
    with pytest.raises(ValueError, match="clocks went forward"):
        entries.local_time("2026-03-29T02:30", ROME)


def test_of_an_hour_that_came_twice_the_first_is_taken():
    assert entries.local_time("2026-10-25T02:30", ROME) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_with_its_own_zone_keeps_it():
    assert entries.local_time("2026-06-01T10:00:00Z", ROME).hour == 10
    assert entries.local_time("2026-06-01T10:00", ROME).hour == 8


def test_what_a_table_forbids_nobody_can_write(session):
    campaign = make_campaign(session)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.update(Campaign).values(resolution=3))
    assert session.exec(select(Campaign.resolution)).one() == campaign.resolution
