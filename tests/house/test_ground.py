"""The ground under the rooms: writing, waiting, queued work, forms, mail, backup."""

import threading
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated

import pytest
import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, select

from portal import audit, db, forms, jobs, lineage, safekeeping, web
from portal.accounts.models import Account, Role
from portal.refusal import NotFound, Refusal
from tests.conftest import NOON
from tests.factories import make_account


class No(Refusal):
    """A refusal for tests."""


def people_in(app) -> int:
    with Session(app.extensions["engine"]) as session:
        return session.execute(sa.select(sa.func.count()).select_from(Account)).scalar_one()


def test_a_refusal_undoes_the_change(any_app):
    with any_app.test_request_context("/it/"):
        with pytest.raises(No), db.transaction() as session:
            make_account(session)
            raise No
        assert people_in(any_app) == 0
        with db.transaction() as session:
            make_account(session)
        assert people_in(any_app) == 1


def test_a_transaction_sees_what_others_wrote_meanwhile(any_app):
    with any_app.test_request_context("/it/"):
        with db.transaction() as session:
            account = make_account(session, name="before")
        assert db.session().get(Account, account.id).name == "before"
        with Session(db.engine().execution_options(write=True)) as other:
            other.execute(sa.update(Account).values(name="after"))
            other.commit()
        with db.transaction() as session:
            assert session.get(Account, account.id).name == "after"


def test_many_writers_at_once_all_get_their_turn(any_app):
    def write(number):
        with any_app.test_request_context("/it/"), db.transaction() as session:
            session.add(Account(role=Role.CITIZEN, number=number, created_on=NOON.date()))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(32)]
    [t.start() for t in threads]
    [t.join(30) for t in threads]
    assert people_in(any_app) == 32


def test_the_fair_lock_serves_in_order(tmp_path):
    lock, order = db.FairLock(tmp_path / "lock"), []
    lock.acquire()

    def wait(number):
        with lock:
            order.append(number)

    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(lock._waiting) < number + 1:
            pass
    lock.release()
    [t.join(5) for t in threads]
    assert order == list(range(8))


@jobs.handler("test.note")
def _note(word: str) -> None:
    if word == "fail":
        raise RuntimeError("not today")
    with db.transaction() as session:
        audit.record(session, action="noted", kind="test", ref=word, now=NOON)


def test_a_job_is_done_once_and_only_if_its_change_was_kept(any_app):
    with any_app.test_request_context("/it/"):
        with db.transaction() as session:
            jobs.enqueue(session, "test.note", word="kept")
        with pytest.raises(No), db.transaction() as session:
            jobs.enqueue(session, "test.note", word="undone")
            raise No
        assert jobs.work() == 1
        assert jobs.work() == 0
        notes = db.session().exec(select(audit.AuditEntry.ref)).all()
        assert notes == ["kept"]


def test_a_failing_job_comes_back_later_and_is_given_up_at_last(any_app):
    with any_app.test_request_context("/it/"):
        with db.transaction() as session:
            job = jobs.enqueue(session, "test.note", word="fail")
        now = datetime.now(UTC)
        for _ in range(jobs.TRIES + 3):
            assert jobs.work(now) == 0
            now += timedelta(hours=7)
        db.session().expire_all()
        again = db.session().get(jobs.Job, job.id)
        assert again.tries == jobs.TRIES
        assert "not today" in again.error
        assert again.failed_at is not None


class Colour(Enum):
    """Choices for tests."""

    RED = "red"


class Sample(forms.Form):
    """A form for tests."""

    title: Annotated[str, Field(min_length=3, max_length=10)]
    count: Annotated[int, Field(ge=0, le=5)] = 0
    size: float = 0.0
    colour: Colour = Colour.RED
    several: list[str] = []


def problems(app, data):
    with app.test_request_context("/en/", method="POST", data=data):
        app.preprocess_request()
        with pytest.raises(forms.Invalid) as refused:
            forms.read(Sample)
        return {p.field: p.text for p in refused.value.problems}


def test_a_form_tells_every_problem_at_once(app):
    found = problems(app, {"title": "x", "count": "99", "size": "nan", "colour": "blue"})
    assert found == {
        "title": "Please write at least 3 characters.",
        "count": "Please enter a number of at most 5.",
        "size": "Please enter a number.",
        "colour": "Please choose one of the offered values.",
    }


@pytest.mark.parametrize(
    "data",
    [
        {"title": ["one", "two"]},
        {"title": "bad\x00byte"},
        {"title": "fine", "count": ["1", "2"]},
        {},
        {"title": "   "},
        {"title": "fine", "count": "1.5"},
        {"title": "fine", "size": "1e999"},
        {"title": "fine", "count": "9" * 400},
    ],
)
def test_strange_forms_are_refused_with_words(app, data):
    assert all(problems(app, data).values())


def test_a_good_form_is_read_and_trimmed(app):
    data = {"title": "  trees ", "several": ["a", "b"]}
    with app.test_request_context("/en/", method="POST", data=data):
        form = forms.read(Sample)
    assert (form.title, form.several, form.count) == ("trees", ["a", "b"], 0)


def test_characters_that_only_mislead_are_left_out(app):
    data = {"title": "a\u202eb\x1bc\u2066d", "several": ["line one\nline two"]}
    with app.test_request_context("/en/", method="POST", data=data):
        form = forms.read(Sample)
    assert form.title == "abcd"
    assert form.several == ["line one\nline two"]


def test_a_strange_query_falls_back_and_says_so(app):
    from flask import g

    class Query(forms.Form):
        size: Annotated[int, Field(ge=1)] = 7
        name: str = "all"

    with app.test_request_context("/en/?size=-3&name=trees&name=two"):
        assert forms.query(Query) == Query()
        assert set(g.unread) == {"size", "name"}


def test_things_of_no_known_kind_have_no_lineage(app):
    with app.test_request_context("/en/"), pytest.raises(NotFound):
        lineage.of("unicorn", "1")


def test_addresses_keep_what_is_not_changed(app):
    with app.test_request_context("/en/about?a=1&b=2&b=3"):
        assert web.url_here(a=None) == "/en/about?b=2&b=3"
        assert web.url_here(a="5", c=["6", "7"]) == "/en/about?b=2&b=3&a=5&c=6&c=7"


def test_a_backup_brings_everything_back(app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("safe") / "copy"
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            make_account(session, email="kept@example.org")
        safekeeping.backup(app, folder)
        with pytest.raises(safekeeping.FolderNotEmpty):
            safekeeping.backup(app, folder)
        with pytest.raises(safekeeping.DataFolderNotEmpty):
            safekeeping.restore(app, folder)
    from portal import create_app
    from portal.config import Settings

    other = create_app(Settings(data=tmp_path_factory.mktemp("new"), _env_file=None), TESTING=True)
    with other.test_request_context("/it/"):
        safekeeping.restore(other, folder)
        assert db.session().exec(select(Account.email)).all() == ["kept@example.org"]
    assert (other.config["DATA"] / "secret.key").read_bytes() == (
        app.config["DATA"] / "secret.key"
    ).read_bytes()


def test_what_is_no_backup_is_not_restored(app, tmp_path_factory):
    with app.test_request_context("/it/"), pytest.raises(safekeeping.NotABackup):
        safekeeping.restore(app, tmp_path_factory.mktemp("nothing"))
