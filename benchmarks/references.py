"""What the portal is compared with: the least one can write with Flask, Jinja and SQLite.

R1 lists the 20 newest of 10,000 rows, R2 makes one durable upsert per request, R3 commits as fast
as one writer can.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, render_template, request
from jinja2 import DictLoader

PAGE = """<!doctype html><html lang="en"><head><title>Newest</title></head><body><h1>Newest</h1><ul>
{% for row in rows %}<li><a href="/items/{{ row[0] }}">{{ row[1] }}</a><p>{{ row[2] }}</p></li>
{% endfor %}</ul></body></html>"""
UPSERT = (
    "INSERT INTO vote (voter, choice) VALUES (?, ?) "
    "ON CONFLICT (voter) DO UPDATE SET choice = excluded.choice"
)
_local = threading.local()


def connect(folder: Path) -> sqlite3.Connection:
    """Open the reference database, durable as the portal's."""
    connection = sqlite3.connect(folder / "reference.sqlite", timeout=10, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def prepare(folder: Path) -> None:
    """Make the tables and their 10,000 rows."""
    connection = connect(folder)
    connection.execute(
        "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, body TEXT, made REAL)"
    )
    connection.execute("CREATE INDEX newest ON item (made)")
    connection.execute("CREATE TABLE vote (voter TEXT PRIMARY KEY, choice TEXT)")
    connection.execute("BEGIN")
    rows = ((n, f"Item {n}", f"What is said about item {n}. " * 4, float(n)) for n in range(10_000))
    connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
    connection.close()


def create_app() -> Flask:
    """Build R1 and R2 as one application."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"newest.html": PAGE})
    folder = Path(os.environ["REFERENCE_DATA"])

    def database() -> sqlite3.Connection:
        if not hasattr(_local, "connection"):
            _local.connection = connect(folder)
        found: sqlite3.Connection = _local.connection
        return found

    @app.get("/newest")
    def newest() -> str:
        rows = database().execute("SELECT id, title, body FROM item ORDER BY made DESC LIMIT 20")
        return render_template("newest.html", rows=rows.fetchall())

    if address := os.environ.get("REFERENCE_DATABASE"):
        app.add_url_rule("/vote", view_func=_postgresql(address), methods=["POST"])
        return app

    @app.post("/vote")
    def vote() -> str:
        connection = database()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(UPSERT, (request.form["voter"], request.form["choice"]))
        connection.execute("COMMIT")
        return "counted"

    return app


def _postgresql(address: str) -> Callable[[], str]:
    """R2 on PostgreSQL: the same upsert, a connection for each thread."""
    import psycopg

    def vote() -> str:
        if not hasattr(_local, "postgresql"):
            _local.postgresql = psycopg.connect(address)
        with _local.postgresql.transaction():
            _local.postgresql.execute(
                UPSERT.replace("?", "%s"), (request.form["voter"], request.form["choice"])
            )
        return "counted"

    return vote


def commits_per_second(folder: Path, seconds: float) -> float:
    """Measure R3: one upsert for each durable commit, one writer, nothing else."""
    connection, done = connect(folder), 0
    begun_at = time.time_ns()  # SQLite does not write what is there already
    begun = time.perf_counter()
    while (spent := time.perf_counter() - begun) < seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(UPSERT, (f"voter {done % 5000}", f"{begun_at} {done}"))
        connection.execute("COMMIT")
        done += 1
    connection.close()
    return done / spent
