"""The worker beside the server: nothing ends it for long, and trouble of an hour passes."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import jobs, serving
from portal.serving import Helper

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def helper(monkeypatch):
    """A helper that looks often, and the workers it started."""
    monkeypatch.setattr(serving, "LOOK_EVERY", 0.02)
    started = []

    def begin():
        sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
        started.append(subprocess.Popen(sleeper))
        return started[-1]

    helper = Helper(begin)
    helper.start()
    yield helper, started
    helper.stop()
    assert all(child.poll() is not None for child in started)


def wait_for(true):
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")


def test_a_killed_worker_is_started_again(helper):
    _, started = helper
    started[0].kill()
    wait_for(lambda: len(started) == 2)
    started[1].kill()
    wait_for(lambda: len(started) == 3)


def test_a_worker_that_was_stopped_stays_stopped(helper):
    helper, started = helper
    helper.stop()
    time.sleep(0.2)
    assert len(started) == 1
    assert started[0].poll() is not None


def test_a_full_disk_does_not_end_the_worker(app, monkeypatch):
    full = sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))
    tries = iter([full, OSError(28, "No space left on device"), None])

    def work():
        error = next(tries)
        if error is not None:
            raise error
        return 3

    monkeypatch.setattr(jobs, "work", work)
    monkeypatch.setattr(jobs, "_rounds", {})
    assert [serving._work(app, {}) for _ in range(3)] == [0, 0, 3]


def test_who_runs_the_worker_once_is_told_of_trouble(app, monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(jobs, "work", full)
    monkeypatch.setattr(jobs, "_rounds", {})
    with pytest.raises(OSError, match="No space"):
        serving._work(app, {}, once=True)


def test_a_fault_of_the_program_still_ends_the_worker(app, monkeypatch):
    monkeypatch.setattr(jobs, "work", lambda: 1 / 0)
    monkeypatch.setattr(jobs, "_rounds", {})
    with pytest.raises(ZeroDivisionError):
        serving._work(app, {})


def test_regular_duties_are_done_when_their_time_has_come_and_fail_alone(monkeypatch):
    done = []

    def fails():
        raise OSError

    every = {fails: timedelta(minutes=1), lambda: done.append(1): timedelta(minutes=5)}
    monkeypatch.setattr(jobs, "_rounds", every)
    last = {}
    for minutes in (0, 1, 4, 5, 9, 11):
        jobs.go_round(last, NOW + timedelta(minutes=minutes))
    assert len(done) == 3
