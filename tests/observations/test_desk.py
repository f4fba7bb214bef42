"""The review desk: the queue and its filters, a case with its context, many at once, undoing."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.observations.models import Grade, Observation
from tests.factories import make_campaign

HERE, DESK = "/it/observations/noise", "/it/manage/observations"
GOOD = {"result": "61,5", "lat": "44.4938", "lon": "11.3430", "phenomenon_time": "2026-06-01T10:30"}
PHONE = {**GOOD, "note": "chiamare 051 555 0142"}


@pytest.fixture
def campaign(app):
    with app.app_context(), db.transaction() as session:
        return make_campaign(session, slug="noise", dataset="noise", demonstration=True)


def kept(app):
    """Everything sent, the most doubtful first."""
    with app.app_context():
        return sorted(db.session().exec(select(Observation)).all(), key=lambda one: -one.doubt)


def sent(answer):
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_queue_leads_from_the_most_doubtful_to_the_next(app, people, campaign):
    people().post(HERE, data=PHONE)
    people(n=2).post(HERE, data=GOOD)
    doubtful, other = kept(app)
    manager = people("community_manager")
    desk = manager.get(DESK).text
    assert desk.index(str(doubtful.id)) < desk.index(str(other.id))
    case = f"{DESK}/{doubtful.id}"
    shown = manager.get(case).text
    assert "un numero di telefono" in shown and "citizen" not in shown
    assert f'rel="next" href="{DESK}/{other.id}"' in shown
    refused = manager.post(case, data={"decision": "rejected"})
    assert refused.status_code == 422 and 'id="field-reason"' in refused.text
    decided = manager.post(case, data={"decision": "rejected", "reason": "in casa", "seen": "0"})
    assert sent(decided) == f"{DESK}/{other.id}"
    sent(manager.post(f"{DESK}/{other.id}", data={"decision": "accepted"}))
    assert {one.grade for one in kept(app)} == {Grade.REJECTED, Grade.ACCEPTED}
    assert "in casa" in people().get(f"{HERE}/mine").text
    assert f'href="{case}"' in manager.get(DESK).text.partition('id="decided"')[2]


@pytest.mark.parametrize("decision", ["", "checked", "perhaps"])
def test_a_decision_that_is_none_is_refused(app, people, campaign, decision):
    people().post(HERE, data=GOOD)
    (made,) = kept(app)
    answer = people("community_manager").post(f"{DESK}/{made.id}", data={"decision": decision})
    assert answer.status_code == 422
    assert kept(app)[0].grade is Grade.CHECKED


def test_citizens_do_not_review(app, people, campaign):
    people().post(HERE, data=GOOD)
    (made,) = kept(app)
    citizen = people()
    for address in (DESK, f"{DESK}/{made.id}", f"{DESK}/{made.id}/around.geojson",
                    f"{DESK}/together?check=not_repeated"):  # fmt: skip
        assert citizen.get(address).status_code == 403
    answer = citizen.post(f"{DESK}/{made.id}", data={"decision": "accepted"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "query",
    ["?confidence=x&last=y", "?confidence=1", "?received_at=1", "?campaign=none", "?device=7",
     "?check=nothing", "?district=%00", "?cell=zz", "?whose=me", "?batch=1&confidence=0"],
)  # fmt: skip
def test_a_strange_address_of_the_queue_is_answered(people, campaign, query):
    assert people("community_manager").get(f"{DESK}{query}").status_code == 200


def test_the_queue_is_narrowed_by_campaign_check_and_district(app, people, campaign):
    people().post(HERE, data=PHONE)
    people(n=2).post(HERE, data={**GOOD, "lat": "44.5120", "lon": "11.3421"})
    doubtful, other = kept(app)
    manager = people("community_manager")

    def shown(query):
        rows = manager.get(f"{DESK}?{query}").text.partition("data-queue")[2]
        return {str(one.id) for one in (doubtful, other) if str(one.id) in rows}

    assert shown("check=no_personal_data") == {str(doubtful.id)}
    assert shown(f"district={other.district}&campaign=noise") == {str(other.id)}
    assert shown("campaign=none") == shown("whose=passed_on") == set()
    assert shown("") == {str(doubtful.id), str(other.id)}


def test_a_second_opinion_comes_from_somebody_else_who_does_not_see_the_first(
    app, people, campaign
):
    people().post(HERE, data=PHONE)
    (made,) = kept(app)
    case, one, other = f"{DESK}/{made.id}", people("community_manager"), people(
        "community_manager", 2
    )  # fmt: skip
    opinion = {"decision": "rejected", "reason": "Forse è in casa.", "second": "1", "seen": "0"}
    sent(one.post(case, data=opinion))
    assert "qualcun altro" in one.get(case).text
    assert one.post(case, data={"decision": "accepted"}).status_code == 403
    shown = other.get(case).text
    assert "Forse è in casa." in shown and "Scartata" not in shown.partition('id="history"')[2]
    sent(other.post(case, data={"decision": "accepted", "seen": "1"}))
    seen = other.get(case).text
    assert "Accolta · Scartata" in seen or "Scartata · Accolta" in seen


def test_what_a_colleague_decided_meanwhile_is_shown_first(app, people, campaign):
    people().post(HERE, data=GOOD)
    (made,) = kept(app)
    case = f"{DESK}/{made.id}"
    sent(people("community_manager").post(case, data={"decision": "accepted", "seen": "0"}))
    late = {"decision": "rejected", "reason": "No.", "seen": "0"}
    answer = people("community_manager", 2).post(case, data=late)
    assert answer.status_code == 409 and 'name="seen" value="1"' in answer.text
    assert kept(app)[0].grade is Grade.ACCEPTED
    sent(people("community_manager", 2).post(case, data={**late, "seen": "1"}))
    assert kept(app)[0].grade is Grade.REJECTED


def test_a_decision_is_undone_for_ten_minutes_by_a_new_one(app, people, campaign, later):
    people().post(HERE, data=PHONE)
    (made,) = kept(app)
    manager = people("community_manager")
    sent(manager.post(f"{DESK}/{made.id}", data={"decision": "accepted"}))
    page = manager.get(DESK).text
    undo = re.search(r'action="([^"]+/undo)"', page)[1]
    assert people("community_manager", 2).post(undo).status_code == 403
    assert sent(manager.post(undo)) == f"{DESK}/{made.id}"
    assert kept(app)[0].grade is Grade.RECEIVED
    assert str(made.id) in manager.get(f"{DESK}?check=no_personal_data").text
    assert manager.post(undo).status_code == 409
    sent(manager.post(f"{DESK}/{made.id}", data={"decision": "accepted"}))
    late = re.search(r'action="([^"]+/undo)"', manager.get(DESK).text)[1]
    later(timedelta(minutes=11))
    assert manager.post(late).status_code == 409
    assert "/undo" not in manager.get(DESK).text


def test_many_are_decided_at_once_after_a_look_at_how_many(app, people, campaign):
    for n in range(1, 5):
        people(n=n).post(HERE, data=PHONE)
    people(n=5).post(HERE, data=GOOD)
    manager = people("community_manager")
    together = f"{DESK}/together?check=no_personal_data&campaign=noise"
    page = manager.get(together).text
    assert 'name="expected" value="4"' in page
    form = {"decision": "rejected", "reason": "Togliere il numero.", "expected": "3"}
    changed = manager.post(together, data=form)
    assert changed.status_code == 409 and 'name="expected" value="4"' in changed.text
    assert manager.post(together, data={**form, "reason": ""}).status_code == 422
    assert sent(manager.post(together, data={**form, "expected": "4"})) == DESK
    assert [one.grade for one in kept(app)].count(Grade.REJECTED) == 4
    assert manager.post(together, data={**form, "expected": "4"}).status_code == 409
    sent(manager.post(re.search(r'action="([^"]+/undo)"', manager.get(DESK).text)[1]))
    assert {one.grade for one in kept(app)} == {Grade.RECEIVED, Grade.CHECKED}
    assert manager.get(f"{DESK}/together?campaign=noise").status_code == 422


def test_the_cells_around_hold_the_middle_of_what_was_accepted(app, people, campaign):
    manager = people("community_manager")
    for n, value in enumerate(("60", "62", "70"), 1):
        people(n=n).post(HERE, data={**GOOD, "result": value})
    for one in kept(app)[:2]:
        sent(manager.post(f"{DESK}/{one.id}", data={"decision": "accepted"}))
    case = f"{DESK}/{kept(app)[0].id}"
    accepted = [one.result for one in kept(app) if one.grade is Grade.ACCEPTED]
    assert manager.get(f"{case}/around.json").get_json() == {kept(app)[0].cell: sum(accepted) / 2}
    assert len(manager.get(f"{case}/around.geojson").get_json()["features"]) == 19
    assert "data-map" in manager.get(case).text


def test_each_check_has_a_page_with_its_pass_rate(client, people, campaign):
    people().post(HERE, data=PHONE)
    shown = client.get("/it/algorithms/observation-no-personal-data")
    assert shown.status_code == 200 and "Rumore in strada" in shown.text
    assert "Arpae" in client.get("/it/algorithms/observation-like-neighbours").text
    assert client.get("/it/algorithms/observation-order").status_code == 200
    assert client.get("/it/algorithms/none").status_code == 404
    assert "/it/algorithms/observation-inside-area" in client.get("/it/algorithms").text
