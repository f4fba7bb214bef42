"""Kept counts say what a count of the rows would say, whatever happened to them."""

from collections import Counter, defaultdict
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from portal import db
from portal.observations import counts
from portal.observations.campaigns import campaigns
from portal.observations.count_models import PlaceCount, Presence
from portal.observations.models import Grade, Observation
from portal.observations.where import coarse
from portal.observations.where.coarse import Seen
from tests.conftest import NOON
from tests.factories import make_account, make_campaign

CELLS = [None, *coarse.around(coarse.cell_of(44.494, 11.343, 9), 1)]
sent = st.tuples(
    st.sampled_from(CELLS), st.integers(0, 7), st.sampled_from(list(Grade)), st.booleans()
)
change = st.tuples(st.integers(0, 60), st.sampled_from(["grade", "leave", "delete"]),
                   st.sampled_from(list(Grade)))  # fmt: skip


def counted(session, campaign, districts):
    """Coverage as it was before anything was kept: from every row."""
    rows = [
        (Seen(one.cell, one.district, one.contributor_id), 1)
        for one in session.exec(select(Observation).where(Observation.campaign_id == campaign.id))
        if one.grade is not Grade.REJECTED
    ]
    named = coarse.publishable(enumerate(seen for seen, _n in rows), finest=9)
    return Counter(named.values()), counts.by_district(rows, districts), len(rows) - len(named)


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(sent, min_size=5, max_size=40), st.lists(change, max_size=12))
@pytest.mark.parametrize("districts", [["navile", "savena"]])
def test_whatever_is_sent_decided_and_withdrawn(session, districts, listed, changes):
    with session.begin_nested() as part:
        campaign = make_campaign(session)
        people = [make_account(session).id for _ in range(7)] + [None]
        rows = [
            {"id": uuid4(), "campaign_id": campaign.id, "contributor_id": people[who],
             "result": 60.0, "unit": "dB", "phenomenon_time": NOON, "received_at": NOON,
             "cell": cell, "district": districts[north], "note": "", "grade": grade,
             "checks": [], "confidence": 0, "key_hash": uuid4().hex}
            for cell, who, grade, north in listed
        ]  # fmt: skip
        session.execute(sa.insert(Observation), rows)
        for place, what, grade in changes:
            here = Observation.id == rows[place % len(rows)]["id"]
            statement = {
                "grade": sa.update(Observation).where(here).values(grade=grade),
                "leave": sa.update(Observation).where(here).values(contributor_id=None),
                "delete": sa.delete(Observation).where(here),
            }[what]
            session.execute(statement, execution_options={"synchronize_session": False})
        session.expire_all()
        kept = counts.coverage(session, campaign.id, finest=9, districts=districts)
        places, by_district, unplaced = counted(session, campaign, districts)
        assert (Counter(kept.places), kept.districts, kept.unplaced) == (
            places, by_district, unplaced,
        )  # fmt: skip
        grades = Counter(
            session.scalars(
                sa.select(Observation.grade).where(Observation.campaign_id == campaign.id)
            )
        )
        assert +Counter(counts.by_grade(session, campaign.id)) == grades
        _nobody_is_kept_too_long(session, campaign)
        part.rollback()


def _nobody_is_kept_too_long(session, campaign):
    there = defaultdict(set)
    for one in session.exec(select(Presence).where(Presence.campaign_id == campaign.id)):
        assert one.n > 0
        there[one.cell, one.district].add(one.contributor_id)
    for one in session.exec(select(PlaceCount).where(PlaceCount.campaign_id == campaign.id)):
        assert one.people == len(there[one.cell, one.district])


def test_who_measures_most_is_told_by_nothing_but_a_number_in_fives(app):
    def measure(session, campaign, who, times):
        for _ in range(times):
            session.add(Observation(
                campaign_id=campaign.id, contributor_id=who.id, result=60.0, unit="dB",
                phenomenon_time=NOON, received_at=NOON, cell=CELLS[1], district="navile",
                key_hash=uuid4().hex,
            ))  # fmt: skip
        session.flush()

    def told(session, campaign):
        return {p.code: n for p, n in campaigns.coverage(session, campaign).places.items() if n}

    with app.app_context(), db.transaction() as session:
        campaign = make_campaign(session)
        people = [make_account(session) for _ in range(5)]
        measure(session, campaign, people[0], 34)
        for one in people[1:4]:
            measure(session, campaign, one, 1)
        assert told(session, campaign) == {}  # four people are too few, however often
        measure(session, campaign, people[4], 4)
        assert told(session, campaign) == {CELLS[1]: 40}  # of 41
        measure(session, campaign, people[0], 3)
        assert told(session, campaign) == {CELLS[1]: 40}
        measure(session, campaign, people[0], 1)
        assert told(session, campaign) == {CELLS[1]: 45}
