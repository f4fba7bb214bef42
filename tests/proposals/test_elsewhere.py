"""What other pages show of proposals, the lineage, and the demonstration."""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import select

from portal import db
from portal.proposals import demonstration, panels
from portal.proposals.models import Direction, Proposal, State, Support
from portal.scenarios import store
from tests.conftest import NOON
from tests.factories import make_consultation
from tests.proposals.conftest import LIST


def test_a_scenario_shows_the_proposals_that_speak_of_it(city, client, proposed):
    proposed(title="Più alberi dove mancano davvero", scenario="verde-dove-mancano")
    proposed(
        title="Più alberi per ogni abitante", indicator="alberi_per_1000_abitanti",
        direction=Direction.UP,
    )  # fmt: skip
    proposed(title="Ritirata, quindi non mostrata", scenario="verde-dove-mancano",
             state=State.WITHDRAWN)  # fmt: skip
    with city.test_request_context("/it/"):
        shown = panels.of_scenario(package=store().package("verde-dove-mancano"))
        assert [p["title"] for p in shown["of_it"]] == ["Più alberi dove mancano davvero"]
        assert [p["title"] for p in shown["of_figures"]] == ["Più alberi per ogni abitante"]
        assert panels.of_scenario(package=store().package("casa-tendenza-2030")) is None
    assert "Più alberi dove mancano davvero" in client.get("/it/scenarios/verde-dove-mancano").text


def test_a_consultation_shows_its_newest_and_most_supported(city, client, proposed):
    for number in range(5):
        proposed(title=f"Proposta per la piazza numero {number}", supports_count=number)
    page = client.get("/it/consultations/alberi").text
    assert "Proposta per la piazza numero 4" in page and f'href="{LIST}/new"' in page


def test_an_account_shows_its_own_proposals(city, people):
    from tests.proposals.conftest import GOOD

    people().post(LIST, data=GOOD)
    assert GOOD["title"] in people().get("/it/account").text
    assert GOOD["title"] not in people(n=2).get("/it/account").text


def test_the_staff_desk_says_how_many_wait_for_an_answer(city, people, proposed):
    desk = people("community_manager")
    before = desk.get("/it/manage/moderation/answers").text
    proposed(title="Una proposta appena arrivata")
    assert "Una proposta appena arrivata" not in before
    assert "Una proposta appena arrivata" in desk.get("/it/manage/moderation/answers").text
    assert people().get("/it/manage/proposals").status_code == 403


def test_lineage_is_followed_both_ways(city, client, proposed):
    page = proposed(scenario="verde-dove-mancano")
    identity = page.rpartition("/")[2]
    mine = client.get(f"/lineage/proposal/{identity}.json").get_json()
    assert [(u["kind"], u["id"]) for u in mine["uses"]] == [
        ("consultation", "alberi"), ("scenario", "verde-dove-mancano@1.0.0"),
    ]  # fmt: skip
    for kind, ref in (("consultation", "alberi"), ("scenario", "verde-dove-mancano@1.0.0")):
        used_by = client.get(f"/lineage/{kind}/{ref}.json").get_json()["used_by"]
        assert identity in [one["id"] for one in used_by]
    assert client.get("/lineage/proposal/nonsense.json").status_code == 404


def test_a_hidden_proposal_leaves_the_lineage(city, client, proposed):
    page = proposed(state=State.HIDDEN, hidden_from=State.PUBLISHED)
    identity = page.rpartition("/")[2]
    assert client.get(f"/lineage/proposal/{identity}.json").status_code == 404


def test_the_demonstration_is_the_same_every_time_and_labelled(app, client):
    asked = {
        "trentamila-alberi": ("verde", "dove-mancano"),
        "riqualificare-le-case": ("energia", "mirato-30"),
        "alloggi-turistici": ("casa", "stop-nuove-2030"),
    }
    with app.app_context(), db.transaction() as session:
        for slug, (family, option) in asked.items():
            make_consultation(
                session, slug=slug, family=family, options=[option], demonstration=True,
                announced_at=NOON - timedelta(days=60), opens_at=NOON - timedelta(days=30),
                closes_at=datetime.now(UTC) + timedelta(days=9),
            )  # fmt: skip
    with app.app_context():
        demonstration.seed(app)
        session = db.session()
        rows = list(session.exec(select(Proposal)))
        given = dict(
            session.execute(
                sa.select(Support.proposal_id, sa.func.count()).group_by(Support.proposal_id)
            ).all()
        )
    assert 70 < len(rows) < 120 and all(row.demonstration for row in rows)
    assert len({row.family_id for row in rows if row.family_id}) == 4
    assert [r.title for r in rows if r.supports_count != given.get(r.id, 0)] == []
    assert all(row.district for row in rows if row.lat is not None)
    assert len({row.body for row in rows}) == len(rows)
    assert not any(re.search("lorem", row.body, re.IGNORECASE) for row in rows)
    page = f"/it/consultations/trentamila-alberi/proposals/{rows[0].id}"
    assert "badge--demonstration" in client.get(page).text
