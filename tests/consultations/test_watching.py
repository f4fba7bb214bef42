"""Followers are told each thing once; a vote pauses when the figures of an option change."""

import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import db
from portal.consultations import abilities, acts, lifecycle, public_acts, watching
from portal.consultations.models import Consultation, Phase
from portal.i18n import in_language
from portal.news.models import NewsItem
from portal.scenarios import store
from portal.scenarios.publishing.publish import publish
from tests.conftest import NOON
from tests.factories import ROOT, make_consultation
from tests.scenarios.making import edit, rewrite

DAY = timedelta(days=1)
NAME = "verde-dove-mancano"


def told(session):
    return [item.sentence.split(":")[0] for item in session.scalars(sa.select(NewsItem))]


def test_dates_are_told_once_however_often_the_worker_looks(session):
    consultation = make_consultation(session)
    for _ in range(3):
        watching.tell_dates(session, NOON)
    assert told(session) == ["Voting is open"]
    item = session.scalars(sa.select(NewsItem)).one()
    assert item.kind == "consultation" and item.ref == str(consultation.id)
    assert item.path == f"/consultations/{consultation.slug}"
    near = consultation.closes_at - timedelta(hours=47)
    for _ in range(2):
        watching.tell_dates(session, near)
    assert told(session) == ["Voting is open", "Voting closes within two days"]
    consultation.counted_at = consultation.closes_at + timedelta(hours=1)
    watching.tell_dates(session, consultation.counted_at)
    assert told(session)[-1] == "The result is there"


def test_old_events_are_noted_and_not_told(session):
    make_consultation(session, counted_at=NOON - 30 * DAY, answered_at=NOON - 20 * DAY,
                      closes_at=NOON - 31 * DAY, opens_at=NOON - 50 * DAY)  # fmt: skip
    watching.tell_dates(session, NOON)
    assert told(session) == []


@pytest.fixture
def newer(session, tmp_path):
    """A newer version of the option “where they are missing”, with other figures or other words."""

    def release(version, *, material=True):
        package = tmp_path / "given/verde/dove-mancano"
        if not package.exists():
            shutil.copytree(ROOT / "scenarios/verde/dove-mancano", package)
        edit(package / "datapackage.json", lambda d: (
            d.update(version=version), d["scenario"].update(supersedes=f"{NAME}@1.0.0")))  # fmt: skip
        if material:
            table = (package / "kpi.csv").read_text()
            rewrite(package, "kpi.csv", table.replace("278.892,271.556,286.424",
                                                      "310.892,303.556,318.424"))  # fmt: skip
        publish([package.parent.parent], store().root)

    return release


def test_a_material_new_version_pauses_the_vote_once(session, newer):
    consultation = make_consultation(session)
    newer("1.1.0")
    watching.pause_changed(session, NOON)
    assert consultation.paused_at == NOON
    act = next(one for one in lifecycle.acts_of(session, consultation) if "paused" in one.action)
    for language, words in (("it", "Dove mancano"), ("en", "Where they are missing")):
        with in_language(language):
            assert words in public_acts.reason(act) and "1.1.0" in public_acts.reason(act)
    assert not abilities.open_now("vote", consultation, NOON)
    assert abilities.open_now("propose", consultation, NOON)
    assert consultation.phase(NOON) is Phase.OPEN
    assert told(session) == ["Voting is paused because the figures of an option changed"]
    acts.resume(session, consultation, reason="Looked at.", actor=consultation.id, now=NOON)
    watching.pause_changed(session, NOON + DAY)
    assert consultation.paused_at is None and len(told(session)) == 1


def test_a_version_that_changes_only_words_pauses_nothing(session, newer):
    consultation = make_consultation(session)
    newer("1.0.1", material=False)
    watching.pause_changed(session, NOON)
    assert consultation.paused_at is None


def test_a_paused_vote_says_so_on_its_page_and_takes_no_ballot(app, client, people):
    with app.test_request_context("/en/"), db.transaction() as session:
        make_consultation(session, slug="alberi", paused_at=NOON)
    assert "Voting is paused" in client.get("/en/consultations/alberi").text
    for answer in (people("citizen").get("/en/consultations/alberi/vote"),
                   people("citizen").post("/en/consultations/alberi/vote", data={
                       "idempotency_key": "k", "choice": "dove-mancano", "confirm": "1"})):  # fmt: skip
        assert answer.status_code == 409 and "paused" in answer.text
    desk = people("community_manager")
    assert "1 vote is paused" in desk.get("/en/manage").text
    assert "Go on with the vote" in desk.get("/en/manage/consultations/alberi").text


def test_following_is_one_button(app, client, people):
    with app.test_request_context("/en/"), db.transaction() as session:
        make_consultation(session, slug="alberi")
    page, citizen = "/en/consultations/alberi", people("citizen")
    assert client.post(f"{page}/follow").status_code == 303
    for _ in range(2):
        assert citizen.post(f"{page}/follow").status_code == 303
    assert "Stop following" in citizen.get(page).text
    assert citizen.post(f"{page}/follow", data={"stop": "1"}).status_code == 303
    assert "Stop following" not in citizen.get(page).text
    assert citizen.post("/en/consultations/follow").status_code == 303
    assert "Stop following" in citizen.get("/en/consultations").text
    assert citizen.post("/en/consultations/none-such/follow").status_code == 404


def test_the_worker_does_both_in_one_transaction(app):
    with app.app_context():
        with db.transaction() as session:
            make_consultation(session, slug="alberi")
        watching.look(NOON)
        assert told(db.session()) == ["Voting is open"]
        assert db.session().scalars(sa.select(Consultation)).one().paused_at is None
