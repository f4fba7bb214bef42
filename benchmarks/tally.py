"""Counting by every rule: beside one NumPy pass and a raw read of the rows, and a million ballots.

Each rule is measured in a process of its own (`python -m benchmarks.tally RULE BALLOTS`), which
prints one line of JSON: what the count needed in seconds of processor and bytes beyond the start.
"""

import json
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Line
from portal.voting.counts import gathered, tallied
from portal.voting.counts.tallied import Money
from portal.voting.rules import sums

RULES = ("approval", "score", "ranking", "majority", "budget")
SIGNS = {"approval": "-1", "score": "-012345", "majority": "-012345", "budget": "-1"}
OPTIONS = tuple(f"option-{n}" for n in range(10))
MONEY = Money(1_000_000, {option: 150_000 + 17_000 * n for n, option in enumerate(OPTIONS)})
FEW, MANY = 100_000, 1_000_000
ROOM = "CREATE TABLE opened (tier TEXT NOT NULL, choice TEXT NOT NULL)"


def rows(rule: str, ballots: int) -> Iterator[str]:
    """Made-up choices; every option its own likelihood."""
    chance = random.Random(rule)
    if rule == "ranking":
        for _ in range(ballots):
            order = chance.sample(range(10), chance.randint(1, 6))
            yield "".join(str(order.index(n) + 1) if n in order else "-" for n in range(10))
        return
    weights = [[1 + (n + m) % 5 for m in range(len(SIGNS[rule]))] for n in range(10)]
    columns = [chance.choices(SIGNS[rule], weights[n], k=ballots) for n in range(10)]
    for row in zip(*columns, strict=True):
        yield "".join(row) if any(sign != "-" for sign in row) else "none"


def opened(connection: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Opened ballots as a box gives them."""
    for tier, choice in connection.execute("SELECT tier, choice FROM opened"):
        yield tier, {"choice": choice, "attrs": {}}


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor that something takes, the best of three."""
    best = float("inf")
    for _ in range(3):
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return best


def counted(connection: sqlite3.Connection, rule: str) -> None:
    """From rows to winner and explanation."""
    ballots = gathered.gather(OPTIONS, opened(connection)).ballots(["V"])
    whole = sums.of(rule, ballots)
    tallied.other_rules(whole, tallied.tally(whole, ballots, MONEY))


def one_pass(signs: "np.ndarray[Any, np.dtype[np.uint8]]", rule: str) -> None:
    """What NumPy needs at least: every pair compared for rankings, else every sign counted."""
    if rule == "ranking":
        for a in range(10):
            for b in range(10):
                if a != b:
                    (signs[:, a] < signs[:, b]).sum()
        return
    for column in signs.T:
        np.bincount(column, minlength=128)


def fill(rule: str, ballots: int, path: Path) -> None:
    """Lay ballots ready, before the process that counts begins."""
    with sqlite3.connect(path) as connection:
        connection.execute(ROOM)
        made = ((row,) for row in rows(rule, ballots))
        connection.executemany("INSERT INTO opened VALUES ('V', ?)", made)


def measure(rule: str, ballots: int, path: Path) -> dict[str, float]:
    """One rule in this process."""
    connection = sqlite3.connect(path)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    before = time.process_time()
    counted(connection, rule)
    cpu = time.process_time() - before
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start
    if ballots > FEW:
        return {"cpu": cpu, "megabytes": grown / 1024}
    kept = connection.execute("SELECT tier, choice FROM opened").fetchall()
    joined = "".join(choice for _, choice in kept if choice != "none").encode()
    signs = np.frombuffer(joined, np.uint8).reshape(-1, 10)
    read = timed(lambda: connection.execute("SELECT tier, choice FROM opened").fetchall())
    return {"cpu": timed(lambda: counted(connection, rule)), "read": read,
            "numpy": timed(lambda: one_pass(signs, rule))}  # fmt: skip


def lines(folder: Path) -> Iterator[Line]:
    """Every rule, few ballots and many."""
    for rule in RULES:
        few, many = (_apart(rule, ballots, folder) for ballots in (FEW, MANY))
        base = few["read"] + few["numpy"]
        yield Line(f"count 100,000 by {rule} / (NumPy pass + read)", few["cpu"] / base, "×", 3)
        yield Line(f"CPU: count 1,000,000 × 10 by {rule}", many["cpu"], "s", 10)
        yield Line(f"memory: count 1,000,000 × 10 by {rule}", many["megabytes"], "MB", 300)


def _apart(rule: str, ballots: int, folder: Path) -> dict[str, float]:
    path = folder / f"{rule}-{ballots}.sqlite"
    fill(rule, ballots, path)
    command = [sys.executable, "-m", "benchmarks.tally", rule, str(ballots), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LookupError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
