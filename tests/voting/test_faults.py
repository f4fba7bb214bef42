"""Faults: killed processes and old backups. No acknowledged vote is lost, none counts twice."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa

from portal import db
from portal.house import NotRecorded
from portal.voting import verify
from portal.voting.box import boxes, receipts
from portal.voting.log import alarms, folder, keeping, ledger
from portal.voting.log.alarms import Paused
from portal.voting.log.signer import Refused
from tests.voting.conftest import open_vote

ROUNDS = int(os.environ.get("KILL_ROUNDS", "10"))
STEP = max(1, 40 // ROUNDS)  # so that few rounds meet every kind of statement too


@pytest.fixture
def vote(app):
    with app.test_request_context("/en/"):
        yield open_vote(app)
        boxes.close_all()


# --- kill -9 between any two statements -----------------------------------------------------


def fresh(vote):
    vote.app.extensions["engine"].dispose(close=False)
    for again in vote.app.extensions["after_fork"]:
        again()


def cast_until_killed(vote, round_, told):
    """Cast and keep the log; at the `round_`-th statement the process is killed from inside."""
    fresh(vote)
    box, left = boxes.of(vote.consultation.id), [round_]

    def count(statement):
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    box._writer = box._open()
    box._writer.set_trace_callback(count)
    for n in range(100):
        receipt = vote.cast((n + round_) % 7, "dove-mancano", key=f"form {round_} {n}")
        os.write(told, f"{receipt.tracker}\n".encode())
        if n % 4 == 3:
            keeping.keep(vote.consultation, everything=True)


def test_killed_between_any_two_statements_nothing_acknowledged_is_lost(vote):
    vote.cast(0, "none")
    keeping.keep(vote.consultation)
    boxes.close_all()
    acknowledged, fork = set(), multiprocessing.get_context("fork")
    reading, writing = os.pipe()
    for round_ in range(1, ROUNDS + 1):
        process = fork.Process(target=cast_until_killed, args=(vote, round_ * STEP + 9, writing))
        process.start()
        process.join(30)
        assert process.exitcode == -signal.SIGKILL
    os.close(writing)
    with os.fdopen(reading) as told:
        acknowledged = set(told.read().split())
    keeping.keep(vote.consultation, everything=True)
    box = boxes.of(vote.consultation.id)
    logged = {receipts.tracker_of(c) for c in ledger.logged(box, bytes(32), b"\xff" * 32)}
    assert len(acknowledged) > ROUNDS and acknowledged <= logged
    ballots = vote.rows("SELECT count(*), max(version) FROM {box}ballot GROUP BY alias")
    assert all(n == highest for n, highest in ballots)
    total = sum(n for n, _highest in ballots)
    assert total == len(logged) == folder_size(vote) - 1
    assert vote.rows("PRAGMA integrity_check") == [("ok",)]
    assert vote.count()["turnout"]["headline"] == 7


def folder_size(vote):
    return folder.Folder(keeping.folder_of(vote.consultation).path).size()


def cut_off(vote, round_, told):
    """Cast and keep the log; before the `round_`-th statement the server ends the connection."""
    engine, left = vote.app.extensions["engine"], [round_]
    box = boxes.of(vote.consultation.id)

    def count(connection, cursor, statement, *rest):
        if box.schema in statement:
            left[0] -= 1
        if left[0] == 0:
            left[0] = -1
            killed = connection.connection.dbapi_connection.info.backend_pid
            with psycopg.connect(str(engine.url.set(drivername="postgresql")
                                     .render_as_string(hide_password=False))) as other:  # fmt: skip
                other.execute("SELECT pg_terminate_backend(%s)", (killed,))

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        for n in range(100):
            key = f"form {round_} {n}"
            try:
                receipt = vote.cast((n + round_) % 7, "dove-mancano", key=key)
            except (NotRecorded, *boxes.TROUBLE):
                receipt = vote.cast((n + round_) % 7, "dove-mancano", key=key)  # sent once more
            told.add(receipt.tracker)
            if n % 4 == 3:
                keeping.keep(vote.consultation, everything=True)
            if left[0] < 0:
                return
    except boxes.TROUBLE:
        db.session().rollback()  # the log was being kept: the next round keeps it again
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize("any_app", ["postgresql"], indirect=True)
def test_cut_off_between_any_two_statements_nothing_acknowledged_is_lost(any_app):
    with any_app.test_request_context("/en/"):
        vote, acknowledged = open_vote(any_app), set()
        vote.cast(0, "none")
        for round_ in range(1, 2 * ROUNDS + 1):
            cut_off(vote, round_ * STEP + 1, acknowledged)
        keeping.keep(vote.consultation, everything=True)
        box = boxes.of(vote.consultation.id)
        logged = {receipts.tracker_of(c) for c in ledger.logged(box, bytes(32), b"\xff" * 32)}
        assert len(acknowledged) > ROUNDS and acknowledged <= logged
        ballots = vote.rows("SELECT count(*), max(version) FROM {box}ballot GROUP BY alias")
        assert all(n == highest for n, highest in ballots)
        assert sum(n for n, _ in ballots) == len(logged) == len(acknowledged) + 1
        assert not verify.check(str(keeping.folder_of(vote.consultation).path)).wrong
        assert vote.count()["turnout"]["headline"] == 7
        boxes.close_all()


# --- yesterday's box ------------------------------------------------------------------------


def put_back(vote, copy):
    """Put an old box in the place of today's, as after a hasty restore."""
    path = boxes.of(vote.consultation.id).path
    boxes.close_all()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(copy, path)
    vote.app.extensions["frozen"].clear()  # as after a start


def copy_of(vote, target):
    path = boxes.of(vote.consultation.id).path
    with closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(target)) as then:
        now.backup(then)
    return target


def test_yesterdays_box_pauses_the_vote_and_raises_the_alarm(vote, client, tmp_path):
    for n in range(8):
        vote.cast(n, "dove-mancano")
    keeping.keep(vote.consultation)
    yesterday = copy_of(vote, tmp_path / "yesterday.sqlite")
    for n in range(8, 20):
        vote.cast(n, "dove-mancano")
    today = keeping.keep(vote.consultation)
    newest = copy_of(vote, tmp_path / "today.sqlite")
    published = (keeping.folder_of(vote.consultation).path / "entries.jsonl").read_bytes()
    put_back(vote, yesterday)
    with pytest.raises(Paused):
        vote.cast(30, "none")
    ready = client.get("/readyz")
    assert ready.status_code == 503 and vote.consultation.slug in ready.json["votes"]
    with pytest.raises(Refused):
        keeping.keep(vote.consultation)
    assert (keeping.folder_of(vote.consultation).path / "entries.jsonl").read_bytes() == published
    assert client.get("/healthz").status_code == 200
    put_back(vote, newest)
    assert keeping.keep(vote.consultation) == today
    assert vote.cast(30, "none").version == 1 and "votes" not in client.get("/readyz").json


def test_a_box_that_grew_otherwise_is_refused_too(vote, tmp_path):
    for n in range(8):
        vote.cast(n, "dove-mancano")
    keeping.keep(vote.consultation)
    old = copy_of(vote, tmp_path / "old.sqlite")
    for n in range(8, 20):
        vote.cast(n, "dove-mancano")
    keeping.keep(vote.consultation)
    put_back(vote, old)
    alarms.signer_of(vote.consultation.id)._path("alarm").unlink(missing_ok=True)
    with boxes.of(vote.consultation.id).writing() as run:
        for n in range(30):
            run("INSERT INTO {box}pending VALUES (?)", bytes([n]) * 32)
    with pytest.raises(Refused, match="entries are not those"):
        keeping.keep(vote.consultation)
    with pytest.raises(Paused):
        vote.cast(30, "none")


def test_a_box_that_is_gone_is_not_begun_anew(vote):
    vote.cast(1, "none")
    keeping.keep(vote.consultation)
    path = boxes.of(vote.consultation.id).path
    boxes.close_all()
    path.unlink()
    vote.app.extensions["frozen"].clear()
    with pytest.raises(Paused):
        vote.cast(2, "none")


def test_a_damaged_memory_of_the_signer_pauses_the_vote(vote):
    for n in range(8):
        vote.cast(n, "dove-mancano")
    keeping.keep(vote.consultation)
    path = alarms.signer_of(vote.consultation.id)._path("last")
    path.write_text(path.read_text().replace("\n9\n", "\n4\n"))
    with pytest.raises(Refused):
        keeping.keep(vote.consultation)
