"""A ballot box with a million ballots: filled quickly, cast into, opened and counted.

Run as `python -m benchmarks.million SLUG BALLOTS` with the settings of a portal in the environment
whose box for this consultation is empty; prints what each step took, as JSON.
"""

import json
import multiprocessing
import resource
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from flask import current_app
from nacl.bindings import crypto_box_afternm, crypto_box_beforenm, crypto_box_keypair

from benchmarks.bench import Bench
from benchmarks.figures import Line
from benchmarks.records import person
from benchmarks.requests import open_consultation
from portal import create_app, db
from portal.consultations import listing
from portal.voting.box import boxes, keys, receipts
from portal.voting.casting import ballots, offers
from portal.voting.casting.ballots import Sent
from portal.voting.counts import counting, statement
from portal.voting.log import frozen, keeping

MANY, CASTS, ROUNDS, PORTION = 1_000_000, 100, 12, 4000
SIZES = (10_000, 100_000)
INTO = {
    '"right"': "(r, tier, channel, issued_day) VALUES (?, ?, ?, ?)",
    "ballot": "(alias, version, tier, idem, same, masked, sealed) VALUES (?, 1, ?, ?, ?, ?, ?)",
    "pending": "(commitment) VALUES (?)",
}
_shared: dict[str, Any] = {}


def sealing_many(public: bytes) -> Callable[[bytes], bytes]:
    """Seal as libsodium does, with one passing key for all: opening one costs what it always does.

    Only made-up ballots may be sealed like this.
    """
    passing, secret = crypto_box_keypair()
    shared = crypto_box_beforenm(public, secret)
    nonce = blake2b(passing + public, digest_size=24).digest()
    return lambda whole: passing + crypto_box_afternm(whole, nonce, shared)


def prepared(numbers: list[int]) -> list[tuple[Any, ...]]:
    """The rows of some voters' ballots, opened like any other."""
    key, found, offer, c = (_shared[name] for name in ("key", "frozen", "offer", "id"))
    choices = [ballots.canonical(ballots.check(offer, Sent("", (one,)))) for one in offer.options]
    sealed, rows = sealing_many(found.public), []
    for n in numbers:
        content = receipts.content(c, "V", choices[n % len(choices)], {}, [], found.edition)
        bound, who = receipts.commit(c, content), keys.hashes(key, person(n))
        idem = keys.idempotency(key, f"m{n}")
        masked = keys.masked(keys.mask(key, who.alias, idem), bound.digest)
        inside = sealed((bound.nonce + bound.payload).ljust(found.room))
        rows.append(((who.right, "V", "bench", _shared["day"]),
                     (who.alias, "V", idem, keys.same(f"m{n}", bound.payload), masked, inside),
                     (bound.digest,)))  # fmt: skip
    return rows


def fill(box: Any, first: int, last: int) -> None:
    """Bring a box from one number of ballots to another, each voter's one in its final place."""
    numbers = sorted(range(first, last), key=lambda n: keys.hashes(_shared["key"], person(n)).alias)
    portions = [numbers[start : start + PORTION] for start in range(0, len(numbers), PORTION)]
    box.close()
    with closing(sqlite3.connect(box.path, isolation_level=None)) as connection:
        for pragma in ("synchronous=OFF", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        with multiprocessing.get_context("fork").Pool() as pool:
            for rows in pool.imap(prepared, portions):
                for place, (table, what) in enumerate(INTO.items()):
                    connection.executemany(
                        f"INSERT INTO {table} {what}",
                        sorted(row[place] for row in rows),
                    )
        connection.execute("COMMIT")


def casting(told: dict[str, float], name: str, into: list[Any], vote: "Vote") -> None:
    """Milliseconds of processor of one cast into this box and into one that is nearly empty.

    In turns, because a shared machine is quicker now and slower then; of each the quickest round.
    """
    rounds: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for box, found in zip(into, rounds, strict=True):
            current_app.extensions["boxes"][vote.consultation.id] = box
            found.append(_round(vote))
    current_app.extensions["boxes"][vote.consultation.id] = into[0]
    told[f"cast_ms_{name}"], told[f"cast_ms_empty_beside_{name}"] = map(min, rounds)


def _round(vote: "Vote") -> float:
    spent = []
    for _ in range(CASTS):
        vote.voters += 1
        sent = Sent(f"s{vote.voters}", (vote.offer.options[0],))
        begun = time.process_time()
        ballots.cast(vote.consultation, vote.offer, person(vote.voters), sent, now=vote.now)
        spent.append(time.process_time() - begun)
    return 1000 * median(spent)


@dataclass
class Vote:
    """What is voted on, and how many have voted one by one."""

    consultation: Any
    offer: Any
    now: datetime
    voters: int = 10**9


class Step:
    """One step: its seconds on the clock and of processors, this one's and its helpers'."""

    def __init__(self, told: dict[str, float], name: str) -> None:
        self._told, self._name = told, name

    def __enter__(self) -> None:
        self._begun, self._cpu = time.monotonic(), _cpu()

    def __exit__(self, *error: object) -> None:
        self._told[f"{self._name}_s"] = time.monotonic() - self._begun
        self._told[f"{self._name}_cpu_s"] = _cpu() - self._cpu


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main(slug: str, count: int) -> None:
    """Fill, cast at several sizes, take everything into the log, open and count."""
    app, now, told = create_app(), datetime.now(UTC), dict[str, float]()
    with app.app_context():
        consultation, options = listing.find_with_options(db.session(), slug, now)
        vote = Vote(consultation, offers.offer(consultation, options), now)
        box = boxes.of(consultation.id)
        _round(vote)  # makes the key and freezes the configuration; and warms up
        box.close()
        assert isinstance(box, boxes.SqliteBox)
        empty = boxes.SqliteBox(Path(shutil.copy(box.path, box.path.with_name("beside.sqlite"))))
        _shared.update(key=keys.key(app.config["DATA"], consultation.id, lambda: False),
                       frozen=frozen.of(consultation), offer=vote.offer, id=consultation.id,
                       day=now.date().isoformat())  # fmt: skip
        for held, size in pairwise((0, *(size for size in SIZES if size < count), count)):
            with Step(told, f"fill_to_{size}"):
                fill(box, held, size)
            casting(told, f"at_{size}", [box, empty], vote)
        with Step(told, "log"):
            keeping.keep(consultation, everything=True)
        casting(told, "logged", [box, empty], vote)
        keeping.keep(consultation, everything=True)
        box.close()
        before = _peak(reset=True)
        with Step(told, "open_and_count"):
            found = counting.read(consultation, options)
            statement.of(consultation, options, found, counted_at=now)
        told |= {"opened": found.cast, "open_mb": _peak() - before}
    print(json.dumps(told, indent=1))


def _peak(reset: bool = False) -> float:
    """The most megabytes this process has held at once since the last reset."""
    if reset:
        with open("/proc/self/clear_refs", "w") as file:  # noqa: PTH123
            file.write("5")
    with open("/proc/self/status") as file:  # noqa: PTH123
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))


def lines(bench: Bench) -> list[Line]:
    """A million ballots, as `make bench` tells it."""
    slug = open_consultation(bench.visitor)
    told: dict[str, float] = json.loads(bench.apart("million", slug, str(MANY)))
    bench.notes += [f"{'million: ' + name:<34} {value:.4g}" for name, value in told.items()]
    grown = [told[name] / told[name.replace("ms_", "ms_empty_beside_", 1)]
             for name in told if name.startswith(("cast_ms_at", "cast_ms_logged"))]  # fmt: skip
    return [
        Line("a cast with 10,000 to 1,000,000 in the box / none", max(grown), "×", 1.2),
        Line("open and count 1,000,000 sealed ballots", told["open_and_count_s"], "s", 120),
        Line("memory: open and count 1,000,000", told["open_mb"], "MB", 300),
    ]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
