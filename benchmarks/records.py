"""The record of a vote by itself: casting at any size, proofs, opening, verifying.

Run as `python -m benchmarks.records SLUG BALLOTS` with the portal's settings in the environment;
prints what each step took, as JSON.
"""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from statistics import median
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figures import Line
from benchmarks.requests import open_consultation
from portal import create_app, db
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.consultations import listing
from portal.voting import verify
from portal.voting.box import receipts
from portal.voting.casting import ballots, offers
from portal.voting.casting.ballots import Sent
from portal.voting.counts import counting, statement
from portal.voting.log import keeping

BALLOTS = 100_000
PORTION = 2_000
SINGLE = 200


def fill(consultation: Any, offer: Any, first: int, count: int, now: datetime) -> None:
    """Cast many votes in portions."""
    for start in range(first, first + count, PORTION):
        people = range(start, min(first + count, start + PORTION))
        votes = [(person(n), Sent(f"k{n}", (offer.options[n % len(offer.options)],)))
                 for n in people]  # fmt: skip
        ballots.cast_many(consultation, offer, votes, now=now)


def person(n: int) -> Subject:
    """A made-up voter."""
    return Subject(f"record:{n}", Tier.VERIFIED, "bench")


def one_cast(consultation: Any, offer: Any, first: int, now: datetime) -> float:
    """The median processor time of a single cast."""
    spent = []
    for n in range(first, first + SINGLE):
        begun = time.process_time()
        ballots.cast(consultation, offer, person(n), Sent(f"s{n}", (offer.options[0],)), now=now)
        spent.append(time.process_time() - begun)
    return median(spent)


def main() -> None:
    """Measure every step and print it."""
    slug, count = sys.argv[1], int(sys.argv[2])
    app, now, told = create_app(), datetime.now(UTC), dict[str, float]()
    with app.app_context():
        consultation, options = listing.find_with_options(db.session(), slug, now)
        offer = offers.offer(consultation, options)
        told["cast_ms_empty"] = one_cast(consultation, offer, 10**8, now) * 1000
        begun = time.monotonic()
        fill(consultation, offer, 0, count, now)
        told["fill_s"] = time.monotonic() - begun
        begun = time.monotonic()
        keeping.keep(consultation, everything=True)
        told["log_all_s"] = time.monotonic() - begun
        told["cast_ms_full"] = one_cast(consultation, offer, 2 * 10**8, now) * 1000
        last = ballots.cast(consultation, offer, person(0), Sent("p", (offer.options[0],)), now=now)
        begun = time.monotonic()
        keeping.keep(consultation, everything=True)
        told["checkpoint_s"] = time.monotonic() - begun
        public = keeping.folder_of(consultation)
        begun = time.monotonic()
        place = public.find(receipts.digits(last.tracker))
        assert place is not None
        public.proof(place[0])
        told["proof_ms"] = (time.monotonic() - begun) * 1000
        begun = time.monotonic()
        found = counting.read(consultation, options)
        told["open_s"] = time.monotonic() - begun
        statement.of(consultation, options, found, counted_at=now)
        told["open_and_count_s"] = time.monotonic() - begun
        told["ballots"] = found.cast
        begun = time.monotonic()
        report = verify.check(str(public.path))
        told["verify_s"] = time.monotonic() - begun
        assert not report.wrong, report.wrong
        # the processes that open ballots are told apart: their time is not this one's
        workers = resource.getrusage(resource.RUSAGE_CHILDREN)
        told["workers_cpu_s"] = workers.ru_utime + workers.ru_stime
        told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told, indent=1))


def lines(bench: Bench) -> list[Line]:
    """The record of a vote with a hundred thousand ballots, as `make bench` tells it."""
    slug = open_consultation(bench.visitor)
    told: dict[str, float] = json.loads(bench.beside("records", slug, str(BALLOTS)))
    bench.notes += [f"{'record: ' + name:<34} {value:.4g}" for name, value in told.items()]
    million = 1_000_000 / told["ballots"]
    flat = told["cast_ms_full"] / told["cast_ms_empty"]
    return [
        Line("a cast into a full box / into an empty one", flat, "×", 1.2),
        Line(
            "open and count 1,000,000, from 100,000", told["open_and_count_s"] * million, "s", 120
        ),
        Line("verify.py on 100,000 ballots", told["verify_s"], "s", 30),
        Line("a proof out of 100,000 entries", told["proof_ms"], "ms", 50),
    ]


if __name__ == "__main__":
    main()
