"""Mail goes to a real server: once, tried again when it may, never when it may not."""

import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal import db, jobs, mail
from portal.jobs import Job
from tests.news.mailbox import mailbox


def queue(app, to="ada@example.org", **context):
    with app.app_context(), db.transaction() as session:
        return mail.send(
            session, to=to, language="en", template="accounts/mail/code.txt", code="12345678"
        )


def job(app, job_id):
    with app.app_context():
        return db.session().exec(select(Job).where(Job.id == job_id)).one()


def work(app, after=timedelta(0)):
    jobs._resting.clear()
    with app.app_context():
        return jobs.work(datetime.now(UTC) + after)


@pytest.fixture
def server(app):
    with mailbox() as (box, url):
        app.config["SMTP_URL"] = url
        yield box


def test_a_message_arrives_and_its_row_forgets_whom_it_was_for(app, server):
    key = queue(app)
    assert work(app) == 1
    to, message = server.came[0]
    assert to == "ada@example.org"
    assert message["Message-ID"] == f"<{key}@127.0.0.1>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    done = job(app, key)
    assert done.done_at is not None
    assert not {"to", "subject", "body"} & set(done.payload)
    assert work(app, timedelta(days=1)) == 0
    assert len(server.came) == 1


def test_a_line_with_a_dot_alone_does_not_end_a_message(app, server):
    with app.app_context(), db.transaction() as session:
        jobs.enqueue(session, mail.KIND, to="a@example.org", subject="Dots", body="one\n.\n..two\n",
                     language="en", ref="dots")  # fmt: skip
    work(app)
    assert server.came[0][1].get_content().replace("\r\n", "\n") == "one\n.\n..two\n"


def test_nothing_in_a_name_or_subject_begins_a_header(app, server):
    with app.app_context(), db.transaction() as session:
        jobs.enqueue(session, mail.KIND, to="a@example.org", body="b\n", language="en", ref="x",
                     subject="Hi\r\nBcc: all@example.org\x00\u2028X-Evil: 1")  # fmt: skip
    work(app)
    message = server.came[0][1]
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["Subject"] == "Hi Bcc: all@example.org X-Evil: 1"


def test_a_server_that_asks_for_patience_is_asked_again(app, server):
    key = queue(app)
    server.rcpt = "451 greylisted"
    assert work(app) == 0
    assert "patience (451)" in job(app, key).error
    server.rcpt = "250 OK"
    assert work(app) == 0
    assert work(app, timedelta(minutes=3)) == 1
    assert len(server.came) == 1


def test_patience_after_the_whole_message_is_no_acceptance(app, server):
    key = queue(app)
    server.data = "452 full"
    assert work(app) == 0
    assert job(app, key).handed_at is None
    server.data = "250 OK"
    assert work(app, timedelta(minutes=3)) == 1
    assert len(server.came) == 1


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_what_a_server_refuses_for_good_is_given_up_without_naming_anybody(
    app, server, step, caplog
):
    key = queue(app, to="gone@example.org")
    setattr(server, step, "550 no such gone@example.org")
    assert work(app) == 0
    failed = job(app, key)
    assert failed.failed_at is not None
    assert "550" in failed.error
    assert not {"to", "subject", "body"} & set(failed.payload)
    assert "gone@example.org" not in failed.error + caplog.text
    assert work(app, timedelta(days=1)) == 0


def test_a_server_that_is_gone_is_waited_for_and_costs_no_try(app, caplog):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{free.getsockname()[1]}"
    keys = [queue(app, to=f"p{n}@example.org") for n in range(3)]
    for hour in range(40):
        assert work(app, timedelta(hours=hour)) == 0
    assert all(job(app, key).failed_at is None for key in keys)
    assert "@example.org" not in caplog.text
    with mailbox() as (box, url):
        app.config["SMTP_URL"] = url
        assert work(app, timedelta(hours=50)) == 3
        assert len(set(box.ids)) == 3


def test_one_unreachable_server_is_asked_once_and_not_for_every_message(app):
    app.config["SMTP_URL"] = "smtp://127.0.0.1:1"
    keys = [queue(app, to=f"p{n}@example.org") for n in range(5)]
    work(app)
    assert sum(job(app, key).error != "" for key in keys) == 1


def test_a_code_that_is_too_old_is_not_sent_any_more(app, server, later):
    with app.app_context(), db.transaction() as session:
        mail.send(session, to="ada@example.org", language="en", code="1", until=datetime(2026, 6, 1, 10, tzinfo=UTC),
                  template="accounts/mail/code.txt")  # fmt: skip
    later(timedelta(minutes=11))
    work(app)
    assert server.came == []


def test_codes_go_before_news_that_have_waited_longer(app, server):
    with app.app_context(), db.transaction() as session:
        for n in range(3):
            jobs.enqueue(session, mail.KIND, rank=2, due=datetime.now(UTC) - timedelta(hours=1), to=f"n{n}@example.org",
                         subject="news", body="b\n", language="en", ref=f"n{n}")  # fmt: skip
    queue(app)
    work(app)
    assert server.came[0][0] == "ada@example.org"


def test_a_server_that_falls_silent_after_the_message_leaves_it_uncertain(app, server, monkeypatch):
    from portal import smtp

    monkeypatch.setattr(smtp, "PATIENCE", 0.3)
    key = queue(app)
    server.slow = 2
    assert work(app) == 0
    lost = job(app, key)
    assert lost.error == jobs.UNCERTAIN
    assert lost.failed_at is not None
    assert not {"to", "subject", "body"} & set(lost.payload)
    server.slow = 0
    assert work(app, timedelta(days=1)) == 0
    assert len(server.came) == 1


def test_tls_is_used_where_it_is_offered_and_a_stranger_is_not_trusted(app, tmp_path, monkeypatch):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with mailbox(tls_context=context, require_starttls=True) as (box, url):
        app.config["SMTP_URL"] = url
        queue(app)
        assert work(app) == 0
        assert box.came == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert work(app, timedelta(minutes=5)) == 1
        assert len(box.came) == 1


# ── workers that die, and two at once ───────────────────────────────────────────────────────────

DIES = """
import os, signal, sys
from portal import create_app, jobs, smtp
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
step = sys.argv[1]
if step == "before": smtp._connect = die
if step == "introduced": jobs.hand_over = die
if step == "handed": smtp._give = die
if step == "accepted":
    give = smtp._give
    smtp._give = lambda *a: (give(*a), die())
if step == "noted":
    note = jobs._note
    jobs._note = lambda *a, **v: (note(*a, **v), die())
from portal.config import Settings
app = create_app()
with app.app_context():
    jobs.work()
"""


def another(app, code, *arguments):
    settings = {"PORTAL_DATA": str(app.config["DATA"]), "PORTAL_DEMO": "1",
                "PORTAL_SMTP_URL": app.config["SMTP_URL"]}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env={**os.environ, **settings}
    )


@pytest.mark.parametrize(
    ("step", "copies", "sure"),
    [("before", 1, True), ("introduced", 1, True), ("handed", 0, False), ("accepted", 1, False), ("noted", 1, True)],
)  # fmt: skip
def test_a_worker_killed_at_any_step_never_sends_twice(app, server, step, copies, sure):
    key = queue(app)
    assert another(app, DIES, step).wait(60) == -signal.SIGKILL
    for hours in range(1, 30):
        work(app, timedelta(hours=hours))
    assert len(server.came) == copies
    assert (job(app, key).error == "") is sure
    if not sure:
        assert job(app, key).error == jobs.UNCERTAIN
        assert "to" not in job(app, key).payload


WORKS = """
from portal import create_app, jobs
app = create_app()
with app.app_context():
    while jobs.work(): pass
"""


def test_two_workers_at_once_send_one_copy_each(app, server):
    keys = [queue(app, to=f"p{n}@example.org") for n in range(30)]
    workers = [another(app, WORKS) for _ in range(2)]
    assert [worker.wait(90) for worker in workers] == [0, 0]
    assert sorted(server.ids) == sorted(f"<{key}@127.0.0.1>" for key in keys)


def test_a_slow_worker_that_was_overtaken_does_not_hand_over(any_app):
    """Its lease ran out while it spoke to the server; another took the job meanwhile."""
    with any_app.app_context():
        with db.transaction() as session:
            jobs.enqueue(
                session,
                mail.KIND,
                ref="x",
                to="a@example.org",
                subject="s",
                body="b\n",
                language="en",
            )
        now = datetime.now(UTC)
        first = jobs._claim(now)
        second = jobs._claim(now + timedelta(minutes=10))
        token = jobs._current.set(first)
        with pytest.raises(jobs.Overtaken):
            jobs.hand_over()
        jobs._current.reset(token)
        token = jobs._current.set(second)
        jobs.hand_over()
        jobs._current.reset(token)
        assert jobs._claim(now + timedelta(days=1)) is None
        assert jobs.work(now + timedelta(days=1)) == 0
        assert db.session().execute(sa.select(Job.error)).scalar_one() == jobs.UNCERTAIN
