"""One's own data: sessions by device, everything as a file, leaving and staying, who looked."""

import csv
import io
import json
import re
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import db, jobs
from portal.accounts import accesses, devices, export, leaving, personal
from portal.accounts.models import Account, Declaration, EmailCode, Role, SignIn
from portal.observations.models import Observation
from portal.proposals.models import Proposal, State, Support
from portal.voting.casting import ballots, offers
from tests import factories
from tests.conftest import NOON

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 Version/18.5 Mobile Safari/604.1"  # fmt: skip


def written_mails(app):
    """Messages in the order they were written, sent or not."""
    with app.app_context():
        query = sa.select(jobs.Job).where(jobs.Job.kind == "mail.send").order_by(jobs.Job.due)
        return [job.payload for job in db.session().execute(query).scalars()]


def enter(app, email="ada@example.org", agent=FIREFOX):
    browser = app.test_client()
    browser.post("/en/sign-in", data={"email": email})
    code = re.search(r"\d{8}", written_mails(app)[-1]["body"]).group()
    done = browser.post(
        "/en/sign-in/code", data={"code": code, "next": "/en/"}, headers={"User-Agent": agent}
    )
    assert done.status_code == 303
    return browser


def me(app, email="ada@example.org"):
    return db.session().execute(sa.select(Account).where(Account.email == email)).scalar_one()


# --- sessions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox · Linux"),
        (PHONE, "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_kind_and_no_finer(agent, words):
    assert devices.words(agent) == words


def test_sessions_are_listed_with_device_and_way(app):
    enter(app, agent=PHONE)
    page = enter(app).get("/en/account").text
    assert "Firefox · Linux" in page and "Safari · iPhone" in page
    assert page.count("Sign out there") == 1
    assert "By code by e-mail" in page


def test_one_other_session_is_ended_and_this_one_stays(app):
    other, here = enter(app, agent=PHONE), enter(app)
    with app.app_context():
        rows = db.session().execute(sa.select(SignIn)).scalars().all()
    handle = next(one.handle for one in rows if "iPhone" in one.device)
    assert here.post(f"/en/account/sessions/{handle}/end").status_code == 303
    assert other.get("/en/account").status_code == 303
    assert here.get("/en/account").status_code == 200


def test_nobody_ends_somebody_elses_session(app):
    mine, theirs = enter(app), enter(app, "bruno@example.org")
    with app.app_context():
        bruno = me(app, "bruno@example.org")
        row = (
            db.session()
            .execute(sa.select(SignIn).where(SignIn.account_id == bruno.id))
            .scalar_one()
        )
    for handle in (row.handle, row.token_hash, "", "%", "0" * 16, "x" * 5000):
        assert mine.post(f"/en/account/sessions/{handle}/end").status_code in (404, 405)
    assert theirs.get("/en/account").status_code == 200


def test_all_others_are_ended_at_once(app):
    other, here = enter(app), enter(app)
    here.post("/en/account/sign-out-others")
    assert other.get("/en/account").status_code == 303
    assert here.get("/en/account").status_code == 200


def test_the_answer_is_the_same_for_known_and_unknown_addresses(app):
    enter(app)
    answers, statements = [], []
    with app.app_context():
        engine = db.engine()
    for email in ("ada@example.org", "nobody@example.org"):
        seen = []
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        answer = app.test_client().post("/en/sign-in", data={"email": email})
        sa.event.remove(engine, "before_cursor_execute", listener)
        answers.append((answer.status_code, answer.location, answer.text))
        statements.append(seen)
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]  # the same work, so the same time


# --- the export -----------------------------------------------------------------------------


def opened(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.is_streamed
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_everything_about_a_person_is_in_the_file_twice_and_explained(app):
    browser = enter(app)
    with app.test_request_context("/en/"), db.transaction() as session:
        ada = me(app)
        factories.make_proposal(session, author_id=ada.id, title="=HYPERLINK('x') più alberi qui")
        session.add(Declaration(account_id=ada.id, fact="study", declared_on=NOON.date()))
        other = factories.make_proposal(session, title="Non è di Ada, è di un altro")
    archive = opened(browser.post("/en/account/export"))
    assert archive.testzip() is None
    names = {part.name for part in personal.parts()}
    assert {"account", "sessions", "declarations", "proposals", "observations", "votes",
            "supports", "staff-accesses"} <= names  # fmt: skip
    assert set(archive.namelist()) == {"README.txt"} | {
        f"{name}.{ending}" for name in names for ending in ("json", "csv")
    }
    explained = archive.read("README.txt").decode()
    assert all(f"{name}: " in explained for name in names)
    account = json.loads(archive.read("account.json"))[0]
    assert account["email"] == "ada@example.org" and account["known_by_identity_provider"] is False
    (proposal,) = json.loads(archive.read("proposals.json"))
    assert proposal["title"].startswith("=HYPERLINK")
    (line,) = csv.DictReader(io.StringIO(archive.read("proposals.csv").decode()))
    assert line["title"].startswith("'=HYPERLINK")  # no formula in a spreadsheet
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert other.title.encode() not in everything
    with app.app_context():
        for row in db.session().execute(sa.select(SignIn)).scalars():
            assert row.token_hash.encode() not in everything


def test_the_file_says_that_a_right_was_used_and_never_how(app):
    browser = enter(app)
    with app.test_request_context("/en/"):
        with db.transaction() as session:
            asked = factories.make_consultation(session, slug="alberi-qui")
            from portal.consultations import listing

            options = listing.options_of(session, asked)
        from portal.accounts.identity import subject_of

        row = db.session().execute(sa.select(SignIn)).scalar_one()
        sent = ballots.Sent("key", (options[0].key,))
        offer = offers.offer(asked, options)
        ballots.cast(asked, offer, subject_of(me(app), row), sent, now=NOON)
    archive = opened(browser.post("/en/account/export"))
    assert json.loads(archive.read("votes.json")) == [
        {"consultation": "alberi-qui", "right_used_on": "2026-06-01", "choice": "sealed"}
    ]
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert options[0].key.encode() not in everything


def test_handing_everything_out_needs_a_fresh_sign_in(app, later):
    browser = enter(app)
    later(timedelta(minutes=16))
    for page in ("export", "leave"):
        answer = browser.post(f"/en/account/{page}")
        assert "/sign-in" in answer.location and "again=1" in answer.location


def test_a_large_export_is_never_whole_in_memory(app):
    browser = enter(app)

    def many(session, account, sign_in):
        return ({"n": n, "text": "x" * 500} for n in range(20_000))

    before = dict(personal._parts)
    personal._parts.clear()
    personal.part("many", "many", many)
    try:
        with app.test_request_context("/en/"):
            row = db.session().execute(sa.select(SignIn)).scalar_one()
            tracemalloc.start()
            pieces = export.written(db.engine(), row.account_id, row.token_hash, NOON)
            size = sum(map(len, pieces))
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
    finally:
        personal._parts.clear()
        personal._parts.update(before)
    assert size > 50_000
    assert peak < 5_000_000  # of ten million
    assert browser.get("/en/account").status_code == 200


# --- leaving --------------------------------------------------------------------------------


def content(app, session):
    ada = me(app)
    bruno = factories.make_account(session)
    kept = factories.make_proposal(session, author_id=ada.id, state=State.EVALUATING)
    fresh = factories.make_proposal(
        session, author_id=ada.id, consultation_id=kept.consultation_id, supports_count=1
    )
    other = factories.make_proposal(
        session, author_id=bruno.id, consultation_id=kept.consultation_id, supports_count=2
    )
    for proposal, person in ((fresh, bruno), (other, ada), (other, bruno)):
        session.add(Support(proposal_id=proposal.id, account_id=person.id))
    session.add(Declaration(account_id=ada.id, fact="work", declared_on=NOON.date()))
    return ada, kept, fresh, other


def work(app, at):
    with app.app_context():
        jobs.work(at)


@pytest.mark.parametrize("unanswered", ["keep", "delete"])
def test_leaving_takes_the_person_and_leaves_what_belongs_to_all(app, unanswered):
    browser, second = enter(app), enter(app)
    with app.test_request_context("/en/"), db.transaction() as session:
        ada, kept, fresh, other = content(app, session)
    done = browser.post("/en/account/leave", data={"unanswered": unanswered})
    assert done.status_code == 303
    assert second.get("/en/account").status_code == 303  # every session is closed
    work(app, NOON + timedelta(days=6))
    with app.app_context():
        assert me(app).leaves_at == NOON + leaving.UNDO
    work(app, NOON + timedelta(days=7, minutes=1))
    with app.app_context():
        session = db.session()
        assert session.get(Account, ada.id) is None
        assert session.get(Proposal, kept.id).author_id is None
        found = session.get(Proposal, fresh.id)
        assert (found is None) is (unanswered == "delete")
        assert found is None or found.author_id is None
        assert session.get(Proposal, other.id).supports_count == 1
        for table in (SignIn, Declaration, EmailCode):
            assert session.execute(sa.select(table)).all() == []
        counts = session.execute(sa.select(Proposal.id, Proposal.supports_count)).all()
        for proposal_id, kept_count in counts:
            rows = sa.select(sa.func.count()).where(Support.proposal_id == proposal_id)
            assert session.execute(rows).scalar_one() == kept_count


def test_measurements_stay_without_the_person(app):
    enter(app)
    with app.test_request_context("/en/"), db.transaction() as session:
        ada, campaign = me(app), factories.make_campaign(session)
        seen = Observation(
            campaign_id=campaign.id, contributor_id=ada.id, result=61.0, unit="dB[SPL]",
            phenomenon_time=NOON, received_at=NOON, cell="891f0a4a0c3ffff", accuracy=7.0,
            note="davanti a casa mia", key_hash="k" * 64,
        )  # fmt: skip
        session.add(seen)
        session.flush()
        personal.let_go(session, ada, False)
    with app.app_context():
        row = db.session().get(Observation, seen.id)
        assert (row.contributor_id, row.note, row.accuracy) == (None, "", None)
        assert (row.result, row.cell) == (61.0, "891f0a4a0c3ffff")


def test_who_signs_in_within_seven_days_may_stay(app):
    browser = enter(app)
    browser.post("/en/account/leave", data={})
    assert written_mails(app)[-1]["subject"].startswith("Your account will be deleted on")
    back = app.test_client()
    back.post("/en/sign-in", data={"email": "ada@example.org"})
    code = re.search(r"\d{8}", written_mails(app)[-1]["body"]).group()
    done = back.post("/en/sign-in/code", data={"code": code, "next": "/en/proposals"})
    assert done.location == "/en/account"
    assert "Keep my account" in back.get("/en/account").text
    back.post("/en/account/stay")
    work(app, NOON + timedelta(days=8))
    with app.app_context():
        assert me(app).leaves_at is None


def test_asked_again_after_staying_counts_from_then(app, later):
    enter(app).post("/en/account/leave", data={})
    later(timedelta(days=5))
    enter(app).post("/en/account/stay")
    enter(app).post("/en/account/leave", data={})
    work(app, NOON + timedelta(days=8))
    with app.app_context():
        assert me(app).leaves_at == NOON + timedelta(days=12)
    work(app, NOON + timedelta(days=13))
    with app.app_context():
        assert db.session().execute(sa.select(Account)).all() == []


def test_staff_do_not_leave_by_themselves(app, people):
    answer = people("community_manager").post("/en/account/leave", data={})
    assert answer.status_code == 409
    assert "Ask the administrator" in answer.text


def test_coming_back_gives_no_second_vote(app):
    from portal.accounts.identity import subject_of

    with app.test_request_context("/en/"), db.transaction() as session:
        row = SignIn(tier="V", channel="spid")
        first = Account(person="a" * 64, created_on=NOON.date())
        again = Account(person="a" * 64, created_on=NOON.date())
        assert subject_of(first, row).value == subject_of(again, row).value
        assert session is not None


# --- who looked -----------------------------------------------------------------------------


def test_a_person_reads_when_staff_looked_and_why(app):
    browser = enter(app)
    assert "Nobody: every look by staff" in browser.get("/en/account").text
    with app.test_request_context("/en/"), db.transaction() as session:
        mara = factories.make_account(session, role=Role.COMMUNITY_MANAGER, name="Mara Secret")
        accesses.note(session, me(app).id, by=mara, reason="Appeal of 1 June", now=NOON)
        accesses.note(session, mara.id, by=mara, reason="herself", now=NOON)
    page = browser.get("/en/account").text
    assert "Staff looked at your data" in page and "Appeal of 1 June" in page
    assert "Mara Secret" not in page
    told = json.loads(opened(browser.post("/en/account/export")).read("staff-accesses.json"))
    assert [row["reason"] for row in told if row["action"] == "account.viewed"] == [
        "Appeal of 1 June"
    ]


def test_what_was_declared_is_shown_and_can_be_taken_back(app):
    browser = enter(app)
    with app.test_request_context("/en/"), db.transaction() as session:
        session.add(Declaration(account_id=me(app).id, fact="age-16", declared_on=NOON.date()))
    assert "I am at least 16 years old" in browser.get("/en/account").text
    browser.post("/en/account/declarations/forget")
    assert "I am at least 16 years old" not in browser.get("/en/account").text
