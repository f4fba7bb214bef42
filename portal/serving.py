"""Serving: gunicorn in this very process, so that starting costs one import, and the worker."""

import ctypes
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from gunicorn.app.base import BaseApplication

from portal import jobs

log = logging.getLogger(__name__)
PAUSE = 2.0  # seconds between looks at an empty queue
STOP_WITHIN = 10
LOOK_EVERY = 1.0  # seconds between looks at the worker
LONGEST_PAUSE = 60.0  # before a worker that ends again and again is started anew
LINE = 8190  # bytes of a request's first line: an address of this length still gets our own words
M_ARENA_MAX = -8


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn, configured by us instead of by a file."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


def run(app: Flask, host: str, port: int, processes: int, threads: int, worker: bool) -> None:
    """Serve until told to stop; the worker lives and ends with the server."""
    helper = Helper(lambda: start_worker(app))

    def ready(server: Any) -> None:
        if worker:
            helper.start()
        for line in app.config.get("SAY_WHEN_READY", []):
            click.echo(line)

    def ended(server: Any) -> None:
        helper.stop()

    settle()
    Server(
        app,
        {
            "bind": f"{host}:{port}",
            "workers": processes,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": 10,
            "keepalive": 5,
            "limit_request_line": LINE,
            "when_ready": ready,
            "on_exit": ended,
            "post_fork": _after_fork(app),
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "portal",
            "max_requests_jitter": 0,
            "control_socket_disable": True,
        },
    ).run()


def settle() -> None:
    """Make long-lived processes small and quick before they are copied.

    What was imported is put out of the garbage collector's sight, which would otherwise look
    through all of it again and again; and threads share two heaps instead of one each.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)
    with suppress(OSError, AttributeError):  # the C library's own setting, where it has one
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


class Helper:
    """The job worker beside the server, started again whenever it ends: killed, out of memory.

    Without it no mail would go out, not even a sign-in code.
    """

    def __init__(self, begin: "Callable[[], subprocess.Popen[bytes]]") -> None:
        self._begin = begin
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Start the worker and watch over it."""
        self._child = self._begin()
        self._watcher.start()

    def stop(self) -> None:
        """End the worker for good; a job it cannot finish in time comes back by itself."""
        self._stopped.set()
        if self._child is None:
            return
        self._watcher.join(STOP_WITHIN)
        self._child.terminate()
        try:
            self._child.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _watch(self) -> None:
        pause = LOOK_EVERY
        while not self._stopped.wait(pause):
            if self._child is None or self._child.poll() is None:
                pause = LOOK_EVERY
                continue
            log.error("the job worker ended and is started again")
            self._child = self._begin()
            pause = min(2 * pause, LONGEST_PAUSE)


def start_worker(app: Flask) -> "subprocess.Popen[bytes]":
    """The job worker as a process of its own, with the server's settings."""
    environment = {
        **os.environ,
        "PORTAL_DATA": str(app.config["DATA"]),
        "PORTAL_DEMO": "1" if app.config["DEMO"] else "0",
        "PORTAL_BASE_URL": app.config["BASE_URL"],
    }
    code = "from portal.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, "worker"], env=environment)


def _after_fork(app: Flask) -> Any:
    def reopen(server: Any, worker: Any) -> None:
        app.extensions["engine"].dispose(close=False)
        for again in app.extensions.get("after_fork", []):
            again()

    return reopen


def work(app: Flask, once: bool) -> None:
    """Do what is due; unless `once`, go on until told to stop."""
    going = True

    def stop(*signal_: object) -> None:
        nonlocal going
        going = False

    if not once:
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    parent = os.getppid()
    rounds: dict[jobs.Round, datetime] = {}
    while going:
        done = _work(app, rounds, once)
        if once and not done:
            return
        if not done:
            time.sleep(PAUSE)
        if not once and os.getppid() != parent:
            return  # the server is gone: a worker without one would run for ever


def _work(app: Flask, rounds: dict[jobs.Round, datetime], once: bool = False) -> int:
    """One look at the queue; trouble with the disk or the database passes, the worker stays."""
    try:
        with app.app_context():
            done = jobs.work()
            jobs.go_round(rounds, datetime.now(UTC))
            return done
    except (sa.exc.OperationalError, OSError) as error:
        if once:
            raise
        log.error("the queue cannot be used now: %s", getattr(error, "orig", error))
        return 0
