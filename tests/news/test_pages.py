"""One's own news as a person meets them: to read, choose, mute, stop; and an address for them."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from portal import db, jobs
from portal.accounts.models import Account
from portal.news import choices, telling
from portal.news.models import Follow, Pace, Reader
from tests import factories
from tests.conftest import NOON

telling.topic("followed", "What happens to proposals I follow")
telling.topic("answers", "Answers to my proposals", at_once=True)


def me(app, number=1):
    with app.app_context():
        return (
            db.session().execute(sa.select(Account.id).where(Account.number == number)).scalar_one()
        )


def pace(app, account, topic="followed"):
    with app.app_context():
        return choices.of(db.session(), account)[topic]


def follow(app, account, ref=None, kind="proposal"):
    ref = str(ref or uuid4())
    with app.app_context(), db.transaction() as session:
        telling.follow(session, account, kind, ref, now=NOON - timedelta(days=30))
    return ref


def tell(app, ref, ago=timedelta(days=1), **gaps):
    with app.app_context(), db.transaction() as session:
        telling.tell(session, "followed", "Changed: %(title)s", "/consultations", now=NOON - ago,
                     about=("proposal", ref), gaps=gaps)  # fmt: skip


def test_news_are_read_on_the_page_and_old_ones_are_gone(app, people):
    browser = people()
    ref = follow(app, me(app))
    tell(app, ref, title={"it": "Alberi", "en": "<b>Trees</b>"})
    tell(app, ref, timedelta(days=91), title="long ago")
    page = browser.get("/en/account/news")
    assert "Changed: &lt;b&gt;Trees&lt;/b&gt;" in page.text
    assert "long ago" not in page.text
    assert "Changed: Alberi" in browser.get("/it/account/news").text
    assert "Changed: Alberi" in browser.get("/it/account").text


def test_long_lists_go_on_and_a_spoilt_address_begins_anew(app, people):
    browser = people()
    ref = follow(app, me(app))
    for n in range(45):
        tell(app, ref, timedelta(hours=n), title=f"number {n:02}.")
    seen, address = [], "/en/account/news"
    while address:
        page = browser.get(address)
        seen += re.findall(r"number \d\d\.", page.text)
        found = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = found.group(1).replace("&amp;", "&") if found else None
    assert seen == [f"number {n:02}." for n in range(45)]
    for bad in ("nan~x", "1e999~" + uuid4().hex, "'", "~", "9" * 400):
        assert "number 00." in browser.get("/en/account/news", query_string={"before": bad}).text


def test_a_pace_is_chosen_and_what_is_owed_cannot_be_switched_off(app, people):
    browser = people()
    assert pace(app, me(app)) is Pace.WEEKLY
    assert browser.post("/en/account/news", data={"pace.followed": "none"}).status_code == 303
    assert pace(app, me(app)) is Pace.NONE
    page = browser.get("/en/account/news").text
    assert 'name="pace.answers"' not in page
    assert "It answers what you did yourself" in page
    browser.post("/en/account/news", data={"pace.answers": "none"})
    assert pace(app, me(app), "answers") is Pace.AT_ONCE


@pytest.mark.parametrize(
    "sent",
    [{"pace.followed": "hourly"}, {"pace.followed": ["daily", "none"]}, {"pace.followed": "daily\x00"}, {"district": "x" * 500}],
)  # fmt: skip
def test_a_pace_nobody_knows_is_refused_and_nothing_changes(app, people, sent):
    browser = people()
    assert browser.post("/en/account/news", data=sent).status_code == 422
    assert pace(app, me(app)) is Pace.WEEKLY


def test_a_thing_is_muted_heard_again_and_followed_no_more(app, people):
    browser = people()
    ref = follow(app, me(app))
    for act, muted in (("mute", True), ("mute", True), ("unmute", False)):
        answer = browser.post(
            "/en/account/news/follows", data={"kind": "proposal", "ref": ref, "act": act}
        )
        assert answer.status_code == 303
        with app.app_context():
            assert db.session().get(Follow, (me(app), "proposal", ref)).muted is muted
    fragment = browser.post(
        "/en/account/news/follows", data={"kind": "proposal", "ref": ref, "act": "unfollow"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert fragment.status_code == 200
    assert 'id="follows"' in fragment.text
    assert "<html" not in fragment.text
    for act in ("mute", "unmute"):
        answer = browser.post(
            "/en/account/news/follows", data={"kind": "proposal", "ref": ref, "act": act}
        )
        assert answer.status_code == 404


def test_followed_things_have_names_where_they_may_be_seen(app, people):
    browser = people()
    with app.app_context(), db.transaction() as session:
        proposal = factories.make_proposal(session)
        title, ref, consultation = proposal.title, proposal.id, proposal.consultation_id
    follow(app, me(app), ref)
    follow(app, me(app), consultation, "consultation")
    follow(app, me(app), "new", "consultation")
    follow(app, me(app))
    follow(app, me(app), "x", "somekind")
    page = browser.get("/en/account/news").text
    assert title in page
    assert "Where should trees go?" in page
    assert "Every new consultation" in page
    assert "Something no longer shown" in page


# ── stopping from a message ─────────────────────────────────────────────────────────────────────


def token(app, account, topic="followed"):
    with app.app_context():
        return choices.stop_token(account, topic)


def test_one_click_stops_without_session_or_forgery_token_and_again_changes_nothing(app, people):
    people()
    app.config["WTF_CSRF_ENABLED"] = True
    program = app.test_client()
    address = f"/it/news/stop/{token(app, me(app))}"
    page = program.get(address)
    assert page.status_code == 200
    assert pace(app, me(app)) is Pace.WEEKLY, "looking is not stopping"
    for _ in range(2):
        answer = program.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert pace(app, me(app)) is Pace.NONE


def test_everything_is_stopped_but_what_is_owed(app, people):
    people()
    app.test_client().post(f"/en/news/stop/{token(app, me(app), '*')}")
    with app.app_context():
        paces = choices.of(db.session(), me(app))
    assert paces.pop("answers") is Pace.AT_ONCE
    assert all(found in (Pace.NONE, Pace.AT_ONCE) for found in paces.values())
    assert paces["followed"] is Pace.NONE


def test_a_made_up_token_stops_nothing(app, people):
    people()
    people("citizen", 2)
    good = token(app, me(app))
    others = token(app, me(app, 2))
    mixed = good.rpartition(".")[0] + "." + others.rpartition(".")[2]
    for bad in (good[:-1], good + "x", mixed, "x", "a" * 5000, "%00", "W10.x"):
        assert app.test_client().get(f"/en/news/stop/{bad}").status_code == 404
        assert app.test_client().post(f"/en/news/stop/{bad}").status_code in (403, 404)
    assert pace(app, me(app)) is Pace.WEEKLY


def test_the_token_of_somebody_who_left_is_answered_like_any_other(app):
    answer = app.test_client().post(f"/en/news/stop/{token(app, uuid4())}")
    assert answer.status_code == 200


# ── an address for news only ────────────────────────────────────────────────────────────────────


def code_sent(app):
    with app.app_context():
        query = sa.select(jobs.Job.payload).order_by(jobs.Job.due.desc()).limit(1)
        payload = db.session().execute(query).scalar_one()
        return payload["to"], re.search(r"\d{8}", payload["body"]).group()


def contact(app, number=1):
    with app.app_context():
        row = db.session().get(Reader, me(app, number))
        return row.contact if row else None


def test_an_address_for_news_is_confirmed_by_a_code_and_forgotten_on_request(app, people):
    browser = people()
    browser.post("/en/account/news/address", data={"email": "Ada@Example.org"})
    assert contact(app) is None
    to, code = code_sent(app)
    assert to == "Ada@Example.org"
    wrong = browser.post("/en/account/news/address/code", data={"code": "00000000"})
    assert wrong.status_code == 422
    assert browser.post("/en/account/news/address/code", data={"code": code}).status_code == 303
    assert contact(app) == "ada@example.org"
    assert "ada@example.org" in browser.get("/en/account/news").text
    browser.post("/en/account/news/address/forget")
    assert contact(app) is None
    with app.app_context():
        assert (
            db.session().execute(sa.select(Account.id).where(Account.email.is_not(None))).all()
            == []
        )


def test_a_code_works_once_in_one_browser_and_for_one_person(app, people):
    browser, other = people(), people("citizen", 2)
    browser.post("/en/account/news/address", data={"email": "ada@example.org"})
    _to, code = code_sent(app)
    assert other.post("/en/account/news/address/code", data={"code": code}).status_code == 422
    browser.post("/en/account/news/address/code", data={"code": code})
    assert browser.post("/en/account/news/address/code", data={"code": code}).status_code == 422
    assert contact(app, 2) is None


@pytest.mark.parametrize(
    "email",
    [
        "",
        "no",
        "a@b",
        "a\r\nBcc: x@example.org",
        "a@example.org,b@example.org",
        "x" * 300 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused(app, people, email):
    assert people().post("/en/account/news/address", data={"email": email}).status_code == 422


def test_codes_for_addresses_are_limited(app, people):
    browser = people()
    answers = [
        browser.post("/en/account/news/address", data={"email": "ada@example.org"})
        for _ in range(7)
    ]
    assert [answer.status_code for answer in answers][-2:] == [429, 429]


def test_a_person_is_told_that_their_address_refuses_and_may_try_again(app, people):
    browser = people()
    with app.app_context(), db.transaction() as session:
        row = choices.reader(session, me(app))
        row.contact, row.bounces = "gone@example.org", 3
    assert "Messages do not reach you" in browser.get("/en/account").text
    browser.post("/en/account/news/address/again")
    assert "Messages do not reach you" not in browser.get("/en/account/news").text


# ── newsletters ─────────────────────────────────────────────────────────────────────────────────

WORDS = {"subject.it": "Ciao", "subject.en": "Hello", "text.it": "Uno\n\n<b>due</b>", "text.en": "One https://example.org", "audience": "all"}  # fmt: skip


def written(browser, **changes):
    answer = browser.post("/en/manage/newsletters", data={**WORDS, **changes})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_what_was_changed_and_asked_for_anew_is_not_sent_unread(people, later):
    one, two = people("community_manager", 1), people("community_manager", 2)
    page = written(one)
    one.post(f"{page}/ask")
    read = re.search(r'name="seen" value="([^"]+)"', two.get(page).text).group(1)
    later(timedelta(minutes=1))
    one.post(page, data={**WORDS, "text.it": "Tutt'altro"})
    one.post(f"{page}/ask")
    assert two.post(f"{page}/send", data={"seen": read}).status_code == 409
    fresh = re.search(r'name="seen" value="([^"]+)"', two.get(page).text).group(1)
    assert two.post(f"{page}/send", data={"seen": fresh}).status_code == 303


def test_a_newsletter_needs_every_language_and_a_second_person(app, people):
    one, two = people("community_manager", 1), people("community_manager", 2)
    page = written(one, **{"subject.it": ""})
    assert one.post(f"{page}/ask").status_code == 422
    assert two.post(f"{page}/send").status_code == 409
    one.post(page, data=WORDS)
    assert one.post(f"{page}/ask").status_code == 303
    assert one.post(f"{page}/send").status_code == 409
    public = page.replace("/manage", "")
    assert two.get(public).status_code == 404
    one.post(page, data=WORDS)
    assert two.post(f"{page}/send").status_code == 409, "changed since it was asked for"
    one.post(f"{page}/ask")
    assert two.post(f"{page}/send").status_code == 303
    assert two.post(f"{page}/send").status_code == 409
    assert one.post(page, data=WORDS).status_code == 409
    assert one.post(f"{page}/remove").status_code == 409
    shown = app.test_client().get(public).text
    assert 'href="https://example.org"' in shown
    assert "&lt;b&gt;due" in app.test_client().get(public.replace("/en/", "/it/")).text


def test_the_archive_has_a_feed_and_a_twin(app, people, client):
    page = written(people("community_manager", 1))
    people("community_manager", 1).post(f"{page}/ask")
    people("community_manager", 2).post(f"{page}/send")
    assert "Hello" in client.get("/en/newsletters").text
    assert "<title>Ciao</title>" in client.get("/it/newsletters.atom").text
    (found,) = client.get("/newsletters.json").json["newsletters"]
    assert found["subject"] == {"it": "Ciao", "en": "Hello"}
    assert client.get("/en/newsletters?before=x~y").status_code == 200
    assert client.get(f"/en/newsletters/{UUID(int=1)}").status_code == 404


def test_who_chose_newsletters_is_told_and_small_groups_are_not_counted_exactly(app, people):
    reader = people("citizen", 7)
    reader.post("/en/account/news", data={"pace.newsletter": "weekly"})
    page = written(people("community_manager", 1))
    shown = people("community_manager", 1).get(page).text
    assert "fewer than ten" in shown
    people("community_manager", 1).post(f"{page}/ask")
    people("community_manager", 2).post(f"{page}/send")
    app.config["CLOCK"].at += timedelta(minutes=1)
    assert "Newsletter: Hello" in reader.get("/en/account/news").text
    assert "Newsletter: Hello" not in people("citizen", 8).get("/en/account/news").text


@pytest.mark.parametrize(
    "audience", ["district:nowhere", "follow:consultation:x", "everybody", "follow:", "x" * 200]
)
def test_a_group_nobody_offered_is_refused(app, people, audience):
    answer = people("community_manager", 1).post(
        "/en/manage/newsletters", data={**WORDS, "audience": audience}
    )
    assert answer.status_code == 422


def test_a_test_goes_to_oneself_alone(app, people):
    manager = people("community_manager", 1)
    page = written(manager)
    refused = manager.post(f"{page}/test")
    assert refused.status_code == 409 and f'action="{page}/ask"' in refused.text
    with app.app_context(), db.transaction() as session:
        account = (
            session.execute(sa.select(Account.id).where(Account.role == "community_manager"))
            .scalars()
            .first()
        )
        choices.reader(session, account).contact = "manager@example.org"
    assert manager.post(f"{page}/test").status_code == 303
    with app.app_context():
        sent = [p for p in db.session().execute(sa.select(jobs.Job.payload)).scalars() if "to" in p]
    assert [(p["to"], p["language"]) for p in sent] == [
        ("manager@example.org", "it"),
        ("manager@example.org", "en"),
    ]


def test_staff_see_what_was_lost_without_any_address_and_may_send_it_again(app, people):
    manager = people("community_manager", 1)
    with app.app_context(), db.transaction() as session:
        news = jobs.enqueue(session, "mail.send", writer="news", message=str(uuid4()), ref="x")
        code = jobs.enqueue(session, "mail.send", ref="y")
        for job in (news, code):
            job.failed_at, job.error, job.handed_at = NOON, jobs.UNCERTAIN, NOON
        keys = news.id, code.id
    page = manager.get("/en/manage/post").text
    assert page.count("Nobody knows whether it arrived") == 2
    assert "@example.org" not in page
    assert "2 messages may not have arrived" in manager.get("/en/manage").text
    assert manager.post(f"/en/manage/post/{keys[0]}/again").status_code == 303
    assert manager.post(f"/en/manage/post/{keys[1]}/again").status_code == 409
    assert manager.post(f"/en/manage/post/{uuid4()}/again").status_code == 404
    assert manager.get("/en/manage/post").text.count("Nobody knows whether it arrived") == 1
