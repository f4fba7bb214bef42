"""Who gets a message, what is in it, and what is not: on both databases."""

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP, default
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import current_app

from portal import db, jobs, mail
from portal.accounts import personal
from portal.jobs import Job
from portal.news import building, choices, telling
from portal.news.models import Follow, NewsItem, NewsMessage, Pace, Reader
from tests import factories

telling.topic("answers", "Answers to my proposals", at_once=True)
telling.topic("followed", "What happens to proposals I follow")
telling.topic("consultations", "Consultations")
NOW = datetime(
    2026, 6, 4, 16, 0, tzinfo=UTC
)  # a Thursday, six in the afternoon: every slot is over


@pytest.fixture
def city(any_app):
    with any_app.app_context():
        yield any_app


def person(follows=(), since=NOW - timedelta(days=20), **values):
    with db.transaction() as session:
        account = factories.make_account(session, language="en", **values)
        for ref in follows:
            telling.follow(session, account.id, "proposal", ref, now=since)
        return account


def tell(
    ref="one",
    ago=timedelta(days=2),
    topic="followed",
    words="The proposal “%(title)s” was changed.",
    **values,
):
    values = {
        "gaps": {"title": {"it": "Alberi", "en": "Trees"}},
        "about": ("proposal", ref),
        **values,
    }
    with db.transaction() as session:
        return telling.tell(
            session, topic, words, "/consultations/x/proposals/1", now=NOW - ago, **values
        )


def build(now=NOW):
    return building.build(now, current_app.config["ZONE"])


def outbox(app):
    """Send what is queued, and read it."""
    jobs._resting.clear()
    while jobs.work(datetime.now(UTC) + timedelta(days=400)):
        pass
    folder = app.config["DATA"] / "outbox"
    found = [message_from_bytes(p.read_bytes(), policy=default) for p in folder.glob("*.eml")]
    for path in folder.glob("*.eml"):
        path.unlink()
    return found


def text(message, kind="plain"):
    return message.get_body((kind,)).get_content()


def test_a_week_of_news_is_one_message_and_the_next_build_adds_none(city):
    ada = person(["one", "two"])
    for ref in ("one", "two", "one"):
        tell(ref)
    assert build() == 1
    assert build() == 0
    assert build(NOW + timedelta(hours=1)) == 0
    (message,) = outbox(city)
    assert message["To"] == ada.email
    assert message["Subject"] == "3 pieces of news from the participation portal of Bologna"
    assert text(message).count("The proposal “Trees” was changed.") == 3
    assert "http://127.0.0.1:8000/en/consultations/x/proposals/1" in text(message)
    assert build(NOW + timedelta(days=7)) == 0


def test_nothing_is_sent_about_nothing(city):
    person(["one"])
    assert build() == 0
    tell("two")
    assert build() == 0


def test_what_a_person_did_or_does_not_follow_yet_is_not_told_to_them(city):
    doer = person(["one"])
    tell(but=doer.id)
    late = person(["one"], since=NOW - timedelta(hours=1))
    assert build() == 0
    assert late.email


def test_people_who_left_or_were_closed_out_or_have_no_address_get_nothing(city):
    for values in ({"leaves_at": NOW}, {"disabled": True}, {"email": None}):
        person(["one"], **values)
    tell()
    assert build() == 0


def test_what_was_withdrawn_muted_or_stopped_after_queueing_is_not_in_the_message(city):
    ada, bea, cleo = person(["one"]), person(["one"]), person(["one", "two"])
    tell("one")
    tell("two", gaps={"title": "Benches"})
    assert build() == 3
    with db.transaction() as session:
        choices.stop(session, ada.id, choices.EVERYTHING, now=NOW)
        choices.mute(session, bea.id, "proposal", "one", True)
        telling.withdraw(session, "proposal", "one")
    (message,) = outbox(city)
    assert message["To"] == cleo.email
    assert "Trees" not in text(message)
    assert "Benches" in text(message)


def test_withdrawing_leaves_what_one_person_was_told(city):
    ada = person()
    tell(to=ada.id, topic="answers")
    tell()
    with db.transaction() as session:
        telling.withdraw(session, "proposal", "one")
        assert session.execute(sa.select(sa.func.count()).select_from(NewsItem)).scalar_one() == 1


def test_an_answer_comes_at_once_and_beside_the_one_message_of_the_day(city):
    ada = person(["one"])
    tell("one")
    assert build() == 1
    tell(topic="answers", to=ada.id, about=None, ago=timedelta(minutes=-5))
    assert build(NOW + timedelta(minutes=7)) == 1
    tell(topic="answers", to=ada.id, about=None, ago=timedelta(minutes=-8))
    assert build(NOW + timedelta(minutes=10)) == 0
    assert build(NOW + timedelta(minutes=18)) == 1
    messages = outbox(city)
    assert len(messages) == 3
    answers = [m for m in messages if m["List-Unsubscribe"] is None]
    assert len(answers) == 2
    assert "cannot be switched off" in text(answers[0])


def test_an_answer_at_night_waits_for_the_morning(city):
    ada = person()
    night = datetime(2026, 6, 4, 21, 0, tzinfo=UTC)
    tell(topic="answers", to=ada.id, about=None, ago=NOW - night)
    assert build(night + timedelta(minutes=5)) == 0
    assert build(night + timedelta(hours=9, minutes=5)) == 1


def test_urgent_news_of_a_topic_go_at_once_unless_the_topic_is_off(city):
    ada, bea = person(["one"]), person(["one"])
    with db.transaction() as session:
        choices.choose(session, bea.id, {"consultations": Pace.NONE}, now=NOW)
    friday = NOW + timedelta(days=1)
    tell(topic="consultations", urgent=True, ago=timedelta(days=-1))
    tell(topic="consultations", ago=timedelta(days=-1))
    assert build(friday + timedelta(minutes=5)) == 1
    (message,) = outbox(city)
    assert message["To"] == ada.email
    assert text(message).count("Trees") == 1


def test_daily_and_weekly_and_none_are_kept(city):
    paces = {pace: person(["one"]) for pace in Pace}
    with db.transaction() as session:
        for pace, account in paces.items():
            choices.choose(session, account.id, {"followed": pace}, now=NOW - timedelta(days=9))
    friday = NOW + timedelta(days=1)
    tell(ago=timedelta(hours=-1))  # after Thursday's slots
    counts = {}
    for day in range(8):
        build(friday + timedelta(days=day))
        for message in outbox(city):
            counts.setdefault(message["To"], []).append(day)
    assert counts == {
        paces[Pace.AT_ONCE].email: [0], paces[Pace.DAILY].email: [0], paces[Pace.WEEKLY].email: [6],
    }  # fmt: skip


def test_who_switches_a_topic_on_again_hears_of_what_happens_from_then_on(city):
    ada = person(["one"])
    with db.transaction() as session:
        choices.choose(session, ada.id, {"followed": Pace.NONE}, now=NOW)
    tell(ago=timedelta(days=1))
    with db.transaction() as session:
        choices.choose(session, ada.id, {"followed": Pace.DAILY}, now=NOW - timedelta(hours=10))
    assert build() == 0


def test_what_is_written_while_messages_are_built_is_not_lost(city):
    """Its time was taken before, but it is committed after."""
    person(["one"])
    tell(ago=timedelta(days=1))
    assert build() == 1
    tell(ago=timedelta(seconds=30))
    assert build(NOW + timedelta(days=7)) == 1


def test_the_database_forbids_a_second_message_of_the_day(city):
    ada = person(["one"])
    tell()
    build()
    with pytest.raises(sa.exc.IntegrityError), db.transaction() as session:
        slot = session.execute(sa.select(NewsMessage.slot)).scalar_one()
        session.add(NewsMessage(account_id=ada.id, slot=slot, covers={}, at=NOW))


def test_programs_can_read_where_to_unsubscribe_as_it_travels(app):
    """A long header would be folded into encoded words, which no program follows."""
    stop = "<http://127.0.0.1:8000/en/news/stop/" + "x" * 120 + ">, <mailto:a@example.org?s=stop>"
    with app.app_context():
        letter = mail.Letter("a@example.org", "News", "…", "en", headers={"List-Unsubscribe": stop})
        travelling = mail.compose(letter, "1")
    for policy in (default, SMTP):
        raw = travelling.as_bytes(policy=policy)
        assert b"\nList-Unsubscribe: <http://127.0.0.1:8000/en/news/stop/xx" in raw
        assert message_from_bytes(raw, policy=default)["List-Unsubscribe"] == stop


def test_a_message_can_be_stopped_by_one_click_and_names_its_list(city):
    ada = person(["one"])
    tell()
    build()
    (message,) = outbox(city)
    stop = message["List-Unsubscribe"].split(">")[0].lstrip("<")
    assert stop.startswith("http://127.0.0.1:8000/en/news/stop/")
    assert "mailto:portal@localhost?subject=stop%20" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<followed.127.0.0.1>"
    assert message["Precedence"] == "list"
    assert message["Auto-Submitted"] == "auto-generated"
    assert choices.read_token(stop.rpartition("/")[2]) == (ada.id, "followed")


def test_gaps_are_escaped_and_cut_and_cannot_begin_a_header(city):
    person(["one"])
    evil = "<script>alert(1)</script>\r\nBcc: x@example.org\u2028" + "x" * 100_000
    tell(gaps={"title": evil})
    build()
    (message,) = outbox(city)
    html = text(message, "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert message["Bcc"] is None
    assert len(message["Subject"]) <= 200
    assert len(html) < 20_000
    assert "<img" not in html
    assert "http://127.0.0.1" in html


@pytest.mark.parametrize(
    ("words", "gaps", "said"),
    [
        ("No catalogue knows %(this)s.", {}, "No catalogue knows ….",),
        ("A gap that is no gap: 100 %", {}, "A gap that is no gap: 100 %"),
        ("%(n)s supports", {"n": 12345}, "12,345 supports"),
        ("%(a)s", {"a": None}, ""),
        ("%(a)s", {"a": {"it": "Solo italiano"}}, "Solo italiano"),
        ("%(a)s", {"a": [1, {"b": 2}]}, "[1, {'b': 2}]"),
        ("", {}, ""),
    ],
)  # fmt: skip
def test_a_sentence_is_said_whatever_it_is(city, words, gaps, said):
    from portal import i18n
    from portal.news import reading

    with i18n.in_language("en"):
        assert reading.sentence(words, gaps) == said


def test_the_message_is_in_the_persons_language_and_carries_no_pictures_or_trackers(city):
    ada = person(["one"])
    with db.transaction() as session:
        session.get(type(ada), ada.id).language = "it"
    tell()
    build()
    (message,) = outbox(city)
    assert message["Content-Language"] == "it"
    html = text(message, "html")
    assert '<html lang="it" dir="ltr">' in html
    assert "Alberi" in html
    assert "/it/consultations/" in html
    assert not any(sign in html for sign in ("<img", "src=", "utm_", "@import", "url("))


def test_a_long_list_is_cut_and_says_so(city):
    person(["one"])
    for _ in range(130):
        tell(ago=timedelta(days=1))
    build()
    (message,) = outbox(city)
    assert text(message).count("* The proposal") == 100
    assert "There is more on your page" in text(message)


def test_an_address_that_refuses_three_times_is_left_alone(city):
    from portal.news import letters

    ada = person(["one"])
    for week in range(4):
        tell(ago=timedelta(days=1) - timedelta(weeks=week))
        assert build(NOW + timedelta(weeks=week)) == (1 if week < 3 else 0)
        letters._refused(ada.id)
    with db.transaction() as session:
        session.get(Reader, ada.id).bounces = 2
    letters._accepted(ada.id)
    db.session().expire_all()
    assert db.session().get(Reader, ada.id).bounces == 0


def test_whoever_leaves_takes_everything_along(city):
    ada = person(["one"])
    tell()
    tell(to=ada.id, about=None, topic="answers")
    assert build() == 2
    with db.transaction() as session:
        choices.choose(session, ada.id, {"followed": Pace.DAILY}, now=NOW)
        account = session.merge(ada)
        rows = {p.name: list(p.gather(session, account, None)) for p in personal.parts() if p.name in
                ("follows", "news-choices", "news-address", "news", "messages")}  # fmt: skip
        assert [len(found) for found in rows.values()] == [1, 1, 1, 1, 2]
        personal.let_go(session, account, True)
    assert outbox(city) == []
    assert db.session().execute(sa.select(sa.func.count()).select_from(Follow)).scalar_one() == 0


def test_old_news_and_the_rows_of_old_messages_go(city):
    from portal.news import duties

    person(["one"])
    with db.transaction() as session:
        for days in (1, 89, 91):
            telling.tell(
                session,
                "followed",
                "x",
                "/",
                now=datetime.now(UTC) - timedelta(days=days),
                about=("proposal", "one"),
            )
    duties.forget_old_news()
    assert db.session().execute(sa.select(sa.func.count()).select_from(NewsItem)).scalar_one() == 2


def test_many_followers_are_planned_with_few_questions(city):
    """No question is asked per person or per thing."""
    with db.transaction() as session:
        people = [factories.make_account(session) for _ in range(60)]
        session.add_all(
            Follow(account_id=p.id, kind="proposal", ref=f"r{n}", since=NOW - timedelta(days=20))
            for p in people for n in range(5)
        )  # fmt: skip
    for n in range(5):
        tell(f"r{n}")
    asked = []
    sa.event.listen(db.engine(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert build() == 60
    assert len(asked) < 40


def test_a_message_whose_person_or_row_is_gone_is_nothing(city):
    from portal.news import letters

    assert letters.write(str(uuid4())) is None
    with db.transaction() as session:
        jobs.enqueue(session, mail.KIND, writer="news", message=str(uuid4()), ref="x")
    assert outbox(city) == []
    assert db.session().execute(sa.select(Job.error)).scalar_one() == ""


def test_workers_that_build_at_once_queue_one_message_each(city):
    people = [person(["one"]) for _ in range(12)]
    tell()
    made = []

    def one_worker():
        with city.app_context():
            made.append(build())

    workers = [threading.Thread(target=one_worker) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(made) == len(people)
    db.session().expire_all()
    count = sa.select(sa.func.count()).select_from(NewsMessage)
    assert db.session().execute(count).scalar_one() == len(people)
