"""Casting straight into a ballot box, by sixteen threads of two processes, without the web.

Run as `python -m benchmarks.casts SLUG SECONDS` with the portal's settings in the environment;
prints casts per second. Beside R3 it shows what grouping commits is worth, whatever HTTP costs.
"""

import multiprocessing
import os
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

from portal import create_app, db
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.consultations import listing
from portal.voting.casting import ballots, offers
from portal.voting.casting.ballots import Sent

PROCESSES, THREADS = 2, 8


def cast_for(app: Any, slug: str, seconds: float, done: Any) -> None:
    """One process: its threads cast until the time is over."""
    app.extensions["engine"].dispose(close=False)
    for again in app.extensions.get("after_fork", []):
        again()
    now, counts = datetime.now(UTC), [0] * THREADS
    with app.app_context():
        consultation, options = listing.find_with_options(db.session(), slug, now)
        offer = offers.offer(consultation, options)
    end = time.monotonic() + seconds

    def go(thread: int) -> None:
        with app.app_context():
            while time.monotonic() < end:
                subject = Subject(f"bench:{os.getpid()}:{thread}:{counts[thread]}", Tier.VERIFIED,
                                  "bench")  # fmt: skip
                sent = Sent("bench", (options[0].key,))
                ballots.cast(consultation, offer, subject, sent, now=now)
                counts[thread] += 1

    threads = [threading.Thread(target=go, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.put(sum(counts))


def main() -> None:
    """Cast from all processes at once and print how many a second."""
    slug, seconds = sys.argv[1], float(sys.argv[2])
    app, fork = create_app(), multiprocessing.get_context("fork")
    done = fork.Queue()
    processes = [fork.Process(target=cast_for, args=(app, slug, seconds, done))
                 for _ in range(PROCESSES)]  # fmt: skip
    for process in processes:
        process.start()
    total = sum(done.get() for _ in processes)
    for process in processes:
        process.join()
    print(total / seconds)


if __name__ == "__main__":
    main()
