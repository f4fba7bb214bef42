"""The box itself: it only grows, refuses what breaks its order, and survives trouble and crowds."""

import multiprocessing
import sqlite3
import stat
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from portal import db
from portal.accounts.models import Tier
from portal.house import NotRecorded
from portal.voting.box import boxes, keys, writer
from portal.voting.box.boxes import REFUSED, TROUBLE, SqliteBox
from portal.voting.box.writer import BoxClosed, OtherTier, Writer
from portal.voting.counts import counting
from tests.voting.conftest import person


def write(vote, statement, *values):
    with boxes.of(vote.consultation.id).writing() as run:
        return run(statement, *values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {box}ballot SET sealed = masked",
        "DELETE FROM {box}ballot",
        "UPDATE {box}\"right\" SET tier = 'E'",
        'DELETE FROM {box}"right"',
    ],
)
def test_nothing_in_a_box_can_be_changed_or_removed(vote, statement):
    vote.cast(1, "dove-mancano")
    with pytest.raises(TROUBLE, match="only grows"):
        write(vote, statement)
    assert vote.rows("SELECT count(*) FROM {box}ballot")[0][0] == 1


@pytest.mark.parametrize("version", [0, 1, 3, 99])
def test_the_database_refuses_a_second_first_ballot_and_any_gap(vote, version):
    vote.cast(1, "dove-mancano")
    copy = ("INSERT INTO {box}ballot SELECT alias, ?, tier, same, same, masked, sealed"
            " FROM {box}ballot")  # fmt: skip
    with pytest.raises(REFUSED):
        write(vote, copy, version)


def test_a_closed_box_refuses_every_ballot(vote):
    vote.cast(1, "dove-mancano")
    counting.close(vote.consultation, vote.consultation.closes_at + 2 * counting.GRACE)
    with pytest.raises(BoxClosed):
        vote.cast(2, "dove-mancano")
    assert vote.rows('SELECT count(*) FROM {box}"right"')[0][0] == 1


def test_rights_and_ballots_share_nothing(vote):
    for n in range(30):
        vote.cast(n, "dove-mancano")
    rights = {bytes(r) for (r,) in vote.rows('SELECT r FROM {box}"right"')}
    aliases = {bytes(a) for (a,) in vote.rows("SELECT alias FROM {box}ballot")}
    assert len(rights) == len(aliases) == 30 and not rights & aliases
    assert {len(day) for (day,) in vote.rows('SELECT issued_day FROM {box}"right"')} == {10}


def test_one_person_with_two_kinds_of_identification_has_one_right(vote):
    vote.cast(1, "dove-mancano")
    other = person(1)
    other = type(other)(other.value, Tier.EMAIL, "test")
    from portal.voting.casting import ballots
    from tests.conftest import NOON

    with pytest.raises(OtherTier):
        ballots.cast(vote.consultation, vote.offer, other, ballots.Sent("k", ("none",)), now=NOON)


def test_key_and_box_are_readable_by_their_owner_only(vote):
    vote.cast(1, "dove-mancano")
    path = keys.path_of(vote.app.config["DATA"], vote.consultation.id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    box = boxes.of(vote.consultation.id)
    if isinstance(box, SqliteBox):
        assert stat.S_IMODE(box.path.stat().st_mode) == 0o600


# --- crowds ---------------------------------------------------------------------------------

CHOICES = ("dove-mancano", "per-abitante", "caldo-anziani", "none")


def crowd(vote, jobs):
    """Do all jobs at once, each in a thread; return what they gave or refused with."""
    outcomes = []
    start = threading.Barrier(len(jobs))

    def go(job):
        with vote.app.test_request_context("/en/"):
            start.wait()
            try:
                outcomes.append(job())
            except Exception as error:
                outcomes.append(error)

    threads = [threading.Thread(target=go, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_sixty_four_posts_at_once_count_once_for_each_person(vote):
    jobs = [lambda n=n: vote.cast(n % 8, CHOICES[n % 4], key=f"form {n}") for n in range(64)]
    outcomes = crowd(vote, jobs)
    assert not [o for o in outcomes if isinstance(o, Exception)]
    versions = vote.rows("SELECT alias, version FROM {box}ballot")
    per_person = {}
    for alias, version in versions:
        per_person.setdefault(bytes(alias), []).append(version)
    assert len(per_person) == 8
    assert all(sorted(found) == list(range(1, 9)) for found in per_person.values())
    assert vote.count()["turnout"]["headline"] == 8


def test_the_same_form_at_once_from_everywhere_is_one_vote(vote):
    outcomes = crowd(vote, [lambda: vote.cast(1, "none", key="same") for _ in range(20)])
    assert len({receipt.tracker for receipt in outcomes}) == 1
    assert Counter(receipt.repeated for receipt in outcomes) == {True: 19, False: 1}


def _vote_in_another_process(vote, number):
    vote.app.extensions["engine"].dispose(close=False)
    for again in vote.app.extensions["after_fork"]:
        again()
    jobs = [lambda n=n: vote.cast(n % 5, CHOICES[n % 4], key=f"{number} {n}") for n in range(20)]
    outcomes = crowd(vote, jobs)
    raise SystemExit(sum(isinstance(outcome, Exception) for outcome in outcomes))


def test_several_processes_write_one_box_without_gaps(vote):
    vote.cast(0, "none")
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_vote_in_another_process, args=(vote, n)) for n in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    found = vote.rows("SELECT count(*), max(version) FROM {box}ballot GROUP BY alias")
    assert len(found) == 5 and all(ballots == highest for ballots, highest in found)
    assert sum(ballots for ballots, _highest in found) == 41


def test_ballots_that_wait_together_share_a_commit(vote):
    vote.cast(99, "none")
    box = boxes.of(vote.consultation.id)
    commits = []
    real = box.writing
    box.writing = lambda: commits.append(1) or real()
    with box.lock:
        people = [threading.Thread(target=_cast, args=(vote, n)) for n in range(12)]
        for one in people:
            one.start()
        _wait_for(lambda: len(writer.of(vote.consultation.id)._waiting) == 12)
    for one in people:
        one.join()
    assert len(commits) == 1
    assert vote.rows("SELECT count(*) FROM {box}ballot")[0][0] == 13


def _cast(vote, n):
    with vote.app.test_request_context("/en/"):
        vote.cast(n, "dove-mancano")


def _wait_for(true, patience=500):
    while not true() and patience:
        threading.Event().wait(0.01)
        patience -= 1
    assert true()


# --- trouble --------------------------------------------------------------------------------


@pytest.fixture
def small(vote):
    """A box on a disk that is full."""
    vote.cast(1, "dove-mancano")
    box = boxes.of(vote.consultation.id)
    assert isinstance(box, SqliteBox)
    pages = box._writer.execute("PRAGMA page_count").fetchone()[0]
    box._writer.execute(f"PRAGMA max_page_count={pages}")
    return box


@pytest.mark.parametrize("any_app", ["sqlite"], indirect=True)  # the server's disk is not ours
def test_a_full_disk_says_not_recorded_and_recovers_alone(vote, small):
    recorded = 0
    with pytest.raises(NotRecorded):
        for n in range(2, 500):
            vote.cast(n, "dove-mancano", "per-abitante")
            recorded += 1
    assert vote.rows("SELECT count(*) FROM {box}ballot")[0][0] == recorded + 1
    with pytest.raises(NotRecorded):
        [vote.cast(n, "dove-mancano") for n in range(500, 600)]
    small._writer.execute("PRAGMA max_page_count=100000")
    assert vote.cast(9999, "dove-mancano").version == 1


def test_an_answer_lost_after_the_commit_is_found_again_by_the_same_form(vote):
    vote.cast(1, "none")
    receipt = vote.cast(2, "dove-mancano", key="lost")
    boxes.close_all()  # as if the process had been killed before it could answer
    again = vote.cast(2, "dove-mancano", key="lost")
    assert again.tracker == receipt.tracker and again.repeated


def test_a_writer_whose_lock_fails_lets_nobody_wait_for_ever(vote):
    class Broken(SqliteBox):
        @property
        def lock(self):
            raise OSError("no lock")

        @lock.setter
        def lock(self, value):
            pass

    queue = Writer(Broken(vote.app.config["DATA"] / "boxes" / "broken.sqlite"))
    for _ in range(2):
        with pytest.raises(NotRecorded):
            queue.write(writer.Sealable(b"", b"", b"", "V", "", "", "", b"", b"", b"", b""))


def test_sqlite_boxes_are_durable(vote):
    vote.cast(1, "none")
    box = boxes.of(vote.consultation.id)
    if isinstance(box, SqliteBox):
        assert box._writer.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert box._writer.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        with sqlite3.connect(box.path) as other:
            assert other.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_lost_key_pauses_the_vote_instead_of_letting_all_vote_again(vote):
    vote.cast(1, "dove-mancano")
    path = keys.path_of(vote.app.config["DATA"], vote.consultation.id)
    kept = path.read_bytes()
    path.unlink()
    keys._keys.clear()  # as after a restart
    with pytest.raises(keys.KeyMissing):
        vote.cast(1, "dove-mancano")
    assert not path.exists()
    path.write_bytes(kept)
    path.chmod(0o600)
    assert vote.cast(1, "dove-mancano").version == 2


def test_a_key_made_by_another_first_voter_is_not_lost(vote, tmp_path):
    def used_by_now():
        keys.key(tmp_path, vote.consultation.id, lambda: True)
        keys._keys.clear()
        return False

    key = keys.key(tmp_path, vote.consultation.id, used_by_now)
    assert key == keys.path_of(tmp_path, vote.consultation.id).read_bytes()


def test_a_box_is_read_while_its_tables_are_made(tmp_path):
    for number in range(10):
        box = SqliteBox(tmp_path / f"{number}.sqlite")
        found = []
        made = threading.Event()

        def look(box=box, found=found, made=made):
            while not made.is_set():
                try:
                    found.append(box.read('SELECT r FROM {box}"right"'))
                except Exception as error:
                    found.append(error)

        reader = threading.Thread(target=look)
        reader.start()
        with box.writing() as run:
            run('SELECT r FROM {box}"right"')
        found.append(box.read("SELECT kind FROM {box}closing"))
        made.set()
        reader.join()
        box.close()
        assert not any(found), next(filter(None, found))


def test_two_processes_that_open_a_box_on_postgresql_at_once_make_it_once(postgres_address):
    consultation_id = uuid4()
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    engines = [db.connect(postgres_address) for _ in range(3)]
    first, second = (boxes.PostgresBox(engine, consultation_id) for engine in engines[:2])
    assert first.read("SELECT 1 FROM {box}closing") == second.read("SELECT 1 FROM {box}closing")

    def use(box):
        with box.writing() as run:
            return run("SELECT count(*) FROM {box}ballot")

    with engines[2].connect() as holding, ThreadPoolExecutor() as threads:
        holding.execute(sa.func.pg_advisory_xact_lock(sa.func.hashtext(first.schema)))
        used = [threads.submit(use, box) for box in (first, second)]
        while holding.exec_driver_sql(waiting).scalar() < 2:
            assert not any(one.done() for one in used)
            threading.Event().wait(0.01)
        holding.rollback()
        assert [one.result(10) for one in used] == [[(0,)], [(0,)]]
    with engines[2].begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {first.schema} CASCADE")
    for engine in engines:
        engine.dispose()
